//! The task that writes to the database what is run, takes wishes of other gateways from it, and
//! deletes what is too old. Nobody who runs a program waits for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use store::Database;
use store::sql::Error;
use types::ExecutionId;

use super::{Shared, rows};

/// For how long news are gathered before they are written: what is over by then is written once.
const GATHER: Duration = Duration::from_millis(50);
/// The most rows that are written at once.
const BATCH: usize = 500;
/// How often wishes are looked for while something runs, and a failed write is tried again.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is said that this gateway lives, while something runs.
const BEAT: Duration = Duration::from_secs(30);
/// After which silence a gateway is taken for dead, in milliseconds.
const SILENCE: i64 = 120_000;
/// How often executions of dead gateways are looked for.
const BURY: Duration = Duration::from_secs(60);
/// How often what is too old is looked for.
const UPKEEP: Duration = Duration::from_secs(3_600);

/// When what was done last.
#[derive(Default)]
struct Done {
    looked: Option<Instant>,
    beat: Option<Instant>,
    buried: Option<Instant>,
    kept_up: Option<Instant>,
}

/// Writes until the gateway stops, and then what is left.
pub(super) async fn write_until_stopped(shared: Arc<Shared>) {
    let Some(database) = shared.config.database.clone() else { return };
    let (mut done, mut first) = (Done::default(), true);
    while !shared.stop.is_cancelled() {
        let trouble = shared.pending.trouble().is_some();
        let busy = trouble || shared.pending.len() > 0 || !shared.running().is_empty();
        // First what was left behind is looked at.
        let wait = match () {
            () if std::mem::take(&mut first) => Duration::ZERO,
            () if busy => LOOK,
            () => BURY,
        };
        tokio::select! {
            () = shared.news.notified() => {}
            () = tokio::time::sleep(wait) => {}
            () = shared.stop.cancelled() => break,
        }
        tokio::select! {
            () = tokio::time::sleep(GATHER) => {}
            () = shared.stop.cancelled() => break,
        }
        if trouble && shared.pending.len() == 0 {
            // What failed is given up, and while executions are refused there is nothing else to write:
            // whether it goes on is to be asked for.
            shared.pending.note(&database.ready().await);
        }
        // A failure is noted there; what could not be written waits for the next round.
        if shared.flush().await.is_err() {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = shared.stop.cancelled() => break,
            }
            continue;
        }
        if let Err(error) = keep_up(&shared, &database, &mut done).await {
            tracing::debug!(%error, "the database could not be kept in order");
        }
    }
    if shared.flush().await.is_ok() && done.beat.is_some() {
        // Whoever does not hear of us takes us for dead in any case.
        let _ = database.instances().leave(&shared.instance).await;
    }
}

async fn keep_up(shared: &Shared, database: &Database, done: &mut Done) -> Result<(), Error> {
    let due = |last: Option<Instant>, every| last.is_none_or(|last| last.elapsed() >= every);
    let runs = !shared.running().is_empty();
    if runs && due(done.beat, BEAT) {
        database.instances().beat(&shared.instance).await?;
        done.beat = Some(Instant::now());
    }
    if runs && due(done.looked, LOOK) {
        done.looked = Some(Instant::now());
        for execution in database.instances().take_wishes(&shared.instance).await? {
            let id = ExecutionId::parse(&execution);
            if let Some(running) =
                id.and_then(|id| shared.running().get(&id).map(|it| it.cancel.clone()))
            {
                tracing::info!(execution, "another gateway was asked to cancel it");
                running.cancel();
            }
        }
    }
    if due(done.buried, BURY) {
        let lost = database.instances().bury(rows::now() - SILENCE).await?;
        done.buried = Some(Instant::now());
        if lost > 0 {
            tracing::warn!(lost, "executions of gateways that are gone are lost");
        }
    }
    if due(done.kept_up, UPKEEP) {
        let oldest = rows::days_ago(shared.config.retention_days);
        let expired = database.expire(oldest, shared.config.max_executions).await?;
        done.kept_up = Some(Instant::now());
        tracing::debug!(expired, "old executions");
    }
    Ok(())
}

impl Shared {
    /// Writes what waits.
    pub(super) async fn flush(&self) -> Result<(), Error> {
        let Some(database) = &self.config.database else { return Ok(()) };
        let _one_at_a_time = self.writing.lock().await;
        // So many are written one by one, to find which of them is not taken.
        let mut alone = 0;
        loop {
            let most = if alone > 0 { 1 } else { BATCH };
            alone = usize::saturating_sub(alone, 1);
            let mut batch = self.pending.take(most);
            if batch.rows.is_empty() {
                return Ok(());
            }
            let written = database.executions().write(&mut batch.rows).await;
            self.pending.note(&written);
            match written {
                Ok(()) => batch.written(),
                Err(Error::Refused { .. } | Error::Invalid(_) | Error::Conflict)
                    if batch.rows.len() > 1 =>
                {
                    alone = batch.rows.len();
                }
                // It is said that it will never take this one; the next ones may be better.
                Err(Error::Refused { .. } | Error::Invalid(_) | Error::Conflict) => batch.lost(),
                Err(error) => return Err(error),
            }
        }
    }
}
