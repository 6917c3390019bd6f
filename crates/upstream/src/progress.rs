//! Calls that report progress: when each was last heard of.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rmcp::model::{NumberOrString, ProgressToken};
use tokio::time::Instant;

/// The calls under way on one connection, by the token their progress comes with.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    /// When each was last heard of: in milliseconds since `start`; 0 for never.
    calls: Mutex<HashMap<i64, Arc<AtomicU64>>>,
}

impl Default for Progress {
    fn default() -> Self {
        Self { start: Instant::now(), calls: Mutex::default() }
    }
}

impl Progress {
    /// Follows a call until the returned value is dropped.
    pub(crate) fn follow(&self, token: &ProgressToken) -> Followed<'_> {
        let (token, heard) = (number(token), Arc::default());
        if let Some(token) = token {
            self.lock().insert(token, Arc::clone(&heard));
        }
        Followed { all: self, token, heard }
    }

    /// A server reports progress of a call. One that nobody waits for any more means nothing.
    pub(crate) fn heard(&self, token: &ProgressToken) {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        if let Some(heard) = number(token).and_then(|token| self.lock().get(&token).cloned()) {
            heard.store(now, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Arc<AtomicU64>>> {
        // No code panics while it holds the lock, and a map is whole between calls.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call whose progress is followed.
pub(crate) struct Followed<'a> {
    all: &'a Progress,
    token: Option<i64>,
    heard: Arc<AtomicU64>,
}

impl Followed<'_> {
    /// When the server last reported progress.
    pub(crate) fn last(&self) -> Option<Instant> {
        match self.heard.load(Ordering::Relaxed) {
            0 => None,
            ms => Some(self.all.start + Duration::from_millis(ms)),
        }
    }
}

impl Drop for Followed<'_> {
    fn drop(&mut self) {
        if let Some(token) = self.token {
            self.all.lock().remove(&token);
        }
    }
}

/// Ours are numbers; some servers send a number back as a string.
fn number(token: &ProgressToken) -> Option<i64> {
    match &token.0 {
        NumberOrString::Number(number) => Some(*number),
        NumberOrString::String(text) => text.parse().ok(),
    }
}
