//! The directories the operator allows, opened when the host starts.

#[cfg(test)]
mod tests;

use std::{
    fs, io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
};

use rustix::{fs::OFlags, io::Errno};

use crate::{Error, kernel, lexical, never_written, request};

/// Directories in either list of the operator.
pub const MAX_OPERATOR_DIRECTORIES: usize = 256;

const READ: &str = "security.allowRead";
const WRITE: &str = "security.allowWrite";

/// What programs may be granted at most. The default allows nothing.
#[derive(Debug, Default)]
pub struct Operator {
    pub(crate) directories: Vec<Directory>,
    pub(crate) protected: Vec<PathBuf>,
}

/// A directory of the operator.
#[derive(Debug)]
pub(crate) struct Directory {
    /// As the operator wrote it, without `.` and `..`.
    pub(crate) name: PathBuf,
    /// Without links.
    pub(crate) path: PathBuf,
    pub(crate) fd: OwnedFd,
    pub(crate) write: bool,
}

impl Operator {
    /// Opens the directories of `security.allowRead` and `security.allowWrite`; the latter may be
    /// read as well. `protected` is where our own configuration, audit log and caches are, or will
    /// be; a grant that overlaps them is refused.
    pub fn open(read: &[PathBuf], write: &[PathBuf], protected: &[PathBuf]) -> Result<Self, Error> {
        let protected: Vec<PathBuf> =
            protected.iter().flat_map(|path| [absolute(path), canonical(path)]).collect();
        let mut directories = Vec::new();
        for (setting, list, write) in [(READ, read, false), (WRITE, write, true)] {
            if list.len() > MAX_OPERATOR_DIRECTORIES {
                return Err(Error::TooMany { setting, count: list.len() });
            }
            if !list.is_empty() {
                needs(setting)?;
            }
            for entry in list {
                let directory = Directory::open(setting, entry, write)?;
                directory.keeps_off(setting, entry, &protected)?;
                directories.push(directory);
            }
        }
        Ok(Self { directories, protected })
    }

    /// Whether no directory is allowed.
    pub fn is_empty(&self) -> bool {
        self.directories.is_empty()
    }

    /// The directories that may be read, without links, each once.
    pub fn readable(&self) -> Vec<&Path> {
        Self::once(self.directories.iter())
    }

    /// The directories that may be written, without links, each once.
    pub fn writable(&self) -> Vec<&Path> {
        Self::once(self.directories.iter().filter(|directory| directory.write))
    }

    /// Whether the directory at this real path may be read, or written.
    pub(crate) fn covers(&self, path: &Path, write: bool) -> bool {
        !self.protected.iter().any(|ours| lexical::overlap(path, ours))
            && self
                .directories
                .iter()
                .any(|directory| (directory.write || !write) && path.starts_with(&directory.path))
    }

    fn once<'a>(directories: impl Iterator<Item = &'a Directory>) -> Vec<&'a Path> {
        let mut paths: Vec<&Path> = directories.map(|directory| directory.path.as_path()).collect();
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

impl Directory {
    fn open(setting: &'static str, entry: &Path, write: bool) -> Result<Self, Error> {
        let unusable = |problem| Error::Unusable { setting, entry: entry.to_owned(), problem };
        if let Some(problem) = request::problem(entry) {
            return Err(unusable(problem));
        }
        let name = lexical::normalise(entry);
        if lexical::is_system(&name) {
            return Err(unusable(SYSTEM));
        }
        let open =
            |source: Errno| Error::Open { setting, entry: entry.to_owned(), source: source.into() };
        // Resolved first and opened without a link after that: what we hold is what we compare with.
        let path = fs::canonicalize(&name).map_err(|source| Error::Open {
            setting,
            entry: entry.to_owned(),
            source,
        })?;
        if lexical::is_system(&path) {
            return Err(unusable(SYSTEM));
        }
        let fd = kernel::open_directory(&path).map_err(open)?;
        if kernel::real_path(&fd).map_err(open)? != path {
            return Err(open(Errno::AGAIN));
        }
        if kernel::is_kernels(&fd).map_err(open)? {
            return Err(unusable(SYSTEM));
        }
        kernel::reopen(&fd, OFlags::RDONLY | OFlags::DIRECTORY).map_err(open)?;
        if write && never_written::is_below(&path) {
            return Err(unusable(
                "lies in a directory that programs may never write to (version control, editors, \
                 agents, our own configuration); allow it for reading only",
            ));
        }
        Ok(Self { name, path, fd, write })
    }

    fn keeps_off(
        &self,
        setting: &'static str,
        entry: &Path,
        protected: &[PathBuf],
    ) -> Result<(), Error> {
        match protected.iter().find(|ours| lexical::overlap(&self.path, ours)) {
            Some(ours) => {
                Err(Error::Overlap { setting, entry: entry.to_owned(), ours: ours.clone() })
            }
            None => Ok(()),
        }
    }
}

const SYSTEM: &str = "is, or is in, a directory of the system (/, /proc, /dev, /sys), which cannot \
                      be granted; name the directory that programs work in";

/// Looks for what every grant rests on before a request depends on it.
fn needs(setting: &'static str) -> Result<(), Error> {
    let io = |source: Errno| io::Error::from(source);
    kernel::descriptors().map_err(|source| Error::NoProc { setting, source: io(source) })?;
    kernel::open_directory(Path::new("/"))
        .map_err(|source| Error::NoOpenat2 { setting, source: io(source) })?;
    Ok(())
}

/// The path without links as far as it exists; what does not exist yet is kept as it is.
fn canonical(path: &Path) -> PathBuf {
    let path = absolute(path);
    let mut missing = Vec::new();
    let mut existing = path.as_path();
    loop {
        if let Ok(mut found) = fs::canonicalize(existing) {
            found.extend(missing.iter().rev());
            return found;
        }
        match (existing.parent(), existing.file_name()) {
            (Some(parent), Some(name)) => {
                missing.push(name);
                existing = parent;
            }
            _ => return path.clone(),
        }
    }
}

fn absolute(path: &Path) -> PathBuf {
    lexical::normalise(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}
