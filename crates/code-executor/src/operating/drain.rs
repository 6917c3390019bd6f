//! The time that is left to come to an end, counted from when we were told to.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

/// One deadline for everything that has to end.
#[derive(Debug, Clone)]
pub struct Drain {
    told: Arc<OnceLock<Instant>>,
    limit: Duration,
}

impl Drain {
    /// Begins when `shutdown` is cancelled.
    pub fn after(shutdown: &CancellationToken, limit: Duration) -> Self {
        let drain = Self { told: Arc::default(), limit };
        let (told, shutdown) = (Arc::clone(&drain.told), shutdown.clone());
        tokio::spawn(async move {
            shutdown.cancelled().await;
            told.get_or_init(Instant::now);
        });
        drain
    }

    /// What is left of it; all of it where nobody has told us to end.
    pub fn left(&self) -> Duration {
        let told = self.told.get_or_init(Instant::now);
        self.limit.saturating_sub(told.elapsed())
    }
}
