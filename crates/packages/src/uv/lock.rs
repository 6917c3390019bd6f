//! What a resolution came to: exact versions with the hashes of their files, and nothing else.

use crate::declaration::normalise;

/// The largest lock, in bytes.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A resolved set of packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lock {
    text: String,
    packages: Vec<String>,
}

impl Lock {
    /// Reads what `uv pip compile --generate-hashes` printed. The error is what is in it that may
    /// not be: a place instead of a version, or a package without a hash.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("the resolution is larger than {MAX_BYTES} bytes"));
        }
        let mut lock = Self { text: String::with_capacity(text.len()), packages: Vec::new() };
        let joined = text.replace("\\\n", " ");
        for line in joined.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default();
            let (package, extras) = package(name)
                .ok_or_else(|| "it names a package by something else than a version".to_owned())?;
            let hashes: Vec<&str> = words.collect();
            if hashes.is_empty() {
                return Err(format!("the index gives no hash for {package}"));
            }
            if !hashes.iter().all(|hash| is_hash(hash)) {
                return Err(format!("{package} is resolved with more than hashes"));
            }
            lock.text.push_str(&package.replacen("==", &format!("{extras}=="), 1));
            for hash in hashes {
                lock.text.push_str(" \\\n    ");
                lock.text.push_str(hash);
            }
            lock.text.push('\n');
            lock.packages.push(package);
        }
        lock.packages.sort();
        Ok(lock)
    }

    /// As a requirements file.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Every package as `name==version`, sorted.
    pub(crate) fn packages(&self) -> &[String] {
        &self.packages
    }
}

/// `name==version` and the extras, out of `name[extras]==version`.
fn package(word: &str) -> Option<(String, String)> {
    let (named, version) = word.split_once("==")?;
    let (name, extras) = match named.split_once('[') {
        Some((name, extras)) => (name, format!("[{}]", extras.strip_suffix(']')?)),
        None => (named, String::new()),
    };
    let are_names = |extras: &str| {
        extras.trim_matches(['[', ']']).split(',').all(|extra| normalise(extra).is_some())
    };
    let is_version = !version.is_empty()
        && version.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'!' | b'-' | b'_')
        });
    let is_sound = is_version && (extras.is_empty() || are_names(&extras));
    is_sound.then_some(()).and(normalise(name)).map(|name| (format!("{name}=={version}"), extras))
}

fn is_hash(word: &str) -> bool {
    let Some(hash) = word.strip_prefix("--hash=") else { return false };
    let Some((kind, digits)) = hash.split_once(':') else { return false };
    matches!(kind, "sha256" | "sha384" | "sha512")
        && digits.len() >= 64
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}
