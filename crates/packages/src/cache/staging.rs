//! Directories for work in progress. They go with the work, or with the next one after a crash.

use std::{fmt::Write as _, fs, io, os::unix::fs::DirBuilderExt as _, path::PathBuf};

use super::{Cache, FileLock, entries, tree};
use crate::Error;

/// A private directory that is removed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Staging {
    path: PathBuf,
    /// Tells other processes that somebody still works here.
    lock: Option<FileLock>,
}

impl Staging {
    pub(crate) fn path(&self) -> &std::path::Path {
        &self.path
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next preparation.
        let _ = tree::remove(&self.path);
        if self.path.exists()
            && let Some(lock) = self.lock.take()
        {
            drop(lock.keep());
        }
    }
}

impl Cache {
    /// A new directory to work in.
    pub(crate) fn stage(&self) -> Result<Staging, Error> {
        let name = random_name()?;
        let folder = self.root.join("staging");
        let path = folder.join(&name);
        let lock = FileLock::try_exclusive(&folder.join(format!("{name}.lock")))?;
        if lock.is_none() {
            let error = io::Error::other("a new name is taken");
            return Err(Error::cache("create", &path, error));
        }
        let made = fs::DirBuilder::new().mode(0o700).create(&path);
        made.map_err(|error| Error::cache("create", &path, error))?;
        Ok(Staging { path, lock })
    }

    /// Removes what crashed preparations left.
    pub(crate) fn clean_staging(&self) -> Result<(), Error> {
        for entry in entries(&self.root.join("staging"))? {
            let lock = entry.path();
            if lock.extension().is_none_or(|extension| extension != "lock") {
                continue;
            }
            if let Some(held) = FileLock::try_exclusive(&lock)? {
                drop(Staging { path: lock.with_extension(""), lock: Some(held) });
            }
        }
        Ok(())
    }
}

/// Sixteen hexadecimal digits that nobody has used.
pub(super) fn random_name() -> Result<String, Error> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|error| {
        let error = io::Error::other(error.to_string());
        Error::cache("name something in", std::path::Path::new("the cache"), error)
    })?;
    let mut name = String::new();
    for byte in bytes {
        let _ = write!(name, "{byte:02x}");
    }
    Ok(name)
}
