//! When a program's turn comes while others wait for a place, and how a client stands in its limits.

use serde::{Deserialize, Serialize};

/// What a client says of its turn. It can only make others' turns earlier, never its own beyond what
/// is fair among clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turn {
    /// Whether somebody waits for the answer.
    pub priority: Priority,
    /// The longest wait for a place, in milliseconds; the operator's bound when absent or longer.
    pub max_wait_ms: Option<u64>,
}

/// Whether somebody waits for the answer.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Somebody does.
    #[default]
    Interactive,
    /// Nobody does: it runs where there is room.
    Batch,
}

impl Priority {
    /// Every word there is.
    pub const WORDS: [&str; 2] = ["interactive", "batch"];

    /// The name used in requests, records and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interactive => Self::WORDS[0],
            Self::Batch => Self::WORDS[1],
        }
    }

    /// The priority of this name.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Interactive, Self::Batch].into_iter().find(|priority| priority.as_str() == word)
    }
}

/// How a client stands in one of the limits on what it may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The limit's name: letters, digits, `-`, `.` and `*`.
    pub policy: String,
    /// How much there is in one window.
    pub limit: u64,
    /// The window in seconds.
    pub window_s: u64,
    /// What is left.
    pub remaining: u64,
    /// Seconds until all of it is there again.
    pub reset_s: u64,
}
