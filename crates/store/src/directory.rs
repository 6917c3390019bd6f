//! A directory of files that are ours alone: read with care, replaced whole.

use std::fs::{DirBuilder, File};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, CWD, FlockOperation, Mode, OFlags, RawDir, Stat};
use rustix::io::Errno;

use crate::Error;

/// How long another process may hold the lock before we give up.
const LOCK: Duration = Duration::from_secs(30);
/// How often a held lock is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// After this many seconds a draft is what a process that died has left behind.
const ABANDONED: i64 = 3600;
/// The end of a draft's name.
const DRAFT: &str = ".draft";
/// The lock's name.
const LOCK_NAME: &str = "lock";

/// A directory of files that are ours alone.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    path: PathBuf,
    /// The largest file, in bytes.
    max_file: u64,
}

/// What tells one state of a file from another without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    inode: u64,
    size: i64,
    modified: (i64, i64),
}

/// A file as the directory lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) size: u64,
    /// When it was last written, in seconds and nanoseconds.
    pub(crate) modified: (i64, i64),
}

/// Whether a file has to be there after the machine loses its power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It can be had again.
    Written,
    /// It cannot.
    Synced,
}

impl Directory {
    /// This directory, which need not be there yet.
    pub(crate) fn new(path: PathBuf, max_file: u64) -> Self {
        Self { path, max_file }
    }

    /// Where a file of it is, for people.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The largest file, in bytes.
    pub(crate) fn max_file(&self) -> u64 {
        self.max_file
    }

    /// The bytes of a file, and which state of it they are; `None` when it is not there.
    pub(crate) fn read(&self, name: &str) -> Result<Option<(Vec<u8>, Stamp)>, Error> {
        let Some(directory) = self.open()? else { return Ok(None) };
        let path = self.path_of(name);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match rustix::fs::openat(&directory, name, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return Err(Error::Foreign { path, reason: "it is a link" }),
            Err(errno) => return Err(refused(&path, "read", errno)),
        };
        let status = rustix::fs::fstat(&file).map_err(|errno| refused(&path, "read", errno))?;
        if rustix::fs::FileType::from_raw_mode(status.st_mode) != rustix::fs::FileType::RegularFile
        {
            return Err(Error::Foreign { path, reason: "it is no plain file" });
        }
        check_owner(&path, &status)?;
        let (size, limit) = (u64::try_from(status.st_size).unwrap_or(u64::MAX), self.max_file);
        if size > limit {
            return Err(Error::TooLarge { path, size, limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        let read = File::from(file).take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| refused(&path, "read", error))?;
        Ok(Some((bytes, Stamp::of(&status))))
    }

    /// Which state a file is in; `None` when it is not there or cannot be looked at.
    pub(crate) fn stamp(&self, name: &str) -> Option<Stamp> {
        let path = self.path_of(name);
        let status = rustix::fs::statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(Stamp::of(&status))
    }

    /// Replaces a file, or makes it, whole or not at all. The directory is made when need be.
    pub(crate) fn write(
        &self,
        name: &str,
        bytes: &[u8],
        durability: Durability,
    ) -> Result<(), Error> {
        let path = self.path_of(name);
        let size = bytes.len() as u64;
        if size > self.max_file {
            return Err(Error::TooLarge { path, size, limit: self.max_file });
        }
        let directory = self.made()?;
        let draft = format!(".{name}.{:016x}{DRAFT}", random());
        let written = (|| -> std::io::Result<()> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            let mode = Mode::RUSR | Mode::WUSR;
            let mut file = File::from(rustix::fs::openat(&directory, &draft, flags, mode)?);
            file.write_all(bytes)?;
            if durability == Durability::Synced {
                file.sync_all()?;
            }
            rustix::fs::renameat(&directory, &draft, &directory, name)?;
            if durability == Durability::Synced {
                rustix::fs::fsync(&directory)?;
            }
            Ok(())
        })();
        written.map_err(|error| {
            // The draft is of no use to anyone; the error that matters is the one above.
            let _ = rustix::fs::unlinkat(&directory, &draft, AtFlags::empty());
            refused(&path, "written", error)
        })
    }

    /// Takes the directory's lock, which the file holds until it is dropped.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let (directory, path) = (self.made()?, self.path_of(LOCK_NAME));
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        let file = rustix::fs::openat(&directory, LOCK_NAME, flags, mode)
            .map_err(|errno| refused(&path, "locked", errno))?;
        let deadline = Instant::now() + LOCK;
        loop {
            match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(File::from(file)),
                Err(Errno::WOULDBLOCK) if Instant::now() < deadline => std::thread::sleep(LOOK),
                Err(errno) => return Err(refused(&path, "locked", errno)),
            }
        }
    }

    /// The files of ours, in no order. What dead processes left half-written is removed.
    pub(crate) fn entries(&self) -> Result<Vec<Entry>, Error> {
        let Some(directory) = self.open()? else { return Ok(Vec::new()) };
        let mut buffer = Vec::with_capacity(16 * 1024);
        let mut listed = RawDir::new(&directory, buffer.spare_capacity_mut());
        let mut names = Vec::new();
        while let Some(entry) = listed.next() {
            let entry = entry.map_err(|errno| refused(&self.path, "read", errno))?;
            names.extend(entry.file_name().to_str().ok().map(str::to_owned));
        }
        let now = jiff::Timestamp::now().as_second();
        let mut entries = Vec::new();
        for name in names {
            let flags = AtFlags::SYMLINK_NOFOLLOW;
            let Ok(status) = rustix::fs::statat(&directory, name.as_str(), flags) else { continue };
            let stamp = Stamp::of(&status);
            if name.ends_with(DRAFT) {
                if stamp.modified.0 < now - ABANDONED {
                    let _ = rustix::fs::unlinkat(&directory, name.as_str(), AtFlags::empty());
                }
            } else if name != LOCK_NAME && name != "." && name != ".." {
                let size = u64::try_from(status.st_size).unwrap_or(0);
                entries.push(Entry { name, size, modified: stamp.modified });
            }
        }
        Ok(entries)
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, name: &str) {
        // Whatever keeps it from being removed keeps it from being used as well.
        let _ = std::fs::remove_file(self.path_of(name));
    }

    /// The directory itself; `None` when it is not there.
    fn open(&self) -> Result<Option<OwnedFd>, Error> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let directory = match rustix::fs::open(&self.path, flags, Mode::empty()) {
            Ok(directory) => directory,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP | Errno::NOTDIR) => {
                let path = self.path.clone();
                return Err(Error::Foreign { path, reason: "it is no directory" });
            }
            Err(errno) => return Err(refused(&self.path, "read", errno)),
        };
        let status = rustix::fs::fstat(&directory);
        check_owner(&self.path, &status.map_err(|errno| refused(&self.path, "read", errno))?)?;
        Ok(Some(directory))
    }

    /// The directory itself, made when it is not there.
    fn made(&self) -> Result<OwnedFd, Error> {
        if let Some(directory) = self.open()? {
            return Ok(directory);
        }
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&self.path);
        made.map_err(|error| refused(&self.path, "written", error))?;
        self.open()?.ok_or_else(|| refused(&self.path, "written", Errno::NOENT))
    }
}

impl Stamp {
    fn of(status: &Stat) -> Self {
        #[expect(clippy::useless_conversion, reason = "the types differ between architectures")]
        let modified =
            (i64::from(status.st_mtime), i64::try_from(status.st_mtime_nsec).unwrap_or(0));
        Self { inode: status.st_ino, size: status.st_size, modified }
    }
}

/// Only we, or root, may be able to write it.
pub(crate) fn check_owner(path: &Path, status: &Stat) -> Result<(), Error> {
    let owners = [rustix::process::geteuid().as_raw(), 0];
    if !owners.contains(&status.st_uid) {
        return Err(Error::Foreign { path: path.to_owned(), reason: "it is not yours" });
    }
    if status.st_mode & 0o022 != 0 {
        let reason = "others may write it: look at it, then chmod go-w";
        return Err(Error::Foreign { path: path.to_owned(), reason });
    }
    Ok(())
}

fn refused(path: &Path, what: &'static str, error: impl Into<std::io::Error>) -> Error {
    Error::System { path: path.to_owned(), what, reason: error.into().to_string() }
}

/// A number for a draft's name, which only has to differ.
fn random() -> u64 {
    let mut bytes = [0; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u64::from_le_bytes(bytes),
        Err(_) => u64::from(std::process::id()),
    }
}
