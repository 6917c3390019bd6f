//! The memory of Deno, looked at from init: a program may have less than what its process was started
//! with, and is told by the same words as everywhere.

#[cfg(test)]
mod tests;

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use crate::sys;

/// What of a process's `status` is its own alone: memory that is no file's, what of it was moved out of
/// the way, what it made in its scratch and has mapped, and the tables that find all this. What it has
/// mapped of files others have too, and can be had again.
const OWN: [&str; 4] = ["RssAnon", "RssShmem", "VmSwap", "VmPTE"];

/// Room for as much of it as tells this.
const ROOM: usize = 4096;

/// The memory of one process.
pub struct Watch {
    // Its `status`, opened before it became what it is.
    status: OwnedFd,
    before: u64,
    peak: u64,
}

impl Watch {
    /// A watch by a process's `status`.
    pub fn new(status: OwnedFd) -> Self {
        Self { status, before: 0, peak: 0 }
    }

    /// What it looks through.
    pub fn descriptor(&self) -> RawFd {
        self.status.as_raw_fd()
    }

    /// Takes what the process has now for its own: the program's begins here.
    pub fn begin(&mut self) {
        self.before = self.used().unwrap_or(0);
    }

    /// What the program has come to use, in bytes; none when that is not told, since the process's first
    /// thread has ended.
    pub fn look(&mut self) -> Option<u64> {
        let now = self.used()?.saturating_sub(self.before);
        self.peak = self.peak.max(now);
        Some(now)
    }

    /// The most it was seen to use.
    pub fn peak(&self) -> u64 {
        self.peak
    }

    fn used(&self) -> Option<u64> {
        let mut bytes = [0; ROOM];
        let count = sys::read_first(&self.status, &mut bytes).ok()?;
        own_bytes(&bytes[..count])
    }
}

/// What a `status` says of memory; none when it does not.
fn own_bytes(status: &[u8]) -> Option<u64> {
    let mut kibibytes = [None; OWN.len()];
    for line in status.split(|byte| *byte == b'\n') {
        let Some((name, value)) = std::str::from_utf8(line).ok().and_then(|it| it.split_once(':'))
        else {
            continue;
        };
        if let Some(place) = OWN.iter().position(|wanted| *wanted == name) {
            kibibytes[place] = value.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok();
        }
    }
    let kibibytes: Option<Vec<u64>> = kibibytes.into_iter().collect();
    Some(kibibytes?.into_iter().sum::<u64>().saturating_mul(1024))
}
