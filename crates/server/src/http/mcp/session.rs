//! One session of a revision that has them: its messages in their order, and whose it is.

use std::io;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use rmcp::RoleServer;
use rmcp::model::{
    CancelledNotification, CancelledNotificationParam, ClientJsonRpcMessage, ClientNotification,
    GetMeta, JsonRpcMessage, ProtocolVersion, RequestId, ServerJsonRpcMessage, ServerNotification,
    ServerResult,
};
use rmcp::service::serve_directly_with_ct;
use rmcp::transport::Transport;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use types::Principal;

use super::exchange::encode;
use super::rejected::Rejected;
use super::streams::{Reader, Refused, Streams};
use crate::backend::Backend;
use crate::mcp::Handler;

/// Messages of a client that wait to be handled; more wait in their connections.
const MAX_UNHANDLED: usize = 64;

/// Whose a session is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Owner {
    tenant: String,
    subject: String,
}

impl From<&Principal> for Owner {
    fn from(principal: &Principal) -> Self {
        Self { tenant: principal.tenant.clone(), subject: principal.subject.clone() }
    }
}

/// A session.
#[derive(Debug)]
pub(super) struct Session {
    /// Its owner.
    pub(super) owner: Owner,
    /// What it says.
    pub(super) streams: Arc<Streams>,
    incoming: mpsc::Sender<ClientJsonRpcMessage>,
    version: Arc<OnceLock<ProtocolVersion>>,
    used: Mutex<Instant>,
    ended: CancellationToken,
}

impl Session {
    /// Begins one, until `ended`. `kept` counts what all sessions keep.
    pub(super) fn begin<B: Backend>(
        owner: Owner,
        handler: Handler<B>,
        kept: &Arc<AtomicUsize>,
        ended: CancellationToken,
    ) -> Self {
        let (incoming, arriving) = mpsc::channel(MAX_UNHANDLED);
        let streams = Arc::new(Streams::new(Arc::clone(kept), incoming.clone()));
        let version = Arc::new(OnceLock::new());
        let transport =
            Queue { arriving, streams: Arc::clone(&streams), version: Arc::clone(&version) };
        let service = serve_directly_with_ct(handler, transport, None, ended.clone());
        tokio::spawn(service.waiting());
        let used = Mutex::new(Instant::now());
        Self { owner, streams, incoming, version, used, ended }
    }

    /// The revision that was agreed upon.
    pub(super) fn version(&self) -> Option<&ProtocolVersion> {
        self.version.get()
    }

    /// Whether its streams can say where to go on before they say anything: older clients take an
    /// event without a message for a broken one.
    pub(super) fn primes(&self) -> bool {
        self.version().is_some_and(|it| it.as_str() >= ProtocolVersion::V_2025_11_25.as_str())
    }

    /// Hands over messages of one request of its client; where its answers will be read, if there is
    /// anything to answer.
    pub(super) async fn take(
        &self,
        messages: Vec<ClientJsonRpcMessage>,
    ) -> Result<Option<Reader>, Rejected> {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let asked: Vec<_> = messages
            .iter()
            .filter_map(|message| match message {
                JsonRpcMessage::Request(request) => {
                    let token = request.request.get_meta().get_progress_token();
                    Some((request.id.clone(), token))
                }
                _ => None,
            })
            .collect();
        let reader = match asked.is_empty() {
            true => None,
            false => Some(self.streams.begin(asked).map_err(refused)?),
        };
        for message in messages {
            // What was taken back meanwhile, or is over, is not handed on.
            let Some(message) = self.numbered(message) else { continue };
            self.incoming.send(message).await.map_err(|_| Rejected::no_session())?;
        }
        Ok(reader)
    }

    /// A message with its request under the number that the handler is to know it by.
    fn numbered(&self, mut message: ClientJsonRpcMessage) -> Option<ClientJsonRpcMessage> {
        match &mut message {
            JsonRpcMessage::Request(request) => request.id = self.streams.number(&request.id)?,
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(it) =
                    &mut notification.notification
                    && let Some(id) = &it.params.request_id
                {
                    it.params.request_id = Some(self.streams.withdraw(id)?);
                }
            }
            _ => {}
        }
        Some(message)
    }

    /// How long nothing has happened; none while something does.
    pub(super) fn resting(&self) -> Option<Duration> {
        let used = *self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.streams.at_rest().then(|| used.elapsed())
    }

    /// Ends it, and what it runs.
    pub(super) fn end(&self) {
        self.ended.cancel();
        self.streams.end();
    }
}

fn refused(why: Refused) -> Rejected {
    match why {
        Refused::InUse(id) => {
            let what = "another request of this session has the same `id` and is not answered yet; \
                        give each request its own";
            Rejected::invalid(what, Some(id))
        }
        Refused::Full(most) => {
            let what = format!(
                "{most} requests of this session are not answered, the most it may have; wait for some"
            );
            Rejected::busy(what, None)
        }
    }
}

/// Takes back the request of a number, whose client is gone. Called where nothing may wait.
pub(super) fn take_back(incoming: &mpsc::Sender<ClientJsonRpcMessage>, id: RequestId) {
    let why = "the client is gone".to_owned();
    let params = CancelledNotificationParam::new(Some(id), Some(why));
    let notification = CancelledNotification::new(params).into();
    let message = ClientJsonRpcMessage::notification(notification);
    if let Err(mpsc::error::TrySendError::Full(message)) = incoming.try_send(message)
        && let Ok(runtime) = tokio::runtime::Handle::try_current()
    {
        let incoming = incoming.clone();
        runtime.spawn(async move { incoming.send(message).await });
    }
}

/// The transport of a session: messages come from whichever connection, and go to streams.
struct Queue {
    arriving: mpsc::Receiver<ClientJsonRpcMessage>,
    streams: Arc<Streams>,
    version: Arc<OnceLock<ProtocolVersion>>,
}

impl Queue {
    fn route(&self, mut message: ServerJsonRpcMessage) {
        let number = match &mut message {
            JsonRpcMessage::Response(response) => Some(&mut response.id),
            JsonRpcMessage::Error(error) => error.id.as_mut(),
            _ => None,
        };
        let number = match number {
            None => None,
            // An answer to what was taken back is for nobody.
            Some(id) => match self.streams.id(id) {
                None => return,
                Some(own) => Some(std::mem::replace(id, own)),
            },
        };
        let Some(json) = encode(&message).map(Bytes::from) else { return };
        match message {
            JsonRpcMessage::Response(response) => {
                if let ServerResult::InitializeResult(result) = response.result {
                    let _ = self.version.set(result.protocol_version);
                }
                self.settle(number, json);
            }
            JsonRpcMessage::Error(_) => self.settle(number, json),
            JsonRpcMessage::Notification(notification) => match &notification.notification {
                ServerNotification::ProgressNotification(progress) => {
                    self.streams.tell(Some(&progress.params.progress_token), json);
                }
                _ => self.streams.tell(None, json),
            },
            JsonRpcMessage::Request(_) => self.streams.tell(None, json),
        }
    }
}

impl Queue {
    fn settle(&self, number: Option<RequestId>, json: Bytes) {
        if let Some(number) = number {
            self.streams.answer(&number, json);
        }
    }
}

impl Transport<RoleServer> for Queue {
    type Error = io::Error;

    fn send(
        &mut self,
        item: ServerJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        self.route(item);
        std::future::ready(Ok(()))
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        self.arriving.recv().await
    }

    async fn close(&mut self) -> io::Result<()> {
        self.streams.end();
        Ok(())
    }
}
