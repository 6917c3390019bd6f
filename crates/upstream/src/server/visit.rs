//! One use of a server: it keeps the server from resting, and its outcome is what the circuit
//! breaker goes by.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::{Phase, Server};
use crate::Error;
use crate::breaker::Failure;
use crate::connection::Connection;
use crate::patience::Limit;

/// A server that says nothing for so long counts as failing, even if its caller gave up before
/// the server's own time was over.
const TELLING: Duration = Duration::from_secs(5);

/// A use of a connection.
pub(super) struct Visit {
    server: Arc<Server>,
    connection: Arc<Connection>,
    probe: Option<Probe>,
}

/// The right to be the one use that tries a server whose circuit is open. Given back when dropped.
pub(super) struct Probe {
    server: Arc<Server>,
    number: u64,
}

impl Visit {
    /// To be called while the state is locked, so that the server does not go to rest meanwhile.
    pub(super) fn new(
        server: &Arc<Server>,
        connection: &Arc<Connection>,
        probe: Option<Probe>,
    ) -> Self {
        connection.enter();
        Self { server: Arc::clone(server), connection: Arc::clone(connection), probe }
    }

    pub(super) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    pub(super) fn is_probe(&self) -> bool {
        self.probe.is_some()
    }

    /// Takes note of how it went.
    pub(super) fn end<T>(self, outcome: Result<T, Error>) -> Result<T, Error> {
        match outcome.as_ref().map_or_else(verdict, |_| Verdict::Answered) {
            Verdict::Answered => self.answered(),
            Verdict::Silent(error) => self.silent(error),
            Verdict::Nothing => {}
        }
        outcome
    }

    fn answered(&self) {
        let mut state = self.server.lock();
        // What a connection answered that is gone says nothing of what came after it.
        if matches!(&state.phase, Phase::Ready(ready) if Arc::ptr_eq(ready, &self.connection)) {
            state.breaker.answered(self.connection.stood());
        }
    }

    fn silent(&self, error: String) {
        let mut state = self.server.lock();
        state.breaker.failed(Failure::Silent, error, Instant::now());
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.connection.leave();
    }
}

impl Probe {
    pub(super) fn new(server: &Arc<Server>, number: u64) -> Self {
        Self { server: Arc::clone(server), number }
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.server.lock().breaker.probe_over(self.number, Instant::now());
    }
}

/// What an error says about the server.
enum Verdict {
    /// It answered, if only with an error.
    Answered,
    /// It should have answered and did not, in these words.
    Silent(String),
    /// Nothing, or nothing that is not known already.
    Nothing,
}

fn verdict(error: &Error) -> Verdict {
    match error {
        Error::Refused { .. } | Error::ResultTooLarge { .. } | Error::Protocol { .. } => {
            Verdict::Answered
        }
        Error::Timeout { silent, limit, .. }
            if *limit == Limit::Silence || *limit == Limit::Listing || *silent >= TELLING =>
        {
            Verdict::Silent(error.to_string())
        }
        Error::Failed { .. } | Error::Stuffed { .. } => Verdict::Silent(error.to_string()),
        // That a connection ended is taken note of once, where it ends.
        _ => Verdict::Nothing,
    }
}

#[cfg(test)]
mod tests;
