//! The record of workspace files an operator trusts: a path and the hash of what stood in it.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::document;
use crate::config::error::Problem;

/// The most files that are trusted at once.
pub const MAX_ENTRIES: usize = 1000;

/// The record, in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    file: PathBuf,
    entries: Vec<Entry>,
}

/// One trusted file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// The file, absolute and without symbolic links in its directory.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// When it was trusted, RFC 3339 in UTC.
    pub trusted_at: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    version: u32,
    entries: Vec<Entry>,
}

impl Store {
    /// Reads the record in `directory`; an absent one is empty. One that others may write is
    /// refused, since it could make us start anything.
    pub fn read(directory: &Path) -> Result<Self, Problem> {
        let file = directory.join("trust.json");
        let Some(bytes) = document::read(&file)? else {
            return Ok(Self { file, entries: Vec::new() });
        };
        let metadata = fs::metadata(&file).map_err(|error| {
            Problem::in_file(&file, format!("this file cannot be read: {error}"))
        })?;
        let owners = [rustix::process::geteuid().as_raw(), 0];
        if !owners.contains(&metadata.uid()) || metadata.mode() & 0o022 != 0 {
            return Err(Problem::in_file(&file, "others may write the record of trusted files")
                .hint("look at what it trusts, then make it yours alone: chmod 600, chown"));
        }
        let record: Record = serde_json::from_slice(&bytes).map_err(|error| {
            Problem::in_file(&file, format!("the record of trusted files is damaged: {error}"))
                .hint("remove it and run `code-executor trust` again where it is needed")
        })?;
        Ok(Self { file, entries: record.entries })
    }

    /// The record of a user who has no home: nothing is trusted.
    pub fn absent() -> Self {
        Self { file: PathBuf::new(), entries: Vec::new() }
    }

    /// Every trusted file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether exactly these bytes at this path are trusted.
    pub fn trusts(&self, path: &Path, bytes: &[u8]) -> bool {
        let Some(path) = path.to_str() else { return false };
        let hash = hash(bytes);
        self.entries.iter().any(|entry| entry.path == path && entry.sha256 == hash)
    }

    /// Trusts these bytes at this path, in place of whatever was trusted there.
    pub fn trust(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Problem> {
        let Some(text) = path.to_str() else {
            return Err(Problem::in_file(path, "a path that is not UTF-8 cannot be trusted"));
        };
        self.revoke(path);
        if self.entries.len() >= MAX_ENTRIES {
            let what = format!("{MAX_ENTRIES} files are trusted, which is the limit");
            return Err(Problem::in_file(&self.file, what)
                .hint("run `code-executor trust --revoke` where it is no longer needed"));
        }
        self.entries.push(Entry {
            path: text.to_owned(),
            sha256: hash(bytes),
            trusted_at: format!("{:.0}", jiff::Timestamp::now()),
        });
        Ok(())
    }

    /// Ends the trust in a path. Answers whether there was any.
    pub fn revoke(&mut self, path: &Path) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| Path::new(&entry.path) != path);
        self.entries.len() < before
    }

    /// Writes the record, readable by its owner alone, whole or not at all.
    pub fn save(&self) -> Result<(), Problem> {
        self.write().map_err(|error| {
            Problem::in_file(
                &self.file,
                format!("the record of trusted files cannot be written: {error}"),
            )
        })
    }

    fn write(&self) -> std::io::Result<()> {
        let directory = self.file.parent().unwrap_or(Path::new("/"));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let record = Record { version: 1, entries: self.entries.clone() };
        let mut bytes = serde_json::to_vec_pretty(&record)?;
        bytes.push(b'\n');
        let draft = directory.join(format!("trust.json.{}", std::process::id()));
        let written = (|| {
            let mut options = fs::OpenOptions::new();
            let mut opened = options.write(true).create_new(true).mode(0o600).open(&draft)?;
            opened.write_all(&bytes)?;
            opened.sync_all()?;
            fs::rename(&draft, &self.file)
        })();
        if written.is_err() {
            // The draft is of no use to anyone; the error that matters is the one above.
            let _ = fs::remove_file(&draft);
        }
        written
    }
}

/// Keeps other processes from changing the record until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: fs::File,
}

impl Lock {
    /// Takes the lock of the record in `directory`, if nobody else holds it.
    pub fn take(directory: &Path) -> Result<Self, Problem> {
        let file = directory.join("trust.lock");
        let take = || {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
            let mut options = fs::OpenOptions::new();
            let opened =
                options.write(true).create(true).truncate(false).mode(0o600).open(&file)?;
            rustix::fs::flock(&opened, rustix::fs::FlockOperation::NonBlockingLockExclusive)?;
            Ok(opened)
        };
        take().map(|opened| Self { _file: opened }).map_err(|error: std::io::Error| {
            if error.kind() == std::io::ErrorKind::WouldBlock {
                return Problem::in_file(&file, "another `code-executor trust` is at work")
                    .hint("try again when it is done");
            }
            Problem::in_file(
                &file,
                format!("the record of trusted files cannot be locked: {error}"),
            )
        })
    }
}

/// The SHA-256 of a file's bytes, in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
