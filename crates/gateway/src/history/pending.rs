//! What is still to be written to the database: the last that is known of each execution, bounded.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use store::sql::{Error, Execution};

use super::lock;

/// The most executions that wait to be written; of more the oldest are lost.
pub(super) const MAX_WAITING: usize = 10_000;

/// What waits to be written.
#[derive(Default)]
pub(super) struct Pending {
    // By id, which is by time.
    rows: Mutex<BTreeMap<String, Execution>>,
    /// How many are being written.
    in_flight: AtomicUsize,
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

    /// The oldest so many, to be written now.
    pub(super) fn take(&self, most: usize) -> Batch<'_> {
        let mut rows = lock(&self.rows);
        let most = most.min(rows.len());
        self.in_flight.store(most, Ordering::Relaxed);
        let taken = (0..most).filter_map(|_| rows.pop_first()).map(|(_, row)| row).collect();
        Batch { pending: self, rows: taken }
    }

    /// How many wait or are being written.
    pub(super) fn len(&self) -> usize {
        let rows = lock(&self.rows);
        rows.len() + self.in_flight.load(Ordering::Relaxed)
    }

    /// How many were lost so far.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Why the last write failed, if it did.
    pub(super) fn trouble(&self) -> Option<Error> {
        lock(&self.trouble).clone()
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

/// Executions that are being written. Those that are left in it wait again, unless more is known of
/// them by then: nobody may have waited for the end of the write.
pub(super) struct Batch<'a> {
    pending: &'a Pending,
    pub(super) rows: Vec<Execution>,
}

impl Batch<'_> {
    /// They are written.
    pub(super) fn written(mut self) {
        self.rows.clear();
    }

    /// The database will never take them.
    pub(super) fn lost(mut self) {
        self.pending.lost.fetch_add(self.rows.len() as u64, Ordering::Relaxed);
        self.rows.clear();
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut rows = lock(&self.pending.rows);
        self.pending.in_flight.store(0, Ordering::Relaxed);
        for row in self.rows.drain(..) {
            rows.entry(row.id.clone()).or_insert(row);
        }
        while rows.len() > MAX_WAITING {
            rows.pop_first();
            self.pending.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}
