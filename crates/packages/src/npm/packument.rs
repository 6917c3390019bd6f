//! The document of an npm package: what of it Deno needs, with archives to be asked of us.

#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

/// What of a version bears on what is installed. Not its scripts: nothing is run.
const KEPT: &[&str] = &[
    "name",
    "version",
    "bin",
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "bundleDependencies",
    "bundledDependencies",
    "os",
    "cpu",
    "libc",
];

/// A version's archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Archive {
    pub(super) version: String,
    /// Where the registry has it.
    pub(super) url: String,
}

/// Rewrites a package's document so that its archives are fetched below this address, and says where
/// they really are. Hashes stay as they are: Deno holds what it gets against them.
pub(super) fn rewrite(
    body: &[u8],
    base: &str,
    name: &str,
) -> Result<(Vec<u8>, Vec<Archive>), &'static str> {
    let Ok(Value::Object(mut document)) = serde_json::from_slice(body) else {
        return Err("what it answers is not the document of a package");
    };
    let Some(Value::Object(versions)) = document.remove("versions") else {
        return Err("its document of the package has no versions");
    };
    let mut archives = Vec::new();
    let mut kept = Map::new();
    for (version, entry) in versions {
        let Value::Object(entry) = entry else { continue };
        if let Some(entry) = one(entry, base, name, &version, &mut archives) {
            kept.insert(version, Value::Object(entry));
        }
    }
    let mut rewritten = Map::new();
    rewritten.insert("name".to_owned(), Value::String(name.to_owned()));
    for key in ["dist-tags", "time"] {
        if let Some(value) = document.remove(key) {
            rewritten.insert(key.to_owned(), value);
        }
    }
    rewritten.insert("versions".to_owned(), Value::Object(kept));
    let text = serde_json::to_vec(&rewritten).map_err(|_| "its document cannot be written")?;
    Ok((text, archives))
}

/// The path of an archive below our address.
pub(super) fn archive_path(name: &str, version: &str) -> String {
    format!("/archive/{name}/{version}.tgz")
}

/// One version; none when it has no archive over HTTP.
fn one(
    mut entry: Map<String, Value>,
    base: &str,
    name: &str,
    version: &str,
    archives: &mut Vec<Archive>,
) -> Option<Map<String, Value>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte);
    if version.is_empty() || version.len() > 256 || !version.bytes().all(is_plain) {
        return None;
    }
    let Value::Object(mut dist) = entry.remove("dist")? else { return None };
    let Value::String(url) = dist.remove("tarball")? else { return None };
    let mut archive = Map::new();
    let address = format!("{base}{}", archive_path(name, version));
    archive.insert("tarball".to_owned(), Value::String(address));
    for key in ["integrity", "shasum"] {
        if let Some(value @ Value::String(_)) = dist.remove(key) {
            archive.insert(key.to_owned(), value);
        }
    }
    entry.retain(|key, _| KEPT.contains(&key.as_str()));
    entry.insert("dist".to_owned(), Value::Object(archive));
    archives.push(Archive { version: version.to_owned(), url });
    Some(entry)
}
