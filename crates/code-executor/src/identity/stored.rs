//! Keys of the database: looked up, and their last use written down.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use policy::keys::KeyHash;
use store::sql::{Database, Key, KeyFilter};
use types::Principal;

use crate::identity::callers::Refused;
use crate::identity::known::Digest;

/// Keys that are known by their hashes, about: each is 8 bytes.
const MAX_HASHES: usize = 100_000;

/// The keys there are.
#[derive(Debug)]
pub struct Stored {
    database: Database,
    /// Whether somebody has looked.
    looked: AtomicBool,
    /// Whether there was a key when somebody looked. Nothing takes this back: a database that is lost
    /// or emptied while we run lets nobody in.
    seen: AtomicBool,
    /// The beginnings of the hashes of keys, as of the last look.
    hashes: Mutex<HashSet<u64>>,
    /// Whether the last key could not be looked up: told once.
    away: AtomicBool,
}

/// A key that holds.
pub struct Held {
    /// Whose it is.
    pub principal: Principal,
    /// Its prefix.
    pub prefix: String,
    /// When it ends, in milliseconds since 1970.
    pub expires_at: Option<i64>,
}

impl Stored {
    /// As long as nobody has looked, there may be keys.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            looked: AtomicBool::new(false),
            seen: AtomicBool::new(false),
            hashes: Mutex::default(),
            away: AtomicBool::new(false),
        }
    }

    /// Whether this is most likely the hash of a key: nobody makes up one that is. Of more than
    /// [`MAX_HASHES`] keys not all are known.
    pub fn may_be(&self, hash: &Digest) -> bool {
        self.hashes.lock().unwrap_or_else(PoisonError::into_inner).contains(&beginning(hash))
    }

    /// Knows the keys by their hashes.
    async fn learn(&self) -> Result<(), store::sql::Error> {
        let (mut hashes, mut after) = (HashSet::new(), String::new());
        while hashes.len() < MAX_HASHES {
            let page = self.database.keys().hashes(&after).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            // Sixteen digits: what a hash begins with.
            let begins = page.iter().filter_map(|(_, hash)| hash.get(..16));
            hashes.extend(begins.filter_map(|begins| u64::from_str_radix(begins, 16).ok()));
        }
        *self.hashes.lock().unwrap_or_else(PoisonError::into_inner) = hashes;
        Ok(())
    }

    /// Whether there is a key or was one, as far as is known: whoever took the last one back, or
    /// deleted it, did not mean to let everybody in.
    pub fn any(&self) -> bool {
        self.seen.load(Ordering::Relaxed) || !self.looked.load(Ordering::Relaxed)
    }

    /// Looks whether there is a key, and gives the number of the last change of all keys.
    pub async fn look(&self) -> Result<i64, store::sql::Error> {
        let keys = self.database.keys();
        let generation = keys.generation().await?;
        let is_there = async || keys.list(&KeyFilter::default(), None, 1).await;
        if generation > 0 || !is_there().await?.is_empty() {
            self.seen.store(true, Ordering::Relaxed);
            self.learn().await?;
        }
        self.looked.store(true, Ordering::Relaxed);
        Ok(generation)
    }

    /// The number of the last change of all keys.
    pub async fn generation(&self) -> Result<i64, store::sql::Error> {
        self.database.keys().generation().await
    }

    /// Whose the key of this prefix and hash is.
    pub async fn find(&self, prefix: &str, hash: &KeyHash) -> Result<Held, Refused> {
        let wrong = |reason| Refused::Wrong { reason, key: Some(prefix.to_owned()) };
        let found = self.database.keys().find(prefix).await;
        let key = found.map_err(|error| {
            if !self.away.swap(true, Ordering::Relaxed) {
                tracing::warn!(%error, "a key cannot be looked up, nor others until this is over");
            }
            Refused::Unavailable
        })?;
        self.away.store(false, Ordering::Relaxed);
        let Some(key) = key else { return Err(wrong("unknown_key")) };
        let kept = KeyHash::from_text(&key.hash);
        if !kept.is_some_and(|kept| kept.is(hash)) {
            return Err(wrong("wrong_secret"));
        }
        state_of(&key, now()).map_err(wrong)?;
        let Key { prefix, tenant, subject, scopes, roles, expires_at, .. } = key;
        let principal = Principal { tenant, subject, scopes, roles };
        Ok(Held { principal, prefix, expires_at })
    }

    /// Writes down which keys were used by now.
    pub async fn touch(&self, prefixes: Vec<String>) {
        let at = now();
        let used: Vec<_> = prefixes.into_iter().map(|prefix| (prefix, at)).collect();
        if !used.is_empty()
            && let Err(error) = self.database.keys().touch(&used).await
        {
            tracing::debug!(%error, "the last use of keys could not be written down");
        }
    }
}

/// Why a key is not taken at this time, if it is not.
pub fn state_of(key: &Key, now: i64) -> Result<(), &'static str> {
    match key {
        Key { revoked_at: Some(_), .. } => Err("revoked"),
        Key { expires_at: Some(end), .. } if *end <= now => Err("expired"),
        _ => Ok(()),
    }
}

fn beginning(hash: &Digest) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)
}
