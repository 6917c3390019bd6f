//! What is still to be written to the database: the last that is known of each execution, bounded.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use store::sql::{Error, Execution};

use super::lock;

/// The most executions that wait to be written; of more the oldest are lost.
pub(super) const MAX_WAITING: usize = 10_000;

/// What waits to be written.
#[derive(Default)]
pub(super) struct Pending {
    // By id, which is by time.
    rows: Mutex<BTreeMap<String, Execution>>,
    lost: AtomicU64,
    trouble: Mutex<Option<Error>>,
}

impl Pending {
    /// How an execution stands now.
    pub(super) fn put(&self, row: Execution) {
        let mut rows = lock(&self.rows);
        rows.insert(row.id.clone(), row);
        if rows.len() > MAX_WAITING {
            rows.pop_first();
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The oldest so many.
    pub(super) fn take(&self, most: usize) -> Vec<Execution> {
        let mut rows = lock(&self.rows);
        let most = most.min(rows.len());
        (0..most).filter_map(|_| rows.pop_first()).map(|(_, row)| row).collect()
    }

    /// Those that could not be written, unless more is known of them by now.
    pub(super) fn put_back(&self, unwritten: Vec<Execution>) {
        let mut rows = lock(&self.rows);
        for row in unwritten {
            rows.entry(row.id.clone()).or_insert(row);
        }
        while rows.len() > MAX_WAITING {
            rows.pop_first();
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Those that the database will never take.
    pub(super) fn lose(&self, rows: usize) {
        self.lost.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        lock(&self.rows).len()
    }

    /// How many were lost so far.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Why the last write failed, if it did.
    pub(super) fn trouble(&self) -> Option<String> {
        lock(&self.trouble).as_ref().map(ToString::to_string)
    }

    /// Takes note of how a write ended, and says so when that is new.
    pub(super) fn note(&self, result: &Result<(), Error>) {
        let mut trouble = lock(&self.trouble);
        match (result, &*trouble) {
            (Err(error), None) => {
                tracing::error!(%error, "what is run cannot be written to the database");
            }
            (Ok(()), Some(_)) => {
                let lost = self.lost();
                tracing::warn!(lost, "what is run is written to the database again");
            }
            _ => {}
        }
        *trouble = result.as_ref().err().cloned();
    }
}
