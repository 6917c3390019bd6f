//! Stable codes for what an operator or an agent may meet. A code never changes its meaning.

use serde::{Deserialize, Serialize};

/// A stable, documented code. Fronts map it to their own numbers (exit code, JSON-RPC, HTTP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is malformed or out of bounds.
    InvalidRequest,
    /// The program is longer than the operator's limit.
    CodeTooLarge,
    /// A permission was asked for that this version cannot give.
    PermissionUnsupported,
    /// Too many executions are running and waiting.
    Busy,
    /// The client ran more programs than it may in this time.
    RateLimited,
    /// The client, its tenant or everybody has used up what a day or a month gives.
    QuotaExceeded,
    /// Whether the client is within its limits cannot be found out now.
    LimitsUnavailable,
    /// The roles of the caller do not allow it.
    Forbidden,
    /// The isolation the operator asked for cannot be reached on this host.
    IsolationUnavailable,
    /// The audit record could not be written, so nothing was run.
    AuditUnavailable,
    /// The database cannot be used.
    StateUnavailable,
    /// The sandbox itself failed (not the program in it).
    SandboxFailed,
    /// The language is switched off or its engine is missing.
    LanguageUnavailable,
    /// The program declares packages that the operator does not let it have.
    DependencyRefused,
    /// The packages a program declares could not be had.
    DependencyFailed,
    /// The session was begun with other tools, permissions, roles or packages.
    SessionMismatch,
    /// Programs run or wait in the session already.
    SessionBusy,
    /// The session is gone, and what was in it.
    SessionLost,
    /// There are as many sessions as there may be.
    SessionLimit,
    /// The tool exists or may exist, but this execution may not call it.
    ToolNotAllowed,
    /// The tool is not as it was approved, and the operator has such tools blocked.
    ToolChanged,
    /// No tool of that name is known.
    ToolNotFound,
    /// The arguments do not fit the tool's input schema.
    InvalidArguments,
    /// The server behind the tool cannot be reached.
    UpstreamUnavailable,
    /// The server behind the tool did not answer in time.
    UpstreamTimeout,
    /// The tool ran and answered with an error.
    ToolError,
    /// The tool's answer is larger than the operator's limit.
    ResultTooLarge,
    /// The execution made more calls than the operator's limit.
    TooManyCalls,
    /// The execution was cancelled by its client.
    Cancelled,
    /// The server is stopping and takes no new work.
    ShuttingDown,
    /// A defect of ours.
    Internal,
}

impl ErrorCode {
    /// The code as it appears on every surface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::CodeTooLarge => "code_too_large",
            Self::PermissionUnsupported => "permission_unsupported",
            Self::Busy => "busy",
            Self::RateLimited => "rate_limited",
            Self::QuotaExceeded => "quota_exceeded",
            Self::LimitsUnavailable => "limits_unavailable",
            Self::Forbidden => "forbidden",
            Self::IsolationUnavailable => "isolation_unavailable",
            Self::AuditUnavailable => "audit_unavailable",
            Self::StateUnavailable => "state_unavailable",
            Self::SandboxFailed => "sandbox_failed",
            Self::LanguageUnavailable => "language_unavailable",
            Self::DependencyRefused => "dependency_refused",
            Self::DependencyFailed => "dependency_failed",
            Self::SessionMismatch => "session_mismatch",
            Self::SessionBusy => "session_busy",
            Self::SessionLost => "session_lost",
            Self::SessionLimit => "session_limit",
            Self::ToolNotAllowed => "tool_not_allowed",
            Self::ToolChanged => "tool_changed",
            Self::ToolNotFound => "tool_not_found",
            Self::InvalidArguments => "invalid_arguments",
            Self::UpstreamUnavailable => "upstream_unavailable",
            Self::UpstreamTimeout => "upstream_timeout",
            Self::ToolError => "tool_error",
            Self::ResultTooLarge => "result_too_large",
            Self::TooManyCalls => "too_many_calls",
            Self::Cancelled => "cancelled",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
        }
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
