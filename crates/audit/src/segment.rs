//! Files of the log: how they are named, created and counted.

use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rustix::{
    fs::{FallocateFlags, OFlags, fallocate},
    io::Errno,
};

use crate::Error;

/// Segments one process may begin within one second.
const MAX_PER_SECOND: u32 = 1_000;

/// Digits and letters of `20261120T141532Z`.
const STAMP: usize = 16;

/// Where segments are and how they are named.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    pub(crate) directory: PathBuf,
    stem: String,
    extension: String,
}

/// An open segment.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
}

impl Family {
    /// The family that `path` names; its directory is made when it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let is_directory = path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/");
        let name = path.file_name().filter(|_| !is_directory);
        let Some(name) = name.and_then(OsStr::to_str) else {
            return Err(Error::NotAFile { path: path.to_owned() });
        };
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
            _ => (name, String::new()),
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        let directory = make_directory(parent).map_err(|source| Error::Directory {
            path: parent.to_owned(),
            source: source.into(),
        })?;
        Ok(Self { directory, stem: stem.to_owned(), extension })
    }

    /// A new, empty segment of this process.
    pub(crate) fn create(&self, now: Timestamp) -> Result<Segment, Error> {
        let start =
            format!("{}.{}-{}", self.stem, now.strftime("%Y%m%dT%H%M%SZ"), std::process::id());
        let mut number = 1;
        loop {
            let name = match number {
                1 => format!("{start}{}", self.extension),
                _ => format!("{start}-{number}{}", self.extension),
            };
            let path = self.directory.join(name);
            // `create_new` takes no file that is there, nor a link; NOFOLLOW says so once more.
            let opened = OpenOptions::new()
                .append(true)
                .create_new(true)
                .mode(0o600)
                .custom_flags(OFlags::NOFOLLOW.bits().cast_signed())
                .open(&path);
            match opened {
                Ok(file) => return Ok(Segment { file, path }),
                Err(error)
                    if error.kind() == io::ErrorKind::AlreadyExists && number < MAX_PER_SECOND =>
                {
                    number += 1;
                }
                Err(source) => return Err(Error::Create { path, source: source.into() }),
            }
        }
    }

    /// Bytes of all segments of the family, whoever wrote them.
    pub(crate) fn total(&self) -> Result<u64, Error> {
        let sum = || -> io::Result<u64> {
            let mut total = 0;
            for entry in fs::read_dir(&self.directory)? {
                let entry = entry?;
                if !entry.file_name().to_str().is_some_and(|name| self.is_segment(name)) {
                    continue;
                }
                match entry.metadata() {
                    Ok(metadata) => total += metadata.len(),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(total)
        };
        sum().map_err(|source| Error::Directory {
            path: self.directory.clone(),
            source: source.into(),
        })
    }

    /// Makes the names of new segments durable.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        File::open(&self.directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|source| Error::Sync { path: self.directory.clone(), source: source.into() })
    }

    fn is_segment(&self, name: &str) -> bool {
        let middle = name
            .strip_prefix(&self.stem)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.strip_suffix(&self.extension));
        middle.is_some_and(|middle| {
            let (stamp, rest) = middle.split_at_checked(STAMP).unwrap_or_default();
            stamp.bytes().enumerate().all(|(place, byte)| match place {
                8 => byte == b'T',
                15 => byte == b'Z',
                _ => byte.is_ascii_digit(),
            }) && rest.starts_with('-')
        })
    }
}

impl Segment {
    /// Makes what was written durable.
    pub(crate) fn sync(&self) -> Result<(), Error> {
        self.file
            .sync_data()
            .map_err(|source| Error::Sync { path: self.path.clone(), source: source.into() })
    }

    /// Has the file system set bytes of the disk aside, up to this place in the file, which does not
    /// grow by it. Says up to where they are; `None` where there is no way to.
    pub(crate) fn reserve(&self, from: u64, to: u64) -> Result<Option<u64>, Error> {
        match fallocate(&self.file, FallocateFlags::KEEP_SIZE, from, to - from) {
            Ok(()) => Ok(Some(to)),
            Err(full @ (Errno::NOSPC | Errno::DQUOT)) => {
                Err(Error::Write { path: self.path.clone(), source: io::Error::from(full).into() })
            }
            Err(_) => Ok(None),
        }
    }

    /// Gives back what was reserved and not used.
    pub(crate) fn give_back(&self) {
        // A file of its own length: nothing of it is lost, and nothing when this fails.
        let _ = self.file.metadata().and_then(|metadata| self.file.set_len(metadata.len()));
    }

    /// Whether the file is still in its directory, rather than removed under us.
    pub(crate) fn is_linked(&self) -> bool {
        self.file.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
    }
}

fn make_directory(path: &Path) -> io::Result<PathBuf> {
    if !path.is_dir() {
        DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    }
    std::path::absolute(path)
}

#[cfg(test)]
mod tests;
