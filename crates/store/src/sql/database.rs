//! A database: opened when it is first used, and again when it was away.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::executions::Executions;
use super::file::{self, Identity};
use super::instances::Instances;
use super::keys::Keys;
use super::migrate;
use super::policies::Policies;
use super::pools::Pools;
use super::quotas::Quotas;
use super::target::Target;
use super::{Error, error};

/// For how long a database that could not be reached is not tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// What is waited beyond the time that the database itself is given.
const GRACE: Duration = Duration::from_millis(500);

/// How a database is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Connections at once.
    pub connections: u32,
    /// How long one use may take, waiting for others included.
    pub patience: Duration,
    /// The largest file of SQLite, in bytes.
    pub max_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        let (connections, patience) = (4, Duration::from_secs(5));
        Self { connections, patience, max_bytes: 4 * 1024 * 1024 * 1024 }
    }
}

/// A handle to a database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Database(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    target: Target,
    name: String,
    options: Options,
    opened: tokio::sync::Mutex<Option<Opened>>,
    // The last failure to reach it, and when.
    away: Mutex<Option<(Instant, Error)>>,
}

#[derive(Debug)]
struct Opened {
    pools: Pools,
    file: Option<Identity>,
}

impl Database {
    /// The database at this URL. Nothing is touched yet.
    pub fn new(url: &str, options: Options) -> Result<Self, Error> {
        let target = Target::parse(url)?;
        let (opened, away) = (tokio::sync::Mutex::new(None), Mutex::new(None));
        let name = target.name();
        Ok(Self(Arc::new(Inner { target, name, options, opened, away })))
    }

    /// The database at this URL, opened and of our schema.
    pub async fn open(url: &str, options: Options) -> Result<Self, Error> {
        let database = Self::new(url, options)?;
        database.ready().await?;
        Ok(database)
    }

    /// What people know it by: its file, or its server and name, without a password.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Opens it, unless it is, and asks it for a sign of life.
    pub async fn ready(&self) -> Result<(), Error> {
        self.run(|pools| async move {
            super::pools::on!(&pools, pool => sqlx::query("SELECT 1").execute(pool).await.map(drop))
        })
        .await
    }

    /// Who may use this gateway by which key.
    pub fn keys(&self) -> Keys<'_> {
        Keys::new(self)
    }

    /// What was run.
    pub fn executions(&self) -> Executions<'_> {
        Executions::new(self)
    }

    /// The gateways that use it.
    pub fn instances(&self) -> Instances<'_> {
        Instances::new(self)
    }

    /// What was used of quotas.
    pub fn quotas(&self) -> Quotas<'_> {
        Quotas::new(self)
    }

    /// Who may do what, where the policy is kept here.
    pub fn policies(&self) -> Policies<'_> {
        Policies::new(self)
    }

    /// Ends all connections. The next use would open it again.
    pub async fn close(&self) {
        let opened = self.0.opened.lock().await.take();
        if let Some(opened) = opened {
            opened.pools.close().await;
        }
    }

    /// Uses it, within the time that one use may take.
    pub(super) async fn run<T, F>(&self, using: impl FnOnce(Pools) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        self.run_within(self.0.options.patience, using).await
    }

    /// Uses it for longer than usual.
    pub(super) async fn run_within<T, F>(
        &self,
        patience: Duration,
        using: impl FnOnce(Pools) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, sqlx::Error>>,
    {
        // The database itself has a little less, so that its own words come first.
        let patience = patience + GRACE;
        if let Some(error) = self.away() {
            return Err(error);
        }
        let name = &self.0.name;
        let used = tokio::time::timeout(patience, async {
            let pools = self.pools().await?;
            let used = using(pools).await;
            used.map_err(|error| error::from_driver(name, self.0.options.patience, &error))
        });
        let late = || match &self.0.target {
            // A server that waits for a lock says so by itself; this one says nothing.
            Target::Postgres(_) => {
                let reason = format!("no answer within {} ms", patience.as_millis());
                Error::Away { name: name.clone(), reason }
            }
            Target::File(_) | Target::Memory => {
                Error::Locked { name: name.clone(), waited: patience }
            }
        };
        let result = used.await.unwrap_or_else(|_| Err(late()));
        if let Err(error @ Error::Away { .. }) = &result {
            *self.0.away.lock().unwrap_or_else(PoisonError::into_inner) =
                Some((Instant::now(), error.clone()));
        }
        result
    }

    /// The failure of a moment ago: whoever asks meanwhile need not wait for another.
    fn away(&self) -> Option<Error> {
        let mut away = self.0.away.lock().unwrap_or_else(PoisonError::into_inner);
        let (when, error) = away.as_ref()?;
        if when.elapsed() < PAUSE {
            return Some(error.clone());
        }
        *away = None;
        None
    }

    /// Connections to what is there now.
    async fn pools(&self) -> Result<Pools, Error> {
        let mut opened = self.0.opened.lock().await;
        let file = match &self.0.target {
            Target::File(path) => Identity::of(path),
            Target::Memory | Target::Postgres(_) => None,
        };
        if let Some(known) = &*opened {
            if known.file == file {
                return Ok(known.pools.clone());
            }
            tracing::warn!(database = self.0.name, "the state database was replaced; opening it");
            // Whoever uses it still ends with what it had.
            drop(opened.take());
        }
        let pools = self.connect().await?;
        let file = match &self.0.target {
            Target::File(path) => Identity::of(path),
            Target::Memory | Target::Postgres(_) => None,
        };
        *opened = Some(Opened { pools: pools.clone(), file });
        Ok(pools)
    }

    async fn connect(&self) -> Result<Pools, Error> {
        let Inner { target, name, options, .. } = &*self.0;
        if let Target::File(path) = target {
            file::make(path)?;
        }
        let failed = |error: &sqlx::Error| error::from_driver(name, options.patience, error);
        let pools = Pools::connect(target, options).await.map_err(|error| failed(&error))?;
        let found = migrate::migrate(&pools).await.map_err(|error| failed(&error))?;
        let known = migrate::KNOWN;
        if found > known {
            pools.close().await;
            return Err(Error::Newer { name: name.clone(), found, known });
        }
        Ok(pools)
    }
}
