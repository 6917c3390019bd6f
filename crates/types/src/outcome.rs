//! What came of an execution: one type for every front, and nothing lost when something stopped.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ErrorCode, ExecutionId, Finding, Grants, Isolation, RequestRecord, SessionStanding};

/// What came of an execution that was started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionOutcome {
    /// The execution's id, as in the audit log.
    pub execution_id: ExecutionId,
    /// Whether the program ran to its end without an error and within its limits.
    pub success: bool,
    /// What the program printed, in order, up to the output limit.
    pub output: String,
    /// The program's value: its `export default`, or its last expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why the last expression's value was left out, when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result_omitted: Option<String>,
    /// The error that ended the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ProgramError>,
    /// Milliseconds from the go-ahead to the end of the program.
    pub execution_time_ms: f64,
    /// Whether output was cut at the limit.
    pub truncated: bool,
    /// The limit that stopped the program or cut its output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitKind>,
    /// The tools called, each once, in order of first call.
    pub tool_calls_made: Vec<String>,
    /// Calls per tool, in order of first call.
    pub tool_call_summary: Vec<ToolCallSummary>,
    /// The last calls one by one (at most 100), given when the program did not succeed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallRecord>,
    /// What it was given of the permissions it asked for, when it asked for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Grants>,
    /// The last requests it sent to hosts (at most 100).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestRecord>,
    /// Dangerous patterns in the program's text (at most 100): advice, on which nothing rests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Peak memory of the program above the engine's own, in bytes, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_usage: Option<u64>,
    /// How the session stands that it ran in, when it ran in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionStanding>,
    /// The isolation the program really had.
    pub isolation: Isolation,
}

/// The error that ended a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProgramError {
    /// The error's class, such as `TypeError`, `McpToolError` or `TimeoutError`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened.
    pub message: String,
    /// Frames of the user's program, with its own line numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
}

/// A limit that fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LimitKind {
    /// The wall-clock budget.
    Timeout,
    /// Memory.
    Memory,
    /// Output; the program went on, the rest of its output was dropped.
    Output,
    /// The size of the result.
    Result,
    /// The number of tool calls.
    ToolCalls,
    /// The depth of the program's syntax or its recursion.
    Stack,
}

impl LimitKind {
    /// The name used in messages and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Memory => "memory",
            Self::Output => "output",
            Self::Result => "result",
            Self::ToolCalls => "toolCalls",
            Self::Stack => "stack",
        }
    }
}

/// Calls of one tool within one execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolCallSummary {
    /// The tool's full name.
    pub tool: String,
    /// Calls started.
    pub count: u64,
    /// Calls that ended in an error or did not end.
    pub errors: u64,
    /// Milliseconds, summed over the calls.
    pub total_ms: f64,
}

/// One call in the ledger. Arguments appear as a hash only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    /// The tool's full name as the program gave it (at most 128 bytes of it).
    pub tool: String,
    /// The first 16 hexadecimal digits of the SHA-256 of the arguments' JSON.
    pub arguments_hash: String,
    /// Milliseconds until the answer, or until the execution ended.
    pub duration_ms: f64,
    /// How it ended.
    pub status: CallStatus,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum CallStatus {
    /// The tool answered.
    Ok,
    /// The tool answered with an error, or could not be reached.
    Error,
    /// Refused before it left: not allowed, unknown, or invalid arguments.
    Refused,
    /// The execution ended first; whether the tool finished is unknown.
    Unfinished,
}

/// Why nothing was run. Not an outcome: the program never started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub code: ErrorCode,
    /// What was wrong, the value and the limit, and what to do.
    pub message: String,
    /// When it may be asked for again, where that is known.
    pub retry_after: Option<Duration>,
}

impl Refusal {
    /// A refusal with its code and its message.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None }
    }

    /// The same, to be asked for again after this time.
    #[must_use]
    pub fn again_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Refusal {}
