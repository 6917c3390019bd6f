//! How long to leave a failed server alone.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// The pause after the given number of failures in a row (1 or more): doubling from 500 ms to
/// 30 s, with up to a fifth taken off at random, so that servers that failed together are not
/// retried together.
pub(crate) fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let full = SHORTEST.saturating_mul(1 << doublings).min(LONGEST);
    // A hasher keyed by the operating system is all the randomness that jitter needs.
    let random = RandomState::new().build_hasher().finish() % 1000;
    full.mul_f64(1.0 - 0.2 * (random as f64 / 1000.0))
}
