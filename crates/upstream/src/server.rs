//! One configured server, as the hub uses it: calls, its lists, how it is, and its end. How it is
//! reached, and when not, is in [`connect`]; the list of its tools in [`listing`].

mod connect;
mod idle;
mod listing;
mod visit;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use types::{ToolAnswer, UpstreamState, UpstreamStatus, UpstreamTransport};

use crate::breaker::Breaker;
use crate::connection::Connection;
use crate::content::{self, Entries, Item};
use crate::handshake::Era;
use crate::list::ToolList;
use crate::patience::Patience;
use crate::transport::Budget;
use crate::{Config, Error, Reached, ServerConfig};

pub use listing::Listing;

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
    /// What it may have of the bytes in flight.
    budget: Budget,
    state: Mutex<State>,
    listing: listing::Turns,
    stopping: CancellationToken,
}

struct State {
    phase: Phase,
    era: Era,
    breaker: Breaker,
    /// Why the tools could not be listed, until they can.
    list_error: Option<String>,
    /// The list as it was last fetched; kept when the connection is gone.
    list: Option<Fetched>,
}

enum Phase {
    /// Not needed yet.
    Idle,
    Connecting(watch::Receiver<Option<Outcome>>),
    Ready(Arc<Connection>),
    /// Closed by us, for the next use to open it anew.
    Resting(Arc<Connection>),
    /// The start failed, or the connection ended.
    Failed,
    Stopped,
}

/// What became of a call to a tool that was looked up in a [`Listing`].
#[derive(Debug)]
pub enum Listed {
    /// The server answered.
    Answered(ToolAnswer),
    /// It was not sent, because the server was connected anew since it was listed and may have other
    /// tools now. Here are the arguments back.
    Outdated(Map<String, Value>),
}

type Outcome = Result<(), Error>;

struct Fetched {
    list: Arc<ToolList>,
    /// The connection it came from.
    connection: u64,
    /// The changes that connection had told of before.
    version: u64,
}

impl Server {
    /// A server that is not needed yet.
    pub(crate) fn new(settings: ServerConfig, shared: Arc<Shared>) -> Self {
        let state = State {
            phase: Phase::Idle,
            era: Era::Unknown,
            breaker: Breaker::new(&shared.config),
            list_error: None,
            list: None,
        };
        let stopping = CancellationToken::new();
        let listing = listing::Turns::default();
        let budget = shared.budget.of_another();
        Self { settings, shared, budget, state: Mutex::new(state), listing, stopping }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    /// What it is configured as.
    pub(crate) fn settings(&self) -> &ServerConfig {
        &self.settings
    }

    /// How it is, without asking it.
    pub(crate) fn status(&self) -> UpstreamStatus {
        let (state, now) = (self.lock(), Instant::now());
        let (phase, protocol_version) = match &state.phase {
            Phase::Idle | Phase::Resting(_) => (UpstreamState::Idle, None),
            Phase::Connecting(_) => (UpstreamState::Connecting, None),
            Phase::Ready(connection) => (UpstreamState::Ready, Some(connection.protocol_version())),
            Phase::Failed => (UpstreamState::Failed, None),
            Phase::Stopped => (UpstreamState::Stopped, None),
        };
        let ms = |pause: Duration| u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
        UpstreamStatus {
            server: self.settings.name.clone(),
            state: phase,
            transport: Some(match self.settings.reached {
                Reached::Program(_) => UpstreamTransport::Stdio,
                Reached::Http(_) => UpstreamTransport::Http,
                Reached::OpenApi(_) => UpstreamTransport::OpenApi,
            }),
            circuit: state.breaker.circuit(),
            retry_in_ms: state.breaker.retry_in(now).map(ms),
            tools: state.list.as_ref().map(|fetched| fetched.list.tools.len()),
            changed_tools: None,
            protocol_version,
            error: state.breaker.last().map(str::to_owned).or_else(|| state.list_error.clone()),
        }
    }

    /// Calls a tool; connects first if need be. `limit` covers both.
    pub(crate) async fn call(
        self: &Arc<Self>,
        tool: &str,
        arguments: Map<String, Value>,
        limit: Duration,
    ) -> Result<ToolAnswer, Error> {
        let patience = self.patience(limit);
        let visit = self.visit(tool, &patience).await?;
        let answer = visit.connection().call(tool, arguments, &patience).await;
        visit.end(answer)
    }

    /// The same, but only through the connection that this listing comes from. Gives the arguments
    /// back when another one stands by now: nothing was sent.
    pub(crate) async fn call_listed(
        self: &Arc<Self>,
        listing: &Listing,
        tool: &str,
        arguments: Map<String, Value>,
        limit: Duration,
    ) -> Result<Listed, Error> {
        let patience = self.patience(limit);
        let visit = self.visit(tool, &patience).await?;
        if visit.connection().number() != listing.connection {
            return Ok(Listed::Outdated(arguments));
        }
        let answer = visit.connection().call(tool, arguments, &patience).await;
        visit.end(answer).map(Listed::Answered)
    }

    /// One of its lists besides that of the tools, whole.
    pub(crate) async fn entries(
        self: &Arc<Self>,
        entries: Entries,
        limit: Duration,
    ) -> Result<Vec<Value>, Error> {
        let patience = self.patience(limit);
        let visit = self.visit(entries.list().method, &patience).await?;
        let config = &self.shared.config;
        let all = content::entries(visit.connection(), entries, config, &patience).await;
        visit.end(all)
    }

    /// A resource or a prompt, as the server gives it.
    pub(crate) async fn item(
        self: &Arc<Self>,
        item: Item,
        limit: Duration,
    ) -> Result<Value, Error> {
        let patience = self.patience(limit);
        let visit = self.visit(item.method(), &patience).await?;
        let item = content::item(visit.connection(), item, &patience).await;
        visit.end(item)
    }

    /// Stops it for good. Returns when its process has ended, which takes no longer than the stop
    /// timeout and a moment.
    pub(crate) async fn stop(&self) {
        self.stopping.cancel();
        let phase = std::mem::replace(&mut self.lock().phase, Phase::Stopped);
        match phase {
            Phase::Ready(connection) | Phase::Resting(connection) => {
                connection.ended().await;
            }
            Phase::Connecting(mut outcome) => {
                // The start undoes itself.
                let _ = outcome.wait_for(Option::is_some).await;
            }
            Phase::Idle | Phase::Failed | Phase::Stopped => {}
        }
    }

    fn patience(&self, limit: Duration) -> Patience {
        let config = &self.shared.config;
        let silence = self.settings.call_timeout.unwrap_or(config.call_timeout);
        Patience::call(limit, silence, config.max_call_timeout)
    }

    fn start_timeout(&self) -> Duration {
        self.settings.start_timeout.unwrap_or(self.shared.config.start_timeout)
    }

    fn stopped(&self) -> Error {
        Error::Stopped { server: self.settings.name.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock, and a state is whole between calls.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
