//! The one way this room spawns: a task with a kind that says what its end means.

use tokio::task::JoinHandle;

/// What a task is for.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Runs one execution to its end record. Never aborted: a caller that leaves cancels it, and
    /// it ends as any other cancelled execution.
    Execute,
    /// Asks a server for its tools, whoever still waits for them. Ends with the gateway; what it
    /// would have learned is learned the next time.
    Ask,
    /// Gives places to those who wait until others have started. Ends when nobody does.
    Admit,
    /// Writes what is run to the database. Ends with the gateway, after what is left is written.
    Keep,
    /// Stops servers that are no longer configured, once nothing uses them. Ends by itself, and with
    /// the process, which takes them along.
    Retire,
    /// Writes down what was refused meanwhile. Ends by itself; what is left is written when the gateway
    /// stops.
    Note,
    /// Saves what was used of quotas, as long as there are limits. What is used after its last turn is
    /// saved when the gateway stops.
    Save,
    /// Ends sessions whose time has come. Ends when there are none, and with the gateway.
    Watch,
    /// Keeps a place until a killed child is gone. Bounded by the wait for that news.
    Reap,
}

/// Spawns `future`. The kind is there for whoever reads a trace.
pub fn spawn<F>(kind: Kind, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tracing::trace!(?kind, "task started");
    tokio::spawn(future)
}
