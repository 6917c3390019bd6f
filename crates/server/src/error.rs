//! What can go wrong with a whole session; what goes wrong with one request is answered to it.

/// Why a session ended other than by its client or by our own shutdown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The task that serves the session died: a defect of ours or of the protocol library.
    #[error("the MCP session ended abnormally: {0}; this is a bug, please report it")]
    Session(#[from] tokio::task::JoinError),
}
