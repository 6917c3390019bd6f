//! The CPU time of one program, where somebody is charged for it.

use std::time::{Duration, Instant};

use sandbox::Child;

/// How often it is looked at while the program runs.
pub const LOOK: Duration = Duration::from_millis(50);

/// What a program has used as it was last seen. One that is gone cannot be asked: it is taken to have
/// worked since it was last seen, but no longer than from one look to the next.
#[derive(Debug)]
pub struct CpuClock {
    /// What programs of the same session used before.
    before: Duration,
    used: Duration,
    seen: Instant,
}

impl CpuClock {
    /// For a program that begins now, in a process that has used so much.
    pub fn start(before: Duration) -> Self {
        Self { before, used: Duration::ZERO, seen: Instant::now() }
    }

    /// Looks at it.
    pub fn look(&mut self, child: &Child) {
        if let Some(used) = child.cpu_time() {
            (self.used, self.seen) = (used.saturating_sub(self.before), Instant::now());
        }
    }

    /// What it has used in all.
    pub fn total(&self, child: &Child) -> Duration {
        let used = child.cpu_time().map(|used| used.saturating_sub(self.before));
        used.unwrap_or_else(|| self.at_most(self.seen.elapsed()))
    }

    fn at_most(&self, unseen: Duration) -> Duration {
        self.used + unseen.min(LOOK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_gone_is_not_charged_its_waits() {
        let clock = CpuClock {
            before: Duration::from_millis(90),
            used: Duration::from_millis(7),
            seen: Instant::now(),
        };
        let used = |unseen| clock.at_most(Duration::from_millis(unseen)).as_millis();
        assert_eq!((used(0), used(3), used(2_000)), (7, 10, 57));
    }
}
