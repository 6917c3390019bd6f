//! The operator's settings of the audit log.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Error;

const MIB: u64 = 1024 * 1024;

/// The smallest segment, in bytes: room for a few records.
const MIN_SEGMENT: u64 = 4 * 1024;

/// The largest segment, in bytes: still opened by ordinary tools.
const MAX_SEGMENT: u64 = 4 * 1024 * MIB;

/// The most that all segments may be asked to hold, in bytes.
const MAX_TOTAL: u64 = 1024 * 1024 * 1024 * 1024;

/// What a record has reached before the program, or its answer, goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// The operating system: it survives this process, however it ends.
    Written,
    /// The disk: it survives the machine. Costs a shared `fdatasync` per start and end.
    Synced,
}

/// Where the log is, how large it may grow, how durable it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Config {
    /// Whether records are written at all.
    pub enabled: bool,
    /// Names the segments: `./audit.log` gives `./audit.<start>-<pid>.log`.
    pub path: PathBuf,
    /// What a record has reached before the program, or its answer, goes on.
    pub durability: Durability,
    /// Size at which this process begins its next segment, in bytes.
    pub max_segment_bytes: u64,
    /// Size of all segments beside each other at which new executions are refused, in bytes.
    /// Executions already running may exceed it by one segment.
    pub max_total_bytes: u64,
}

impl Config {
    /// Checks the sizes against their bounds.
    pub fn validate(&self) -> Result<(), Error> {
        let bound = |field, value, min, max| {
            if (min..=max).contains(&value) {
                return Ok(());
            }
            Err(Error::OutOfBounds { field, value, min, max })
        };
        bound("maxSegmentBytes", self.max_segment_bytes, MIN_SEGMENT, MAX_SEGMENT)?;
        bound("maxTotalBytes", self.max_total_bytes, self.max_segment_bytes, MAX_TOTAL)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            enabled: true,
            path: PathBuf::from("./audit.log"),
            durability: Durability::Written,
            max_segment_bytes: 64 * MIB,
            max_total_bytes: 8 * 1024 * MIB,
        }
    }
}
