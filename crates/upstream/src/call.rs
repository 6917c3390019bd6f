//! One request on a connection, from its sending to its answer, a deadline or its caller's loss of
//! interest.

use std::sync::Arc;

use rmcp::model::{
    CancelledNotificationParam, ClientRequest, CustomResult, RequestId, ServerResult,
};
use rmcp::service::{Peer, RoleClient, ServiceError};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::Error;
use crate::patience::Patience;
use crate::progress::Progress;
use crate::task::{self, Kind};
use crate::trace;
use crate::transport::{Fault, Note, Pending, QUEUE_BYTES};

/// An answer as it stands on the wire, with its share of the global budget.
pub(crate) struct Answer {
    pub(crate) result: Value,
    pub(crate) bytes: usize,
    _note: Note,
}

/// What a request goes through.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) peer: &'a Peer<RoleClient>,
    pub(crate) pending: &'a Arc<Pending>,
    pub(crate) progress: &'a Progress,
}

/// What one request is about, for its errors.
pub(crate) struct Subject<'a> {
    pub(crate) server: &'a Arc<str>,
    pub(crate) tool: &'a str,
    /// The largest answer, in bytes.
    pub(crate) limit: usize,
    /// How many values an answer may hold.
    pub(crate) most_values: usize,
}

/// How a request ended without an answer.
pub(crate) enum Failure {
    /// For this reason.
    Known(Error),
    /// With the connection; how that ended is still to be asked.
    ConnectionLost,
}

/// Sends a request and waits for its answer, longer while progress is reported. Dropping the future
/// tells the server to stop, as giving up does.
pub(crate) async fn send(
    line: Line<'_>,
    request: ClientRequest,
    subject: &Subject<'_>,
    patience: &Patience,
) -> Result<Answer, Failure> {
    let Line { peer, pending, progress } = line;
    let start = Instant::now();
    let over = |last| Failure::Known(patience.over(subject.server, subject.tool, last));
    let sending = peer.send_cancellable_request(request, trace::options());
    let handle = timeout_at(patience.until(start), sending)
        .await
        .map_err(|_| over(start))?
        .map_err(|error| subject.failure(error, None))?;
    let followed = progress.follow(&handle.progress_token);
    let mut interest =
        Interest { peer, pending, server: subject.server, id: Some(handle.id.clone()) };
    let mut answering = std::pin::pin!(handle.await_response());
    let mut until = patience.until(start);
    let answer = loop {
        match timeout_at(until, &mut answering).await {
            Ok(answer) => break answer,
            Err(_) => {
                let last = followed.last().unwrap_or(start);
                if patience.until(last) <= until {
                    return Err(over(last));
                }
                until = patience.until(last);
            }
        }
    };
    let note = interest.satisfied();
    match answer {
        Ok(ServerResult::CustomResult(CustomResult(result))) => {
            Ok(Answer { result, bytes: note.bytes, _note: note })
        }
        // The transport hands every answer to a request of ours on as it stands.
        Ok(_) => Err(subject.failure(ServiceError::UnexpectedResponse, None)),
        Err(error) => Err(subject.failure(error, note.fault)),
    }
}

impl Subject<'_> {
    fn failure(&self, error: ServiceError, fault: Option<Fault>) -> Failure {
        let (server, tool) = (self.server.to_string(), self.tool.to_owned());
        let broken = |reason: String| Error::Protocol { server: server.clone(), reason };
        Failure::Known(match (fault, error) {
            (Some(Fault::TooLarge), _) => Error::ResultTooLarge { server, tool, limit: self.limit },
            (Some(Fault::TooManyValues), _) => broken(format!(
                "the answer of `{tool}` holds more than {} values, the limit for its {} bytes",
                self.most_values, self.limit
            )),
            (Some(Fault::Unreadable), _) => {
                broken(format!("the answer of `{tool}` is no JSON, or nested too deeply"))
            }
            (Some(Fault::Failed(reason)), _) => {
                Error::Failed { server, tool, reason: reason.to_string() }
            }
            (None, ServiceError::McpError(error)) => Error::Refused {
                server,
                tool,
                code: i64::from(error.code.0),
                message: error.message.into_owned(),
            },
            (None, ServiceError::TransportClosed) => return Failure::ConnectionLost,
            (None, ServiceError::TransportSend(error)) => match io_kind(&*error.error) {
                Some(std::io::ErrorKind::WouldBlock) => {
                    Error::Stuffed { server, limit: QUEUE_BYTES }
                }
                _ => return Failure::ConnectionLost,
            },
            (None, _) => broken(format!("the answer of `{tool}` is of the wrong kind")),
        })
    }
}

fn io_kind(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Option<std::io::ErrorKind> {
    error.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
}

/// The caller's interest in an answer. Lost before there is one, it tells the server.
struct Interest<'a> {
    peer: &'a Peer<RoleClient>,
    pending: &'a Arc<Pending>,
    server: &'a Arc<str>,
    id: Option<RequestId>,
}

impl Interest<'_> {
    fn satisfied(&mut self) -> Note {
        self.id.take().map(|id| self.pending.done(&id)).unwrap_or_default()
    }
}

impl Drop for Interest<'_> {
    fn drop(&mut self) {
        let Some(id) = self.id.take() else { return };
        drop(self.pending.done(&id));
        // Without a runtime there is no connection either, and nobody to tell.
        if tokio::runtime::Handle::try_current().is_ok() {
            let peer = self.peer.clone();
            task::spawn(Kind::Cancel, self.server, async move {
                let reason = Some("the caller no longer waits".to_owned());
                let _ =
                    peer.notify_cancelled(CancelledNotificationParam::new(Some(id), reason)).await;
            });
        }
    }
}
