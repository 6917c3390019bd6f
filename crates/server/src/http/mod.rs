//! The HTTP front: the REST API, for whoever embeds executions, and MCP over Streamable HTTP.
//!
//! `listen` is connections, `app` the routes and what every request goes through, `guard` who a
//! request says it is for, `identity` who sent it, `problem` how an error reads, `api` the resources,
//! `mcp` the endpoint of that name.

mod api;
mod app;
mod config;
mod guard;
mod identity;
mod listen;
mod mcp;
mod metadata;
mod problem;

use std::io;
use std::sync::Arc;

use gateway::Gateway;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::Config;
use crate::http::app::App;
use crate::http::guard::Guard;

pub use config::{DEFAULT_PORT, HttpConfig};
pub use identity::{Identify, LocalUser, Unidentified};
pub use metadata::Authorization;
pub use mcp::McpConfig;

/// All bodies that are being read at once, in KiB.
const BODIES_KIB: usize = 256 * 1024;

/// Serves the API on a listener of the caller's until `shutdown`: then no connection and no execution
/// is taken, what runs has until `config.drain`, and what is left is cancelled.
///
/// # Errors
///
/// None at present; the caller binds.
pub async fn serve_http(
    gateway: Gateway,
    config: Config,
    http: HttpConfig,
    identify: Arc<dyn Identify>,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let (drain, stop) = (config.drain, CancellationToken::new());
    let guard = Guard::new(&http);
    let draining = shutdown.clone();
    let endpoint = mcp::Endpoint::new(
        gateway.clone(),
        &config,
        http.mcp.clone(),
        stop.clone(),
        draining.clone(),
    );
    let app = App {
        backend: gateway,
        mcp: endpoint,
        config,
        http: http.clone(),
        guard,
        identify,
        bodies: Arc::new(Semaphore::new(BODIES_KIB)),
        stop: stop.clone(),
        draining,
    };
    listen::listen(listener, app.router(), &http, shutdown, drain).await;
    stop.cancel();
    Ok(())
}
