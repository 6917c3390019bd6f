//! Timers in order of their time, first come first served within one millisecond.

use std::collections::{BinaryHeap, HashSet};
use std::time::{Duration, Instant};

/// The timers that are set. Bounded by the program's memory: a callback of each is kept in it.
#[derive(Debug, Default)]
pub struct Timers {
    queue: BinaryHeap<std::cmp::Reverse<(Instant, u64, u32)>>,
    active: HashSet<u32>,
    sequence: u64,
}

impl Timers {
    /// Sets a timer, or sets one again.
    pub fn start(&mut self, id: u32, after: Duration) {
        self.sequence += 1;
        self.active.insert(id);
        self.queue.push(std::cmp::Reverse((Instant::now() + after, self.sequence, id)));
    }

    /// Forgets a timer.
    pub fn stop(&mut self, id: u32) {
        self.active.remove(&id);
    }

    /// When the next timer is due.
    pub fn next_due(&mut self) -> Option<Instant> {
        loop {
            let &std::cmp::Reverse((due, _, id)) = self.queue.peek()?;
            if self.active.contains(&id) {
                return Some(due);
            }
            self.queue.pop();
        }
    }

    /// Takes the next timer if it is due.
    pub fn take_due(&mut self, now: Instant) -> Option<u32> {
        if self.next_due()? > now {
            return None;
        }
        let std::cmp::Reverse((_, _, id)) = self.queue.pop()?;
        self.active.remove(&id);
        Some(id)
    }
}
