//! A connection that stands: requests go through it until its server ends or we stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use rmcp::ClientHandler;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientConfig, ClientRequest, ServerPeerInfo,
    SubscriptionFilter,
};
use rmcp::service::{NotificationContext, Peer, RoleClient, ServiceError};
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};
use types::ToolAnswer;

use crate::call::{self, Answer, Failure, Subject};
use crate::handshake::client_info;
use crate::task::{self, Kind};
use crate::transport::{Pending, most_values};
use crate::{Config, Error, answer};

/// Calls that may wait, for each that may be under way.
const WAITING_PER_CALL: usize = 16;
/// How long a lost connection's end is waited for, to say how it came.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// The shortest and the longest pause before a subscription that ended is opened again.
const LISTEN_AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// How a connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct End {
    /// In words, such as `it exited with status 1`.
    pub(crate) how: Arc<str>,
    /// Whether we wanted it to.
    pub(crate) wanted: bool,
}

/// A connection to one server. Dropping it stops the server.
pub(crate) struct Connection {
    server: Arc<str>,
    config: Arc<Config>,
    peer: Peer<RoleClient>,
    pending: Arc<Pending>,
    information: ServerPeerInfo,
    calls: Semaphore,
    waiting: AtomicUsize,
    changes: Arc<Changes>,
    ended: watch::Receiver<Option<End>>,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

/// What a connection is made of.
pub(crate) struct Parts {
    pub(crate) server: Arc<str>,
    pub(crate) config: Arc<Config>,
    pub(crate) peer: Peer<RoleClient>,
    pub(crate) pending: Arc<Pending>,
    pub(crate) information: ServerPeerInfo,
    pub(crate) changes: Arc<Changes>,
    pub(crate) ended: watch::Receiver<Option<End>>,
    pub(crate) stop: CancellationToken,
}

impl Connection {
    /// A connection whose handshake is done.
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { server, config, peer, pending, information, changes, ended, stop } = parts;
        let modern = !information.protocol_version.has_initialize();
        let announces =
            information.capabilities.tools.as_ref().and_then(|tools| tools.list_changed);
        if modern && announces == Some(true) {
            let follow = follow_list(peer.clone(), Arc::clone(&changes), stop.clone());
            task::spawn(Kind::Listen, &server, follow);
        }
        Self {
            calls: Semaphore::new(config.max_concurrent_calls),
            waiting: AtomicUsize::new(0),
            _stop_on_drop: stop.clone().drop_guard(),
            server,
            config,
            peer,
            pending,
            information,
            changes,
            ended,
            stop,
        }
    }

    /// The server's name.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// The revision that was agreed on.
    pub(crate) fn protocol_version(&self) -> String {
        self.information.protocol_version.to_string()
    }

    /// Whether the server said that it has tools.
    pub(crate) fn claims_tools(&self) -> bool {
        self.information.capabilities.tools.is_some()
    }

    /// Whether the server said that it has resources.
    pub(crate) fn claims_resources(&self) -> bool {
        self.information.capabilities.resources.is_some()
    }

    /// Whether the server said that it has prompts.
    pub(crate) fn claims_prompts(&self) -> bool {
        self.information.capabilities.prompts.is_some()
    }

    /// Counts the changes of the list of tools. To be read before the list is asked for.
    pub(crate) fn list_version(&self) -> u64 {
        self.changes.asked.store(true, Ordering::SeqCst);
        self.changes.count.load(Ordering::SeqCst)
    }

    /// Whether it has ended, or is about to.
    pub(crate) fn is_over(&self) -> bool {
        self.stop.is_cancelled() || self.ended.borrow().is_some()
    }

    /// Waits for the end.
    pub(crate) async fn ended(&self) -> Option<End> {
        let mut ended = self.ended.clone();
        ended.wait_for(Option::is_some).await.ok().and_then(|end| end.clone())
    }

    /// Calls a tool.
    pub(crate) async fn call(
        &self,
        tool: &str,
        arguments: Map<String, Value>,
        deadline: Instant,
    ) -> Result<ToolAnswer, Error> {
        let _place = self.place(deadline).await?;
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
        let answer = self.request(request, tool, deadline).await?;
        answer::read(answer.result).map_err(|reason| Error::Protocol {
            server: self.server.to_string(),
            reason: format!("answering `{tool}`, {reason}"),
        })
    }

    /// Sends one request. `about` stands in its errors.
    pub(crate) async fn request(
        &self,
        request: ClientRequest,
        about: &str,
        deadline: Instant,
    ) -> Result<Answer, Error> {
        let limit = self.config.max_result_bytes;
        let subject =
            Subject { server: &self.server, tool: about, limit, most_values: most_values(limit) };
        match call::send(&self.peer, &self.pending, request, &subject, deadline).await {
            Ok(answer) => Ok(answer),
            Err(Failure::Known(error)) => Err(error),
            Err(Failure::ConnectionLost) => Err(self.lost(about).await),
        }
    }

    /// Waits for a place among the calls under way.
    pub(crate) async fn place(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, Error> {
        if let Ok(place) = self.calls.try_acquire() {
            return Ok(place);
        }
        let most = self.config.max_concurrent_calls * WAITING_PER_CALL;
        let waiting = Waiting::enter(&self.waiting);
        let busy = || Error::Busy {
            server: self.server.to_string(),
            running: self.config.max_concurrent_calls,
            waiting: waiting.before,
        };
        if waiting.before >= most {
            return Err(busy());
        }
        let place = timeout_at(deadline, self.calls.acquire()).await.map_err(|_| busy())?;
        place.map_err(|_| Error::Stopped { server: self.server.to_string() })
    }

    /// How the connection was lost under a request.
    async fn lost(&self, about: &str) -> Error {
        let server = self.server.to_string();
        match timeout(LAST_WORDS, self.ended()).await.ok().flatten() {
            Some(End { wanted: true, .. }) => Error::Stopped { server },
            Some(End { how, .. }) => {
                Error::Died { server, tool: about.to_owned(), how: how.to_string() }
            }
            None => {
                let how = "it closed its output".to_owned();
                Error::Died { server, tool: about.to_owned(), how }
            }
        }
    }
}

/// What is known about changes of the list of tools.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    count: AtomicU64,
    /// Whether the list was asked for at all.
    asked: AtomicBool,
}

impl Changes {
    fn noticed(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
    }

    /// From here on changes will be noticed; one that came before may have been missed.
    fn followed(&self) {
        if self.asked.load(Ordering::SeqCst) {
            self.noticed();
        }
    }
}

/// What we do for a server that asks: nothing but to notice that its tools changed.
pub(crate) struct Handler {
    pub(crate) changes: Arc<Changes>,
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        client_info()
    }

    async fn on_tool_list_changed(&self, _context: NotificationContext<RoleClient>) {
        self.changes.noticed();
    }
}

/// Keeps a 2026-07-28 subscription to changes of the list of tools.
async fn follow_list(peer: Peer<RoleClient>, changes: Arc<Changes>, stop: CancellationToken) {
    let (mut pause, longest) = LISTEN_AGAIN;
    while !peer.is_transport_closed() {
        let filter = SubscriptionFilter::builder().tools_list_changed().build();
        let opened = tokio::select! {
            () = stop.cancelled() => return,
            opened = peer.listen(filter) => opened,
        };
        match opened {
            Ok(mut subscription) => {
                changes.followed();
                let start = Instant::now();
                loop {
                    tokio::select! {
                        () = stop.cancelled() => return,
                        notified = subscription.next() => match notified {
                            Ok(Some(_)) => changes.noticed(),
                            Ok(None) | Err(_) => break,
                        },
                    }
                }
                if start.elapsed() > longest {
                    pause = LISTEN_AGAIN.0;
                }
            }
            // The server announces changes and knows no subscriptions: there is nothing to follow.
            Err(ServiceError::McpError(_)) => return,
            Err(_) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(pause) => pause = (pause * 2).min(longest),
        }
    }
}

/// One of those who wait for a place.
struct Waiting<'a> {
    total: &'a AtomicUsize,
    before: usize,
}

impl<'a> Waiting<'a> {
    fn enter(total: &'a AtomicUsize) -> Self {
        Self { total, before: total.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.total.fetch_sub(1, Ordering::Relaxed);
    }
}
