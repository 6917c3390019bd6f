//! What was used of quotas, by whom and in which period; what may be used is decided elsewhere.

use serde::Serialize;

use super::pools::{Sql, on};
use super::{Database, Error, text};

/// The most rows that are written by one statement.
const BATCH: usize = 1_000;
/// The most rows that are read at once.
const MAX_ROWS: i64 = 10_000;

/// What was used of one measure in one period.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Usage {
    /// The tenant.
    pub tenant: String,
    /// The subject within the tenant; empty for the tenant as a whole.
    pub subject: String,
    /// What is counted, such as `executions`.
    pub measure: String,
    /// When, such as `2026-11-21` or `2026-11`.
    pub period: String,
    /// How much.
    pub used: i64,
}

/// What was used, in a database.
#[derive(Debug, Clone, Copy)]
pub struct Quotas<'a>(&'a Database);

// Rows are added in the order of their key, so that two gateways never wait for each other.
const ADD: Sql = Sql {
    sqlite: "INSERT INTO cex_quotas (tenant, subject, measure, period, used, written_at) \
         SELECT value ->> 'tenant', value ->> 'subject', value ->> 'measure', value ->> 'period', \
             SUM(value ->> 'used'), $2 FROM json_each($1) WHERE true GROUP BY 1, 2, 4, 3 \
         ON CONFLICT (tenant, subject, period, measure) DO UPDATE SET \
             used = cex_quotas.used + excluded.used, written_at = excluded.written_at \
         RETURNING tenant, subject, measure, period, used",
    postgres: "INSERT INTO cex_quotas (tenant, subject, measure, period, used, written_at) \
         SELECT tenant, subject, measure, period, SUM(used)::bigint, $2 \
         FROM json_to_recordset($1::json) \
             AS r (tenant text, subject text, measure text, period text, used bigint) \
         GROUP BY 1, 2, 4, 3 ORDER BY 1, 2, 4, 3 \
         ON CONFLICT (tenant, subject, period, measure) DO UPDATE SET \
             used = cex_quotas.used + excluded.used, written_at = excluded.written_at \
         RETURNING tenant, subject, measure, period, used",
};

const OF: Sql = Sql {
    sqlite: "SELECT tenant, subject, measure, period, used FROM cex_quotas \
         WHERE tenant = $1 AND subject = $2 AND period IN (SELECT value FROM json_each($3)) \
         ORDER BY period, measure LIMIT $4",
    postgres: "SELECT tenant, subject, measure, period, used FROM cex_quotas \
         WHERE tenant = $1 AND subject = $2 \
         AND period IN (SELECT json_array_elements_text($3::json)) \
         ORDER BY period, measure LIMIT $4",
};

type Columns = (String, String, String, String, i64);

impl<'a> Quotas<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self(database)
    }

    /// Adds what was used to what was used before, and says what it comes to, other gateways' use
    /// included. The same row given twice counts twice.
    pub async fn add(self, uses: &[Usage]) -> Result<Vec<Usage>, Error> {
        let (now, mut totals) = (text::now(), Vec::with_capacity(uses.len()));
        for uses in uses.chunks(BATCH) {
            uses.iter().try_for_each(check)?;
            let uses = text::json(&uses);
            let added: Vec<Columns> = self
                .0
                .run(|pools| async move {
                    let add = ADD.of(&pools);
                    on!(&pools, pool => sqlx::query_as(add).bind(uses).bind(now).fetch_all(pool).await)
                })
                .await?;
            totals.extend(added.into_iter().map(usage));
        }
        Ok(totals)
    }

    /// What somebody used in these periods.
    pub async fn of(
        self,
        tenant: &str,
        subject: &str,
        periods: &[&str],
    ) -> Result<Vec<Usage>, Error> {
        let periods = text::json(&periods);
        let found: Vec<Columns> = self
            .0
            .run(|pools| async move {
                let of = OF.of(&pools);
                on!(&pools, pool => {
                    let query = sqlx::query_as(of).bind(tenant).bind(subject).bind(periods);
                    query.bind(MAX_ROWS).fetch_all(pool).await
                })
            })
            .await?;
        Ok(found.into_iter().map(usage).collect())
    }
}

fn check(usage: &Usage) -> Result<(), Error> {
    text::check("the tenant of a quota", &usage.tenant)?;
    text::check("the subject of a quota", &usage.subject)?;
    text::check("the measure of a quota", &usage.measure)?;
    text::check("the period of a quota", &usage.period)
}

fn usage((tenant, subject, measure, period, used): Columns) -> Usage {
    Usage { tenant, subject, measure, period, used }
}
