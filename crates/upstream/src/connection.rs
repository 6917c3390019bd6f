//! A connection that stands: requests go through it until its server ends or we stop.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rmcp::model::{
    CallToolRequest, CallToolRequestParams, ClientRequest, PingRequest, ServerPeerInfo,
};
use rmcp::service::{Peer, RoleClient};
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};
use types::ToolAnswer;

use crate::call::{self, Answer, Failure, Line, Subject};
pub(crate) use crate::changes::{Changes, Handler};
use crate::patience::Patience;
use crate::task::{self, Kind};
use crate::transport::{Pending, most_values};
use crate::{Config, Error, answer, changes};

/// Calls that may wait, for each that may be under way.
const WAITING_PER_CALL: usize = 16;
/// How long a lost connection's end is waited for, to say how it came.
const LAST_WORDS: Duration = Duration::from_secs(3);
/// How long a server that left calls unanswered may take to answer a ping.
const PING: Duration = Duration::from_secs(5);

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
    /// Different for each connection of this process.
    number: u64,
    server: Arc<str>,
    config: Arc<Config>,
    peer: Peer<RoleClient>,
    pending: Arc<Pending>,
    information: ServerPeerInfo,
    since: Instant,
    calls: Semaphore,
    waiting: AtomicUsize,
    uses: AtomicUsize,
    /// When the last use ended: in milliseconds since `since`.
    used: AtomicU64,
    changes: Arc<Changes>,
    ended: watch::Receiver<Option<End>>,
    stop: CancellationToken,
    /// Why we closed it, when it was not that we are stopping.
    closed: OnceLock<&'static str>,
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
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let Parts { server, config, peer, pending, information, changes, ended, stop } = parts;
        let modern = !information.protocol_version.has_initialize();
        let announces =
            information.capabilities.tools.as_ref().and_then(|tools| tools.list_changed);
        if modern && announces == Some(true) {
            let follow = changes::follow_list(peer.clone(), Arc::clone(&changes), stop.clone());
            task::spawn(Kind::Listen, &server, follow);
        }
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            since: Instant::now(),
            calls: Semaphore::new(config.max_concurrent_calls),
            waiting: AtomicUsize::new(0),
            uses: AtomicUsize::new(0),
            used: AtomicU64::new(0),
            _stop_on_drop: stop.clone().drop_guard(),
            closed: OnceLock::new(),
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

    /// Its number, which no other has.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The server's name.
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// A use of it begins.
    pub(crate) fn enter(&self) {
        self.uses.fetch_add(1, Ordering::SeqCst);
    }

    /// A use of it ends.
    pub(crate) fn leave(&self) {
        let now = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.used.store(now, Ordering::SeqCst);
        self.uses.fetch_sub(1, Ordering::SeqCst);
    }

    /// For how long nobody has used it; `None` while somebody does.
    pub(crate) fn unused(&self) -> Option<Duration> {
        if self.uses.load(Ordering::SeqCst) > 0 {
            return None;
        }
        let used = Duration::from_millis(self.used.load(Ordering::SeqCst));
        Some(self.since.elapsed().saturating_sub(used))
    }

    /// How long it has stood.
    pub(crate) fn stood(&self) -> Duration {
        self.since.elapsed()
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
        self.changes.list_version()
    }

    /// Whether it has ended, or is about to.
    pub(crate) fn is_over(&self) -> bool {
        self.stop.is_cancelled() || self.has_ended()
    }

    /// Whether it has ended, and its process with it.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended.borrow().is_some()
    }

    /// Waits for the end.
    pub(crate) async fn ended(&self) -> Option<End> {
        wait(self.ended.clone()).await
    }

    /// Waits for the end without keeping the connection.
    pub(crate) fn watch(&self) -> impl Future<Output = Option<End>> + Send + use<> {
        wait(self.ended.clone())
    }

    /// Closes it; requests under way fail with `why`.
    pub(crate) fn close(&self, why: &'static str) {
        let _ = self.closed.set(why);
        self.stop.cancel();
    }

    /// Calls a tool.
    pub(crate) async fn call(
        &self,
        tool: &str,
        arguments: Map<String, Value>,
        patience: &Patience,
    ) -> Result<ToolAnswer, Error> {
        let _place = self.place(tool, patience).await?;
        let params = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
        let answer = self.request(request, tool, patience).await?;
        answer::read(answer.result).map_err(|reason| Error::Protocol {
            server: self.server.to_string(),
            reason: format!("answering `{tool}`, {reason}"),
        })
    }

    /// Whether the server answers at all: to a ping, be it with an error.
    pub(crate) async fn answers(&self) -> bool {
        let patience = Patience::call(PING, PING, PING);
        let start = Instant::now();
        loop {
            let request = ClientRequest::PingRequest(PingRequest::default());
            match self.request(request, "ping", &patience).await {
                Ok(_) | Err(Error::Refused { .. } | Error::Protocol { .. }) => return true,
                // It may be behind with its reading only.
                Err(Error::Stuffed { .. }) if start.elapsed() < PING => sleep(PING / 50).await,
                Err(_) => return false,
            }
        }
    }

    /// Sends one request. `about` stands in its errors.
    pub(crate) async fn request(
        &self,
        request: ClientRequest,
        about: &str,
        patience: &Patience,
    ) -> Result<Answer, Error> {
        let limit = self.config.max_result_bytes;
        let subject =
            Subject { server: &self.server, tool: about, limit, most_values: most_values(limit) };
        let line =
            Line { peer: &self.peer, pending: &self.pending, progress: &self.changes.progress };
        match call::send(line, request, &subject, patience).await {
            Ok(answer) => Ok(answer),
            Err(Failure::Known(error)) => Err(error),
            Err(Failure::ConnectionLost) => Err(self.lost(about).await),
        }
    }

    /// Waits for a place among the calls under way. Who came first is served first.
    pub(crate) async fn place(
        &self,
        about: &str,
        patience: &Patience,
    ) -> Result<SemaphorePermit<'_>, Error> {
        if let Ok(place) = self.calls.try_acquire() {
            return Ok(place);
        }
        let (server, running) = (self.server.to_string(), self.config.max_concurrent_calls);
        let most = running * WAITING_PER_CALL;
        let waiting = Waiting::enter(&self.waiting);
        if waiting.before >= most {
            return Err(Error::Busy { server, running, waiting: waiting.before });
        }
        let start = Instant::now();
        match timeout_at(patience.place(start), self.calls.acquire()).await {
            Ok(place) => place.map_err(|_| Error::Stopped { server }),
            Err(_) => {
                let (tool, after) = (about.to_owned(), start.elapsed());
                Err(Error::Queued { server, tool, running, after })
            }
        }
    }

    /// How the connection was lost under a request.
    async fn lost(&self, about: &str) -> Error {
        let server = self.server.to_string();
        let end = timeout(LAST_WORDS, self.ended()).await.ok().flatten();
        let how = match (self.closed.get(), end) {
            (Some(why), _) => (*why).to_owned(),
            (None, Some(End { wanted: true, .. })) => return Error::Stopped { server },
            (None, Some(End { how, .. })) => how.to_string(),
            (None, None) => "it closed its output".to_owned(),
        };
        Error::Died { server, tool: about.to_owned(), how }
    }
}

async fn wait(mut ended: watch::Receiver<Option<End>>) -> Option<End> {
    ended.wait_for(Option::is_some).await.ok().and_then(|end| end.clone())
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
