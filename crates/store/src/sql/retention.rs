//! What is deleted: what is older or more than should be kept, and all of somebody.

use super::keys::CHANGED;
use super::pools::{Pools, on};
use super::{Database, Error, text};

/// The most rows that are deleted at once, so that nobody else waits long.
const BATCH: i64 = 2_000;
/// For how long the use of quotas is kept: longer than any period of them.
const QUOTAS: i64 = 400 * 24 * 3_600 * 1_000;

/// What was deleted of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Executions.
    pub executions: u64,
    /// Rows of what was used of quotas.
    pub quotas: u64,
    /// Keys.
    pub keys: u64,
}

impl Database {
    /// Deletes executions that began before then, and the oldest of those that are more than so many;
    /// says how many. Ids begin with the time of their making, which is what is compared.
    pub async fn expire(&self, before: i64, most: u64) -> Result<u64, Error> {
        let oldest = format!("{:012x}", before.max(0));
        let mut deleted = self.delete_executions_below(&oldest).await?;
        let beyond = "SELECT id FROM cex_executions ORDER BY id DESC LIMIT 1 OFFSET $1";
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let found: Option<String> = self
            .run(|pools| async move {
                on!(&pools, pool => {
                    sqlx::query_scalar(beyond).bind(most).fetch_optional(pool).await
                })
            })
            .await?;
        if let Some(id) = found {
            // That one, too.
            deleted += self.delete_executions_below(&format!("{id}!")).await?;
        }
        let old = text::now() - QUOTAS;
        self.run(|pools| async move {
            let forget = "DELETE FROM cex_quotas WHERE written_at < $1";
            on!(&pools, pool => sqlx::query(forget).bind(old).execute(pool).await.map(drop))
        })
        .await?;
        Ok(deleted)
    }

    async fn delete_executions_below(&self, id: &str) -> Result<u64, Error> {
        let delete = "DELETE FROM cex_executions WHERE id IN \
             (SELECT id FROM cex_executions WHERE id < $1 ORDER BY id LIMIT $2)";
        let mut deleted = 0;
        loop {
            let now = self
                .run(|pools| async move {
                    on!(&pools, pool => {
                        let delete = sqlx::query(delete).bind(id).bind(BATCH).execute(pool);
                        delete.await.map(|done| done.rows_affected())
                    })
                })
                .await?;
            deleted += now;
            if now < BATCH.unsigned_abs() {
                return Ok(deleted);
            }
        }
    }

    /// Deletes all that is kept of a tenant, or of one subject of it: executions, the use of quotas,
    /// and keys, which are not taken any more.
    pub async fn purge(&self, tenant: &str, subject: Option<&str>) -> Result<Purged, Error> {
        text::check("the tenant", tenant)?;
        subject.map_or(Ok(()), |subject| text::check("the subject", subject))?;
        let mut purged = Purged::default();
        let keys = "DELETE FROM cex_keys WHERE tenant = $1 AND ($2 IS NULL OR subject = $2)";
        let quotas = "DELETE FROM cex_quotas WHERE tenant = $1 AND ($2 IS NULL OR subject = $2)";
        (purged.keys, purged.quotas) = self
            .run(|pools| async move {
                on!(&pools, pool => {
                    let mut transaction = pool.begin().await?;
                    let keys = sqlx::query(keys).bind(tenant).bind(subject);
                    let keys = keys.execute(&mut *transaction).await?.rows_affected();
                    let quotas = sqlx::query(quotas).bind(tenant).bind(subject);
                    let quotas = quotas.execute(&mut *transaction).await?.rows_affected();
                    if keys > 0 {
                        sqlx::query(CHANGED).execute(&mut *transaction).await?;
                    }
                    transaction.commit().await?;
                    Ok((keys, quotas))
                })
            })
            .await?;
        let executions = "DELETE FROM cex_executions WHERE id IN (SELECT id FROM cex_executions \
             WHERE tenant = $1 AND ($2 IS NULL OR subject = $2) LIMIT $3)";
        loop {
            let now = self
                .run(|pools| async move {
                    on!(&pools, pool => {
                        let delete = sqlx::query(executions).bind(tenant).bind(subject).bind(BATCH);
                        delete.execute(pool).await.map(|done| done.rows_affected())
                    })
                })
                .await?;
            purged.executions += now;
            if now < BATCH.unsigned_abs() {
                break;
            }
        }
        self.run(|pools| async move { checkpoint(&pools).await }).await?;
        Ok(purged)
    }
}

/// Lets nothing of what was deleted stay in the log beside a file of SQLite.
async fn checkpoint(pools: &Pools) -> Result<(), sqlx::Error> {
    match pools {
        Pools::Sqlite(pool) => {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await.map(drop)
        }
        Pools::Postgres(_) => Ok(()),
    }
}
