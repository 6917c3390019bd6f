//! One request that is complete in itself, from its message to its answer. Whoever closes the
//! connection takes the request back.

use std::io;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rmcp::RoleServer;
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ErrorCode, JsonRpcMessage, JsonRpcRequest,
    ServerJsonRpcMessage,
};
use rmcp::service::serve_directly_with_ct;
use rmcp::transport::Transport;
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::sessions::Listening;
use super::{rejected::Rejected, sse};
use crate::backend::Backend;
use crate::mcp::Handler;

/// How long an answer may take before a stream is begun: one that is there by then is plain JSON.
pub(super) const AT_ONCE: Duration = Duration::from_millis(100);
/// Messages that wait for a client to read.
const MAX_UNREAD: usize = 16;

/// Answers a request; `listening` is held until it is over.
pub(super) async fn answer<B: Backend>(
    handler: Handler<B>,
    request: JsonRpcRequest<ClientRequest>,
    stop: &CancellationToken,
    listening: Option<Listening>,
) -> Response {
    let (said, mut heard) = mpsc::channel(MAX_UNREAD);
    let cancel = stop.child_token();
    let transport = Once {
        message: Some(JsonRpcMessage::Request(request)),
        said,
        answered: CancellationToken::new(),
    };
    let service = serve_directly_with_ct(handler, transport, None, cancel.clone());
    tokio::spawn(service.waiting());
    let gone = cancel.drop_guard();
    let first = tokio::time::timeout(AT_ONCE, heard.recv()).await;
    match first {
        Ok(Some(message)) if is_last(&message) => (status(&message), Json(message)).into_response(),
        Ok(None) => Rejected::busy("the server is stopping", None).into_response(),
        Ok(Some(message)) => {
            let first = encode(&message).map(|json| sse::plain(&json)).into_iter().collect();
            sse::response(first, Exchange { heard, _gone: gone, _listening: listening })
        }
        Err(_) => sse::response(vec![], Exchange { heard, _gone: gone, _listening: listening }),
    }
}

/// A message as JSON. Ours can always be written.
pub(super) fn encode(message: &ServerJsonRpcMessage) -> Option<Vec<u8>> {
    serde_json::to_vec(message).ok()
}

fn is_last(message: &ServerJsonRpcMessage) -> bool {
    matches!(message, JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_))
}

/// The status that goes with an answer that is there before anything else is sent.
fn status(message: &ServerJsonRpcMessage) -> StatusCode {
    let JsonRpcMessage::Error(error) = message else { return StatusCode::OK };
    match error.error.code {
        ErrorCode::UNSUPPORTED_PROTOCOL_VERSION
        | ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY
        | ErrorCode::HEADER_MISMATCH => StatusCode::BAD_REQUEST,
        ErrorCode::METHOD_NOT_FOUND => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    }
}

/// The rest of an exchange that is answered by a stream.
struct Exchange {
    heard: mpsc::Receiver<ServerJsonRpcMessage>,
    _gone: DropGuard,
    _listening: Option<Listening>,
}

impl sse::Source for Exchange {
    async fn next(&mut self) -> Option<Bytes> {
        let message = self.heard.recv().await?;
        Some(sse::plain(&encode(&message)?))
    }
}

/// A transport for a single request.
struct Once {
    message: Option<ClientJsonRpcMessage>,
    said: mpsc::Sender<ServerJsonRpcMessage>,
    answered: CancellationToken,
}

impl Transport<RoleServer> for Once {
    type Error = io::Error;

    fn send(
        &mut self,
        item: ServerJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let (said, answered) = (self.said.clone(), self.answered.clone());
        async move {
            let last = is_last(&item);
            said.send(item).await.map_err(|_| io::ErrorKind::BrokenPipe)?;
            if last {
                answered.cancel();
            }
            Ok(())
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        match self.message.take() {
            Some(message) => Some(message),
            None => {
                self.answered.cancelled().await;
                None
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        Ok(())
    }
}
