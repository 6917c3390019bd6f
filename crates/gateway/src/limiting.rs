//! What clients and tenants have used of their limits: charged as it is used, and, where quotas are not
//! in Redis, kept in the database. No request waits for a write; a client's first of a day waits a little
//! for what it has used already.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use policy::limits::{Charged, Limiter, Owner, Rule, Used};
use store::sql::{Database, Usage};
use tokio::time::timeout;
use types::{Principal, Refusal, Standing};

use crate::admission::Place;
use crate::task::{self, Kind};

/// How often what was used is saved.
const SAVE: Duration = Duration::from_secs(1);
/// How long it is waited for what was used before; after that it counts from nothing until the first
/// save says the sum.
const LOOK_UP: Duration = Duration::from_millis(500);
/// The most that is saved by one statement.
const BATCH: usize = 1_000;

/// Everybody's limits; cheap to clone.
#[derive(Clone)]
pub struct Limiting(Arc<Inner>);

struct Inner {
    limiter: Limiter,
    database: Option<Database>,
    saves: AtomicBool,
    fails: AtomicBool,
}

/// The limits as the calls of one execution meet them.
#[derive(Clone, Copy)]
pub struct OfCalls<'a> {
    /// The limits.
    pub limiting: &'a Limiting,
    /// Who is charged.
    pub principal: &'a Principal,
    /// Where it runs.
    pub place: &'a Place,
}

impl OfCalls<'_> {
    /// Charges a call, which its execution now waits for.
    pub async fn charge(&self, tool: &str) -> Result<(), Refusal> {
        self.place.started();
        self.limiting.0.limiter.call(self.principal, tool, now()).await
    }
}

impl Limiting {
    /// By this limiter; quotas are kept in the database, if there is one.
    pub fn new(limiter: Limiter, database: Option<Database>) -> Self {
        let (saves, fails) = (AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Inner { limiter, database, saves, fails }))
    }

    /// No limits.
    pub fn none() -> Self {
        Self::new(Limiter::new(Vec::new(), None, false), None)
    }

    /// Charges an execution, or says when to ask again.
    pub async fn begin(&self, principal: &Principal) -> Result<Charged, Refusal> {
        let now = now();
        if let Some(database) = &self.0.database {
            let unknown = self.0.limiter.unknown(principal, now);
            join_all(unknown.into_iter().map(|(owner, periods)| async move {
                self.look_up(database, owner, &periods, principal, now).await;
            }))
            .await;
        }
        let charged = self.0.limiter.begin(principal, now).await?;
        self.keep_saving();
        Ok(charged)
    }

    /// Gives back what was charged for an execution that never began.
    pub async fn give_back(&self, charged: Charged) {
        self.0.limiter.give_back(charged, now()).await;
    }

    /// Whether CPU time is charged to anybody.
    pub fn counts_cpu(&self) -> bool {
        self.0.limiter.counts_cpu()
    }

    /// Charges CPU time that was used.
    pub async fn spend(&self, principal: &Principal, cpu: Duration) {
        self.0.limiter.spend(principal, cpu, now()).await;
    }

    /// How a client stands in the limits on executions, the scarcest first.
    pub fn standings(&self, principal: &Principal) -> Vec<Standing> {
        self.0.limiter.standings(principal, now())
    }

    /// Takes other rules from now on.
    pub fn replace(&self, rules: Vec<Rule>) {
        self.0.limiter.replace(rules);
    }

    /// Saves what was used and is not saved yet.
    pub async fn save(&self) {
        let Some(database) = &self.0.database else { return };
        let mut unsaved = self.0.limiter.take_unsaved();
        while !unsaved.is_empty() {
            let rest = unsaved.split_off(unsaved.len().min(BATCH));
            let rows: Vec<Usage> = unsaved.iter().map(row).collect();
            match database.quotas().add(&rows).await {
                Ok(totals) => {
                    let totals: Vec<(Used, i64)> = totals.into_iter().map(used).collect();
                    self.0.limiter.saved(&totals, now());
                    if self.0.fails.swap(false, SeqCst) {
                        tracing::info!("what is used of quotas is saved again");
                    }
                    unsaved = rest;
                }
                Err(error) => {
                    if !self.0.fails.swap(true, SeqCst) {
                        tracing::error!(%error, "what is used of quotas cannot be saved; it is counted on");
                    }
                    unsaved.extend(rest);
                    return self.0.limiter.put_back(unsaved);
                }
            }
        }
    }

    async fn look_up(
        &self,
        database: &Database,
        owner: Owner,
        periods: &[String],
        principal: &Principal,
        now: u64,
    ) {
        let periods: Vec<&str> = periods.iter().map(String::as_str).collect();
        let quotas = database.quotas();
        let saved = timeout(LOOK_UP, quotas.of(&owner.tenant, &owner.subject, &periods)).await;
        let saved: Vec<(Used, i64)> = match saved {
            Ok(Ok(rows)) => rows.into_iter().map(used).collect(),
            // The save that follows answers the sum of what was used before and since.
            _ => Vec::new(),
        };
        self.0.limiter.learn(&owner, &saved, principal, now);
    }

    /// Saves every now and then from now on, until nothing holds the limits any more.
    fn keep_saving(&self) {
        if self.0.database.is_none() || self.0.saves.swap(true, SeqCst) {
            return;
        }
        let kept = Arc::downgrade(&self.0);
        task::spawn(Kind::Save, async move {
            loop {
                tokio::time::sleep(SAVE).await;
                let Some(inner) = kept.upgrade() else { return };
                Self(inner).save().await;
            }
        });
    }
}

fn row((used, amount): &(Used, i64)) -> Usage {
    Usage {
        tenant: used.owner.tenant.clone(),
        subject: used.owner.subject.clone(),
        measure: used.measure.clone(),
        period: used.period.clone(),
        used: *amount,
    }
}

fn used(row: Usage) -> (Used, i64) {
    let Usage { tenant, subject, measure, period, used } = row;
    (Used { owner: Owner { tenant, subject }, measure, period }, used)
}

/// Unix milliseconds.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
