//! What the fronts ask of the gateway: the seam at which their tests put a gateway that needs no
//! sandbox.

use std::future::Future;

use tokio::sync::watch;

use gateway::{Client, Gateway, Languages, Progress, SearchAnswer};
use types::{
    Cancellation, ExecutionEntry, ExecutionId, ExecutionOutcome, ExecutionPage, ExecutionQuery,
    ExecutionRequest, HealthReport, Language, Principal, Refusal, SessionEnd, SessionEntry,
    SessionId, Standing, ToolSchema,
};

/// The gateway, as far as a front is concerned.
pub(crate) trait Backend: Clone + Send + Sync + 'static {
    /// Runs one program to its outcome; a refusal means that nothing was run.
    fn execute(
        &self,
        principal: &Principal,
        request: ExecutionRequest,
        client: Client,
        progress: Progress,
    ) -> impl Future<Output = Result<ExecutionOutcome, Refusal>> + Send;

    /// What was run and runs: a page of it, the latest first.
    fn executions(
        &self,
        principal: &Principal,
        query: &ExecutionQuery,
    ) -> impl Future<Output = Result<ExecutionPage, Refusal>> + Send;

    /// One execution that was run or runs, unless it is somebody else's.
    fn execution(
        &self,
        principal: &Principal,
        id: &ExecutionId,
    ) -> impl Future<Output = Result<Option<ExecutionEntry>, Refusal>> + Send;

    /// Cancels an execution, unless it is somebody else's.
    fn cancel(
        &self,
        principal: &Principal,
        id: &ExecutionId,
    ) -> impl Future<Output = Result<Cancellation, Refusal>> + Send;

    /// The sessions of a caller, the one used last first.
    fn sessions(&self, _principal: &Principal) -> Vec<SessionEntry> {
        Vec::new()
    }

    /// Ends a session of a caller with what runs in it, or waits in it; what became of it.
    fn end_session(
        &self,
        principal: &Principal,
        language: Language,
        id: &SessionId,
    ) -> impl Future<Output = SessionEnd> + Send;

    /// How a client stands in the limits on executions, the scarcest first.
    fn standings(&self, _principal: &Principal) -> Vec<Standing> {
        Vec::new()
    }

    /// Puts on record that somebody was refused something before the gateway was asked.
    fn refused(&self, _principal: &Principal, _code: &'static str) {}

    /// Which languages are run, now and whenever that changes.
    fn languages(&self) -> watch::Receiver<Languages>;

    /// Tells whenever roles allow something else than before; `None` where there are none.
    fn roles(&self) -> Option<watch::Receiver<()>> {
        None
    }

    /// Finds tools by intent.
    fn search(
        &self,
        principal: &Principal,
        query: &str,
        server: Option<&str>,
        limit: usize,
    ) -> impl Future<Output = SearchAnswer> + Send;

    /// Everything about one tool.
    fn schema(
        &self,
        principal: &Principal,
        name: &str,
    ) -> impl Future<Output = Option<ToolSchema>> + Send;

    /// Whether executions can be taken now.
    fn is_healthy(&self) -> bool;

    /// The state of everything, as far as it is a caller's business.
    fn health_to(&self, principal: &Principal) -> impl Future<Output = HealthReport> + Send;

    /// Whether the roles of a caller let it run programs in a language.
    fn may_run(&self, principal: &Principal, language: Language) -> bool;
}

impl Backend for Gateway {
    async fn execute(
        &self,
        principal: &Principal,
        request: ExecutionRequest,
        client: Client,
        progress: Progress,
    ) -> Result<ExecutionOutcome, Refusal> {
        Self::execute(self, principal, request, client, progress).await
    }

    async fn executions(
        &self,
        principal: &Principal,
        query: &ExecutionQuery,
    ) -> Result<ExecutionPage, Refusal> {
        Self::executions(self, principal, query).await
    }

    async fn execution(
        &self,
        principal: &Principal,
        id: &ExecutionId,
    ) -> Result<Option<ExecutionEntry>, Refusal> {
        Self::execution(self, principal, id).await
    }

    async fn cancel(
        &self,
        principal: &Principal,
        id: &ExecutionId,
    ) -> Result<Cancellation, Refusal> {
        Self::cancel(self, principal, id).await
    }

    fn sessions(&self, principal: &Principal) -> Vec<SessionEntry> {
        Self::sessions(self, principal)
    }

    async fn end_session(
        &self,
        principal: &Principal,
        language: Language,
        id: &SessionId,
    ) -> SessionEnd {
        Self::end_session(self, principal, language, id).await
    }

    fn standings(&self, principal: &Principal) -> Vec<Standing> {
        Self::standings(self, principal)
    }

    fn refused(&self, principal: &Principal, code: &'static str) {
        self.note_refusal(principal, None, code);
    }

    fn languages(&self) -> watch::Receiver<Languages> {
        Self::languages(self)
    }

    fn roles(&self) -> Option<watch::Receiver<()>> {
        Some(self.authority()?.changes())
    }

    async fn search(
        &self,
        principal: &Principal,
        query: &str,
        server: Option<&str>,
        limit: usize,
    ) -> SearchAnswer {
        Self::search(self, principal, query, server, limit).await
    }

    async fn schema(&self, principal: &Principal, name: &str) -> Option<ToolSchema> {
        Self::schema(self, principal, name).await
    }

    fn is_healthy(&self) -> bool {
        Self::is_healthy(self)
    }

    async fn health_to(&self, principal: &Principal) -> HealthReport {
        Self::health_to(self, principal).await
    }

    fn may_run(&self, principal: &Principal, language: Language) -> bool {
        Self::may_run(self, principal, language)
    }
}
