//! The memory of Deno, looked at from init: a program may have less than what its process was started
//! with, and is told by the same words as everywhere.

use std::os::fd::OwnedFd;

use crate::sys;

/// Size of a page.
const PAGE: u64 = 4096;

/// The resident memory of one process.
pub struct Watch {
    // Its `statm`, opened before it became what it is.
    memory: OwnedFd,
    before: u64,
    peak: u64,
}

impl Watch {
    /// A watch by a process's `statm`.
    pub fn new(memory: OwnedFd) -> Self {
        Self { memory, before: 0, peak: 0 }
    }

    /// Takes what the process has now for its own: the program's begins here.
    pub fn begin(&mut self) {
        self.before = self.resident().unwrap_or(0);
    }

    /// What the program has come to use, in bytes.
    pub fn look(&mut self) -> u64 {
        let now = self.resident().unwrap_or(0).saturating_sub(self.before);
        self.peak = self.peak.max(now);
        now
    }

    /// The most it was seen to use.
    pub fn peak(&self) -> u64 {
        self.peak
    }

    fn resident(&self) -> Option<u64> {
        let mut bytes = [0; 128];
        let count = sys::read_first(&self.memory, &mut bytes).ok()?;
        let text = std::str::from_utf8(&bytes[..count]).ok()?;
        Some(text.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
    }
}
