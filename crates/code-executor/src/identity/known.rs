//! Credentials that were looked up and held, by their hashes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use types::Principal;

/// The most credentials that are known at once.
const MAX: usize = 10_000;

/// The hash of a credential.
pub type Digest = [u8; 32];

/// Known credentials.
#[derive(Debug, Default)]
pub struct Known {
    entries: Mutex<HashMap<Digest, Entry>>,
}

/// Whoever has a credential.
#[derive(Debug)]
pub struct Bearer {
    /// Who that is.
    pub principal: Principal,
    /// The prefix of the key, if it is one.
    pub key: Option<String>,
    /// Whether it was used since that was last written down.
    used: AtomicBool,
}

#[derive(Debug)]
struct Entry {
    bearer: Arc<Bearer>,
    until: Instant,
}

/// What is known of a credential.
pub enum Found {
    /// Whose it is.
    Now(Arc<Bearer>),
    /// It held some time ago, and has to be looked up again.
    Before,
    /// Nothing.
    Never,
}

impl Bearer {
    /// Somebody who has just shown a credential.
    pub fn new(principal: Principal, key: Option<String>) -> Self {
        Self { principal, key, used: AtomicBool::new(true) }
    }
}

impl Known {
    /// What is known of a credential at this time.
    pub fn find(&self, digest: &Digest, now: Instant) -> Found {
        match self.entries().get(digest) {
            None => Found::Never,
            Some(entry) if entry.until <= now => Found::Before,
            Some(entry) => {
                entry.bearer.used.store(true, Ordering::Relaxed);
                Found::Now(Arc::clone(&entry.bearer))
            }
        }
    }

    /// Knows a credential until then. When there are too many, those whose time is over go, and all
    /// if need be: what is known is only ever a shorter way.
    pub fn keep(&self, digest: Digest, bearer: Arc<Bearer>, until: Instant, now: Instant) {
        let mut entries = self.entries();
        if entries.len() >= MAX {
            entries.retain(|_, entry| entry.until > now);
            if entries.len() >= MAX {
                entries.clear();
            }
        }
        entries.insert(digest, Entry { bearer, until });
    }

    /// Forgets a credential that does not hold any more.
    pub fn forget(&self, digest: &Digest) {
        self.entries().remove(digest);
    }

    /// Has every key looked up again.
    pub fn doubt_keys(&self, now: Instant) {
        for entry in self.entries().values_mut().filter(|entry| entry.bearer.key.is_some()) {
            entry.until = now;
        }
    }

    /// The prefixes of keys that were used since this was last asked.
    pub fn used(&self) -> Vec<String> {
        let entries = self.entries();
        let used =
            entries.values().filter(|entry| entry.bearer.used.swap(false, Ordering::Relaxed));
        used.filter_map(|entry| entry.bearer.key.clone()).collect()
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<Digest, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use types::Principal;

    use super::{Bearer, Digest, Found, Known, MAX};

    fn digest(n: usize) -> Digest {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&n.to_le_bytes());
        digest
    }

    fn bearer(key: &str) -> Arc<Bearer> {
        Arc::new(Bearer::new(Principal::local(), Some(key.to_owned())))
    }

    #[test]
    fn a_credential_is_known_for_a_time_and_then_by_sight() {
        let (known, now) = (Known::default(), Instant::now());
        let until = now + Duration::from_secs(60);
        assert!(matches!(known.find(&digest(1), now), Found::Never));
        known.keep(digest(1), bearer("a"), until, now);
        assert!(matches!(known.find(&digest(1), now), Found::Now(_)));
        assert!(matches!(known.find(&digest(1), until), Found::Before));
        assert_eq!(known.used(), ["a"]);
        assert!(known.used().is_empty(), "it was written down");
        known.doubt_keys(now);
        assert!(matches!(known.find(&digest(1), now), Found::Before));
        known.forget(&digest(1));
        assert!(matches!(known.find(&digest(1), now), Found::Never));
    }

    #[test]
    fn there_are_never_too_many() {
        let (known, now) = (Known::default(), Instant::now());
        for n in 0..MAX + 10 {
            known.keep(digest(n), bearer("a"), now + Duration::from_secs(60), now);
        }
        assert!(known.entries().len() <= MAX);
        assert!(matches!(known.find(&digest(MAX + 9), now), Found::Now(_)));
    }
}
