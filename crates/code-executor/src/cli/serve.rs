//! `code-executor serve`: the MCP server over stdio.

use gateway::Gateway;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use types::Language;

use crate::cli::Exit;
use crate::compose;
use crate::config::Settings;

/// Serves until the client leaves or a signal asks to stop; a second signal stops at once.
pub async fn run(settings: Settings) -> anyhow::Result<Exit> {
    let config = compose::front(&settings);
    let drain = config.drain;
    let gateway = compose::gateway(settings)?;
    let shutdown = CancellationToken::new();
    stop_on_signals(shutdown.clone())?;
    tokio::spawn(warm(gateway.clone()));
    let served = server::serve_stdio(gateway.clone(), config, shutdown).await;
    gateway.shutdown(drain).await;
    served?;
    Ok(Exit::Success)
}

/// Starts the embedded engine ahead of the first program. Of Python only the interpreter is looked
/// at: its process is several times larger, and many a session never needs it.
async fn warm(gateway: Gateway) {
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
