//! The list of files that are ours, beside them: what is not in it and does not say so itself is
//! somebody else's.

use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, bail};
use catalog::wrappers::ROOT;
use serde::{Deserialize, Serialize};
use types::Language;

use super::arguments::Languages;

/// Its name in `servers`.
pub const NAME: &str = ".wrappers.json";

/// The largest list that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;

const VERSION: u32 = 1;

/// The files that are ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    version: u32,
    /// By their paths below the directory that holds `servers`.
    pub files: BTreeMap<String, Entry>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The server whose tools it is of; none for what all share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// What is in it.
    pub sha256: String,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { version: VERSION, files: BTreeMap::new() }
    }
}

impl Manifest {
    /// Reads it; none is an empty one.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let advice =
            "delete it, and the files made by code-executor will be recognised by their first line";
        // Somebody may have put a pipe there, whose opening would wait for a writer.
        let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let opened = std::fs::File::options().read(true).custom_flags(nonblocking).open(path);
        let file = match opened {
            Ok(file) if file.metadata().is_ok_and(|metadata| metadata.is_file()) => file,
            Ok(_) => bail!("{} is no plain file; {advice}", path.display()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(error) => return Err(error).context(format!("cannot read {}", path.display())),
        };
        let mut text = String::new();
        let read = file.take(MAX_BYTES + 1).read_to_string(&mut text);
        read.with_context(|| format!("cannot read {}", path.display()))?;
        if text.len() as u64 > MAX_BYTES {
            bail!("{} is larger than {MAX_BYTES} bytes; {advice}", path.display());
        }
        let manifest: Self = serde_json::from_str(&text)
            .with_context(|| format!("{} cannot be understood; {advice}", path.display()))?;
        if manifest.version != VERSION {
            bail!("{} is of version {}, not {VERSION}; {advice}", path.display(), manifest.version);
        }
        if let Some(odd) = manifest.files.keys().find(|path| !is_ours(path)) {
            bail!("{} names {odd:?}, which no module is called; {advice}", path.display());
        }
        Ok(manifest)
    }

    /// It as text, the same for the same files.
    pub fn text(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The languages that there are files of, when there are any.
    pub fn languages(&self) -> Option<Languages> {
        let has = |language| self.files.keys().any(|path| language_of(path) == language);
        match (has(Language::TypeScript), has(Language::Python)) {
            (true, true) => Some(Languages::Both),
            (true, false) => Some(Languages::Ts),
            (false, true) => Some(Languages::Py),
            (false, false) => None,
        }
    }
}

/// The language of a file of ours.
pub fn language_of(path: &str) -> Language {
    if path.ends_with(".py") { Language::Python } else { Language::TypeScript }
}

/// Whether a path is one that modules have: `servers/<folder>/<name>.ts` and the like. The list lies
/// where others may write, and what it names is removed.
fn is_ours(path: &str) -> bool {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let Some(rest) = path.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('/')) else {
        return false;
    };
    let Some(rest) = rest.strip_suffix(".ts").or_else(|| rest.strip_suffix(".py")) else {
        return false;
    };
    match rest.split_once('/') {
        Some((folder, name)) => is_name(folder) && is_name(name),
        None => is_name(rest),
    }
}

#[cfg(test)]
mod tests {
    //! What a list may name.

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::{Manifest, NAME, is_ours};

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let refused = Manifest::read(&path).unwrap_err().to_string();
        assert!(refused.contains("is no plain file"), "{refused}");
    }

    #[test]
    fn only_paths_of_modules_are_ours() {
        for path in ["servers/fs/read_file.ts", "servers/fs/__init__.py", "servers/discovery.ts"] {
            assert!(is_ours(path), "{path}");
        }
        for path in [
            "servers/../x.ts",
            "/etc/x.ts",
            "servers/a/b/c.ts",
            "servers/a/b.sh",
            "servers//x.ts",
            "other/x.ts",
            "servers/.py",
            "servers/a/..py",
        ] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
