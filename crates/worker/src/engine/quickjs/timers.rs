//! Timers in order of their time, first come first served within one instant.
//!
//! Time advances in turns, as in Node: timers set during one fire in a later one at the earliest, and
//! never before their time, however long the turn took until they were set.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::time::{Duration, Instant};

/// The timers that are set. Bounded by the program's memory: a callback of each is kept in it.
#[derive(Debug)]
pub struct Timers {
    queue: BinaryHeap<Reverse<(Instant, u64, u32)>>,
    /// The place in the queue that counts for each timer that is set.
    active: HashMap<u32, u64>,
    /// Timers the program does not wait for.
    released: HashSet<u32>,
    sequence: u64,
    turn: Instant,
    last_of_turn: u64,
}

impl Timers {
    /// No timers; time begins at `now`.
    pub fn new(now: Instant) -> Self {
        Self {
            queue: BinaryHeap::new(),
            active: HashMap::new(),
            released: HashSet::new(),
            sequence: 0,
            turn: now,
            last_of_turn: 0,
        }
    }

    /// Sets a timer, or sets one again.
    pub fn start(&mut self, id: u32, after: Duration) {
        self.sequence += 1;
        self.active.insert(id, self.sequence);
        self.queue.push(Reverse((Instant::now() + after, self.sequence, id)));
        // Places of timers that were stopped or set again must not pile up.
        if self.queue.len() > 2 * self.active.len() + 64 {
            let active = &self.active;
            self.queue.retain(|Reverse((_, place, id))| active.get(id) == Some(place));
        }
    }

    /// Forgets a timer.
    pub fn stop(&mut self, id: u32) {
        self.active.remove(&id);
        self.released.remove(&id);
    }

    /// Says whether the program waits for a timer.
    pub fn hold(&mut self, id: u32, held: bool) {
        if held {
            self.released.remove(&id);
        } else if self.active.contains_key(&id) {
            self.released.insert(id);
        }
    }

    /// Whether the program waits for this timer.
    pub fn holds(&self, id: u32) -> bool {
        self.active.contains_key(&id) && !self.released.contains(&id)
    }

    /// Whether the program waits for any timer.
    pub fn any_held(&self) -> bool {
        self.active.len() > self.released.len()
    }

    /// Begins a turn: what is due by now and already set may fire.
    pub fn begin_turn(&mut self, now: Instant) {
        self.turn = now;
        self.last_of_turn = self.sequence;
    }

    /// When the next timer is due.
    pub fn next_due(&mut self) -> Option<Instant> {
        self.first().map(|(due, _, _)| due)
    }

    /// Takes the next timer that may fire in this turn.
    pub fn take_due(&mut self) -> Option<u32> {
        let (due, place, id) = self.first()?;
        if due > self.turn || place > self.last_of_turn {
            return None;
        }
        self.queue.pop();
        self.active.remove(&id);
        self.released.remove(&id);
        Some(id)
    }

    fn first(&mut self) -> Option<(Instant, u64, u32)> {
        loop {
            let &Reverse((due, place, id)) = self.queue.peek()?;
            if self.active.get(&id) == Some(&place) {
                return Some((due, place, id));
            }
            self.queue.pop();
        }
    }
}
