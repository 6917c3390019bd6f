//! Sessions that are gone and whose clients do not know it yet.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::sessions::{Key, Why};

/// How many are remembered, and how many of one principal, so that nobody displaces another's.
const MOST: usize = 4_096;
const MOST_EACH: usize = 32;

/// How long one is remembered: whoever comes later most likely never knew of it.
const REMEMBERED: Duration = Duration::from_secs(3_600);

/// What is remembered of a session.
#[derive(Debug)]
pub(super) struct Notice {
    pub(super) why: Why,
    /// Programs that had run in it.
    pub(super) calls: u64,
    /// Which of those that had its name.
    number: u64,
    since: Instant,
}

/// Sessions that are gone, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Lost(VecDeque<(Key, Notice)>);

impl Lost {
    /// Remembers one.
    pub(super) fn put(&mut self, key: Key, number: u64, why: Why, calls: u64, now: Instant) {
        self.0.retain(|(known, _)| *known != key);
        let of_client = |known: &Key| known.is_of_same_client(&key);
        if self.0.iter().filter(|(known, _)| of_client(known)).count() >= MOST_EACH
            && let Some(oldest) = self.0.iter().position(|(known, _)| of_client(known))
        {
            self.0.remove(oldest);
        }
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((key, Notice { why, calls, number, since: now }));
    }

    /// What was to be told of this one has been said; one that had its name later has its own.
    pub(super) fn told(&mut self, key: &Key, number: u64) {
        self.0.retain(|(known, notice)| known != key || notice.number != number);
    }

    /// What is to be told of the last one of a name, once.
    pub(super) fn take(&mut self, key: &Key, now: Instant) -> Option<Notice> {
        let place = self.0.iter().position(|(known, _)| known == key)?;
        let (_, notice) = self.0.remove(place)?;
        (now.saturating_duration_since(notice.since) < REMEMBERED).then_some(notice)
    }
}
