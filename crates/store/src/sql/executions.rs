//! Executions: who ran what, when, and what came of it. Of a program its hash and its length are
//! kept, of its calls the tools' names; nothing of code, arguments, results or output.

use serde::Serialize;
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

use super::pools::{Pools, Sql, on};
use super::{Database, Error, text};

/// The most executions on one page.
const MAX_PAGE: u32 = 500;
/// The most rows that are written by one statement.
const BATCH: usize = 500;
/// The longest list of tools, in bytes.
const MAX_TOOLS: usize = 16 * 1024;

/// One execution.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Execution {
    /// Its id; ids sort by the time of their making.
    pub id: String,
    /// The tenant of whoever ran it.
    pub tenant: String,
    /// Whoever ran it, within the tenant.
    pub subject: String,
    /// The gateway that ran it.
    pub instance: String,
    /// The program's language.
    pub language: String,
    /// How it stands; a word of the gateway's.
    pub state: String,
    /// When it began.
    pub started_at: i64,
    /// When it ended, once it has.
    pub ended_at: Option<i64>,
    /// Milliseconds that the program ran.
    pub duration_ms: Option<f64>,
    /// The hash of the program.
    pub code_hash: String,
    /// The length of the program, in bytes.
    pub code_bytes: i64,
    /// The class of the error that ended it.
    pub error_class: Option<String>,
    /// The limit that fired.
    pub limit_hit: Option<String>,
    /// The isolation it had.
    pub isolation: Option<String>,
    /// Its peak memory.
    pub memory_bytes: Option<i64>,
    /// The length of what it printed.
    pub output_bytes: Option<i64>,
    /// Whether that was cut: 1 or 0.
    pub truncated: i64,
    /// How many calls it made.
    pub tool_calls: i64,
    /// The tools it called, as JSON.
    pub tools: String,
}

/// Which executions are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's.
    All,
    /// Those of a tenant.
    Tenant(String),
    /// Those of one subject of a tenant.
    Principal(String, String),
}

/// The executions of a database.
#[derive(Debug, Clone, Copy)]
pub struct Executions<'a>(&'a Database);

/// What an end says, where the beginning was written before. An end that is written stays.
macro_rules! ended {
    () => {
        " ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at, \
         duration_ms = excluded.duration_ms, error_class = excluded.error_class, \
         limit_hit = excluded.limit_hit, isolation = excluded.isolation, \
         memory_bytes = excluded.memory_bytes, output_bytes = excluded.output_bytes, \
         truncated = excluded.truncated, tool_calls = excluded.tool_calls, tools = excluded.tools \
         WHERE cex_executions.ended_at IS NULL OR cex_executions.state = 'lost'"
    };
}

const WRITE: Sql = Sql {
    sqlite: concat!(
        "INSERT INTO cex_executions (id, tenant, subject, instance, language, state, started_at, \
         ended_at, duration_ms, code_hash, code_bytes, error_class, limit_hit, isolation, \
         memory_bytes, output_bytes, truncated, tool_calls, tools) \
         SELECT value ->> 'id', value ->> 'tenant', value ->> 'subject', value ->> 'instance', \
         value ->> 'language', value ->> 'state', value ->> 'started_at', value ->> 'ended_at', \
         value ->> 'duration_ms', value ->> 'code_hash', value ->> 'code_bytes', \
         value ->> 'error_class', value ->> 'limit_hit', value ->> 'isolation', \
         value ->> 'memory_bytes', value ->> 'output_bytes', value ->> 'truncated', \
         value ->> 'tool_calls', value ->> 'tools' FROM json_each($1) WHERE true",
        ended!()
    ),
    postgres: concat!(
        "INSERT INTO cex_executions \
         SELECT * FROM json_populate_recordset(NULL::cex_executions, $1::json)",
        ended!()
    ),
};

impl<'a> Executions<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self(database)
    }

    /// Writes beginnings and ends, each of which says all that is known of its execution; none may be
    /// given twice. What does not fit is cut.
    pub async fn write(self, executions: &mut [Execution]) -> Result<(), Error> {
        for executions in executions.chunks_mut(BATCH) {
            executions.iter_mut().for_each(fit);
            let rows = text::json(&executions);
            self.0
                .run(|pools| async move {
                    let write = WRITE.of(&pools);
                    on!(&pools, pool => sqlx::query(write).bind(rows).execute(pool).await.map(drop))
                })
                .await?;
        }
        Ok(())
    }

    /// One execution.
    pub async fn find(self, id: &str) -> Result<Option<Execution>, Error> {
        text::check("the id of an execution", id)?;
        let select = "SELECT * FROM cex_executions WHERE id = $1";
        self.0
            .run(|pools| async move {
                on!(&pools, pool => sqlx::query_as(select).bind(id).fetch_optional(pool).await)
            })
            .await
    }

    /// Executions, the latest first, from before this id on; at most 500.
    pub async fn page(
        self,
        whose: &Whose,
        state: Option<&str>,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Execution>, Error> {
        // No id has such a letter.
        let before = before.unwrap_or("z");
        text::check("the id of an execution", before)?;
        let limit = i64::from(limit.min(MAX_PAGE));
        self.0.run(|pools| page(pools, whose, state, before, limit)).await
    }
}

async fn page(
    pools: Pools,
    whose: &Whose,
    state: Option<&str>,
    before: &str,
    limit: i64,
) -> Result<Vec<Execution>, sqlx::Error> {
    // One statement for each, so that each is read along an index.
    let all = "SELECT * FROM cex_executions WHERE id < $1 AND ($2 IS NULL OR state = $2) \
         ORDER BY id DESC LIMIT $3";
    let of_tenant = "SELECT * FROM cex_executions WHERE tenant = $4 AND id < $1 \
         AND ($2 IS NULL OR state = $2) ORDER BY id DESC LIMIT $3";
    let of_principal = "SELECT * FROM cex_executions WHERE tenant = $4 AND subject = $5 \
         AND id < $1 AND ($2 IS NULL OR state = $2) ORDER BY id DESC LIMIT $3";
    on!(&pools, pool => match whose {
        Whose::All => {
            let query = sqlx::query_as(all).bind(before).bind(state).bind(limit);
            query.fetch_all(pool).await
        }
        Whose::Tenant(tenant) => {
            let query = sqlx::query_as(of_tenant).bind(before).bind(state).bind(limit);
            query.bind(tenant).fetch_all(pool).await
        }
        Whose::Principal(tenant, subject) => {
            let query = sqlx::query_as(of_principal).bind(before).bind(state).bind(limit);
            query.bind(tenant).bind(subject).fetch_all(pool).await
        }
    })
}

/// Cuts what a row cannot hold: a record of what happened is better than none.
fn fit(execution: &mut Execution) {
    let texts = [
        &mut execution.id,
        &mut execution.tenant,
        &mut execution.subject,
        &mut execution.instance,
        &mut execution.language,
        &mut execution.state,
        &mut execution.code_hash,
    ];
    texts.into_iter().for_each(|value| text::cut(value, text::MAX_TEXT));
    let words = [&mut execution.error_class, &mut execution.limit_hit, &mut execution.isolation];
    words.into_iter().flatten().for_each(|value| text::cut(value, text::MAX_TEXT));
    if execution.tools.len() > MAX_TOOLS {
        execution.tools = "[]".to_owned();
    }
}

impl<'r, R: Row> FromRow<'r, R> for Execution
where
    &'static str: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    f64: Decode<'r, R::Database> + Type<R::Database>,
{
    fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            tenant: row.try_get("tenant")?,
            subject: row.try_get("subject")?,
            instance: row.try_get("instance")?,
            language: row.try_get("language")?,
            state: row.try_get("state")?,
            started_at: row.try_get("started_at")?,
            ended_at: row.try_get("ended_at")?,
            duration_ms: row.try_get("duration_ms")?,
            code_hash: row.try_get("code_hash")?,
            code_bytes: row.try_get("code_bytes")?,
            error_class: row.try_get("error_class")?,
            limit_hit: row.try_get("limit_hit")?,
            isolation: row.try_get("isolation")?,
            memory_bytes: row.try_get("memory_bytes")?,
            output_bytes: row.try_get("output_bytes")?,
            truncated: row.try_get("truncated")?,
            tool_calls: row.try_get("tool_calls")?,
            tools: row.try_get("tools")?,
        })
    }
}
