//! One configured server: whether it runs, who waits for it, when it is tried again, and the list
//! of its tools.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;
use types::{ToolAnswer, UpstreamState, UpstreamStatus};

use crate::connection::{Connection, End};
use crate::content::{self, Entries, Item};
use crate::handshake::Era;
use crate::list::{self, ToolList};
use crate::open::{NotOpened, Opened, open};
use crate::task::{self, Kind};
use crate::transport::Budget;
use crate::{Config, Error, ServerConfig, backoff};

/// How long a start may keep others from starting. Only the first seconds cost the machine
/// anything: a server that hangs must not hold up the rest until its deadline.
const COSTLY: Duration = Duration::from_secs(3);
/// A connection that stood this long makes up for the failures before it.
const GOOD_RUN: Duration = Duration::from_secs(30);

/// What all servers share.
pub(crate) struct Shared {
    pub(crate) config: Arc<Config>,
    pub(crate) budget: Budget,
    pub(crate) starts: Semaphore,
}

/// One configured server.
pub(crate) struct Server {
    settings: ServerConfig,
    shared: Arc<Shared>,
    state: Mutex<State>,
    /// Held while the list is fetched: those who waited for a fetch that failed share its failure.
    listing: tokio::sync::Mutex<Option<Error>>,
    stopping: CancellationToken,
}

struct State {
    phase: Phase,
    era: Era,
    /// Failures since the last good run.
    failures: u32,
    /// The last failure, until the next success.
    error: Option<String>,
    /// The list as it was last fetched; kept for its length when the connection is gone.
    list: Option<Fetched>,
}

enum Phase {
    Idle,
    Connecting(watch::Receiver<Option<Outcome>>),
    Ready { connection: Arc<Connection>, since: Instant },
    Failed { until: Instant, last: String },
    Stopped,
}

type Outcome = Result<Arc<Connection>, Error>;

struct Fetched {
    list: Arc<ToolList>,
    connection: Arc<Connection>,
    version: u64,
}

impl Server {
    /// A server that is not needed yet.
    pub(crate) fn new(settings: ServerConfig, shared: Arc<Shared>) -> Self {
        let state =
            State { phase: Phase::Idle, era: Era::Unknown, failures: 0, error: None, list: None };
        let stopping = CancellationToken::new();
        let listing = tokio::sync::Mutex::default();
        Self { settings, shared, state: Mutex::new(state), listing, stopping }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// How it is, without asking it.
    pub(crate) fn status(&self) -> UpstreamStatus {
        let state = self.lock();
        let (phase, protocol_version) = match &state.phase {
            Phase::Idle => (UpstreamState::Idle, None),
            Phase::Connecting(_) => (UpstreamState::Connecting, None),
            Phase::Ready { connection, .. } => {
                (UpstreamState::Ready, Some(connection.protocol_version()))
            }
            Phase::Failed { .. } => (UpstreamState::Failed, None),
            Phase::Stopped => (UpstreamState::Stopped, None),
        };
        UpstreamStatus {
            server: self.settings.name.clone(),
            state: phase,
            tools: state.list.as_ref().map(|fetched| fetched.list.tools.len()),
            changed_tools: None,
            protocol_version,
            error: state.error.clone(),
        }
    }

    /// Calls a tool; connects first if need be. `limit` covers both.
    pub(crate) async fn call(
        self: &Arc<Self>,
        tool: &str,
        arguments: Map<String, Value>,
        limit: Duration,
    ) -> Result<ToolAnswer, Error> {
        let (connection, deadline) = self.reach(tool, limit).await?;
        connection.call(tool, arguments, deadline).await
    }

    /// One of its lists besides that of the tools, whole.
    pub(crate) async fn entries(
        self: &Arc<Self>,
        entries: Entries,
        limit: Duration,
    ) -> Result<Vec<Value>, Error> {
        let (connection, deadline) = self.reach(entries.list().method, limit).await?;
        content::entries(&connection, entries, &self.shared.config, deadline).await
    }

    /// A resource or a prompt, as the server gives it.
    pub(crate) async fn item(
        self: &Arc<Self>,
        item: Item,
        limit: Duration,
    ) -> Result<Value, Error> {
        let (connection, deadline) = self.reach(item.method(), limit).await?;
        content::item(&connection, item, deadline).await
    }

    /// A connection for a request about `about`, and when its answer must be there.
    async fn reach(
        self: &Arc<Self>,
        about: &str,
        limit: Duration,
    ) -> Result<(Arc<Connection>, Instant), Error> {
        let limit =
            limit.min(self.settings.call_timeout.unwrap_or(self.shared.config.call_timeout));
        let deadline = Instant::now() + limit;
        let connection = timeout_at(deadline, self.connection()).await.map_err(|_| {
            let (server, tool) = (self.settings.name.clone(), about.to_owned());
            Error::Timeout { server, tool, after: limit }
        })??;
        Ok((connection, deadline))
    }

    /// Its tools: as last fetched while nothing has changed, or fetched now.
    pub(crate) async fn tools(self: &Arc<Self>) -> Result<Arc<ToolList>, Error> {
        let connection = self.connection().await?;
        if let Some(list) = self.fresh_list(&connection) {
            return Ok(list);
        }
        let limit = self.settings.start_timeout.unwrap_or(self.shared.config.start_timeout);
        let mut failed = match self.listing.try_lock() {
            Ok(failed) => failed,
            Err(_) => {
                let waiting = timeout(limit * 2, self.listing.lock());
                let failed = waiting.await.map_err(|_| self.listing_timeout(limit * 2))?;
                if let Some(list) = self.fresh_list(&connection) {
                    return Ok(list);
                }
                if let Some(error) = failed.clone() {
                    return Err(error);
                }
                failed
            }
        };
        *failed = None;
        let fetched = self.fetch(&connection, Instant::now() + limit).await;
        *failed = fetched.as_ref().err().cloned();
        fetched
    }

    /// Its tools as last fetched, while it stands and has not said that they changed.
    pub(crate) fn fresh_tools(&self) -> Option<Arc<ToolList>> {
        let connection = match &self.lock().phase {
            Phase::Ready { connection, .. } if !connection.is_over() => Arc::clone(connection),
            _ => return None,
        };
        self.fresh_list(&connection)
    }

    /// Stops it for good. Returns when its process has ended, which takes no longer than the stop
    /// timeout and a moment.
    pub(crate) async fn stop(&self) {
        self.stopping.cancel();
        let phase = std::mem::replace(&mut self.lock().phase, Phase::Stopped);
        match phase {
            Phase::Ready { connection, .. } => {
                connection.ended().await;
            }
            Phase::Connecting(mut outcome) => {
                // The start undoes itself.
                let _ = outcome.wait_for(Option::is_some).await;
            }
            Phase::Idle | Phase::Failed { .. } | Phase::Stopped => {}
        }
    }

    /// The connection that stands, or the outcome of the one start that everyone waits for.
    async fn connection(self: &Arc<Self>) -> Result<Arc<Connection>, Error> {
        loop {
            let mut outcome = match self.look() {
                Look::Ready(connection) => return Ok(connection),
                Look::Ending(connection) => {
                    connection.ended().await;
                    continue;
                }
                Look::Wait(outcome) => outcome,
                Look::Fail(error) => return Err(error),
            };
            return match outcome.wait_for(Option::is_some).await {
                Ok(outcome) => outcome.clone().unwrap_or_else(|| Err(self.stopped())),
                // The start was lost, which only a defect of ours or the runtime's end can do.
                Err(_) => Err(self.failed("its start was interrupted".to_owned(), Era::Unknown)),
            };
        }
    }

    /// Looks at the state, and starts the server when that is what is needed.
    fn look(self: &Arc<Self>) -> Look {
        let mut state = self.lock();
        match &state.phase {
            Phase::Ready { connection, .. } if connection.is_over() => {
                return Look::Ending(Arc::clone(connection));
            }
            Phase::Ready { connection, .. } => return Look::Ready(Arc::clone(connection)),
            Phase::Connecting(outcome) => return Look::Wait(outcome.clone()),
            Phase::Stopped => return Look::Fail(self.stopped()),
            Phase::Failed { until, last } => {
                let retry_in = until.saturating_duration_since(Instant::now());
                if !retry_in.is_zero() {
                    let (server, last) = (self.settings.name.clone(), last.clone());
                    return Look::Fail(Error::Backoff { server, retry_in, last });
                }
            }
            Phase::Idle => {}
        }
        let (tell, outcome) = watch::channel(None);
        state.phase = Phase::Connecting(outcome.clone());
        let (server, era) = (Arc::clone(self), state.era);
        task::spawn(Kind::Start, &self.settings.name, async move {
            let result = server.start(era).await;
            let _ = tell.send(Some(result));
        });
        Look::Wait(outcome)
    }

    /// Starts the server, in its turn.
    async fn start(self: &Arc<Self>, era: Era) -> Outcome {
        let turn = tokio::select! {
            biased;
            () = self.stopping.cancelled() => return Err(self.stopped()),
            turn = self.shared.starts.acquire() => turn.map_err(|_| self.stopped())?,
        };
        let start = Instant::now();
        let Shared { config, budget, .. } = &*self.shared;
        let mut opening = Box::pin(open(&self.settings, config, budget, era, &self.stopping));
        let opened = match timeout(COSTLY, &mut opening).await {
            Ok(opened) => opened,
            Err(_) => {
                drop(turn);
                opening.await
            }
        };
        match opened {
            Ok(opened) => self.opened(opened, start).await,
            Err(NotOpened { reason, era }) => Err(self.failed(reason, era)),
        }
    }

    async fn opened(self: &Arc<Self>, opened: Opened, start: Instant) -> Outcome {
        let Opened { connection, life, era } = opened;
        let connection = Arc::new(connection);
        let wanted = self.becomes_ready(&connection, era);
        // Only after the state knows the connection may its end be told to it.
        let (ours, weak) = (Arc::downgrade(&connection), Arc::downgrade(self));
        task::spawn(Kind::Supervise, &self.settings.name, async move {
            life.run(move |end| {
                if let Some(server) = weak.upgrade() {
                    server.ended(ours.as_ptr(), end);
                }
            })
            .await;
        });
        if !wanted {
            connection.ended().await;
            return Err(self.stopped());
        }
        let (server, ms) = (self.name(), start.elapsed().as_millis());
        let version = connection.protocol_version();
        tracing::info!(server, version, ms, "upstream server is ready");
        Ok(connection)
    }

    /// Enters the connection into the state, unless we have been stopped in the meantime.
    fn becomes_ready(&self, connection: &Arc<Connection>, era: Era) -> bool {
        let mut state = self.lock();
        if matches!(state.phase, Phase::Stopped) {
            return false;
        }
        let connection = Arc::clone(connection);
        state.phase = Phase::Ready { connection, since: Instant::now() };
        state.era = era;
        state.error = None;
        true
    }

    /// Takes note of a start that failed.
    fn failed(&self, reason: String, era: Era) -> Error {
        let error = Error::StartFailed { server: self.settings.name.clone(), reason };
        let mut state = self.lock();
        if matches!(state.phase, Phase::Stopped) {
            return self.stopped();
        }
        if matches!(state.phase, Phase::Connecting(_)) {
            state.era = era;
            state.fail(error.to_string());
            tracing::warn!(server = self.name(), %error, "upstream server did not start");
        }
        error
    }

    /// Takes note of a connection's end.
    fn ended(&self, connection: *const Connection, end: &End) {
        let mut state = self.lock();
        let Phase::Ready { connection: ready, since } = &state.phase else { return };
        if Arc::as_ptr(ready) != connection || end.wanted {
            return;
        }
        if since.elapsed() >= GOOD_RUN {
            state.failures = 0;
        }
        let error = format!("server `{}` ended while it was connected: {}", self.name(), end.how);
        tracing::warn!(server = self.name(), how = &*end.how, "upstream server ended");
        state.fail(error);
    }

    fn fresh_list(&self, connection: &Arc<Connection>) -> Option<Arc<ToolList>> {
        let state = self.lock();
        let fetched = state.list.as_ref()?;
        let same = Arc::ptr_eq(&fetched.connection, connection);
        (same && fetched.version == connection.list_version()).then(|| Arc::clone(&fetched.list))
    }

    async fn fetch(
        &self,
        connection: &Arc<Connection>,
        deadline: Instant,
    ) -> Result<Arc<ToolList>, Error> {
        // Read first: a change that comes while we fetch makes us fetch again.
        let version = connection.list_version();
        let fetched = list::fetch(connection, &self.shared.config, deadline).await;
        let mut state = self.lock();
        let tools = fetched.inspect_err(|error| {
            state.error = Some(error.to_string());
            tracing::warn!(server = self.name(), %error, "tools could not be listed");
        })?;
        let list = match &state.list {
            Some(before) if before.list.tools == tools => Arc::clone(&before.list),
            _ => Arc::new(ToolList::new(tools)),
        };
        let connection = Arc::clone(connection);
        if matches!(state.phase, Phase::Ready { .. }) {
            state.error = None;
        }
        state.list = Some(Fetched { list: Arc::clone(&list), connection, version });
        Ok(list)
    }

    fn listing_timeout(&self, after: Duration) -> Error {
        let server = self.settings.name.clone();
        Error::Timeout { server, tool: list::METHOD.to_owned(), after }
    }

    fn stopped(&self) -> Error {
        Error::Stopped { server: self.settings.name.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock, and a state is whole between calls.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn fail(&mut self, error: String) {
        self.failures = self.failures.saturating_add(1);
        self.phase = Phase::Failed {
            until: Instant::now() + backoff::pause(self.failures),
            last: error.clone(),
        };
        self.error = Some(error);
    }
}

/// What a look at the state shows.
enum Look {
    Ready(Arc<Connection>),
    Ending(Arc<Connection>),
    Wait(watch::Receiver<Option<Outcome>>),
    Fail(Error),
}
