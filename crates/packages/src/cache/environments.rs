//! Installed environments: found, put into place.

use std::{
    fs::{self, Permissions},
    io,
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{Cache, Content, FileLock, Found, Kept, Limits, Staging, staging::random_name, tree};
use crate::Error;

const MANIFEST: &str = "manifest.json";

/// What an environment says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Manifest {
    /// Tells this installation from an earlier one of the same name.
    pub(super) generation: String,
    /// Every package with its version, sorted.
    pub(super) packages: Vec<String>,
    /// The size of all files.
    pub(super) bytes: u64,
}

impl Cache {
    /// An environment that is installed, kept for as long as the answer lives; none when it is not
    /// there or somebody is making or removing it.
    pub(crate) fn open(&self, name: &str) -> Result<Option<Kept>, Error> {
        if !self.environment(name).join(MANIFEST).exists() {
            return Ok(None);
        }
        let Some(lock) = FileLock::try_shared(&self.lock(name))? else { return Ok(None) };
        let Some(manifest) = self.manifest(name) else { return Ok(None) };
        lock.touch();
        Ok(Some(Kept {
            key: format!("{name}-{}", manifest.generation),
            path: self.environment(name).join(self.content.folder()),
            packages: manifest.packages,
            lock,
        }))
    }

    /// What an environment says of itself; none when it says nothing that can be understood.
    pub(super) fn manifest(&self, name: &str) -> Option<Manifest> {
        let text = fs::read_to_string(self.environment(name).join(MANIFEST)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Seals what was installed into a staging directory's `environment` and puts it into its place.
    /// The claim is the proof that nobody else does the same.
    pub(crate) fn install(
        &self,
        name: &str,
        _claim: &FileLock,
        staging: &Staging,
        packages: &[String],
        limits: Limits,
    ) -> Result<(), Found> {
        let made = staging.path().join("environment");
        let content = self.content.folder();
        if self.content == Content::SitePackages {
            // uv's own, and of no use any more.
            let _ = fs::remove_file(made.join(content).join(".lock"));
        }
        let bytes = tree::seal(&made.join(content), limits)?;
        let manifest =
            Manifest { generation: generation(&made)?, packages: packages.to_vec(), bytes };
        let text = serde_json::to_string(&manifest).map_err(io::Error::other);
        step(&made, text.and_then(|text| fs::write(made.join(MANIFEST), text)))?;
        for (file, mode) in [(content, 0o555), (MANIFEST, 0o444)] {
            let path = made.join(file);
            step(&path, fs::set_permissions(&path, Permissions::from_mode(mode)))?;
        }
        let place = self.environment(name);
        // One that is there although it was not to be opened is a broken one.
        step(&place, tree::remove(&place))?;
        step(&place, fs::rename(&made, &place))?;
        // Only now: a directory that may not be written to cannot be moved by an ordinary user.
        step(&place, fs::set_permissions(&place, Permissions::from_mode(0o555)))
    }
}

fn generation(path: &Path) -> Result<String, Found> {
    random_name().map_err(|error| Found::Failed {
        path: path.to_owned(),
        error: io::Error::other(error.to_string()),
    })
}

fn step(path: &Path, result: io::Result<()>) -> Result<(), Found> {
    result.map_err(|error| Found::Failed { path: path.to_owned(), error })
}
