//! The one way this room spawns: a task with a kind that says what its end means.

use std::future::Future;

use tokio::task::JoinHandle;

/// What a task is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// Brings a server up. Outlives the caller who asked, for the others who wait for the same
    /// start. Lost (a defect of ours): the waiters are told that the start failed.
    Start,
    /// Owns a server's process until it has ended. Never cancelled; ends with the process.
    Supervise,
    /// Copies standard error into the log. Ends with the pipe; aborting it loses log lines only.
    Stderr,
    /// Keeps a 2026-07-28 subscription open. Losing it means list changes are noticed late.
    Listen,
    /// One request over HTTP and what comes back for it. Ends with its caller's interest or the
    /// connection; losing it leaves its caller to the deadline.
    Exchange,
    /// Follows what a server over HTTP says by itself. Ends with the connection; losing it means
    /// list changes are noticed late.
    Events,
    /// Speaks for an HTTP API that has no MCP. Ends with its connection, and its calls with it.
    Serve,
    /// Stops a server that nobody uses. Ends with its connection; losing it means that the server
    /// goes on running.
    Idle,
    /// Lists the tools of one server among many. Aborted with the caller that wants them all.
    List,
    /// Stops one server among many. Bounded by the stop timeout.
    Stop,
    /// Tells a server that a call was given up. Best effort.
    Cancel,
    /// Renews a token. Outlives the caller who asked: a renewal that the provider has seen cannot be
    /// asked for again. Lost (a defect of ours): the callers send the token that they have.
    Renew,
}

/// Spawns `future`. The kind and the server's name are there for whoever reads a trace.
pub(crate) fn spawn<F>(kind: Kind, server: &str, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tracing::trace!(?kind, server, "task started");
    tokio::spawn(future)
}
