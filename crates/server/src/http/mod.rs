//! The HTTP front: the REST API, for whoever embeds executions, and MCP over Streamable HTTP.
//!
//! `listen` is connections, `app` the routes and what every request goes through, `guard` who a
//! request says it is for, `identity` who sent it, `forwarded` from where, `problem` how an error reads, `watch` what is
//! told of each request, `refusals` what of it goes on record, `api` the resources, `mcp` the endpoint of that name, `tls` the certificate,
//! `activity` how long a connection may do nothing.

mod activity;
mod api;
mod app;
mod config;
mod cors;
mod errors;
mod forwarded;
mod guard;
mod identity;
mod listen;
mod mcp;
mod metadata;
mod openapi;
mod pages;
mod places;
mod problem;
mod rate;
mod refusals;
mod tls;
mod watch;

use std::io;
use std::sync::Arc;

use gateway::Gateway;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::Config;
use crate::http::api::room::Room;
use crate::http::app::App;
use crate::http::guard::Guard;
use crate::http::places::Places;

pub use api::metrics::{Readers, Scrape};
pub use config::{DEFAULT_PORT, HttpConfig};
pub use forwarded::{ForwardedHeader, Network};
pub use identity::{Identified, Identify, LocalUser, Sender, Unidentified};
pub use mcp::McpConfig;
pub use metadata::Authorization;
pub use tls::{Certificate, TlsError, TlsFiles};

/// Serves the API on a listener of the caller's until `shutdown`: then no connection and no execution
/// is taken, what runs has until `config.drain`, and what is left is cancelled. Whether all had come to
/// their own ends by then.
///
/// # Errors
///
/// When there is to be TLS and no certificate can be had.
pub async fn serve_http(
    gateway: Gateway,
    config: Config,
    http: HttpConfig,
    identify: Arc<dyn Identify>,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> io::Result<bool> {
    let ours = gateway.clone();
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
        bodies: Room::new(http.max_body_bytes),
        crowd: Places::new(http.max_connections),
        stop: stop.clone(),
        draining,
    };
    let tls = match &http.tls {
        None => None,
        Some(files) => {
            let certificate = Certificate::load(files.clone()).map_err(io::Error::other)?;
            tokio::spawn(Arc::clone(&certificate).kept_fresh(shutdown.clone()));
            Some(certificate.acceptor().map_err(io::Error::other)?)
        }
    };
    let left = listen::listen(listener, app.router(), tls, &http, shutdown, drain).await;
    // A program of an MCP session may run while its client has no connection.
    let all_ended = ours.wait_for_executions(left).await;
    stop.cancel();
    Ok(all_ended)
}
