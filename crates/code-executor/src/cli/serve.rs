//! `code-executor serve`: the MCP server over stdio, or the HTTP API.

use std::net::SocketAddr;
use std::sync::Arc;

use gateway::Gateway;
use server::{Certificate, HttpConfig};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use types::Language;

use crate::cli::{Exit, ServeArguments};
use crate::compose;
use crate::config::Settings;
use crate::identity;
use crate::roles;
use crate::state;

/// Serves until the client leaves or a signal asks to stop; a second signal stops at once.
pub async fn run(arguments: ServeArguments, settings: Settings) -> anyhow::Result<Exit> {
    match arguments.http {
        Some(address) => over_http(address, settings).await,
        None => over_stdio(settings).await,
    }
}

/// Serves the HTTP API. Without keys or tokens whoever can connect is the user, so then it listens on
/// this machine alone.
async fn over_http(address: SocketAddr, settings: Settings) -> anyhow::Result<Exit> {
    let config = compose::front(&settings);
    let http = HttpConfig { address, ..settings.http.clone() };
    if let Some(files) = http.tls.clone()
        && let Err(error) = Certificate::load(files)
    {
        eprintln!("code-executor: {error}");
        return Ok(Exit::Configuration);
    }
    let drain = config.drain;
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("code-executor: {address} cannot be listened on: {error}");
            return Ok(Exit::Unavailable);
        }
    };
    let policy_file = settings.roles.clone();
    let database = state::database(&settings)?;
    let auth = settings.auth.clone();
    let gateway = compose::gateway_with(settings, database.clone())?;
    tokio::spawn(roles::follow(policy_file, gateway.authority()));
    let shutdown = CancellationToken::new();
    stop_on_signals(shutdown.clone())?;
    let address = listener.local_addr()?;
    let scheme = if http.tls.is_some() { "https" } else { "http" };
    let place = identity::Place { scheme, address };
    let stop = shutdown.child_token();
    let callers = identity::callers(auth, database, gateway.audit(), place, stop).await?;
    tokio::spawn(warm(gateway.clone()));
    tracing::info!(%address, "the HTTP API is served");
    eprintln!("code-executor: listening on {scheme}://{address}");
    let identify = Arc::new(callers);
    let served =
        server::serve_http(gateway.clone(), config, http, identify, listener, shutdown).await;
    gateway.shutdown(drain).await;
    served?;
    Ok(Exit::Success)
}

async fn over_stdio(settings: Settings) -> anyhow::Result<Exit> {
    let config = compose::front(&settings);
    let drain = config.drain;
    let policy_file = settings.roles.clone();
    let gateway = compose::gateway(settings)?;
    tokio::spawn(roles::follow(policy_file, gateway.authority()));
    let shutdown = CancellationToken::new();
    stop_on_signals(shutdown.clone())?;
    tokio::spawn(warm(gateway.clone()));
    let served = server::serve_stdio(gateway.clone(), config, shutdown).await;
    gateway.shutdown(drain).await;
    served?;
    Ok(Exit::Success)
}

/// Reads what is remembered of servers, then starts the embedded engine ahead of the first program: an
/// agent searches before it runs anything, and both at once would only slow each other. Of Python only
/// the interpreter is looked at: its process is several times larger, and many a session never needs it.
async fn warm(gateway: Gateway) {
    gateway.recall().await;
    if gateway.languages().borrow().of(Language::TypeScript).is_ok() {
        match gateway.warm(Language::TypeScript).await {
            Ok(isolation) => tracing::debug!(level = ?isolation.level, "ready"),
            Err(refusal) => tracing::error!("{refusal}"),
        }
    }
    if gateway.languages().borrow().of(Language::Python).is_ok()
        && let Err(refusal) = gateway.probe(Language::Python).await
    {
        tracing::warn!("{refusal}");
    }
}

fn stop_on_signals(shutdown: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut next = async || {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        next().await;
        tracing::info!("stopping; a second signal stops at once");
        shutdown.cancel();
        next().await;
        // The kernel closes our sockets, and with them every child and upstream ends.
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
    Ok(())
}
