//! The gateways that use a database together: which of them live, whose executions were lost with
//! one that does not, and what one wishes of another.

use super::pools::on;
use super::{Database, Error, text};

/// The most wishes that are taken at once.
const MAX_WISHES: i64 = 1_000;

/// The gateways that use a database.
#[derive(Debug, Clone, Copy)]
pub struct Instances<'a>(&'a Database);

impl<'a> Instances<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self(database)
    }

    /// Says that a gateway lives.
    pub async fn beat(self, instance: &str) -> Result<(), Error> {
        let beat = "INSERT INTO cex_instances (id, seen_at) VALUES ($1, $2) \
             ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at";
        let now = text::now();
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    sqlx::query(beat).bind(instance).bind(now).execute(pool).await.map(drop)
                })
            })
            .await
    }

    /// Says that a gateway has ended.
    pub async fn leave(self, instance: &str) -> Result<(), Error> {
        let leave = "DELETE FROM cex_instances WHERE id = $1";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => sqlx::query(leave).bind(instance).execute(pool).await.map(drop))
            })
            .await
    }

    /// Ends executions of gateways that have not been heard of since then, as `lost`; says how many.
    pub async fn bury(self, unheard_since: i64) -> Result<u64, Error> {
        let forget = "DELETE FROM cex_instances WHERE seen_at < $1";
        let lose = "UPDATE cex_executions SET state = 'lost', ended_at = $1 \
             WHERE ended_at IS NULL AND started_at < $2 \
             AND instance NOT IN (SELECT id FROM cex_instances)";
        let unwish = "DELETE FROM cex_wishes WHERE asked_at < $1";
        let now = text::now();
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    sqlx::query(forget).bind(unheard_since).execute(pool).await?;
                    sqlx::query(unwish).bind(unheard_since).execute(pool).await?;
                    let lose = sqlx::query(lose).bind(now).bind(unheard_since);
                    lose.execute(pool).await.map(|done| done.rows_affected())
                })
            })
            .await
    }

    /// Asks whichever gateway runs it to cancel an execution; `false` when it is known to none as
    /// running.
    pub async fn wish_cancelled(self, execution: &str) -> Result<bool, Error> {
        text::check("the id of an execution", execution)?;
        let wish = "INSERT INTO cex_wishes (execution, instance, asked_at) \
             SELECT id, instance, $2 FROM cex_executions WHERE id = $1 AND ended_at IS NULL \
             ON CONFLICT (execution) DO UPDATE SET asked_at = excluded.asked_at";
        let now = text::now();
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let wish = sqlx::query(wish).bind(execution).bind(now).execute(pool);
                    wish.await.map(|done| done.rows_affected() > 0)
                })
            })
            .await
    }

    /// Takes the executions that somebody wishes cancelled of those that a gateway runs.
    pub async fn take_wishes(self, instance: &str) -> Result<Vec<String>, Error> {
        // Almost always there are none, and a look is cheaper than a write.
        let look = "SELECT execution FROM cex_wishes WHERE instance = $1 LIMIT $2";
        let take = "DELETE FROM cex_wishes WHERE instance = $1 AND execution = $2";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => {
                    let look = sqlx::query_scalar(look).bind(instance).bind(MAX_WISHES);
                    let wishes: Vec<String> = look.fetch_all(pool).await?;
                    for execution in &wishes {
                        sqlx::query(take).bind(instance).bind(execution).execute(pool).await?;
                    }
                    Ok(wishes)
                })
            })
            .await
    }
}
