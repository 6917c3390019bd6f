//! Making room: the environment used longest ago goes first, and one in use never.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    time::SystemTime,
};

use super::{Cache, FileLock, UV, entries, tree};
use crate::Error;

/// An environment that could make room.
struct Kept {
    name: String,
    used: SystemTime,
    bytes: u64,
}

impl Cache {
    /// Removes environments until no more than this are left, or all that are left are in use.
    pub(crate) fn evict(&self, max_environments: usize, max_bytes: u64) -> Result<(), Error> {
        let mut kept = self.kept()?;
        kept.sort_by_key(|each| each.used);
        let mut count = kept.len();
        let mut bytes: u64 = kept.iter().map(|each| each.bytes).sum();
        for each in kept {
            if count <= max_environments && bytes <= max_bytes {
                break;
            }
            if self.remove(&each.name)? {
                count -= 1;
                bytes = bytes.saturating_sub(each.bytes);
            }
        }
        Ok(())
    }

    /// Empties `uv`'s cache when it has outgrown its limit and nobody works in it.
    pub(crate) fn trim_downloads(&self, max_bytes: u64) -> Result<(), Error> {
        let folder = self.uv();
        if tree::measure(&folder, max_bytes) <= max_bytes {
            return Ok(());
        }
        let lock = FileLock::try_exclusive(&self.lock(UV))?.map(FileLock::keep);
        let Some(_lock) = lock else { return Ok(()) };
        tree::remove(&folder).map_err(|error| Error::cache("empty", &folder, error))?;
        self.create()
    }

    fn kept(&self) -> Result<Vec<Kept>, Error> {
        let mut kept = Vec::new();
        for entry in entries(&self.root.join("environments"))? {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let used = fs::metadata(self.lock(&name)).and_then(|metadata| metadata.modified());
            kept.push(Kept {
                used: used.unwrap_or(SystemTime::UNIX_EPOCH),
                bytes: self.manifest(&name).map_or(0, |manifest| manifest.bytes),
                name,
            });
        }
        Ok(kept)
    }

    /// Removes an environment unless it is in use.
    fn remove(&self, name: &str) -> Result<bool, Error> {
        let Some(_lock) = FileLock::try_exclusive(&self.lock(name))? else { return Ok(false) };
        let place = self.environment(name);
        let failed = |error| Error::cache("remove", &place, error);
        let staging = self.stage()?;
        // Out of the way at once, so that nobody finds half of it.
        fs::set_permissions(&place, Permissions::from_mode(0o700)).map_err(failed)?;
        fs::rename(&place, staging.path().join("evicted")).map_err(failed)?;
        tracing::debug!(environment = name, "evicted");
        Ok(true)
    }
}
