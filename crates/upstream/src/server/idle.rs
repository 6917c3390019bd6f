//! A server that nobody uses is stopped until the next use. Its list of tools stays known.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::sleep;

use super::{Phase, Server};
use crate::Reached;
use crate::connection::Connection;
use crate::task::{self, Kind};

impl Server {
    /// Watches a new connection's use, until it ends or goes to rest.
    pub(super) fn watch_use(self: &Arc<Self>, connection: &Arc<Connection>) {
        let limit = self.shared.config.idle_shutdown;
        // Behind an OpenAPI document there is nothing that could rest.
        if limit.is_zero() || matches!(self.settings.reached, Reached::OpenApi(_)) {
            return;
        }
        let ended = connection.watch();
        let (server, connection) = (Arc::downgrade(self), Arc::downgrade(connection));
        task::spawn(Kind::Idle, &self.settings.name, async move {
            tokio::select! {
                _ = ended => {}
                () = until_rest(server, connection, limit) => {}
            }
        });
    }

    /// Lets the server rest when it has not been used for so long; else says how long it must
    /// still be left alone.
    fn rest(&self, connection: &Arc<Connection>, limit: Duration) -> Option<Duration> {
        let mut state = self.lock();
        if !matches!(&state.phase, Phase::Ready(ready) if Arc::ptr_eq(ready, connection)) {
            return None;
        }
        match connection.unused() {
            None => Some(limit),
            Some(unused) if unused < limit => Some(limit - unused),
            Some(_) => {
                state.phase = Phase::Resting(Arc::clone(connection));
                connection.close("it was not used for a while");
                tracing::info!(server = self.name(), "stopped an upstream server nobody uses");
                None
            }
        }
    }
}

async fn until_rest(server: Weak<Server>, connection: Weak<Connection>, limit: Duration) {
    let mut left = limit;
    loop {
        sleep(left).await;
        let (Some(server), Some(connection)) = (server.upgrade(), connection.upgrade()) else {
            return;
        };
        match server.rest(&connection, limit) {
            Some(more) => left = more,
            None => return,
        }
    }
}
