//! Reading directories.

use std::{
    ffi::{OsStr, OsString},
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    path::Path,
};

use rustix::{
    fs::{AtFlags, Dir, FileType, OFlags, statat},
    io::Errno,
};

use super::metadata::Kind;
use crate::{Code, Failure, Granted, failure::Call, kernel};

/// What is in a directory, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The entries, without `.` and `..`.
    pub entries: Vec<Entry>,
    /// Whether there are more than [`Limits::entries`](crate::Limits::entries), which are not here.
    pub cut: bool,
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, in any bytes.
    pub name: OsString,
    /// What it is; a link is not followed.
    pub kind: Kind,
}

impl Granted {
    /// What is in the directory.
    pub fn read_dir(&self, path: &Path) -> Result<Listing, Failure> {
        let call = Call::new("scandir", path);
        let place = self.place(&call, path)?;
        let held = place.directory().map_err(|errno| call.fail_to_reach(errno))?;
        if kernel::is_kernels(&held).map_err(|errno| call.fail(errno))? {
            return Err(call.refuse(Code::Access, "a directory of the kernel, which is not read"));
        }
        let directory = kernel::reopen(&held, OFlags::RDONLY | OFlags::DIRECTORY)
            .map_err(|errno| call.fail(errno))?;
        entries(&directory, self.limits.entries).map_err(|errno| call.fail(errno))
    }
}

/// Up to `limit` entries of an open directory.
pub(super) fn entries(directory: &OwnedFd, limit: usize) -> Result<Listing, Errno> {
    let mut listing = Listing { entries: Vec::new(), cut: false };
    for entry in Dir::read_from(directory)? {
        let entry = entry?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name == "." || name == ".." {
            continue;
        }
        if listing.entries.len() == limit {
            listing.cut = true;
            break;
        }
        let Some(kind) = kind(directory, name, entry.file_type())? else { continue };
        listing.entries.push(Entry { name: name.to_owned(), kind });
    }
    listing.entries.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    Ok(listing)
}

/// The kind, asked for where the file system did not say; nothing for what has gone meanwhile.
fn kind(directory: &OwnedFd, name: &OsStr, said: FileType) -> Result<Option<Kind>, Errno> {
    if said != FileType::Unknown {
        return Ok(Some(Kind::of(said)));
    }
    match statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(Kind::of(FileType::from_raw_mode(stat.st_mode)))),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno),
    }
}
