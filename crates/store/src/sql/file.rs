//! The file of a SQLite database: made for us alone, and recognised when it is replaced.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

use super::Error;
use crate::directory;

/// What tells a file from another that has taken its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Of what is there now.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let status = std::fs::symlink_metadata(path).ok()?;
        Some(Self { device: status.dev(), inode: status.ino() })
    }
}

/// Makes the file, and its directory, when they are not there; refuses those of others. SQLite gives
/// what it lays beside it the same rights.
pub(super) fn make(path: &Path) -> Result<(), Error> {
    let name = || path.display().to_string();
    let away = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            Error::Denied { name: name(), reason: error.to_string() }
        }
        std::io::ErrorKind::StorageFull => Error::Full { name: name(), reason: error.to_string() },
        _ => Error::Away { name: name(), reason: error.to_string() },
    };
    if let Some(directory) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(away)?;
    }
    let flags = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).custom_flags(flags);
    let opened = options.open(path).map_err(|error| match error.raw_os_error() {
        Some(number) if number == rustix::io::Errno::LOOP.raw_os_error() => {
            Error::Denied { name: name(), reason: "it is a link".to_owned() }
        }
        _ => away(error),
    })?;
    check(path, &opened)
}

/// Only we, or root, may be able to write it.
fn check(path: &Path, file: &File) -> Result<(), Error> {
    let denied = |reason: String| Error::Denied { name: path.display().to_string(), reason };
    let status = rustix::fs::fstat(file).map_err(|errno| denied(errno.to_string()))?;
    directory::check_owner(path, &status).map_err(|error| denied(error.to_string()))
}
