//! What a program asks for, and what is wrong with asking so.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::lexical;

/// Entries in either list of a request.
pub const MAX_ENTRIES: usize = 32;

/// Bytes of a path, as the kernel counts them.
pub const MAX_PATH: usize = 4_095;

/// Bytes of an entry that an error repeats.
const SHOWN: usize = 64;

/// The directories a program asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Directories to read from.
    pub read: Vec<PathBuf>,
    /// Directories to read from and write to.
    pub write: Vec<PathBuf>,
    /// The directory to which relative paths are relative; in one of the others.
    pub cwd: Option<PathBuf>,
}

/// Why a request is refused as a whole. What is merely not allowed is denied instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A list has too many entries.
    #[error(
        "permissions.{list} lists {count} directories, the limit is {MAX_ENTRIES}; name a directory \
         that contains several of them"
    )]
    TooMany {
        /// `read` or `write`.
        list: &'static str,
        /// How many.
        count: usize,
    },
    /// An entry is no path of a directory.
    #[error("permissions.{list}: {entry:?} {problem}")]
    Entry {
        /// `read`, `write` or `cwd`.
        list: &'static str,
        /// The entry, or its beginning.
        entry: String,
        /// What is wrong with it and what to write instead.
        problem: &'static str,
    },
}

impl Request {
    /// Looks at the request as text, and at no file.
    pub fn check(&self) -> Result<(), Malformed> {
        for (list, entries) in [("read", &self.read), ("write", &self.write)] {
            if entries.len() > MAX_ENTRIES {
                return Err(Malformed::TooMany { list, count: entries.len() });
            }
            entries.iter().try_for_each(|entry| check(list, entry))?;
        }
        self.cwd.iter().try_for_each(|entry| check("cwd", entry))
    }
}

fn check(list: &'static str, entry: &Path) -> Result<(), Malformed> {
    match problem(entry) {
        Some(problem) => Err(Malformed::Entry { list, entry: shown(entry), problem }),
        None => Ok(()),
    }
}

/// What is wrong with a path of a directory to be granted, as text.
pub(crate) fn problem(entry: &Path) -> Option<&'static str> {
    let text = entry.as_os_str();
    if text.is_empty() {
        Some("is empty; write the absolute path of a directory")
    } else if text.len() > MAX_PATH {
        Some("is longer than 4095 bytes; write the absolute path of a directory")
    } else if lexical::has_nul(text) {
        Some("contains a NUL character; write the absolute path of a directory")
    } else if lexical::has_wildcard(text) {
        Some(
            "contains a wildcard; write the absolute path of a directory: everything in it is meant",
        )
    } else if text.as_encoded_bytes().starts_with(b"~") {
        Some("begins with ~, which is not expanded; write the absolute path of a directory")
    } else if !entry.is_absolute() {
        Some("is relative; write the absolute path of a directory, beginning with /")
    } else {
        None
    }
}

fn shown(entry: &Path) -> String {
    let text = entry.to_string_lossy();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.into_owned(),
    }
}
