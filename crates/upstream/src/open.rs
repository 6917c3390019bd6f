//! From a configured server to a connection that stands.

mod openapi;
mod program;
mod remote;

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::ServerPeerInfo;
use rmcp::service::serve_directly;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::connection::{Changes, Connection, Handler, Parts};
use crate::handshake::Era;
use crate::life::{Body, Life};
use crate::transport::{Budget, Link};
use crate::{Config, Reached, ServerConfig};

/// A connection and what keeps it.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) life: Life,
    /// What the handshake showed.
    pub(crate) era: Era,
}

/// Why there is no connection, and what to believe about the server next time.
pub(crate) struct NotOpened {
    pub(crate) reason: String,
    pub(crate) era: Era,
    /// Whether all that is missing is a login, which may come at any time and from another process.
    pub(crate) wants_login: bool,
}

/// Reaches a server and shakes hands within its start timeout.
pub(crate) async fn open(
    server: &ServerConfig,
    config: &Arc<Config>,
    budget: &Budget,
    era: Era,
    stopping: &CancellationToken,
) -> Result<Opened, NotOpened> {
    let limit = server.start_timeout.unwrap_or(config.start_timeout);
    let deadline = Instant::now() + limit;
    let plan = Plan { server, config, budget, deadline, limit, stopping };
    match &server.reached {
        Reached::Program(program) => program::open(&plan, program, era).await,
        Reached::Http(http) => remote::open(&plan, http, era).await,
        Reached::OpenApi(entry) => openapi::open(&plan, entry).await,
    }
}

/// What every attempt to reach a server has in common.
struct Plan<'a> {
    server: &'a ServerConfig,
    config: &'a Arc<Config>,
    budget: &'a Budget,
    deadline: Instant,
    limit: Duration,
    stopping: &'a CancellationToken,
}

impl Plan<'_> {
    /// A connection over a link on which the handshake is done.
    fn connected(
        &self,
        body: Body,
        link: impl Link,
        information: ServerPeerInfo,
        era: Era,
    ) -> Opened {
        let (pending, fault) = (link.pending(), link.fault());
        let changes = Arc::new(Changes::default());
        let handler = Handler { changes: Arc::clone(&changes) };
        let running = serve_directly(handler, link, Some(information.clone()));
        let (end, ended) = watch::channel(None);
        let stop = self.stopping.child_token();
        let connection = Connection::new(Parts {
            server: self.server.name.as_str().into(),
            config: Arc::clone(self.config),
            peer: running.peer().clone(),
            pending,
            information,
            changes,
            ended,
            stop: stop.clone(),
        });
        let serving = Box::pin(running.waiting());
        let limit = self.config.stop_timeout;
        Opened { connection, life: Life { body, serving, fault, end, stop, limit }, era }
    }
}
