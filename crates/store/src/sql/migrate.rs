//! Brings a database to our schema: every step once, in one transaction, whoever else tries as well.

use sqlx::{PgConnection, SqliteConnection};

use super::pools::{Pools, Sql};

/// The steps, in order; a step that was shipped never changes.
const STEPS: [Sql; 2] = [
    Sql {
        sqlite: include_str!("migrations/0001.sqlite.sql"),
        postgres: include_str!("migrations/0001.postgres.sql"),
    },
    Sql {
        sqlite: include_str!("migrations/0002.sqlite.sql"),
        postgres: include_str!("migrations/0002.postgres.sql"),
    },
];

/// The latest schema.
pub(super) const KNOWN: i64 = STEPS.len() as i64;

/// The number of the lock that PostgreSQL holds for us meanwhile: "cex state" in a way.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7306073501)";

/// Takes the steps that are missing, and says which schema there is then: one that is later than
/// [`KNOWN`] is left alone.
pub(super) async fn migrate(pools: &Pools) -> Result<i64, sqlx::Error> {
    match pools {
        Pools::Sqlite(pool) => {
            let found = of_sqlite(&mut *pool.acquire().await?).await?;
            if found >= KNOWN {
                return Ok(found);
            }
            let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
            let found = of_sqlite(&mut transaction).await?;
            for step in missing(found) {
                sqlx::raw_sql(step.sqlite).execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
            Ok(found.max(KNOWN))
        }
        Pools::Postgres(pool) => {
            let found = of_postgres(&mut *pool.acquire().await?).await?;
            if found >= KNOWN {
                return Ok(found);
            }
            let mut transaction = pool.begin().await?;
            sqlx::raw_sql(LOCK).execute(&mut *transaction).await?;
            let found = of_postgres(&mut transaction).await?;
            for step in missing(found) {
                sqlx::raw_sql(step.postgres).execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
            Ok(found.max(KNOWN))
        }
    }
}

fn missing(found: i64) -> impl Iterator<Item = &'static Sql> {
    STEPS.iter().skip(usize::try_from(found).unwrap_or(0))
}

/// Each step ends by saying which it was.
async fn of_sqlite(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA user_version").fetch_one(connection).await
}

async fn of_postgres(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let there = "SELECT to_regclass('cex_meta') IS NOT NULL";
    if !sqlx::query_scalar::<_, bool>(there).fetch_one(&mut *connection).await? {
        return Ok(0);
    }
    let version = "SELECT value FROM cex_meta WHERE name = 'schema'";
    Ok(sqlx::query_scalar(version).fetch_optional(connection).await?.unwrap_or(0))
}
