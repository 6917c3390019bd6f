//! The demo server's one session.

use anyhow::Context as _;
use rmcp::service::{ServerInitializeError, serve_server_with_ct};
use server::transport::{LineTransport, stdio};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::handler::Demo;

/// Serves on standard input and output until the client leaves, in a runtime of its own.
pub fn run() -> anyhow::Result<()> {
    // One thread: an answer is then written by the thread that read the question.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the demo server cannot start its runtime")?;
    let served = runtime.block_on(async {
        let (input, output) = stdio();
        serve(input, output).await
    });
    // A read of a terminal cannot be called off; nothing is to wait for it.
    runtime.shutdown_background();
    served
}

/// Serves on any pair of streams.
pub(super) async fn serve<R, W>(reader: R, writer: W) -> anyhow::Result<()>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let transport = LineTransport::new(reader, writer);
    let signals = transport.signals();
    let stop = CancellationToken::new();
    let service = match serve_server_with_ct(Demo::new()?, transport, stop.clone()).await {
        Ok(service) => service,
        // It left before it said anything.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => return Err(error).context("the client did not open a session"),
    };
    let mut ended = std::pin::pin!(service.waiting());
    tokio::select! {
        reason = &mut ended => return reason.map(drop).context("the session ended abnormally"),
        () = signals.input_closed.cancelled() => {}
        () = signals.output_broken.cancelled() => {}
    }
    // What is quick is still answered; what is slow would keep us here for nobody.
    stop.cancel();
    ended.await.map(drop).context("the session ended abnormally")
}
