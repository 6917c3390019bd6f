//! Resolutions, kept for a while so that a program that ran before needs no index.

use std::{
    fs,
    io::Write as _,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};

use super::{Cache, FileLock, Staging, entries};
use crate::Error;

/// The most that are kept.
const MOST: usize = 1_000;

/// The largest that is read, in bytes; a lock has a limit of its own.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Resolution {
    /// Seconds since 1970.
    at: u64,
    lock: String,
}

impl Cache {
    /// A resolution that is young enough; none when there is none to rely on.
    pub(crate) fn resolution(&self, name: &str, max_age: Duration) -> Option<String> {
        let path = self.resolution_path(name);
        if fs::metadata(&path).ok()?.len() > MAX_BYTES {
            return None;
        }
        let kept: Resolution = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        // One from the future is one whose age nobody knows.
        let age = now().checked_sub(kept.at)?;
        (age <= max_age.as_secs()).then_some(kept.lock)
    }

    /// Keeps a resolution, and the youngest of the others.
    pub(crate) fn keep_resolution(
        &self,
        name: &str,
        _claim: &FileLock,
        staging: &Staging,
        lock: &str,
    ) -> Result<(), Error> {
        let made = staging.path().join("resolution.json");
        let kept = Resolution { at: now(), lock: lock.to_owned() };
        let write = || {
            let mut file = fs::File::create(&made)?;
            file.write_all(&serde_json::to_vec(&kept)?)?;
            fs::rename(&made, self.resolution_path(name))
        };
        write().map_err(|error| Error::cache("write", &made, error))?;
        self.drop_resolutions()
    }

    fn drop_resolutions(&self) -> Result<(), Error> {
        let entries = entries(&self.root.join("resolutions"))?;
        if entries.len() <= MOST {
            return Ok(());
        }
        let age = |entry: &fs::DirEntry| {
            entry
                .metadata()
                .and_then(|metadata| metadata.modified())
                .unwrap_or(SystemTime::UNIX_EPOCH)
        };
        let mut aged: Vec<_> = entries.iter().map(|entry| (age(entry), entry.path())).collect();
        aged.sort();
        for (_, path) in aged.iter().take(entries.len() - MOST) {
            // Another process may have removed it.
            let _ = fs::remove_file(path);
        }
        Ok(())
    }

    fn resolution_path(&self, name: &str) -> std::path::PathBuf {
        self.root.join("resolutions").join(format!("{name}.json"))
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |age| age.as_secs())
}
