//! The bound on executions: so many at once, so many waiting, so long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use types::{ErrorCode, PoolHealth, Refusal};

/// Places for executions.
#[derive(Debug)]
pub struct Admission {
    places: Arc<Semaphore>,
    max: usize,
    max_waiting: usize,
    wait: Duration,
    waiting: AtomicUsize,
    closed: AtomicBool,
}

/// A place. Given back when dropped.
#[derive(Debug)]
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Admission {
    /// `max` at once, `max_waiting` in the queue, each for at most `wait`.
    pub fn new(max: usize, max_waiting: usize, wait: Duration) -> Self {
        Self {
            places: Arc::new(Semaphore::new(max)),
            max,
            max_waiting,
            wait,
            waiting: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// A place now or after a wait; `busy` when the queue is full or the wait too long.
    pub async fn enter(&self) -> Result<Place, Refusal> {
        if self.closed.load(SeqCst) {
            return Err(stopping());
        }
        if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(Place { _permit: permit });
        }
        let Some(_waiting) = Waiting::join(&self.waiting, self.max_waiting) else {
            return Err(self.busy(format!("{} more are waiting", self.max_waiting)));
        };
        match tokio::time::timeout(self.wait, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Place { _permit: permit }),
            Ok(Err(_)) => Err(stopping()),
            Err(_) => Err(self.busy(format!("none ended within {} ms", self.wait.as_millis()))),
        }
    }

    /// Takes nothing more. What waits is refused.
    pub fn close(&self) {
        self.closed.store(true, SeqCst);
    }

    /// Whether it takes nothing more.
    pub fn is_closed(&self) -> bool {
        self.closed.load(SeqCst)
    }

    /// Waits until nothing runs any more, then refuses for good.
    pub async fn drained(&self) {
        let all = u32::try_from(self.max).unwrap_or(u32::MAX);
        let _ = self.places.acquire_many(all).await;
        self.places.close();
    }

    /// How full it is.
    pub fn health(&self) -> PoolHealth {
        PoolHealth {
            active: self.max - self.places.available_permits().min(self.max),
            waiting: self.waiting.load(SeqCst),
            max: self.max,
        }
    }

    fn busy(&self, why: String) -> Refusal {
        let max = self.max;
        let message = format!(
            "busy: {max} executions are running and {why}; try again later, or ask the operator \
             for a higher limits.maxConcurrent"
        );
        Refusal::new(ErrorCode::Busy, message)
    }
}

fn stopping() -> Refusal {
    Refusal::new(ErrorCode::ShuttingDown, "the server is stopping and takes no new executions")
}

/// One entry in the queue, counted while it lives.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(count: &'a AtomicUsize, max: usize) -> Option<Self> {
        let joined = count.fetch_update(SeqCst, SeqCst, |now| (now < max).then_some(now + 1));
        joined.ok().map(|_| Self(count))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[cfg(test)]
mod tests;
