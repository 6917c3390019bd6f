//! Locks between processes, which the kernel gives back however their holder ends.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

use crate::Error;

/// A held lock. A lock on something that came to nothing takes its file with it.
#[derive(Debug)]
pub(crate) struct FileLock {
    file: File,
    path: PathBuf,
    is_kept: bool,
}

impl FileLock {
    /// The lock, if nobody has it exclusively.
    pub(crate) fn try_shared(path: &Path) -> Result<Option<Self>, Error> {
        let lock = Self::take(path, FlockOperation::NonBlockingLockShared)?;
        Ok(lock.map(Self::keep))
    }

    /// The lock, if nobody has it at all. Its file goes with it unless it is kept.
    pub(crate) fn try_exclusive(path: &Path) -> Result<Option<Self>, Error> {
        Self::take(path, FlockOperation::NonBlockingLockExclusive)
    }

    fn take(path: &Path, operation: FlockOperation) -> Result<Option<Self>, Error> {
        let failed = |error: io::Error| Error::cache("lock", path, error);
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(path).map_err(failed)?;
        match flock(&file, operation) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK | Errno::INTR) => return Ok(None),
            Err(error) => return Err(failed(error.into())),
        }
        // Somebody may have removed the file between our opening and our locking it: then what we
        // hold is nobody's lock.
        let held = file.metadata().map_err(failed)?;
        match fs::metadata(path) {
            Ok(there) if (there.dev(), there.ino()) == (held.dev(), held.ino()) => {
                Ok(Some(Self { file, path: path.to_owned(), is_kept: false }))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Notes that what it guards was used now.
    pub(crate) fn touch(&self) {
        // Only the order of eviction depends on it.
        let _ = self.file.set_modified(SystemTime::now());
    }

    /// Leaves the file when the lock is given back.
    pub(crate) fn keep(mut self) -> Self {
        self.is_kept = true;
        self
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if !self.is_kept {
            // While it is still held, so that nobody else's lock is removed. A file that stays is an
            // empty one, and is found again.
            let _ = fs::remove_file(&self.path);
        }
    }
}
