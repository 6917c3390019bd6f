//! Why there is no child to run a program in.

use types::{ErrorCode, IsolationLevel};

/// Why there is no child to run a program in. Nothing was run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The host cannot give what the operator asked for.
    #[error(
        "the isolation asked for ({wanted}) cannot be reached here, only {reached}: {reasons}; \
         run `code-executor doctor` for what to change"
    )]
    Isolation {
        /// The operator's minimum.
        wanted: &'static str,
        /// What can be reached.
        reached: &'static str,
        /// What is missing, and why.
        reasons: String,
    },
    /// The worker cannot lock itself down on this host at all.
    #[error("the sandbox cannot start here: {0}; run `code-executor doctor` for what to change")]
    Unfit(String),
    /// The worker process could not be started or died.
    #[error("the sandbox process failed: {0}; try again")]
    Failed(String),
    /// The worker process does not answer; another one takes its place.
    #[error("the sandbox process did not answer: {0}; try again")]
    TimedOut(String),
    /// A child did not show the lockdown it claimed.
    #[error("a sandbox child failed verification: {0}; nothing was run")]
    Unverified(String),
    /// The sandbox is stopping.
    #[error("the sandbox is stopping")]
    Stopped,
}

impl Error {
    /// The level was not reached.
    pub fn isolation(wanted: IsolationLevel, reached: IsolationLevel, reasons: String) -> Self {
        Self::Isolation { wanted: wanted.as_str(), reached: reached.as_str(), reasons }
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Isolation { .. } | Self::Unfit(_) => ErrorCode::IsolationUnavailable,
            Self::Failed(_) | Self::TimedOut(_) | Self::Unverified(_) => ErrorCode::SandboxFailed,
            Self::Stopped => ErrorCode::ShuttingDown,
        }
    }
}
