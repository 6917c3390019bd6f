//! Whose turn it is: how many run `uv`, how many wait for it, and what others have just failed at.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{Config, Error};

/// How many failures are remembered.
const MAX_FAILURES: usize = 64;

/// The queue of one process.
#[derive(Debug)]
pub(crate) struct Queue {
    running: Semaphore,
    present: AtomicUsize,
    most: usize,
    failures: Mutex<Vec<Failure>>,
}

#[derive(Debug)]
struct Failure {
    name: String,
    at: Instant,
    error: Error,
}

/// A place in the queue.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    queue: &'a Queue,
}

impl Queue {
    pub(crate) fn new(config: &Config) -> Self {
        let running = config.max_parallel_installs.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            running: Semaphore::new(running),
            present: AtomicUsize::new(0),
            most: running.saturating_add(config.max_waiting),
            failures: Mutex::new(Vec::new()),
        }
    }

    /// Joins the queue, if it is not full.
    pub(crate) fn join(&self) -> Result<Place<'_>, Error> {
        let place = Place { queue: self };
        let before = self.present.fetch_add(1, Ordering::AcqRel);
        if before >= self.most {
            return Err(Error::Busy { waiting: before });
        }
        Ok(place)
    }

    /// Remembers a failure for those who wait for the same thing.
    pub(crate) fn failed(&self, name: &str, error: &Error) {
        let mut failures = self.failures();
        failures.retain(|failure| failure.name != name);
        if failures.len() >= MAX_FAILURES {
            failures.remove(0);
        }
        failures.push(Failure { name: name.to_owned(), at: Instant::now(), error: error.clone() });
    }

    /// What somebody failed at while we waited for it.
    pub(crate) fn failure_since(&self, name: &str, since: Instant) -> Option<Error> {
        let failures = self.failures();
        let failure = failures.iter().find(|failure| failure.name == name)?;
        (failure.at >= since).then(|| failure.error.clone())
    }

    fn failures(&self) -> MutexGuard<'_, Vec<Failure>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// Waits for the turn to run `uv`.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it.
        self.queue.running.acquire().await.ok()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.present.fetch_sub(1, Ordering::AcqRel);
    }
}
