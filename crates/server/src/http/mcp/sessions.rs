//! Who has which session: found by id and owner, bounded, and ended when they have been at rest.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write as _;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use types::Principal;

use super::config::McpConfig;
use super::rejected::Rejected;
use super::session::{Owner, Session};
use crate::backend::Backend;
use crate::mcp::Handler;

/// Subscriptions without a session that one caller may have.
const MAX_LISTENING: usize = 32;
/// How often sessions at rest are looked for, at least.
const SWEEP: Duration = Duration::from_secs(30);

/// Every session, and who listens without one.
#[derive(Debug)]
pub(super) struct Sessions {
    config: McpConfig,
    table: Mutex<HashMap<String, Arc<Session>>>,
    listening: Mutex<HashMap<Owner, usize>>,
    kept: Arc<AtomicUsize>,
    stop: CancellationToken,
}

/// A subscription without a session.
#[derive(Debug)]
pub(super) struct Listening {
    sessions: Arc<Sessions>,
    owner: Owner,
}

impl Sessions {
    /// None yet; all end with `stop`, and from `draining` on nothing is told but answers.
    pub(super) fn new(
        config: McpConfig,
        stop: &CancellationToken,
        draining: &CancellationToken,
    ) -> Arc<Self> {
        let sessions = Arc::new(Self {
            config,
            table: Mutex::default(),
            listening: Mutex::default(),
            kept: Arc::default(),
            stop: stop.clone(),
        });
        tokio::spawn(Arc::clone(&sessions).watch(stop.clone(), draining.clone()));
        sessions
    }

    /// Begins a session. One at rest gives way where there is no room.
    pub(super) fn begin<B: Backend>(
        &self,
        principal: &Principal,
        handler: impl FnOnce(CancellationToken) -> Handler<B>,
    ) -> Result<(String, Arc<Session>), Rejected> {
        let owner = Owner::from(principal);
        let ended = self.stop.child_token();
        let id = id()?;
        let mut table = self.table();
        let own = table.values().filter(|session| session.owner == owner).count();
        if own >= self.config.max_sessions_per_principal {
            give_way(&mut table, &owner, self.config.max_sessions_per_principal)?;
        } else if table.len() >= self.config.max_sessions {
            let greediest = greediest(&table).unwrap_or_else(|| owner.clone());
            give_way(&mut table, &greediest, self.config.max_sessions)?;
        }
        let session = Session::begin(owner, handler(ended.clone()), &self.kept, ended);
        let session = Arc::new(session);
        table.insert(id.clone(), Arc::clone(&session));
        Ok((id, session))
    }

    /// A caller's session.
    pub(super) fn find(&self, id: &str, principal: &Principal) -> Result<Arc<Session>, Rejected> {
        let owner = Owner::from(principal);
        let found = self.table().get(id).filter(|session| session.owner == owner).cloned();
        found.ok_or_else(Rejected::no_session)
    }

    /// Ends a session.
    pub(super) fn end(&self, id: &str) {
        if let Some(session) = self.table().remove(id) {
            session.end();
        }
    }

    /// Enters a subscription without a session.
    pub(super) fn listen(self: &Arc<Self>, principal: &Principal) -> Result<Listening, Rejected> {
        let owner = Owner::from(principal);
        let mut listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner);
        let count = listening.entry(owner.clone()).or_default();
        if *count >= MAX_LISTENING {
            let what = format!(
                "{MAX_LISTENING} subscriptions are open, the most a caller may have; close one first"
            );
            return Err(Rejected::busy(what, None));
        }
        *count += 1;
        Ok(Listening { sessions: Arc::clone(self), owner })
    }

    async fn watch(self: Arc<Self>, stop: CancellationToken, draining: CancellationToken) {
        let pause = (self.config.session_idle / 2).min(SWEEP).max(Duration::from_millis(10));
        let mut told = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = draining.cancelled(), if !told => {
                    told = true;
                    self.table().values().for_each(|session| session.streams.quiet());
                }
                () = tokio::time::sleep(pause) => self.sweep(),
            }
        }
        self.table().drain().for_each(|(_, session)| session.end());
    }

    fn sweep(&self) {
        let idle = self.config.session_idle;
        self.table().retain(|_, session| {
            let stays = session.resting().is_none_or(|resting| resting < idle);
            if !stays {
                session.end();
            }
            stays
        });
    }

    fn table(&self) -> MutexGuard<'_, HashMap<String, Arc<Session>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let listening = &self.sessions.listening;
        let mut listening = listening.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = listening.entry(self.owner.clone()) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// Ends the session of an owner that has been at rest the longest.
fn give_way(
    table: &mut HashMap<String, Arc<Session>>,
    owner: &Owner,
    most: usize,
) -> Result<(), Rejected> {
    let own = table.iter().filter(|(_, session)| session.owner == *owner);
    let resting = own.filter_map(|(id, session)| Some((session.resting()?, id.clone())));
    let Some((_, id)) = resting.max() else {
        let what = format!("all {most} sessions that there may be are in use; end one with DELETE");
        return Err(Rejected::busy(what, None));
    };
    if let Some(session) = table.remove(&id) {
        session.end();
    }
    Ok(())
}

/// Who has the most sessions at rest.
fn greediest(table: &HashMap<String, Arc<Session>>) -> Option<Owner> {
    let mut counts = HashMap::<&Owner, usize>::new();
    for session in table.values().filter(|session| session.resting().is_some()) {
        *counts.entry(&session.owner).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(owner, _)| owner.clone())
}

/// An id that nobody can guess.
fn id() -> Result<String, Rejected> {
    let mut random = [0; 24];
    getrandom::fill(&mut random)
        .map_err(|_| Rejected::busy("the system gives no random numbers", None))?;
    let mut id = String::with_capacity(2 * random.len());
    for byte in random {
        // Writing to a string does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    Ok(id)
}
