//! Waiting for something to become true.

use std::{
    thread,
    time::{Duration, Instant},
};

const STEP: Duration = Duration::from_millis(5);

/// Polls until the condition holds; panics with `what` once the deadline has passed.
#[track_caller]
pub fn wait_until(deadline: Duration, what: &str, condition: impl FnMut() -> bool) {
    assert!(poll(deadline, condition), "waited {deadline:?} in vain: {what}");
}

/// Polls until the condition holds; whether it did before the deadline.
pub(crate) fn poll(deadline: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + deadline;
    loop {
        if condition() {
            return true;
        }
        if Instant::now() >= end {
            return false;
        }
        thread::park_timeout(STEP);
    }
}
