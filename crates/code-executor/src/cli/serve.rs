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
use crate::config::{Inputs, Settings};
use crate::identity;
use crate::operating::reload::Reloader;
use crate::operating::{Drain, Watching, systemd};
use crate::roles;
use crate::state;
use crate::telemetry::Logs;

/// Serves until the client leaves or a signal asks to stop; a second signal stops at once.
pub async fn run(
    arguments: ServeArguments,
    settings: Settings,
    inputs: Inputs,
    logs: Logs,
) -> anyhow::Result<Exit> {
    // On another core, while servers and state are looked up.
    std::thread::spawn(catalog::prepare);
    match arguments.http {
        Some(address) => over_http(address, settings, inputs, logs).await,
        None => over_stdio(settings, &inputs).await,
    }
}

/// Serves the HTTP API. Without keys or tokens whoever can connect is the user, so then it listens on
/// this machine alone.
async fn over_http(
    address: SocketAddr,
    settings: Settings,
    inputs: Inputs,
    logs: Logs,
) -> anyhow::Result<Exit> {
    let config = compose::front(&settings);
    let mut http = HttpConfig { address, ..settings.http.clone() };
    if let Some(files) = http.tls.clone()
        && let Err(error) = Certificate::load(files)
    {
        eprintln!("code-executor: {error}");
        return Ok(Exit::Configuration);
    }
    let drain = config.drain;
    let readers = settings.telemetry.readers;
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("code-executor: {address} cannot be listened on: {error}");
            return Ok(Exit::Unavailable);
        }
    };
    let database = state::database(&settings)?;
    let standing = roles::start(&settings, database.as_ref()).await?;
    let place = standing.place();
    let auth = settings.auth.clone();
    let watching = Watching::with_metrics(&inputs.environment).await?;
    let spans = watching.spans();
    let gateway = {
        let (settings, database) = (settings.clone(), database.clone());
        compose::watched_gateway(settings, database, standing.authority(), spans)?
    };
    gateway.keep_history();
    http.scrape = watching.scrape(&gateway, readers);
    tokio::spawn(roles::follow(standing));
    let shutdown = CancellationToken::new();
    stop_on_signals(shutdown.clone())?;
    let drain = Drain::after(&shutdown, drain);
    Reloader::start(inputs, settings, gateway.clone(), (logs, place), shutdown.clone())?;
    let address = listener.local_addr()?;
    let scheme = if http.tls.is_some() { "https" } else { "http" };
    let place = identity::Place { scheme, address };
    let stop = shutdown.child_token();
    let callers = identity::callers(auth, database, gateway.audit(), place, stop).await?;
    tokio::spawn(warm(gateway.clone()));
    tracing::info!(%address, "the HTTP API is served");
    eprintln!("code-executor: listening on {scheme}://{address}");
    systemd::ready(address);
    systemd::watch();
    let identify = Arc::new(callers);
    let served =
        server::serve_http(gateway.clone(), config, http, identify, listener, shutdown).await;
    let in_time = gateway.shutdown(drain.left()).await;
    watching.end().await;
    Ok(if served? && in_time { Exit::Success } else { Exit::CutShort })
}

async fn over_stdio(settings: Settings, inputs: &Inputs) -> anyhow::Result<Exit> {
    let config = compose::front(&settings);
    let drain = config.drain;
    let database = state::database_that_was_set(&settings)?;
    let standing = roles::start(&settings, database.as_ref()).await?;
    let watching = Watching::start(&inputs.environment).await;
    let (authority, spans) = (standing.authority(), watching.spans());
    let gateway = compose::watched_gateway(settings, database, authority, spans)?;
    tokio::spawn(roles::follow(standing));
    let shutdown = CancellationToken::new();
    stop_on_signals(shutdown.clone())?;
    tokio::spawn(warm(gateway.clone()));
    let served = server::serve_stdio(gateway.clone(), config, shutdown).await;
    gateway.shutdown(drain).await;
    watching.end().await;
    served?;
    Ok(Exit::Success)
}

/// Reads what is remembered of servers, then starts the embedded engine ahead of the first program: an
/// agent searches before it runs anything, and both at once would only slow each other. Of Python only
/// the interpreter is looked at: its process is several times larger, and many a session never needs it.
async fn warm(gateway: Gateway) {
    gateway.recall().await;
    gateway.settled().await;
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
        systemd::stopping();
        shutdown.cancel();
        next().await;
        // The kernel closes our sockets, and with them every child and upstream ends.
        std::process::exit(i32::from(Exit::Interrupted.code()));
    });
    Ok(())
}
