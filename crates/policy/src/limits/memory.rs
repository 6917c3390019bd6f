//! The levels of buckets and quotas, in this process. Several are charged at once, or none.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Levels remembered at once; at the bound those that nobody would miss are forgotten first.
pub(crate) const LEVELS: usize = 100_000;
/// How often they are looked through for those, in milliseconds.
const SWEEP_MS: u64 = 1_000;
/// What sums of fractions may be off by.
const EXACT: f64 = 1e-6;

/// Something to be taken of one level.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Charge {
    /// Which level.
    pub(crate) key: String,
    /// What has to be there.
    pub(crate) need: f64,
    /// What is taken. It may be more than is there, which is then owed.
    pub(crate) cost: f64,
    pub(crate) kind: Kind,
}

/// How a level fills again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// Evenly, up to its capacity.
    Bucket { capacity: f64, per_ms: f64 },
    /// Whole, at the end of its window.
    Quota { limit: f64, ends_at: u64 },
}

/// What came of charges.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Taken {
    /// The one that has to wait longest, and how many milliseconds; nothing was taken then.
    pub(crate) refused: Option<(usize, u64)>,
    /// It has to wait because there is no room for another level.
    pub(crate) is_full: bool,
    /// What is left of each.
    pub(crate) left: Vec<f64>,
}

/// Levels by key.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Levels>);

#[derive(Debug, Default)]
struct Levels {
    known: HashMap<String, Level>,
    swept_at: u64,
    /// Whether quotas are learned again when they are forgotten: somebody else has them, too.
    has_copies: bool,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    /// What is left of a bucket, or used of a quota: a quota may be raised while it runs.
    value: f64,
    at: u64,
    /// The end of a quota's window, 0 for a bucket.
    ends_at: u64,
    /// When it is as if it had never been.
    forgotten_at: u64,
}

impl Kind {
    /// The most there can be.
    pub(crate) fn whole(self) -> f64 {
        match self {
            Self::Bucket { capacity, .. } => capacity,
            Self::Quota { limit, .. } => limit,
        }
    }

    fn left(self, level: Option<&Level>, now: u64) -> f64 {
        match (self, level) {
            (Self::Bucket { capacity, per_ms }, Some(level)) => {
                let passed = now.saturating_sub(level.at) as f64;
                (level.value + passed * per_ms).min(capacity)
            }
            (Self::Quota { limit, ends_at }, Some(level)) if level.ends_at == ends_at => {
                limit - level.value
            }
            _ => self.whole(),
        }
    }

    fn level(self, left: f64, now: u64) -> Level {
        match self {
            Self::Bucket { capacity, per_ms } => {
                let forgotten_at = now.saturating_add(((capacity - left) / per_ms).ceil() as u64);
                Level { value: left, at: now, ends_at: 0, forgotten_at }
            }
            Self::Quota { limit, ends_at } => {
                Level { value: limit - left, at: now, ends_at, forgotten_at: ends_at }
            }
        }
    }

    fn wait(self, missing: f64, now: u64) -> u64 {
        match self {
            Self::Bucket { per_ms, .. } => (missing / per_ms).ceil() as u64,
            Self::Quota { ends_at, .. } => ends_at.saturating_sub(now),
        }
    }
}

impl Memory {
    /// Without levels; of quotas there are copies elsewhere, or not.
    pub(crate) fn new(has_copies: bool) -> Self {
        Self(Mutex::new(Levels { has_copies, ..Levels::default() }))
    }

    /// Takes all of it, or says what has to be waited for and takes nothing.
    pub(crate) fn take(&self, charges: &[Charge], now: u64) -> Taken {
        let mut levels = self.lock();
        let left =
            |levels: &Levels, charge: &Charge| charge.kind.left(levels.known.get(&charge.key), now);
        let mut taken = Taken::default();
        for (index, charge) in charges.iter().enumerate() {
            levels.set_clock_back(charge, now);
            let left = left(&levels, charge);
            taken.left.push(left);
            let wait = match left + EXACT < charge.need {
                true => charge.kind.wait(charge.need - left, now).max(1),
                false if !levels.has_room_for(&charge.key, now) => {
                    return Taken { refused: Some((index, SWEEP_MS)), is_full: true, ..taken };
                }
                false => continue,
            };
            if taken.refused.is_none_or(|(_, longest)| wait > longest) {
                taken.refused = Some((index, wait));
            }
        }
        if taken.refused.is_some() {
            return taken;
        }
        for (charge, left) in charges.iter().zip(&mut taken.left) {
            // No more is given back than was used.
            *left = (*left - charge.cost).min(charge.kind.whole().max(*left));
            levels.put(&charge.key, charge.kind.level(*left, now));
        }
        taken
    }

    /// What is left of a level.
    pub(crate) fn left(&self, key: &str, kind: Kind, now: u64) -> f64 {
        kind.left(self.lock().known.get(key), now)
    }

    /// Takes over what is left of a level, as somebody else counts it.
    pub(crate) fn set_left(&self, key: &str, kind: Kind, left: f64, now: u64) {
        let mut levels = self.lock();
        if levels.has_room_for(key, now) {
            levels.put(key, kind.level(left, now));
        }
    }

    /// Whether a quota's level is known.
    pub(crate) fn knows(&self, key: &str, window_ends_at: u64) -> bool {
        self.lock().known.get(key).is_some_and(|level| level.ends_at == window_ends_at)
    }

    fn lock(&self) -> MutexGuard<'_, Levels> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Levels {
    fn has_room_for(&mut self, key: &str, now: u64) -> bool {
        if self.known.len() < LEVELS || self.known.contains_key(key) {
            return true;
        }
        if now.abs_diff(self.swept_at) >= SWEEP_MS {
            self.swept_at = now;
            self.known.retain(|_, level| level.forgotten_at > now);
            if self.has_copies && self.known.len() >= LEVELS {
                self.forget_quotas();
            }
        }
        self.known.len() < LEVELS
    }

    /// Forgets the half of the quotas that was not used for longest.
    fn forget_quotas(&mut self) {
        let quotas = self.known.values().filter(|level| level.ends_at > 0);
        let mut used_at: Vec<u64> = quotas.map(|level| level.at).collect();
        if used_at.is_empty() {
            return;
        }
        let half = (used_at.len() - 1) / 2;
        let until = *used_at.select_nth_unstable(half).1;
        self.known.retain(|_, level| level.ends_at == 0 || level.at > until);
    }

    /// Lets a bucket fill from now on that was last seen at a time which is still to come: then the clock
    /// was put back.
    fn set_clock_back(&mut self, charge: &Charge, now: u64) {
        if let Some(level) = self.known.get_mut(&charge.key)
            && matches!(charge.kind, Kind::Bucket { .. })
            && level.at > now
        {
            *level = charge.kind.level(level.value, now);
        }
    }

    fn put(&mut self, key: &str, level: Level) {
        match self.known.get_mut(key) {
            Some(known) => *known = level,
            None => drop(self.known.insert(key.to_owned(), level)),
        }
    }
}

#[cfg(test)]
mod tests;
