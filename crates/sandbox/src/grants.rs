//! Directories that a Python program is granted: from the host's descriptors to what the child gets.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::MemfdFlags;
use wire::control::{GrantSheet, GrantedPath, MAX_GRANTED, MountOrder, SheetAnswer};

use crate::mount_broker::{MountBroker, Mounted};
use crate::{Child, Error};

/// The longest answer of a child, in bytes.
const ANSWER_BYTES: u64 = 1 << 20;

/// Why a file system that cannot map ids withholds a directory from a root host's programs.
const NOT_AS_OWNER: &str = "; code-executor runs as root and programs as a user of their own, whom this \
    file system cannot take for the owner: let everybody read the directory, or run code-executor as \
    its owner";

/// The same where there are no mounts at all.
const NOT_AS_ROOT: &str = "; code-executor runs as root and programs as a user of their own, who must be \
    let in without mounts on this host: let everybody read the directory and pass those above it, or \
    run code-executor as its owner";

/// What one program is granted.
#[derive(Debug, Clone, Default)]
pub struct Grants<'a> {
    /// The directories.
    pub directories: Vec<GrantedDirectory<'a>>,
    /// Where the program starts: in one of them, without links on the way. `/workspace` without.
    pub cwd: Option<&'a Path>,
}

/// A directory that a program may read.
#[derive(Debug, Clone)]
pub struct GrantedDirectory<'a> {
    /// Its path without links, where the program finds it.
    pub path: &'a Path,
    /// Other spellings, which lead to it where nothing else is called so.
    pub names: &'a [PathBuf],
    /// The directory itself, opened with `O_PATH` at least.
    pub fd: BorrowedFd<'a>,
}

/// Something granted that the program does not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// The directory, as it was granted.
    pub path: PathBuf,
    /// Whether it is merely not where the program starts.
    pub is_cwd: bool,
    /// Why, in words that follow the path.
    pub reason: String,
}

/// A child, and what its program does not get.
#[derive(Debug)]
pub struct Launched {
    /// Locked down, verified, and waiting for its program.
    pub child: Child,
    /// What was granted and cannot be had.
    pub withheld: Vec<Withheld>,
}

/// Grants on their way to a child.
pub(crate) struct Prepared {
    sheet: GrantSheet,
    // Written by us, then by the child.
    file: File,
    descriptors: Vec<OwnedFd>,
    // What a program that may not read a directory should be told, for each.
    hints: Vec<&'static str>,
    withheld: Vec<Withheld>,
}

impl Prepared {
    /// With a mount of each directory, where there is a root to put them in.
    pub(crate) async fn mounted(grants: &Grants<'_>, broker: &MountBroker) -> Result<Self, Error> {
        let mut prepared = Self::new(grants)?;
        for directory in prepared.usable(grants) {
            let order = MountOrder {
                device: directory.1.device,
                inode: directory.1.inode,
                path: directory.0.path.to_owned(),
            };
            match broker.mount(&order).await? {
                Mounted::Yes { mount, as_owner } => {
                    let hint = if as_owner { "" } else { NOT_AS_OWNER };
                    prepared.add(directory.1, mount, hint);
                }
                Mounted::No(reason) => prepared.withhold(directory.0.path, reason),
            }
        }
        prepared.write()
    }

    /// With the directories themselves, where the child sees the host's file system.
    pub(crate) fn as_they_are(grants: &Grants<'_>) -> Result<Self, Error> {
        let mut prepared = Self::new(grants)?;
        let hint = if rustix::process::geteuid().is_root() { NOT_AS_ROOT } else { "" };
        for (directory, path) in prepared.usable(grants) {
            match directory.fd.try_clone_to_owned() {
                Ok(fd) => prepared.add(path, fd, hint),
                Err(error) => prepared.withhold(directory.path, format!("cannot be used: {error}")),
            }
        }
        prepared.write()
    }

    /// Whether nothing is left that a child could be given.
    pub(crate) fn is_empty(&self) -> bool {
        self.descriptors.is_empty()
    }

    /// The sheet, and a descriptor for each directory.
    pub(crate) fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        let directories = self.descriptors.iter().map(AsFd::as_fd);
        std::iter::once(self.file.as_fd()).chain(directories).collect()
    }

    /// A child that gets none of it.
    pub(crate) fn launched(mut self, child: Child) -> Launched {
        if let Some(cwd) = self.sheet.cwd.take() {
            let reason = "is in a directory that the program does not get".to_owned();
            self.withheld.push(Withheld { path: cwd.into(), is_cwd: true, reason });
        }
        Launched { child, withheld: self.withheld }
    }

    /// What the child says of what it got.
    pub(crate) fn finish(mut self, child: Child) -> Result<Launched, Error> {
        let unverified = |what: &str| Error::Unverified(format!("its grants: {what}"));
        let answer =
            self.answer().ok_or_else(|| unverified("it did not say what became of them"))?;
        for withheld in answer.withheld {
            let (path, hint) = match (withheld.index, &self.sheet.cwd) {
                (None, Some(cwd)) => (cwd, ""),
                (Some(index), _) if index < self.sheet.directories.len() => {
                    (&self.sheet.directories[index].path, self.hints[index])
                }
                _ => return Err(unverified("it speaks of others")),
            };
            self.withheld.push(Withheld {
                path: path.into(),
                is_cwd: withheld.index.is_none(),
                reason: withheld.reason + hint,
            });
        }
        Ok(Launched { child, withheld: self.withheld })
    }

    /// Why there is no child, if it could say so.
    pub(crate) fn explain(&self, error: Error) -> Error {
        match self.answer().and_then(|answer| answer.failed) {
            Some(failed) if matches!(error, Error::Failed(_)) => {
                Error::Failed(format!("a child could not be given its directories ({failed})"))
            }
            _ => error,
        }
    }

    fn new(grants: &Grants<'_>) -> Result<Self, Error> {
        let file = rustix::fs::memfd_create("grants", MemfdFlags::CLOEXEC)
            .map_err(|errno| Error::Failed(format!("a file for the grants: {errno}")))?;
        let mut prepared = Self {
            sheet: GrantSheet::default(),
            file: file.into(),
            descriptors: Vec::new(),
            hints: Vec::new(),
            withheld: Vec::new(),
        };
        match grants.cwd.map(|cwd| (cwd, cwd.to_str())) {
            Some((_, Some(text))) => prepared.sheet.cwd = Some(text.to_owned()),
            Some((cwd, None)) => {
                let reason = "is a path that is not UTF-8".to_owned();
                prepared.withheld.push(Withheld { path: cwd.to_owned(), is_cwd: true, reason });
            }
            None => {}
        }
        Ok(prepared)
    }

    /// The directories that can be described to a child; the others are withheld.
    fn usable<'a>(&mut self, grants: &Grants<'a>) -> Vec<(GrantedDirectory<'a>, GrantedPath)> {
        let mut usable = Vec::new();
        for directory in &grants.directories {
            match describe(directory) {
                Ok(_) if usable.len() == MAX_GRANTED => {
                    let reason = format!(
                        "is one more than the {MAX_GRANTED} directories that a program can be \
                         granted; name a directory that contains several of them"
                    );
                    self.withhold(directory.path, reason);
                }
                Ok(path) => usable.push((directory.clone(), path)),
                Err(reason) => self.withhold(directory.path, reason),
            }
        }
        usable
    }

    fn add(&mut self, path: GrantedPath, fd: OwnedFd, hint: &'static str) {
        self.sheet.directories.push(path);
        self.descriptors.push(fd);
        self.hints.push(hint);
    }

    fn withhold(&mut self, path: &Path, reason: String) {
        self.withheld.push(Withheld { path: path.to_owned(), is_cwd: false, reason });
    }

    fn write(mut self) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Failed(format!("writing the grants: {error}"));
        let text = serde_json::to_vec(&self.sheet).map_err(|error| failed(error.into()))?;
        self.file.write_all(&text).map_err(failed)?;
        Ok(self)
    }

    fn answer(&self) -> Option<SheetAnswer> {
        let mut file = &self.file;
        let mut text = Vec::new();
        file.rewind().ok()?;
        file.take(ANSWER_BYTES).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

fn describe(directory: &GrantedDirectory<'_>) -> Result<GrantedPath, String> {
    let stat =
        rustix::fs::fstat(directory.fd).map_err(|errno| format!("cannot be looked at: {errno}"))?;
    let path = directory.path.to_str().ok_or("is a path that is not UTF-8")?;
    // A name that is no UTF-8 cannot have been asked for.
    let names = directory.names.iter().filter(|name| *name != directory.path);
    Ok(GrantedPath {
        path: path.to_owned(),
        names: names.filter_map(|name| name.to_str().map(str::to_owned)).collect(),
        device: stat.st_dev,
        inode: stat.st_ino,
    })
}
