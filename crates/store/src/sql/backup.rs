//! A copy of everything, as one file of SQLite whichever database it comes from, and back again.

use std::path::Path;
use std::time::Duration;

use futures_util::TryStreamExt;
use rustix::fs::{CWD, RenameFlags};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::keys::CHANGED;
use super::pools::{Pools, Sql, on};
use super::{Database, Error, Options, file};

/// How long a copy may take.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Rows that are copied at once.
const BATCH: usize = 500;

/// A table, read as JSON and written from it.
struct Table {
    read: Sql,
    write: Sql,
}

macro_rules! table {
    ($table:literal, $first:literal $(, $column:literal)*) => {
        Table {
            read: Sql {
                sqlite: concat!(
                    "SELECT json_object('", $first, "', ", $first $(, ", '", $column, "', ", $column)*,
                    ") FROM ", $table
                ),
                postgres: concat!("SELECT row_to_json(t)::text FROM ", $table, " AS t"),
            },
            write: Sql {
                sqlite: concat!(
                    "INSERT INTO ", $table, " (", $first $(, ", ", $column)*, ") SELECT value ->> '",
                    $first, "'" $(, ", value ->> '", $column, "'")*,
                    " FROM json_each($1) WHERE true ON CONFLICT DO NOTHING"
                ),
                postgres: concat!(
                    "INSERT INTO ", $table, " SELECT * FROM json_populate_recordset(NULL::", $table,
                    ", $1::json) ON CONFLICT DO NOTHING"
                ),
            },
        }
    };
}

/// What is copied. Which gateways live is nothing to keep.
const TABLES: [Table; 3] = [
    table!(
        "cex_keys",
        "prefix",
        "hash",
        "name",
        "tenant",
        "subject",
        "scopes",
        "roles",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
        "replaces"
    ),
    table!("cex_quotas", "tenant", "subject", "measure", "period", "used", "written_at"),
    table!(
        "cex_executions",
        "id",
        "tenant",
        "subject",
        "instance",
        "language",
        "state",
        "started_at",
        "ended_at",
        "duration_ms",
        "code_hash",
        "code_bytes",
        "error_class",
        "limit_hit",
        "isolation",
        "memory_bytes",
        "output_bytes",
        "truncated",
        "tool_calls",
        "tools"
    ),
];

impl Database {
    /// Copies everything as it is at one moment into a new file, readable by its owner alone, while
    /// others go on using the database. A file that is there already is left alone.
    pub async fn backup(&self, path: &Path) -> Result<(), Error> {
        let refused = |reason: String| Error::Invalid(format!("{}: {reason}", path.display()));
        if std::fs::symlink_metadata(path).is_ok() {
            return Err(refused("there is a file already; name another".to_owned()));
        }
        let path = std::path::absolute(path).map_err(|error| refused(error.to_string()))?;
        let mut draft = path.clone().into_os_string();
        draft.push(format!(".{}.draft", std::process::id()));
        let draft = std::path::PathBuf::from(draft);
        let copied = self.copy_to(&draft).await.and_then(|()| {
            let synced = std::fs::File::open(&draft).and_then(|file| file.sync_all());
            let moved = synced.and_then(|()| {
                Ok(rustix::fs::renameat_with(CWD, &draft, CWD, &path, RenameFlags::NOREPLACE)?)
            });
            moved.map_err(|error| refused(error.to_string()))
        });
        if copied.is_err() {
            // What matters is why there is no copy.
            let _ = std::fs::remove_file(&draft);
        }
        copied
    }

    async fn copy_to(&self, draft: &Path) -> Result<(), Error> {
        file::make(draft)?;
        let url = format!("sqlite:{}", draft.display());
        let into = draft.display().to_string();
        let copied = self
            .run_within(PATIENCE, |pools| async move {
                match &pools {
                    Pools::Sqlite(pool) => {
                        let copy = sqlx::query("VACUUM INTO $1").bind(into).execute(pool).await;
                        copy.map(|_| true)
                    }
                    Pools::Postgres(_) => Ok(false),
                }
            })
            .await?;
        if !copied {
            let target = Database::open(&url, Options::default()).await?;
            self.pour_into(&target).await?;
            // With the last connection the log beside the file goes into it.
            target.close().await;
        }
        Ok(())
    }

    /// Adds what a backup holds to what is here; what is here already stays as it is.
    pub async fn restore(&self, path: &Path) -> Result<(), Error> {
        let refused = |reason: String| Error::Invalid(format!("{}: {reason}", path.display()));
        let path = std::path::absolute(path).map_err(|error| refused(error.to_string()))?;
        if !path.is_file() {
            return Err(refused("there is no such file".to_owned()));
        }
        if !holds_tables(&path).await.map_err(|error| refused(error.to_string()))? {
            return Err(refused(
                "it is no backup: the tables of a state database are not there".to_owned(),
            ));
        }
        let backup =
            Database::open(&format!("sqlite:{}", path.display()), Options::default()).await?;
        let poured = backup.pour_into(self).await;
        backup.close().await;
        poured
    }

    /// Writes every row of this, as they are at one moment, into another database; and where there
    /// were keys here, that there were.
    async fn pour_into(&self, target: &Database) -> Result<(), Error> {
        let (sender, mut batches) = tokio::sync::mpsc::channel(2);
        let reading = self.run_within(PATIENCE, |pools| read(pools, sender));
        let writing = async {
            while let Some((table, rows)) = batches.recv().await {
                target.write_rows(table, rows).await?;
            }
            Ok(())
        };
        let (read, written) = tokio::join!(reading, writing);
        written.and(read)?;
        self.policies().copy_to(target).await?;
        if self.keys().generation().await? == 0 {
            return Ok(());
        }
        target
            .run(|pools| async move {
                on!(&pools, pool => sqlx::query(CHANGED).execute(pool).await.map(drop))
            })
            .await
    }

    async fn write_rows(&self, table: usize, rows: String) -> Result<(), Error> {
        self.run(|pools| async move {
            let write = TABLES[table].write.of(&pools);
            on!(&pools, pool => sqlx::query(write).bind(rows).execute(pool).await.map(drop))
        })
        .await
    }
}

/// Whether a file of SQLite has our tables. It is only read.
async fn holds_tables(path: &Path) -> Result<bool, sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = options.disable_statement_logging().connect().await?;
    let found = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'cex_keys')";
    let found = sqlx::query_scalar(found).fetch_one(&mut connection).await;
    connection.close().await?;
    found
}

type Batches = tokio::sync::mpsc::Sender<(usize, String)>;

async fn read(pools: Pools, batches: Batches) -> Result<(), sqlx::Error> {
    let begin =
        Sql { sqlite: "BEGIN", postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
    on!(&pools, pool => {
        let mut transaction = pool.begin_with(begin.of(&pools)).await?;
        if matches!(pools, Pools::Postgres(_)) {
            sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut *transaction).await?;
        }
        for (number, table) in TABLES.iter().enumerate() {
            let rows = sqlx::query_scalar::<_, String>(table.read.of(&pools));
            let mut rows = rows.fetch(&mut *transaction).try_chunks(BATCH);
            while let Some(rows) = rows.try_next().await.map_err(|failed| failed.1)? {
                // Nobody receives once writing has failed, which is told there.
                if batches.send((number, format!("[{}]", rows.join(",")))).await.is_err() {
                    return Ok(());
                }
            }
        }
        transaction.rollback().await
    })
}
