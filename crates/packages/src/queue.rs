//! Whose turn it is: how many install, how many wait for it, and what others have just failed at.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many failures are remembered.
const MAX_FAILURES: usize = 64;

/// The queue of one process.
#[derive(Debug)]
pub(crate) struct Queue<E> {
    running: Semaphore,
    present: AtomicUsize,
    most: usize,
    failures: Mutex<Vec<Failure<E>>>,
}

#[derive(Debug)]
struct Failure<E> {
    name: String,
    at: Instant,
    error: E,
}

/// A place in the queue.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    running: &'a Semaphore,
    present: &'a AtomicUsize,
}

/// The queue is full: how many are in it.
#[derive(Debug)]
pub(crate) struct Full(pub(crate) usize);

impl<E: Clone> Queue<E> {
    pub(crate) fn new(parallel: usize, waiting: usize) -> Self {
        let running = parallel.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            running: Semaphore::new(running),
            present: AtomicUsize::new(0),
            most: running.saturating_add(waiting),
            failures: Mutex::new(Vec::new()),
        }
    }

    /// Joins the queue, if it is not full.
    pub(crate) fn join(&self) -> Result<Place<'_>, Full> {
        let place = Place { running: &self.running, present: &self.present };
        let before = self.present.fetch_add(1, Ordering::AcqRel);
        if before >= self.most {
            return Err(Full(before));
        }
        Ok(place)
    }

    /// Remembers a failure for those who wait for the same thing.
    pub(crate) fn failed(&self, name: &str, error: &E) {
        let mut failures = self.failures();
        failures.retain(|failure| failure.name != name);
        if failures.len() >= MAX_FAILURES {
            failures.remove(0);
        }
        failures.push(Failure { name: name.to_owned(), at: Instant::now(), error: error.clone() });
    }

    /// What somebody failed at while we waited for it.
    pub(crate) fn failure_since(&self, name: &str, since: Instant) -> Option<E> {
        let failures = self.failures();
        let failure = failures.iter().find(|failure| failure.name == name)?;
        (failure.at >= since).then(|| failure.error.clone())
    }

    fn failures(&self) -> MutexGuard<'_, Vec<Failure<E>>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// Waits for the turn to install.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it.
        self.running.acquire().await.ok()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.present.fetch_sub(1, Ordering::AcqRel);
    }
}
