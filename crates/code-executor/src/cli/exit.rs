//! Exit codes: one place that maps what happened to a number.

use types::{ErrorCode, ExecutionOutcome, Refusal};

/// How the process ends. `--help` documents the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Success,
    /// The program failed.
    ProgramFailed,
    /// What was asked for cannot be asked for.
    Usage,
    /// The configuration is bad; nothing was started.
    Configuration,
    /// Isolation, audit log, or room is lacking.
    Unavailable,
    /// A defect of ours.
    Internal,
    /// Told to stop, and what still ran at the deadline was cancelled.
    CutShort,
    /// The user interrupted.
    Interrupted,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::ProgramFailed => 1,
            Self::Usage => 2,
            Self::Configuration => 64,
            Self::Unavailable => 69,
            Self::Internal => 70,
            Self::CutShort => 75,
            Self::Interrupted => 130,
        }
    }

    /// The exit of a program that was run.
    pub fn of_outcome(outcome: &ExecutionOutcome) -> Self {
        if outcome.success { Self::Success } else { Self::ProgramFailed }
    }

    /// The exit of a request that was refused.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        match refusal.code {
            ErrorCode::InvalidRequest
            | ErrorCode::CodeTooLarge
            | ErrorCode::PermissionUnsupported
            | ErrorCode::DependencyRefused
            | ErrorCode::SessionMismatch
            | ErrorCode::Forbidden
            | ErrorCode::InvalidArguments => Self::Usage,
            ErrorCode::Busy
            | ErrorCode::SessionBusy
            | ErrorCode::SessionLost
            | ErrorCode::SessionLimit
            | ErrorCode::RateLimited
            | ErrorCode::QuotaExceeded
            | ErrorCode::LimitsUnavailable
            | ErrorCode::IsolationUnavailable
            | ErrorCode::AuditUnavailable
            | ErrorCode::StateUnavailable
            | ErrorCode::LanguageUnavailable
            | ErrorCode::DependencyFailed
            | ErrorCode::UpstreamUnavailable
            | ErrorCode::UpstreamTimeout
            | ErrorCode::ShuttingDown => Self::Unavailable,
            ErrorCode::Cancelled => Self::Interrupted,
            ErrorCode::ToolNotAllowed
            | ErrorCode::ToolChanged
            | ErrorCode::ToolNotFound
            | ErrorCode::ToolError
            | ErrorCode::ResultTooLarge
            | ErrorCode::TooManyCalls => Self::ProgramFailed,
            ErrorCode::SandboxFailed | ErrorCode::Internal => Self::Internal,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
