//! Tokens on disk: one file per principal and server, for its owner's eyes only, replaced as a
//! whole, and changed by one process at a time.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use crate::oauth::encode::{fingerprint, unguessable};
use crate::oauth::metadata::Method;
use crate::oauth::token::{Client, Tokens};
use crate::oauth::{Error, Secret};

/// The largest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 256 * 1024;
/// How long another process may take with the same tokens.
const LOCK: Duration = Duration::from_secs(60);
/// How often the lock is tried meanwhile.
const LOCK_STEP: Duration = Duration::from_millis(20);

/// The file of one server's tokens for one principal.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    directory: PathBuf,
    name: String,
    principal: String,
    server: String,
}

/// What is kept of a login.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Record {
    pub(crate) principal: String,
    pub(crate) server: String,
    /// Who we are to the provider, and where it is.
    pub(crate) registration: Option<Registration>,
    pub(crate) tokens: Option<Kept>,
    /// Scopes that the server asked for and the token did not have.
    pub(crate) wanted_scopes: Vec<String>,
    /// Where the server said its description is.
    pub(crate) resource_metadata: Option<String>,
}

/// Who we are to one provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Registration {
    pub(crate) issuer: String,
    pub(crate) resource: String,
    pub(crate) token_endpoint: String,
    #[serde(default)]
    pub(crate) revocation_endpoint: Option<String>,
    pub(crate) client_id: String,
    #[serde(default)]
    pub(crate) client_secret: Option<Secret>,
    pub(crate) method: Method,
    /// Where the browser comes back to; the provider may know no other place.
    #[serde(default)]
    pub(crate) redirect: Option<String>,
    /// Whether the provider made up the id for us, to be used again.
    #[serde(default)]
    pub(crate) dynamic: bool,
    /// When the provider forgets the password, in seconds since 1970.
    #[serde(default)]
    pub(crate) secret_expires_at: Option<u64>,
}

/// Tokens with their times, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    pub(crate) access_token: Secret,
    #[serde(default)]
    pub(crate) refresh_token: Option<Secret>,
    pub(crate) obtained_at: u64,
    #[serde(default)]
    pub(crate) expires_at: Option<u64>,
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
}

impl Record {
    /// Forgets who the provider said we are: the next login registers anew. Whom the operator's own
    /// password went to stays known.
    pub(crate) fn forget_registration(&mut self) {
        self.registration = self.registration.take().filter(|known| !known.dynamic);
    }
}

impl Registration {
    pub(crate) fn client(&self) -> Client {
        Client {
            id: self.client_id.clone(),
            secret: self.client_secret.clone(),
            method: self.method,
        }
    }
}

impl Kept {
    /// New tokens. What the provider leaves out stays as it was.
    pub(crate) fn new(tokens: Tokens, asked: &[String], before: Option<&Self>) -> Self {
        let now = now();
        Self {
            access_token: tokens.access,
            refresh_token: tokens
                .refresh
                .or_else(|| before.and_then(|before| before.refresh_token.clone())),
            obtained_at: now,
            expires_at: tokens.lifetime.map(|lifetime| now + lifetime),
            scopes: tokens.scopes.unwrap_or_else(|| asked.to_vec()),
        }
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// What tells one version of a file from the next.
pub(crate) type Stamp = (u64, i64, i64);

/// Held while a file is changed. Let go of when dropped, or when the process ends.
pub(crate) struct Lock(#[expect(dead_code, reason = "the lock lasts as long as its file")] File);

impl Store {
    pub(crate) fn new(directory: &Path, principal: &str, server: &str) -> Self {
        Self {
            directory: directory.to_owned(),
            name: fingerprint(&[principal, server]),
            principal: principal.to_owned(),
            server: server.to_owned(),
        }
    }

    /// Which version of the file there is; none when there is no file.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        let found = fs::metadata(self.path()).ok()?;
        Some((found.ino(), found.mtime(), found.mtime_nsec()))
    }

    /// What is kept. Nothing is an empty record.
    pub(crate) fn load(&self) -> Result<Record, Error> {
        let empty = Record {
            principal: self.principal.clone(),
            server: self.server.clone(),
            ..Record::default()
        };
        let text = match self.read() {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(empty),
            Err(error) => return Err(self.failed(format!("cannot be read: {error}"))),
        };
        let record: Record = serde_json::from_str(text.reveal()).map_err(|_| {
            self.failed("is not one of ours: remove it and log in again".to_owned())
        })?;
        if record.principal != self.principal || record.server != self.server {
            return Err(self.failed("is for another server: remove it".to_owned()));
        }
        Ok(record)
    }

    fn read(&self) -> io::Result<Secret> {
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        let flags = i32::try_from(flags.bits()).unwrap_or_default();
        let file = OpenOptions::new().read(true).custom_flags(flags).open(self.path())?;
        let found = file.metadata()?;
        if !found.is_file() || found.len() > MAX_FILE_BYTES {
            return Err(io::Error::other("it is no file of tokens"));
        }
        if found.mode() & 0o077 != 0 {
            return Err(io::Error::other("others may read it too; run `chmod 600` on it"));
        }
        let mut text = String::new();
        file.take(MAX_FILE_BYTES).read_to_string(&mut text)?;
        Ok(Secret::new(text))
    }

    /// Replaces what is kept, all of it or nothing.
    pub(crate) fn save(&self, record: &Record) -> Result<(), Error> {
        let text = serde_json::to_vec_pretty(record).map_err(io::Error::from);
        let written = text.and_then(|text| self.write(&text));
        written.map_err(|error| self.failed(format!("cannot be written: {error}")))
    }

    fn write(&self, text: &[u8]) -> io::Result<()> {
        self.prepare()?;
        let unique = unguessable().map_err(io::Error::other)?;
        let new = self.directory.join(format!("{}.{unique}.new", self.name));
        let written = (|| {
            let mut file =
                OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
            file.write_all(text)?;
            file.sync_all()?;
            fs::rename(&new, self.path())
        })();
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written
    }

    /// Forgets everything. Says whether there was anything.
    pub(crate) fn remove(&self) -> Result<bool, Error> {
        match fs::remove_file(self.path()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.failed(format!("cannot be removed: {error}"))),
        }
    }

    /// Forgets who we were to the provider, which has forgotten us.
    pub(crate) async fn forget_registration(&self) -> Result<(), Error> {
        let _lock = self.lock().await?;
        let mut record = self.load()?;
        record.tokens = None;
        record.forget_registration();
        self.save(&record)
    }

    /// Waits until no other process, and nobody else here, changes the file.
    pub(crate) async fn lock(&self) -> Result<Lock, Error> {
        let opened = self.prepare().and_then(|()| {
            let path = self.directory.join(format!("{}.lock", self.name));
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
        });
        let file = opened.map_err(|error| self.failed(format!("cannot be locked: {error}")))?;
        let deadline = Instant::now() + LOCK;
        while file.try_lock().is_err() {
            if Instant::now() >= deadline {
                let reason =
                    format!("is being changed by another process for {} s", LOCK.as_secs());
                return Err(self.failed(reason));
            }
            sleep(LOCK_STEP).await;
        }
        Ok(Lock(file))
    }

    /// The directory, for its owner alone.
    fn prepare(&self) -> io::Result<()> {
        if !self.directory.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(&self.directory)?;
        }
        if fs::metadata(&self.directory)?.mode() & 0o077 != 0 {
            fs::set_permissions(&self.directory, fs::Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    fn path(&self) -> PathBuf {
        self.directory.join(format!("{}.json", self.name))
    }

    fn failed(&self, reason: String) -> Error {
        Error::Store { path: self.path().display().to_string(), reason }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::Duration;

    use super::{Kept, Record, Secret, Store};

    fn kept() -> Record {
        let tokens = Kept {
            access_token: Secret::new("hunter2"),
            refresh_token: None,
            obtained_at: 1,
            expires_at: None,
            scopes: vec!["read".to_owned()],
        };
        let named = ("me".to_owned(), "https://h/mcp".to_owned());
        Record { principal: named.0, server: named.1, tokens: Some(tokens), ..Record::default() }
    }

    #[test]
    fn what_is_kept_is_for_one_principal_and_server_and_for_no_other_eyes() {
        let folder = tempfile::tempdir().expect("a folder");
        let directory = folder.path().join("tokens");
        let store = Store::new(&directory, "me", "https://h/mcp");
        assert_eq!(store.stamp(), None);
        assert_eq!(store.load().expect("nothing is a record").tokens, None);
        store.save(&kept()).expect("written");
        assert_eq!(store.load().expect("read"), kept());
        let first = store.stamp();
        store.save(&kept()).expect("written");
        assert_ne!(store.stamp(), first, "a change has to show");

        for other in [("you", "https://h/mcp"), ("me", "https://h/mcp2")] {
            let other = Store::new(&directory, other.0, other.1);
            assert_eq!(other.load().expect("nothing is a record").tokens, None);
        }
        let shown = format!("{:?} {:?}", store.load(), kept());
        assert!(!shown.contains("hunter2"), "{shown}");
        let files: Vec<_> = std::fs::read_dir(&directory).expect("a directory").flatten().collect();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0].metadata().expect("a file").permissions().mode() & 0o777, 0o600);
        assert_eq!(directory.metadata().expect("it").permissions().mode() & 0o777, 0o700);
        assert!(store.remove().expect("removed"));
        assert!(!store.remove().expect("nothing to remove"));
    }

    #[test]
    fn a_file_that_others_may_read_or_made_is_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path(), "me", "https://h/mcp");
        store.save(&kept()).expect("written");
        let path = store.path();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("a mode");
        let error = store.load().expect_err("others may read it").to_string();
        assert!(error.contains("chmod 600"), "{error}");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("a mode");
        for garbage in ["", "{", "[]", "{\"principal\":\"you\"}"] {
            std::fs::write(&path, garbage).expect("written");
            assert!(store.load().is_err(), "{garbage}");
        }
        let elsewhere = folder.path().join("elsewhere");
        std::fs::rename(&path, &elsewhere).expect("moved");
        symlink(&elsewhere, &path).expect("a link");
        assert!(store.load().is_err(), "a link is followed");
        std::fs::remove_file(&path).expect("removed");
        std::fs::write(&path, vec![b' '; 300 * 1024]).expect("written");
        assert!(store.load().is_err(), "a giant is read");
    }

    #[tokio::test]
    async fn one_at_a_time_changes_what_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path(), "me", "https://h/mcp");
        let held = store.lock().await.expect("a lock");
        let waiting = tokio::time::timeout(Duration::from_millis(60), store.lock()).await;
        assert!(waiting.is_err(), "two hold the lock");
        drop(held);
        store.lock().await.expect("a lock");
    }
}
