//! One connection, from its first byte to its drain.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use gateway::Gateway;

use crate::{
    Config, Error,
    backend::Backend,
    mcp::{Handler, Work},
    transport::{self, LineTransport, Signals},
};

#[cfg(test)]
mod tests;

/// How long executions may go on when the client has closed our input but may still read our
/// output, as `printf ... | code-executor` does. Clients that stop us wait two seconds.
const INPUT_CLOSED_GRACE: Duration = Duration::from_millis(1500);
const OUTPUT_CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// Serves MCP over this process's standard streams until the client closes them or `shutdown` is
/// cancelled. From then on no execution is started, those running have until `config.drain`, and
/// what is left is cancelled. The gateway itself is left to its owner.
///
/// # Errors
///
/// Only when the session's own task died. A client that leaves is no error.
pub async fn serve_stdio(
    gateway: Gateway,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let streams = transport::stdio();
    run(gateway, config, streams, transport::output_is_gone, shutdown).await
}

/// The same over any pair of streams.
///
/// # Errors
///
/// As [`serve_stdio`].
pub async fn serve<R, W>(
    gateway: Gateway,
    config: Config,
    streams: (R, W),
    shutdown: CancellationToken,
) -> Result<(), Error>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    run(gateway, config, streams, || false, shutdown).await
}

async fn run<B, R, W>(
    backend: B,
    config: Config,
    (reader, writer): (R, W),
    output_is_gone: fn() -> bool,
    shutdown: CancellationToken,
) -> Result<(), Error>
where
    B: Backend,
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let drain = config.drain;
    let transport = LineTransport::new(reader, writer).with_max_line(config.max_message_bytes);
    let signals = transport.signals();
    let handler = Handler::new(
        backend,
        config,
        signals.initialize_sent.clone(),
        signals.input_closed.clone(),
    );
    let work = handler.work();
    // Not a child of `shutdown`: cancelling it cancels what runs at once.
    let session = CancellationToken::new();
    // Served without waiting for a handshake: the library would end the session when the first
    // message is a notification, and the handler checks what every request must carry anyway.
    let service = rmcp::service::serve_directly_with_ct(handler, transport, None, session.clone());
    let mut ended = std::pin::pin!(service.waiting());
    tokio::select! {
        reason = &mut ended => return reason.map(drop).map_err(Error::from),
        () = session_is_over(&signals, &work, output_is_gone, drain, &shutdown) => {}
    }
    work.refuse();
    session.cancel();
    ended.await.map(drop).map_err(Error::from)
}

/// Returns when what still runs has to be cancelled.
async fn session_is_over(
    signals: &Signals,
    work: &Work,
    output_is_gone: fn() -> bool,
    drain: Duration,
    shutdown: &CancellationToken,
) {
    tokio::select! {
        () = signals.output_broken.cancelled() => return,
        () = signals.input_closed.cancelled() => {}
        () = shutdown.cancelled() => {
            work.refuse();
            tracing::info!(running = work.running(), "stopping; waiting for executions to end");
            tokio::select! {
                () = work.done() => return,
                () = tokio::time::sleep(drain) => return,
                () = signals.output_broken.cancelled() => return,
                () = signals.input_closed.cancelled() => {}
            }
        }
    }
    // Nothing is refused here: what came before the end of the input may not have begun yet. The
    // library ends the session by itself once all of it has been answered.
    tokio::select! {
        () = tokio::time::sleep(INPUT_CLOSED_GRACE) => {}
        () = signals.output_broken.cancelled() => {}
        () = until(output_is_gone) => {}
    }
}

/// A pipe or socket whose reader is gone wakes nobody who does not write.
async fn until(condition: fn() -> bool) {
    while !condition() {
        tokio::time::sleep(OUTPUT_CHECK_INTERVAL).await;
    }
}
