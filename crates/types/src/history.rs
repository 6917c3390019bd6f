//! What was run, as it can be looked up afterwards. Nothing of code, arguments, results or output.

use serde::{Deserialize, Serialize};

use crate::{ExecutionId, IsolationLevel, Language, LimitKind};

/// How an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExecutionState {
    /// It waits: for packages, or for a place.
    Queued,
    /// It runs.
    Running,
    /// It ran to its end without an error.
    Succeeded,
    /// An error or a limit ended it.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// The gateway that ran it is gone, and nobody knows what came of it.
    Lost,
}

impl ExecutionState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled, Self::Lost];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Lost => "lost",
        }
    }

    /// Whether it has come to its end.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

impl std::str::FromStr for ExecutionState {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|state| state.as_str() == word).ok_or(())
    }
}

/// One execution, as it is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionEntry {
    /// Its id, as in its outcome and in the audit log.
    pub execution_id: ExecutionId,
    /// The tenant of whoever ran it.
    pub tenant: String,
    /// Whoever ran it, within the tenant.
    pub subject: String,
    /// The program's language.
    pub language: Language,
    /// How it stands.
    pub state: ExecutionState,
    /// When it was taken, RFC 3339 in UTC.
    pub started_at: String,
    /// When it ended, once it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// Milliseconds that the program ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_time_ms: Option<f64>,
    /// The SHA-256 of the program, once it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_hash: Option<String>,
    /// The length of the program in bytes.
    pub code_length: u64,
    /// The class of the error that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_class: Option<String>,
    /// The limit that stopped it or cut its output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitKind>,
    /// The isolation it had, once it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation: Option<IsolationLevel>,
    /// Its peak memory in bytes, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_usage: Option<u64>,
    /// The length of what it printed, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_bytes: Option<u64>,
    /// Whether that was cut at the limit.
    pub truncated: bool,
    /// How many calls of tools it made.
    pub tool_calls: u64,
    /// The tools it called (at most 100), each once, in order of first call.
    pub tools_called: Vec<String>,
}

/// Whose executions are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ExecutionsOf {
    /// One's own.
    #[default]
    Own,
    /// Those of one subject, for which the scope `admin` is needed.
    Subject {
        /// The tenant.
        tenant: String,
        /// The subject within it.
        subject: String,
    },
    /// Those of a tenant, likewise.
    Tenant(String),
    /// Everybody's, likewise.
    Everybody,
}

/// Which executions are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExecutionQuery {
    /// Whose.
    pub of: ExecutionsOf,
    /// Only those that stand so.
    pub state: Option<ExecutionState>,
    /// Where the page before ended: its `nextCursor`.
    pub cursor: Option<String>,
    /// How many at most: 1 to 500; 50 where nothing is said.
    pub limit: Option<u32>,
}

/// A page of executions, the latest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionPage {
    /// The executions.
    pub executions: Vec<ExecutionEntry>,
    /// Where the next page begins, when there may be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What came of the wish to cancel an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancellation {
    /// It is being stopped.
    Cancelled,
    /// The gateway that runs it has been asked to stop it.
    Asked,
    /// It had ended already.
    Ended,
    /// There is none of that id, or it is somebody else's.
    Unknown,
}
