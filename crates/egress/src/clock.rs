//! How long a request has: until its deadline, or until its caller gives up.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::Error;

/// No request takes a day, and no clock overflows.
const MAX_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The end of a request's time.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    deadline: Instant,
    limit: Duration,
    cancel: CancellationToken,
}

impl Clock {
    pub(crate) fn start(limit: Duration, cancel: CancellationToken) -> Self {
        let limit = limit.min(MAX_LIMIT);
        Self { deadline: Instant::now() + limit, limit, cancel }
    }

    /// What comes of `work`, if it comes in time.
    pub(crate) async fn bound<T>(
        &self,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Error::Cancelled),
            done = timeout_at(self.deadline, work) => {
                done.unwrap_or(Err(Error::Timeout { limit: self.limit }))
            }
        }
    }
}
