//! The pause between tries.

use std::time::Duration;

use crate::backoff::pause;

#[test]
fn grows_to_its_bound_and_stays_within_the_jitter() {
    for (failures, full) in [(1, 500), (2, 1000), (3, 2000), (7, 30_000), (u32::MAX, 30_000)] {
        let full = Duration::from_millis(full);
        for _ in 0..50 {
            let pause = pause(failures);
            assert!(pause <= full && pause >= full.mul_f64(0.79), "{failures}: {pause:?}");
        }
    }
}
