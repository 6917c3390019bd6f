//! The spine: the way of one request, from the front that received it to its outcome.

use types::{
    ErrorCode, ExecutionOutcome, ExecutionRequest, HealthReport, Principal, Refusal, SearchHit,
    ToolSchema,
};
use tokio_util::sync::CancellationToken;

/// What a search found, and which servers could not be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// Hits, best first.
    pub hits: Vec<SearchHit>,
    /// How many tools matched in all.
    pub total: usize,
    /// Servers whose tools are unknown now, with the error: `(server, error)`.
    pub unavailable: Vec<(String, String)>,
}

/// A handle to the running gateway; cheap to clone.
#[derive(Clone)]
pub struct Gateway {}

impl Gateway {
    /// Runs one program to its outcome. A `Refusal` means that nothing was run.
    pub async fn execute(
        &self,
        _principal: &Principal,
        _request: ExecutionRequest,
        _cancel: CancellationToken,
    ) -> Result<ExecutionOutcome, Refusal> {
        Err(Refusal::new(ErrorCode::Internal, "stub"))
    }

    /// Finds tools by intent; starts upstreams that were not needed before.
    pub async fn search(
        &self,
        _principal: &Principal,
        _query: &str,
        _server: Option<&str>,
        _limit: usize,
    ) -> SearchAnswer {
        SearchAnswer { hits: vec![], total: 0, unavailable: vec![] }
    }

    /// Everything about one tool, or `None` when no server offers it.
    pub async fn schema(&self, _principal: &Principal, _name: &str) -> Option<ToolSchema> {
        None
    }

    /// The state of everything, without starting anything.
    pub async fn health(&self) -> HealthReport {
        unreachable!("stub")
    }

    /// Stops taking work, waits for executions up to the deadline, then stops everything.
    pub async fn shutdown(&self, _deadline: std::time::Duration) {}
}
