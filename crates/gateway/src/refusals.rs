//! Refusals on record: who was refused what, though nothing was run. The first of a kind is written at
//! once; what follows it within some seconds is written as a sum, so that no flood fills the log.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use audit::{Log, RefusalRecord};
use types::{Language, Principal};

use crate::task::{self, Kind};

/// For how long refusals of a kind are gathered after the first.
const GATHERED: Duration = Duration::from_secs(5);
/// Kinds that are told apart meanwhile; what is beyond is one sum.
const MOST: usize = 500;

/// What was refused lately.
#[derive(Clone)]
pub struct Refusals {
    log: Log,
    kinds: Arc<Mutex<Kinds>>,
}

/// One caller, what it asked for, and why it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Refused {
    tenant: String,
    subject: String,
    executor: Option<Language>,
    code: &'static str,
}

#[derive(Debug, Default)]
struct Kinds {
    /// How many came after the one that was written.
    after: HashMap<Refused, u64>,
    others: u64,
    /// Whether somebody will write down what is gathered.
    due: bool,
}

/// What becomes of a refusal.
#[derive(Debug, PartialEq, Eq)]
enum Noted {
    /// It is written at once.
    First,
    /// It is counted.
    Counted,
}

impl Kinds {
    fn note(&mut self, refused: Refused) -> Noted {
        let room = self.after.len() < MOST;
        match self.after.entry(refused) {
            Entry::Occupied(mut count) => *count.get_mut() += 1,
            Entry::Vacant(place) if room => {
                place.insert(0);
                return Noted::First;
            }
            Entry::Vacant(_) => self.others += 1,
        }
        Noted::Counted
    }

    /// The sums; counting starts anew.
    fn take(&mut self) -> (Vec<(Refused, u64)>, u64) {
        self.due = false;
        let sums = self.after.drain().filter(|(_, count)| *count > 0).collect();
        (sums, std::mem::take(&mut self.others))
    }
}

impl Refusals {
    /// None yet.
    pub fn new(log: Log) -> Self {
        Self { log, kinds: Arc::default() }
    }

    /// Puts on record that a caller was refused; of what it sent nothing is.
    pub fn note(&self, principal: &Principal, executor: Option<Language>, code: &'static str) {
        let Principal { tenant, subject, .. } = principal.clone();
        let refused = Refused { tenant, subject, executor, code };
        let (noted, due) = {
            let mut kinds = self.kinds();
            let noted = kinds.note(refused.clone());
            (noted, std::mem::replace(&mut kinds.due, true))
        };
        if noted == Noted::First {
            self.write(&refused, 1);
        }
        if !due {
            let this = self.clone();
            task::spawn(Kind::Note, async move {
                tokio::time::sleep(GATHERED).await;
                this.write_down();
            });
        }
    }

    /// Writes what is gathered.
    pub fn write_down(&self) {
        let (sums, others) = self.kinds().take();
        for (refused, count) in sums {
            self.write(&refused, count);
        }
        if others > 0 {
            self.record(&RefusalRecord {
                reason: "others",
                count: others,
                ..RefusalRecord::default()
            });
        }
    }

    fn write(&self, refused: &Refused, count: u64) {
        let Refused { tenant, subject, executor, code } = refused;
        self.record(&RefusalRecord {
            reason: code,
            count,
            tenant: Some(tenant),
            client_id: Some(subject),
            executor: *executor,
            ..RefusalRecord::default()
        });
    }

    fn record(&self, record: &RefusalRecord<'_>) {
        if let Err(error) = self.log.refusal(record) {
            tracing::debug!(%error, "a refusal could not be recorded");
        }
    }

    fn kinds(&self) -> MutexGuard<'_, Kinds> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use types::Language;

    use super::{Kinds, MOST, Noted, Refused};

    fn refused(subject: &str, code: &'static str) -> Refused {
        let executor = Some(Language::Python);
        Refused { tenant: "acme".to_owned(), subject: subject.to_owned(), executor, code }
    }

    #[test]
    fn the_first_of_a_kind_is_written_and_the_rest_are_a_sum() {
        let mut kinds = Kinds::default();
        assert_eq!(kinds.note(refused("ann", "busy")), Noted::First);
        for _ in 0..1_000 {
            assert_eq!(kinds.note(refused("ann", "busy")), Noted::Counted);
        }
        assert_eq!(kinds.note(refused("ann", "forbidden")), Noted::First);
        assert_eq!(kinds.note(refused("ben", "busy")), Noted::First);
        assert_eq!(kinds.take(), (vec![(refused("ann", "busy"), 1_000)], 0));
        assert_eq!(kinds.note(refused("ann", "busy")), Noted::First, "it starts anew");
    }

    #[test]
    fn callers_without_end_are_one_sum() {
        let mut kinds = Kinds::default();
        let firsts = (0..2 * MOST)
            .filter(|number| kinds.note(refused(&number.to_string(), "busy")) == Noted::First);
        assert_eq!(firsts.count(), MOST);
        assert_eq!(kinds.take(), (Vec::new(), MOST as u64));
    }
}
