//! The bounds of one execution, after the operator's settings and the request have been combined.

use serde::{Deserialize, Serialize};

/// Bounds of one execution. Every field is in force; none means "unlimited".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Wall-clock budget in milliseconds, counted from the go-ahead.
    pub timeout_ms: u64,
    /// Memory the program may use above the engine's own, in bytes.
    pub memory_bytes: u64,
    /// Output kept, in bytes of UTF-8.
    pub output_bytes: u64,
    /// Size of the JSON of `result`, in bytes.
    pub result_bytes: u64,
    /// Tool calls in total.
    pub tool_calls: u64,
}
