//! What was run: every execution from when it was taken to its end, who may see it, and who may
//! cancel it. Nothing of code, arguments, results or output.
//!
//! Those under way are in memory. With a database they are written there behind their backs, many at
//! once ([`writer`]); without one the last ones are kept in memory.

mod looking;
mod pending;
mod rows;
#[cfg(test)]
mod tests;
mod writer;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use catalog::Catalog;
use store::Database;
use store::sql::Execution;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use types::{
    ErrorCode, ExecutionId, ExecutionOutcome, ExecutionRequest, IsolationLevel, Principal, Refusal,
    StateHealth,
};

use crate::task::{self, Kind};

use self::pending::Pending;

/// Executions that are kept in memory where there is no database.
const RECENT: usize = 1_000;

/// How long the last writes may take.
const LAST_WRITES: Duration = Duration::from_secs(5);

/// Where what was run is kept, and for how long.
#[derive(Debug, Clone)]
pub struct HistoryConfig {
    /// The database, if there is one.
    pub database: Option<Database>,
    /// Days for which an execution is kept.
    pub retention_days: u64,
    /// Executions that are kept.
    pub max_executions: u64,
    /// Whether executions are refused while the database cannot be written.
    pub refuse_when_away: bool,
}

impl Default for HistoryConfig {
    fn default() -> Self {
        let (retention_days, max_executions) = (30, 100_000);
        Self { database: None, retention_days, max_executions, refuse_when_away: false }
    }
}

/// What was run.
pub(crate) struct History {
    shared: Arc<Shared>,
    writer: OnceLock<Mutex<Option<JoinHandle<()>>>>,
}

struct Shared {
    config: HistoryConfig,
    /// Which gateway this is among those that use the database.
    instance: String,
    running: Mutex<HashMap<ExecutionId, Running>>,
    recent: Mutex<VecDeque<Execution>>,
    pending: Pending,
    /// One writes at a time, so that a beginning never comes after its end.
    writing: tokio::sync::Mutex<()>,
    news: Notify,
    stop: CancellationToken,
}

struct Running {
    row: Execution,
    cancel: CancellationToken,
}

impl History {
    /// Of a gateway that has run nothing yet. The database is not touched.
    pub(crate) fn new(config: HistoryConfig) -> Self {
        let shared = Shared {
            config,
            instance: rows::instance(),
            running: Mutex::default(),
            recent: Mutex::default(),
            pending: Pending::default(),
            writing: tokio::sync::Mutex::default(),
            news: Notify::new(),
            stop: CancellationToken::new(),
        };
        Self { shared: Arc::new(shared), writer: OnceLock::new() }
    }

    /// Refuses where nothing is to be run that cannot be written down.
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        match self.shared.pending.trouble() {
            Some(error) if self.shared.config.refuse_when_away => {
                let message =
                    format!("nothing is run that cannot be written down, and {}", error.in_short());
                Err(Refusal::new(ErrorCode::StateUnavailable, message))
            }
            _ => Ok(()),
        }
    }

    /// An execution that was taken, and how it can be cancelled.
    pub(crate) fn begin(
        &self,
        id: &ExecutionId,
        principal: &Principal,
        request: &ExecutionRequest,
        cancel: &CancellationToken,
    ) -> Tracked {
        self.start();
        let row = rows::taken(id, principal, request, &self.shared.instance);
        self.shared.running().insert(id.clone(), Running { row, cancel: cancel.clone() });
        Tracked { shared: Arc::clone(&self.shared), id: id.clone(), told: true }
    }

    /// How the database is, where there is one.
    pub(crate) fn health(&self) -> Option<StateHealth> {
        let database = self.shared.config.database.as_ref()?;
        let pending = &self.shared.pending;
        Some(StateHealth {
            database: database.name().to_owned(),
            waiting: pending.len(),
            lost: pending.lost(),
            error: pending.trouble().map(|error| error.to_string()),
        })
    }

    /// The same for those whose business it is not which database it is and what it says.
    pub(crate) fn health_in_short(&self) -> Option<StateHealth> {
        let error = self.shared.pending.trouble();
        Some(StateHealth {
            database: "state".to_owned(),
            error: error.map(|error| error.in_short().to_owned()),
            ..self.health()?
        })
    }

    /// Writes what is still to be written, and lets go of the database.
    pub(crate) async fn close(&self) {
        self.shared.stop.cancel();
        let writer = self.writer.get().and_then(|writer| lock(writer).take());
        if let Some(writer) = writer
            && tokio::time::timeout(LAST_WRITES, writer).await.is_err()
        {
            let waiting = self.shared.pending.len();
            tracing::error!(waiting, "what was run last could not be written to the database");
        }
        if let Some(database) = &self.shared.config.database {
            let _ = tokio::time::timeout(LAST_WRITES, database.close()).await;
        }
    }

    /// Starts the writer, unless it is: with the first execution, or before.
    pub(crate) fn start(&self) {
        if self.shared.config.database.is_some() {
            self.writer.get_or_init(|| {
                let writing = writer::write_until_stopped(Arc::clone(&self.shared));
                Mutex::new(Some(task::spawn(Kind::Keep, writing)))
            });
        }
    }
}

impl Shared {
    fn running(&self) -> MutexGuard<'_, HashMap<ExecutionId, Running>> {
        lock(&self.running)
    }

    /// Keeps how an execution stands now.
    fn keep(&self, row: Execution) {
        if self.config.database.is_some() {
            self.pending.put(row);
            self.news.notify_one();
        } else if row.ended_at.is_some() {
            let mut recent = lock(&self.recent);
            if recent.len() == RECENT {
                recent.pop_front();
            }
            recent.push_back(row);
        }
    }
}

/// An execution under way. Dropped before it is told how it ended, it ended in a defect of ours, or,
/// where the program never began, it was never there.
pub(crate) struct Tracked {
    shared: Arc<Shared>,
    id: ExecutionId,
    told: bool,
}

impl Tracked {
    /// The program is about to begin.
    pub(crate) fn started(&mut self, code_hash: &str, isolation: IsolationLevel) {
        let mut running = self.shared.running();
        if let Some(running) = running.get_mut(&self.id) {
            rows::start(&mut running.row, code_hash, isolation);
            self.shared.keep(running.row.clone());
            self.told = false;
        }
    }

    /// The program has ended. Of what it called only what there is is kept.
    pub(crate) fn ended(mut self, outcome: &ExecutionOutcome, there_is: &Catalog) {
        self.told = true;
        if let Some(mut ended) = self.shared.running().remove(&self.id) {
            rows::end(&mut ended.row, outcome, there_is);
            self.shared.keep(ended.row);
        }
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        let gone = self.shared.running().remove(&self.id);
        if let Some(mut gone) = gone.filter(|_| !self.told) {
            rows::fail(&mut gone.row);
            self.shared.keep(gone.row);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
