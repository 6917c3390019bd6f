//! What is kept between preparations: environments, resolutions, downloads; shared by all processes
//! of the operator.
//!
//! ```text
//! <cache>/environments/<name>/{manifest.json, <content>/}       read-only, appear by rename
//!         resolutions/<name>.json                               a lock and when it was made
//!         locks/<name>.lock                                     held shared by users, exclusively by
//!                                                               whoever makes or removes the thing
//!         staging/<random>/, staging/<random>.lock              work in progress
//!         uv/                                                   uv's own cache, of Python's alone
//! ```
//!
//! Everything here blocks; the callers are on threads that may.

mod environments;
mod evict;
mod file_lock;
mod resolutions;
mod staging;
#[cfg(test)]
mod tests;
mod tree;

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

pub(crate) use self::{
    file_lock::FileLock,
    staging::Staging,
    tree::{Found, Limits, measure},
};
use crate::Error;

/// Name of the lock that is held while `uv` works in its cache.
const UV: &str = "uv";

/// What environments hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Python's packages.
    SitePackages,
    /// Deno's packages, as its `DENO_DIR` has them.
    DenoDir,
}

impl Content {
    /// The name of the directory with the packages: in an environment, and where it is made.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::SitePackages => "site-packages",
            Self::DenoDir => "deno",
        }
    }
}

/// An environment that is kept from being evicted while this lives.
#[derive(Debug)]
pub(crate) struct Kept {
    /// Stands for the files.
    pub(crate) key: String,
    /// Where they are.
    pub(crate) path: PathBuf,
    /// Every package, sorted.
    pub(crate) packages: Vec<String>,
    pub(crate) lock: FileLock,
}

/// The cache directory.
#[derive(Debug, Clone)]
pub(crate) struct Cache {
    root: PathBuf,
    content: Content,
}

impl Cache {
    pub(crate) fn new(root: &Path, content: Content) -> Self {
        Self { root: root.to_owned(), content }
    }

    /// Makes the directories, for us alone: packages of a private index are nobody else's.
    pub(crate) fn create(&self) -> Result<(), Error> {
        let own = (self.content == Content::SitePackages).then_some(UV);
        for folder in ["environments", "resolutions", "locks", "staging"].into_iter().chain(own) {
            let path = self.root.join(folder);
            let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&path);
            made.map_err(|error| Error::cache("create", &path, error))?;
        }
        Ok(())
    }

    /// Where `uv` keeps what it fetched.
    pub(crate) fn uv(&self) -> PathBuf {
        self.root.join(UV)
    }

    fn environment(&self, name: &str) -> PathBuf {
        self.root.join("environments").join(name)
    }

    fn lock(&self, name: &str) -> PathBuf {
        self.root.join("locks").join(format!("{name}.lock"))
    }

    /// Tries to be the only one who makes or removes what has this name.
    pub(crate) fn try_claim(&self, name: &str) -> Result<Option<FileLock>, Error> {
        FileLock::try_exclusive(&self.lock(name))
    }

    /// Tries to use `uv`'s cache beside others.
    pub(crate) fn try_use_uv(&self) -> Result<Option<FileLock>, Error> {
        FileLock::try_shared(&self.lock(UV))
    }
}

/// The entries of a directory; none when there is no such directory.
fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>, Error> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.filter_map(Result::ok).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::cache("read", folder, error)),
    }
}
