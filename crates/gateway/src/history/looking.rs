//! Looking up what was run, and cancelling it: one's own, and with the scope `admin` everybody's.

use store::sql::{Error, Execution, Whose};
use types::{
    Cancellation, ErrorCode, ExecutionEntry, ExecutionId, ExecutionPage, ExecutionQuery,
    ExecutionsOf, Principal, Refusal, scope,
};

use super::{History, lock, rows};

/// Executions on a page where nobody says how many, and at most.
const PAGE: (u32, u32) = (50, 500);

impl History {
    /// A page of executions, the latest first.
    pub(crate) async fn page(
        &self,
        principal: &Principal,
        query: &ExecutionQuery,
    ) -> Result<ExecutionPage, Refusal> {
        let whose = whose(principal, &query.of)?;
        let limit = query.limit.unwrap_or(PAGE.0);
        if !(1..=PAGE.1).contains(&limit) {
            let what = format!("limit is {limit}; it must be from 1 to {}", PAGE.1);
            return Err(Refusal::new(ErrorCode::InvalidRequest, what));
        }
        let before = query.cursor.as_deref();
        if before.is_some_and(|before| ExecutionId::parse(before).is_none()) {
            let what = "cursor is none of ours: give the nextCursor of the page before";
            return Err(Refusal::new(ErrorCode::InvalidRequest, what));
        }
        let state = query.state.map(|state| state.as_str());
        // One more says whether there is another page.
        let mut found = self.kept(&whose, state, before, limit + 1).await?;
        let fits = |row: &Execution| {
            is_of(row, &whose)
                && state.is_none_or(|state| row.state == state)
                && before.is_none_or(|before| row.id.as_str() < before)
        };
        for running in self.shared.running().values() {
            // What is known here is later than what is written.
            found.retain(|row| row.id != running.row.id);
            found.extend(Some(running.row.clone()).filter(|row| fits(row)));
        }
        found.sort_by(|a, b| b.id.cmp(&a.id));
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next_cursor = found.last().filter(|_| more).map(|row| row.id.clone());
        let executions = found.into_iter().filter_map(rows::entry).collect();
        Ok(ExecutionPage { executions, next_cursor })
    }

    /// One execution; nothing where there is none of that id or it is somebody else's.
    pub(crate) async fn find(
        &self,
        principal: &Principal,
        id: &ExecutionId,
    ) -> Result<Option<ExecutionEntry>, Refusal> {
        let row = self.row(id).await?;
        Ok(row.filter(|row| is_theirs(principal, row)).and_then(rows::entry))
    }

    /// Cancels an execution, wherever it runs.
    pub(crate) async fn cancel(
        &self,
        principal: &Principal,
        id: &ExecutionId,
    ) -> Result<Cancellation, Refusal> {
        if let Some(running) = self.shared.running().get(id) {
            if !is_theirs(principal, &running.row) {
                return Ok(Cancellation::Unknown);
            }
            tracing::info!(execution = %id, "it is cancelled by request");
            running.cancel.cancel();
            return Ok(Cancellation::Cancelled);
        }
        let row = self.row(id).await?.filter(|row| is_theirs(principal, row));
        let (Some(row), Some(database)) = (&row, &self.shared.config.database) else {
            return Ok(row.map_or(Cancellation::Unknown, |_| Cancellation::Ended));
        };
        if row.ended_at.is_some() {
            return Ok(Cancellation::Ended);
        }
        // Another gateway runs it, or did, and is gone.
        let asked = database.instances().wish_cancelled(id.as_str()).await.map_err(refused)?;
        Ok(if asked { Cancellation::Asked } else { Cancellation::Ended })
    }

    async fn row(&self, id: &ExecutionId) -> Result<Option<Execution>, Refusal> {
        if let Some(running) = self.shared.running().get(id) {
            return Ok(Some(running.row.clone()));
        }
        let Some(database) = &self.shared.config.database else {
            let recent = lock(&self.shared.recent);
            return Ok(recent.iter().find(|row| row.id == id.as_str()).cloned());
        };
        self.shared.flush().await.map_err(refused)?;
        database.executions().find(id.as_str()).await.map_err(refused)
    }

    /// What is kept, the latest first.
    async fn kept(
        &self,
        whose: &Whose,
        state: Option<&str>,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Execution>, Refusal> {
        if let Some(database) = &self.shared.config.database {
            self.shared.flush().await.map_err(refused)?;
            let page = database.executions().page(whose, state, before, limit);
            return page.await.map_err(refused);
        }
        let recent = lock(&self.shared.recent);
        let fits = |row: &&Execution| {
            is_of(row, whose)
                && state.is_none_or(|state| row.state == state)
                && before.is_none_or(|before| row.id.as_str() < before)
        };
        let mut found: Vec<_> = recent.iter().filter(fits).cloned().collect();
        found.sort_by(|a, b| b.id.cmp(&a.id));
        found.truncate(limit as usize);
        Ok(found)
    }
}

/// Whose executions are asked for, if they may be.
fn whose(principal: &Principal, of: &ExecutionsOf) -> Result<Whose, Refusal> {
    let own = || Whose::Principal(principal.tenant.clone(), principal.subject.clone());
    let whose = match of {
        ExecutionsOf::Own => own(),
        ExecutionsOf::Subject { tenant, subject } => {
            Whose::Principal(tenant.clone(), subject.clone())
        }
        ExecutionsOf::Tenant(tenant) => Whose::Tenant(tenant.clone()),
        ExecutionsOf::Everybody => Whose::All,
    };
    if whose == own() || principal.may(scope::ADMIN) {
        return Ok(whose);
    }
    let what = "only your own executions are shown to you; those of others need the scope admin";
    Err(Refusal::new(ErrorCode::Forbidden, what))
}

fn is_of(row: &Execution, whose: &Whose) -> bool {
    match whose {
        Whose::All => true,
        Whose::Tenant(tenant) => row.tenant == *tenant,
        Whose::Principal(tenant, subject) => row.tenant == *tenant && row.subject == *subject,
    }
}

fn is_theirs(principal: &Principal, row: &Execution) -> bool {
    let own = row.tenant == principal.tenant && row.subject == principal.subject;
    own || principal.may(scope::ADMIN)
}

fn refused(error: Error) -> Refusal {
    let code = match error {
        Error::Invalid(_) => ErrorCode::InvalidRequest,
        _ => ErrorCode::StateUnavailable,
    };
    tracing::debug!(%error, "what was run could not be looked up");
    Refusal::new(code, error.in_short())
}
