//! A server's list of tools: as it was last fetched while nothing has changed, or fetched now, for
//! all who want it at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::timeout;

use super::{Fetched, Phase, Server};
use crate::Error;
use crate::connection::Connection;
use crate::list::{self, ToolList};
use crate::patience::{Limit, Patience};

/// Fetches take turns. Whoever waited for a turn takes the list of a fetch that began meanwhile, and
/// the failure of one that ended meanwhile: however often a list changes, a crowd costs two fetches,
/// and one when it fails.
#[derive(Default)]
pub(super) struct Turns {
    /// Held by the one who fetches; what the last fetch brought.
    last: tokio::sync::Mutex<Option<Turn>>,
    /// Fetches begun, and ended.
    begun: AtomicU64,
    ended: AtomicU64,
}

#[derive(Clone)]
struct Turn {
    number: u64,
    outcome: Result<Listing, Error>,
}

/// A server's tools, and from which of its connections they are known: [`crate::Hub::call_listed`]
/// sends a call through no other.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The tools.
    pub tools: Arc<ToolList>,
    pub(super) connection: u64,
}

impl Server {
    /// Its tools, as the connection that stands listed them.
    pub(crate) async fn listing(self: &Arc<Self>) -> Result<Listing, Error> {
        if let Some(listing) = self.standing() {
            return Ok(listing);
        }
        let limit = self.start_timeout();
        let visit = self.visit_now().await?;
        let Turns { begun, ended, .. } = &self.listing;
        let (ended_before, begun_before) =
            (ended.load(Ordering::SeqCst), begun.load(Ordering::SeqCst));
        let waiting = timeout(limit * 2, self.listing.last.lock());
        let mut last = waiting.await.map_err(|_| Error::Timeout {
            server: self.settings.name.clone(),
            tool: list::METHOD.to_owned(),
            after: limit * 2,
            silent: limit * 2,
            limit: Limit::Listing,
        })?;
        if let Some(listing) = self.standing() {
            return Ok(listing);
        }
        let shared = |turn: &&Turn| {
            turn.number > if turn.outcome.is_ok() { begun_before } else { ended_before }
        };
        if let Some(turn) = last.as_ref().filter(shared) {
            return turn.outcome.clone();
        }
        *last = None;
        let number = begun.fetch_add(1, Ordering::SeqCst) + 1;
        let outcome = self.fetch(visit.connection(), &Patience::listing(limit)).await;
        ended.store(number, Ordering::SeqCst);
        *last = Some(Turn { number, outcome: outcome.clone() });
        drop(last);
        visit.end(outcome)
    }

    /// The list that is known, unless the server has told of a change since. One that rests cannot
    /// tell, and is not started to be asked: what it will list is not known, so this is good for a
    /// search and not for a call.
    pub(crate) fn fresh_tools(&self) -> Option<Arc<ToolList>> {
        if let Some(listing) = self.standing() {
            return Some(listing.tools);
        }
        let state = self.lock();
        let fetched = state.list.as_ref().filter(|_| matches!(state.phase, Phase::Resting(_)))?;
        Some(Arc::clone(&fetched.list))
    }

    /// The list of the connection that stands, unless the server has told of a change since.
    fn standing(&self) -> Option<Listing> {
        let state = self.lock();
        let Phase::Ready(connection) = &state.phase else { return None };
        let fetched = state.list.as_ref()?;
        let holds = !connection.is_over()
            && fetched.connection == connection.number()
            && fetched.version == connection.list_version();
        holds.then(|| Listing { tools: Arc::clone(&fetched.list), connection: fetched.connection })
    }

    async fn fetch(&self, connection: &Connection, patience: &Patience) -> Result<Listing, Error> {
        // Read first: a change that comes while we fetch makes the next one fetch again.
        let version = connection.list_version();
        let fetched = list::fetch(connection, &self.shared.config, patience).await;
        let mut state = self.lock();
        let tools = fetched.inspect_err(|error| {
            state.list_error = Some(error.to_string());
            tracing::warn!(server = self.name(), %error, "tools could not be listed");
        })?;
        let list = match &state.list {
            Some(before) if before.list.tools == tools => Arc::clone(&before.list),
            _ => Arc::new(ToolList::new(tools)),
        };
        state.list_error = None;
        let connection = connection.number();
        state.list = Some(Fetched { list: Arc::clone(&list), connection, version });
        Ok(Listing { tools: list, connection })
    }
}
