//! Advice about a program's text: what a reader of it would look at twice. Isolation holds whether or
//! not anything is found.

use serde::{Deserialize, Serialize};

/// The most findings one program is told.
pub const MAX_FINDINGS: usize = 100;

/// What is done about dangerous patterns in a program.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum DangerousPatterns {
    /// Nobody looks for them.
    Off,
    /// They are reported; the program runs.
    #[default]
    Warn,
    /// A program that has one is not run.
    Block,
}

impl DangerousPatterns {
    /// The word used in configuration and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// One dangerous pattern in a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The rule's stable name, such as `python-eval`.
    pub rule: String,
    /// The line in the program, from 1.
    pub line: u32,
    /// The column in that line, in characters from 1.
    pub column: u32,
    /// What it is, in a sentence.
    pub message: String,
}
