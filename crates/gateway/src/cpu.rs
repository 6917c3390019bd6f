//! The CPU time of one program, where somebody is charged for it.

use std::time::{Duration, Instant};

use sandbox::Child;

/// How often it is looked at while the program makes requests.
const LOOK: Duration = Duration::from_millis(10);

/// What a program has used as it was last seen. One that is gone cannot be asked: since it was last
/// seen it is taken to have worked all the time, which errs by less than a pause between two requests.
#[derive(Debug)]
pub struct CpuClock {
    used: Duration,
    seen: Instant,
}

impl CpuClock {
    /// For a program that begins now.
    pub fn start() -> Self {
        Self { used: Duration::ZERO, seen: Instant::now() }
    }

    /// Looks at it, unless that was done just now.
    pub fn look(&mut self, child: &Child) {
        if self.seen.elapsed() >= LOOK
            && let Some(used) = child.cpu_time()
        {
            (self.used, self.seen) = (used, Instant::now());
        }
    }

    /// What it has used in all.
    pub fn total(&self, child: &Child) -> Duration {
        child.cpu_time().unwrap_or_else(|| self.used + self.seen.elapsed())
    }
}
