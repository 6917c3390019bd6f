//! What can go wrong with an upstream, in words that say what to do.

use std::time::Duration;

use types::ErrorCode;

use crate::patience::Limit;

/// Why a server could not be used. Cheap to clone: one failed start answers every waiting caller.
///
/// [`Error::Refused`] carries the server's own words, which belong to the program that made the
/// call and must not be logged; no other variant carries anything a server or caller wrote but
/// names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No server of that name is configured.
    #[error("no server is called `{server}`: check the name against the configured servers")]
    UnknownServer {
        /// The name as it was given.
        server: String,
    },
    /// The server was started, or should have been, and did not come up.
    #[error("server `{server}` did not start: {reason}")]
    StartFailed {
        /// The server.
        server: String,
        /// What it did, and what to look at.
        reason: String,
    },
    /// The server failed a moment ago and is not tried again yet.
    #[error(
        "server `{server}` is not tried again for another {} ms, after this failure: {last}",
        retry_in.as_millis()
    )]
    Backoff {
        /// The server.
        server: String,
        /// When the next use will try again.
        retry_in: Duration,
        /// The failure before.
        last: String,
    },
    /// The server failed again and again, and one use at a time tries whether it works again.
    #[error(
        "server `{server}` is being tried again by another call right now, after this failure: \
         {last}"
    )]
    Trying {
        /// The server.
        server: String,
        /// The failure before.
        last: String,
    },
    /// The server did not answer in time. The request was cancelled; whether it took effect is
    /// unknown.
    #[error(
        "`{tool}` of server `{server}` did not answer within {} ms: {}",
        after.as_millis(),
        limit.advice()
    )]
    Timeout {
        /// The server.
        server: String,
        /// The tool, or the request's method when it was not a call.
        tool: String,
        /// How long it was waited for.
        after: Duration,
        /// For how much of that nothing was heard of it.
        silent: Duration,
        /// Whose limit it came up against.
        limit: Limit,
    },
    /// The answer is larger than the limit; the connection goes on.
    #[error(
        "the answer of `{tool}` of server `{server}` is larger than the limit of {limit} bytes: \
         ask for less, or raise the limit on results"
    )]
    ResultTooLarge {
        /// The server.
        server: String,
        /// The tool, or the request's method when it was not a call.
        tool: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The server went away while the request was under way; whether it took effect is unknown.
    #[error(
        "server `{server}` went away during `{tool}` ({how}): whether it took effect is unknown, \
         so it is not repeated"
    )]
    Died {
        /// The server.
        server: String,
        /// The tool, or the request's method when it was not a call.
        tool: String,
        /// How it ended.
        how: String,
    },
    /// The request did not get through, or no answer came back; the connection goes on.
    #[error("`{tool}` of server `{server}` failed: {reason}")]
    Failed {
        /// The server.
        server: String,
        /// The tool, or the request's method when it was not a call.
        tool: String,
        /// What happened, whether it may have taken effect, and what to do.
        reason: String,
    },
    /// The server answered the request with a protocol error, in its own words.
    #[error("server `{server}` refused `{tool}`: {message} (JSON-RPC error {code})")]
    Refused {
        /// The server.
        server: String,
        /// The tool, or the request's method when it was not a call.
        tool: String,
        /// The JSON-RPC code.
        code: i64,
        /// The server's message, at most 8 KiB of it.
        message: String,
    },
    /// The server leaves too much of what was sent to it unread. This request was not sent.
    #[error(
        "server `{server}` does not read its input, of which {} MiB wait for it: send it less at \
         once; if it hangs it is started anew",
        limit >> 20
    )]
    Stuffed {
        /// The server.
        server: String,
        /// How much may wait, in bytes.
        limit: usize,
    },
    /// The server said something MCP does not allow.
    #[error("server `{server}` broke the protocol: {reason}")]
    Protocol {
        /// The server.
        server: String,
        /// What it said, described.
        reason: String,
    },
    /// The server did not say that it has such a thing; it was not asked.
    #[error("server `{server}` offers no {what}")]
    Lacks {
        /// The server.
        server: String,
        /// Of what it has none.
        what: &'static str,
    },
    /// More calls wait for the server than may.
    #[error(
        "server `{server}` has {running} calls under way and {waiting} waiting, the most it may \
         have: call it less often at once"
    )]
    Busy {
        /// The server.
        server: String,
        /// Calls under way.
        running: usize,
        /// Calls waiting.
        waiting: usize,
    },
    /// No place became free in time for one more call to the server.
    #[error(
        "`{tool}` of server `{server}` waited {} ms for a place among the {running} calls that may \
         be under way: call it less often at once, or raise `upstreams.maxConcurrentCalls`",
        after.as_millis()
    )]
    Queued {
        /// The server.
        server: String,
        /// The tool, or the request's method when it was not a call.
        tool: String,
        /// Calls that may be under way.
        running: usize,
        /// How long it waited.
        after: Duration,
    },
    /// The hub is stopping or has stopped.
    #[error("server `{server}` is stopped, because we are stopping")]
    Stopped {
        /// The server.
        server: String,
    },
}

impl Error {
    /// The stable code for it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownServer { .. } | Self::Lacks { .. } => ErrorCode::ToolNotFound,
            Self::StartFailed { .. }
            | Self::Backoff { .. }
            | Self::Trying { .. }
            | Self::Died { .. }
            | Self::Failed { .. }
            | Self::Stuffed { .. }
            | Self::Protocol { .. } => ErrorCode::UpstreamUnavailable,
            Self::Timeout { .. } => ErrorCode::UpstreamTimeout,
            Self::ResultTooLarge { .. } => ErrorCode::ResultTooLarge,
            Self::Refused { .. } => ErrorCode::ToolError,
            Self::Busy { .. } | Self::Queued { .. } => ErrorCode::Busy,
            Self::Stopped { .. } => ErrorCode::ShuttingDown,
        }
    }

    /// The server it is about.
    pub fn server(&self) -> &str {
        match self {
            Self::UnknownServer { server }
            | Self::StartFailed { server, .. }
            | Self::Backoff { server, .. }
            | Self::Trying { server, .. }
            | Self::Timeout { server, .. }
            | Self::ResultTooLarge { server, .. }
            | Self::Died { server, .. }
            | Self::Failed { server, .. }
            | Self::Refused { server, .. }
            | Self::Stuffed { server, .. }
            | Self::Protocol { server, .. }
            | Self::Lacks { server, .. }
            | Self::Busy { server, .. }
            | Self::Queued { server, .. }
            | Self::Stopped { server } => server,
        }
    }
}
