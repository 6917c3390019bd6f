//! Credentials that were looked up and held, by their hashes.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use server::{Identified, Leave};
use types::Principal;

/// The most credentials that are known at once.
const MAX: usize = 10_000;

/// The hash of a credential.
pub type Digest = [u8; 32];

/// Known credentials.
#[derive(Debug, Default)]
pub struct Known {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    entries: HashMap<Digest, Entry>,
    /// How often keys were doubted.
    doubts: u64,
}

/// Whoever has a credential.
#[derive(Debug)]
pub struct Bearer {
    /// Who that is.
    pub principal: Principal,
    /// The prefix of the key, if it is one.
    pub key: Option<String>,
    /// How long it is known without another look.
    pub known_for: Duration,
    /// When what was begun with it ends, in milliseconds since 1970.
    pub ends_at: Option<i64>,
}

#[derive(Debug)]
struct Entry {
    bearer: Bearer,
    leave: Leave,
    until: Instant,
    /// Whether it was used since that was last written down.
    used: bool,
}

/// What is known of a credential.
pub enum Found {
    /// Whose it is.
    Now(Identified),
    /// It held some time ago, and has to be looked up again.
    Before,
    /// Nothing.
    Never,
}

impl Known {
    /// What is known of a credential at this time.
    pub fn find(&self, digest: &Digest, now: Instant) -> Found {
        match self.state().entries.get_mut(digest) {
            None => Found::Never,
            Some(entry) if entry.until <= now => Found::Before,
            Some(entry) => {
                entry.used = true;
                Found::Now(entry.identified())
            }
        }
    }

    /// How often keys were doubted: to be asked before one is looked up.
    pub fn doubts(&self) -> u64 {
        self.state().doubts
    }

    /// Knows a credential from now on; `None`, and nothing is known, when keys were doubted since it
    /// was looked up. What was begun with it before goes on. When there are too many, those go whose
    /// time is over and with which nothing goes on, then all of the latter, then all.
    pub fn keep(
        &self,
        digest: Digest,
        bearer: Bearer,
        doubts: u64,
        now: Instant,
    ) -> Option<Identified> {
        let mut state = self.state();
        if state.doubts != doubts {
            return None;
        }
        let until = now + bearer.known_for;
        let known = state.entries.get(&digest).map(|entry| entry.leave.clone());
        if known.is_none() && state.entries.len() >= MAX {
            state.make_room(now);
        }
        let entry = Entry { bearer, leave: known.unwrap_or_default(), until, used: true };
        let identified = entry.identified();
        state.entries.insert(digest, entry);
        Some(identified)
    }

    /// Forgets a credential that does not hold any more, and ends what was begun with it.
    pub fn forget(&self, digest: &Digest) {
        if let Some(entry) = self.state().entries.remove(digest) {
            entry.leave.withdraw();
        }
    }

    /// Ends what was begun with credentials whose time is over, in milliseconds since 1970.
    pub fn end(&self, now: i64) {
        self.state().entries.retain(|_, entry| {
            let ended = entry.bearer.ends_at.is_some_and(|end| end <= now);
            if ended {
                entry.leave.withdraw();
            }
            !ended
        });
    }

    /// Has every key looked up again. Given are those with which something goes on, and their prefixes.
    pub fn doubt_keys(&self, now: Instant) -> Vec<(Digest, String)> {
        let mut state = self.state();
        state.doubts += 1;
        let mut open = Vec::new();
        for (digest, entry) in &mut state.entries {
            let Some(key) = &entry.bearer.key else { continue };
            entry.until = now;
            if entry.leave.is_in_use() {
                open.push((*digest, key.clone()));
            }
        }
        open
    }

    /// The prefixes of keys that were used since this was last asked.
    pub fn used(&self) -> Vec<String> {
        let mut state = self.state();
        let used = state.entries.values_mut().filter_map(|entry| {
            let used = std::mem::take(&mut entry.used);
            used.then(|| entry.bearer.key.clone()).flatten()
        });
        used.collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn make_room(&mut self, now: Instant) {
        self.entries.retain(|_, entry| entry.until > now || entry.leave.is_in_use());
        if self.entries.len() >= MAX {
            self.entries.retain(|_, entry| entry.leave.is_in_use());
        }
        if self.entries.len() >= MAX {
            self.entries.drain().for_each(|(_, entry)| entry.leave.withdraw());
        }
    }
}

impl Entry {
    fn identified(&self) -> Identified {
        Identified { principal: self.bearer.principal.clone(), leave: self.leave.clone() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use types::Principal;

    use super::{Bearer, Digest, Found, Known, MAX};

    const MINUTE: Duration = Duration::from_secs(60);

    fn digest(n: usize) -> Digest {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&n.to_le_bytes());
        digest
    }

    fn bearer(key: &str, ends_at: Option<i64>) -> Bearer {
        let key = Some(key.to_owned());
        Bearer { principal: Principal::local(), key, known_for: MINUTE, ends_at }
    }

    #[test]
    fn a_credential_is_known_for_a_time_and_then_by_sight() {
        let (known, now) = (Known::default(), Instant::now());
        let until = now + MINUTE;
        assert!(matches!(known.find(&digest(1), now), Found::Never));
        known.keep(digest(1), bearer("a", None), 0, now).expect("nothing was doubted");
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
    fn what_was_looked_up_before_a_doubt_is_not_kept() {
        let (known, now) = (Known::default(), Instant::now());
        let before = known.doubts();
        assert!(known.doubt_keys(now).is_empty());
        assert!(known.keep(digest(1), bearer("a", None), before, now).is_none());
        assert!(matches!(known.find(&digest(1), now), Found::Never));
    }

    #[test]
    fn what_was_begun_ends_with_the_credential() {
        let (known, now) = (Known::default(), Instant::now());
        let begin = |n, key, ends_at| {
            let kept = known.keep(digest(n), bearer(key, ends_at), known.doubts(), now);
            kept.expect("nothing was doubted").leave
        };
        let first = begin(1, "a", None);
        drop(begin(2, "b", None));
        assert_eq!(known.doubt_keys(now), [(digest(1), "a".to_owned())], "nothing is open of b");
        let second = begin(1, "a", Some(5));
        known.end(4);
        assert!(matches!(known.find(&digest(1), now), Found::Now(_)));
        known.end(5);
        assert!(matches!(known.find(&digest(1), now), Found::Never));
        assert!(first.is_over() && second.is_over(), "it is the same leave");
        let third = begin(2, "b", None);
        assert!(!third.is_over());
        known.forget(&digest(2));
        assert!(third.is_over());
    }

    #[test]
    fn there_are_never_too_many() {
        let (known, now) = (Known::default(), Instant::now());
        let open = known.keep(digest(0), bearer("a", None), 0, now).expect("there is room");
        for n in 1..MAX + 10 {
            known.keep(digest(n), bearer("a", None), 0, now);
        }
        assert!(known.state().entries.len() <= MAX);
        assert!(matches!(known.find(&digest(MAX + 9), now), Found::Now(_)));
        assert_eq!(known.doubt_keys(now).len(), 1, "who has something open is not lost sight of");
        drop(open);
    }
}
