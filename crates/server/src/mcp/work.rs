//! The requests in flight, so that stopping can wait for them and refuse more.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::{TaskTracker, task_tracker::TaskTrackerToken};

use types::{ErrorCode, Refusal};

/// Requests of one session that may be in flight. The gateway has its own, lower bound on
/// executions; this one keeps the rest finite.
const MAX_IN_FLIGHT: usize = 1024;
/// Of all that belong to no session, as many as there can be connections.
const MAX_OF_MANY: usize = 65_536;

/// A handle to the requests in flight.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    tracker: TaskTracker,
    room: Arc<Semaphore>,
    most: usize,
}

/// A request in flight, for as long as it lives.
#[derive(Debug)]
pub(crate) struct InFlight {
    _token: TaskTrackerToken,
    _permit: OwnedSemaphorePermit,
}

impl Work {
    pub(crate) fn new() -> Self {
        Self::of(MAX_IN_FLIGHT)
    }

    /// For requests of many clients.
    pub(crate) fn of_many() -> Self {
        Self::of(MAX_OF_MANY)
    }

    fn of(most: usize) -> Self {
        Self { tracker: TaskTracker::new(), room: Arc::new(Semaphore::new(most)), most }
    }

    /// Enters one request.
    pub(crate) fn begin(&self) -> Result<InFlight, Refusal> {
        if self.tracker.is_closed() {
            let message = "the server is stopping and takes no new work; start it again";
            return Err(Refusal::new(ErrorCode::ShuttingDown, message));
        }
        let permit = Arc::clone(&self.room).try_acquire_owned().map_err(|_| {
            let message = format!(
                "{} requests are in flight, the most there may be; wait for some to be answered",
                self.most
            );
            Refusal::new(ErrorCode::Busy, message)
        })?;
        Ok(InFlight { _token: self.tracker.token(), _permit: permit })
    }

    /// Enters no more requests.
    pub(crate) fn refuse(&self) {
        self.tracker.close();
    }

    /// Returns once nothing is in flight and nothing more is entered.
    pub(crate) async fn done(&self) {
        self.refuse();
        self.tracker.wait().await;
    }

    /// How many requests are in flight.
    pub(crate) fn running(&self) -> usize {
        self.tracker.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_IN_FLIGHT, MAX_OF_MANY, Work};

    #[test]
    fn a_refusal_names_the_bound_that_was_met() {
        for (work, most) in [(Work::new(), MAX_IN_FLIGHT), (Work::of_many(), MAX_OF_MANY)] {
            let held: Vec<_> = (0..most).map(|_| work.begin().expect("room")).collect();
            let refusal = work.begin().expect_err("no room");
            assert!(refusal.message.starts_with(&format!("{most} requests")), "{refusal:?}");
            drop(held);
        }
    }
}
