//! The connections to a database of either kind, and how a statement reaches them.

use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};

use super::database::Options;
use super::target::Target;

/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(60);

/// Connections to one database, at most as many as the options say.
#[derive(Debug, Clone)]
pub(super) enum Pools {
    /// To a file of SQLite; each is a thread.
    Sqlite(SqlitePool),
    /// To a PostgreSQL server.
    Postgres(PgPool),
}

/// One statement in the words of both databases.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sql {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Sql {
    /// The words for this database.
    pub(super) fn of(self, pools: &Pools) -> &'static str {
        match pools {
            Pools::Sqlite(_) => self.sqlite,
            Pools::Postgres(_) => self.postgres,
        }
    }
}

/// The same expression over the connections to either database.
macro_rules! on {
    ($pools:expr, $pool:ident => $body:expr) => {
        match $pools {
            $crate::sql::pools::Pools::Sqlite($pool) => $body,
            $crate::sql::pools::Pools::Postgres($pool) => $body,
        }
    };
}
pub(super) use on;

impl Pools {
    /// Connects. The file of a SQLite database is there already.
    pub(super) async fn connect(target: &Target, options: &Options) -> Result<Self, sqlx::Error> {
        Ok(match target {
            Target::File(path) => {
                let file = sqlite(options).filename(path).create_if_missing(false);
                let pool = sized(PoolOptions::new(), options.connections, options);
                Self::Sqlite(pool.connect_with(file).await?)
            }
            Target::Memory => {
                // It is as good as its one connection.
                let pool = sized(PoolOptions::new(), 1, options).idle_timeout(None);
                let pool = pool.max_lifetime(None).min_connections(1);
                Self::Sqlite(pool.connect_with(sqlite(options).in_memory(true)).await?)
            }
            Target::Postgres(server) => {
                let pool = sized(PoolOptions::new(), options.connections, options);
                Self::Postgres(pool.connect_with(postgres(server, options)).await?)
            }
        })
    }

    /// Ends all connections, once they are given back.
    pub(super) async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}

fn sized<DB: sqlx::Database>(
    pool: PoolOptions<DB>,
    connections: u32,
    options: &Options,
) -> PoolOptions<DB> {
    pool.max_connections(connections.max(1))
        .acquire_timeout(options.patience)
        .idle_timeout(IDLE)
        .acquire_slow_threshold(Duration::from_secs(3600))
}

fn sqlite(options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .journal_mode(SqliteJournalMode::Wal)
        // A commit survives our end; the last ones may be lost with the machine's power.
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(options.patience)
        // What is deleted is not to be found in the file.
        .pragma("secure_delete", "ON")
        .pragma("max_page_count", (options.max_bytes / 4096).max(16).to_string())
        .thread_name(|number| format!("state-{number}"))
        .disable_statement_logging()
}

fn postgres(server: &PgConnectOptions, options: &Options) -> PgConnectOptions {
    let patience = format!("{}ms", options.patience.as_millis());
    server.clone().options([
        ("statement_timeout", patience.as_str()),
        ("lock_timeout", patience.as_str()),
        ("idle_in_transaction_session_timeout", "60s"),
    ])
}
