//! The gateway itself: what fronts ask of it. `execution` is the way of a program down, and back.

mod execution;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use audit::Log;
use packages::Packages;
use packages::npm::Npm;
use policy::Policy;
use policy::limits::Rule;
use policy::roles::Authority;
use sandbox::Sandbox;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;
use types::{
    Cancellation, ErrorCode, ExecutionEntry, ExecutionId, ExecutionOutcome, ExecutionPage,
    ExecutionQuery, ExecutionRequest, HealthReport, Isolation, Language, Principal, Refusal,
    SessionEnd, SessionEntry, SessionId, Standing, ToolDescriptor, ToolSchema, scope,
};
use upstream::Hub;

use crate::admission::{Admission, Bounds};
use crate::advice::Advisor;
use crate::caller::{Caller, Client};
use crate::dependencies::Dependencies;
use crate::discovery::{Remembered, SearchAnswer, Unapproved};
use crate::engine::Engine;
use crate::engines::{Engines, Languages};
use crate::health::Health;
use crate::history::{History, HistoryConfig};
use crate::limiting::Limiting;
use crate::live::{Current, Live, Renewed};
use crate::observe::{self, Observer};
use crate::progress::Progress;
use crate::reach::Reach;
use crate::refusals::Refusals;
use crate::sessions::kept::Kept;
use crate::sessions::watch::Watch;
use crate::sessions::{Key, Sessions};
use crate::task::{self, Kind};
use crate::trace::Spans;

use self::execution::Begun;

/// How long executions may take to come to their ends once they are told to.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a gateway is put together from.
pub struct Parts {
    /// Where programs in TypeScript and JavaScript run.
    pub sandbox: Sandbox,
    /// Where programs in TypeScript and JavaScript run that ask for Deno, unless the operator wants none.
    pub deno: Option<sandbox::Deno>,
    /// Where programs in Python run, unless the operator wants none.
    pub python: Option<PythonParts>,
    /// The packages that programs for Deno import.
    pub npm: Option<Npm>,
    /// The upstream servers.
    pub hub: Hub,
    /// What is remembered of them between runs.
    pub remembered: Remembered,
    /// Who may do what.
    pub policy: Policy,
    /// Who may do what by its roles, where a policy file says so.
    pub roles: Option<Authority>,
    /// What programs may reach beside tools.
    pub reach: Reach,
    /// How much they may ask for.
    pub limiting: Limiting,
    /// The record of it all.
    pub audit: Log,
    /// Where what was run is kept to be looked up.
    pub history: HistoryConfig,
    /// Whether TypeScript and JavaScript are run.
    pub typescript: bool,
    /// Servers that were configured and cannot be started, with the reason.
    pub broken_servers: Vec<(String, String)>,
    /// The product's version.
    pub version: String,
    /// Where spans of traces go, if anywhere.
    pub spans: Option<Arc<dyn Spans>>,
}

/// Where programs in Python run.
pub struct PythonParts {
    /// Their processes.
    pub sandbox: sandbox::Python,
    /// The packages that programs declare.
    pub packages: Packages,
}

/// A handle to the running gateway; cheap to clone.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    engines: Arc<Engines>,
    advisor: Advisor,
    dependencies: Dependencies,
    current: Arc<Current>,
    roles: Option<Authority>,
    limiting: Limiting,
    audit: Log,
    refusals: Refusals,
    history: Arc<History>,
    observer: Arc<Observer>,
    admission: Arc<Admission>,
    sessions: Sessions<Kept>,
    watch: Watch,
    health: Health,
    stop: CancellationToken,
    // Every execution up to its end record, whoever still waits for it.
    running: TaskTracker,
}

impl Gateway {
    /// A gateway that has started nothing.
    pub fn new(parts: Parts) -> Self {
        let config = parts.policy.config();
        let admission = Arc::new(Admission::new(Bounds::of(config)));
        let (python, packages) =
            parts.python.map(|python| (python.sandbox, python.packages)).unzip();
        let advisor = Advisor::new(parts.sandbox.clone());
        let engines = Arc::new(Engines::new(parts.sandbox, parts.typescript, python, parts.deno));
        let current = Arc::new(Current::new(Live::from(Renewed {
            hub: parts.hub,
            remembered: parts.remembered,
            broken_servers: parts.broken_servers,
            policy: parts.policy,
            reach: parts.reach,
        })));
        let history = Arc::new(History::new(parts.history));
        let sessions = Sessions::default();
        let watch = Watch {
            current: Arc::clone(&current),
            roles: parts.roles.clone(),
            looks: Arc::default(),
        };
        let health = Health {
            sessions: sessions.clone(),
            history: Arc::clone(&history),
            roles: parts.roles.clone(),
            current: Arc::clone(&current),
            configuration: Mutex::default(),
            admission: Arc::clone(&admission),
            audit: parts.audit.clone(),
            engines: Arc::clone(&engines),
            version: parts.version,
            started: Instant::now(),
        };
        Self(Arc::new(Inner {
            dependencies: Dependencies::new(Arc::clone(&engines), packages, parts.npm),
            engines,
            advisor,
            current,
            roles: parts.roles,
            limiting: parts.limiting,
            refusals: Refusals::new(parts.audit.clone()),
            audit: parts.audit,
            history,
            observer: Arc::new(Observer::new(parts.spans)),
            admission,
            sessions,
            watch,
            health,
            stop: CancellationToken::new(),
            running: TaskTracker::new(),
        }))
    }

    /// Runs one program to its outcome. A refusal means that nothing was run.
    ///
    /// Dropping the future cancels the execution, which still comes to its end: the child is
    /// killed, the end is recorded, the place is free again. What it waits for before the program
    /// begins, such as packages, is told to `progress`.
    pub async fn execute(
        &self,
        principal: &Principal,
        request: ExecutionRequest,
        client: impl Into<Client>,
        progress: Progress,
    ) -> Result<ExecutionOutcome, Refusal> {
        let language = request.language;
        let ended = self.begin(principal, request, client.into(), progress).await;
        if let Err(refusal) = &ended {
            self.note_refusal(principal, Some(language), refusal.code.as_str());
        }
        ended
    }

    /// Puts on record that somebody was refused something, with a code and nothing of what was asked.
    pub fn note_refusal(
        &self,
        principal: &Principal,
        language: Option<Language>,
        code: &'static str,
    ) {
        self.0.refusals.note(principal, language, code);
    }

    async fn begin(
        &self,
        principal: &Principal,
        mut request: ExecutionRequest,
        client: Client,
        progress: Progress,
    ) -> Result<ExecutionOutcome, Refusal> {
        let Client { cancel, over } = client;
        let live = self.0.current.get();
        let admitted = self.admit(&live, principal, &request);
        let (engine, admitted) = admitted.inspect_err(observe::refused)?;
        let charged = self.caller(principal).charged();
        let charge = self.0.limiting.begin(&charged).await.inspect_err(observe::refused)?;
        let observed = self.0.observer.begin(new_id(), engine, request.trace.take());
        let span = observed.log_span();
        let cancel = cancel.child_token();
        let tracked = self.0.history.begin(observed.id(), principal, &request, &cancel);
        let _gone_with_the_caller = cancel.clone().drop_guard();
        let (this, principal) = (self.clone(), principal.clone());
        let running = self.0.running.track_future(async move {
            let _goes_by_it = live.running.token();
            let (live, observed, worked) = (&*live, &observed, AtomicBool::new(false));
            let worked = &worked;
            let begun =
                Begun { live, engine, admitted, observed, tracked, cancel, over, progress, worked };
            let ended = this.execute_to_end(&principal, request, begun).await;
            if ended.is_err() && !worked.load(Relaxed) {
                this.0.limiting.give_back(charge).await;
            }
            match &ended {
                Ok(outcome) => observed.ended(outcome),
                Err(refusal) => observed.refused(refusal),
            }
            ended
        });
        task::spawn(Kind::Execute, running.instrument(span)).await.unwrap_or_else(|error| {
            tracing::error!(%error, "an execution ended in a defect");
            Err(Refusal::new(ErrorCode::Internal, "the execution ended in a defect of ours"))
        })
    }

    /// How a client stands in the limits on executions, the scarcest first.
    pub fn standings(&self, principal: &Principal) -> Vec<Standing> {
        self.0.limiting.standings(&self.caller(principal).charged())
    }

    /// Finds tools by intent; starts upstreams that were not needed before.
    pub async fn search(
        &self,
        principal: &Principal,
        query: &str,
        server: Option<&str>,
        limit: usize,
    ) -> SearchAnswer {
        let (view, spoken) = (self.caller(principal).view(), self.spoken());
        let live = self.0.current.get();
        let mut found = live.discovery.search(query, server, limit, None, &view, spoken).await;
        let broken = live.broken_servers.iter().filter(|(name, _)| view.sees(name));
        let asked = broken.filter(|(name, _)| server.is_none_or(|server| server == name));
        found.unavailable.extend(asked.cloned());
        found
    }

    /// Waits until every upstream has been asked for its tools, each within its own deadline: for
    /// a person who wants them all, where a search has less patience.
    pub async fn connect_all(&self) {
        self.0.current.get().discovery.learn_everything().await;
    }

    /// The tools of a server as it lists them now; asks it for them. Those that may not be called until
    /// somebody accepts them are left out.
    pub async fn tools(&self, server: &str) -> Result<Vec<Arc<ToolDescriptor>>, upstream::Error> {
        let live = self.0.current.get();
        live.discovery.learn(server).await?;
        let mut tools = live.discovery.catalog.tools(Some(server));
        tools.retain(|tool| live.discovery.blocked(tool).is_none());
        Ok(tools)
    }

    /// The tools of a server that are not as they were approved; asks the server for them.
    pub async fn unapproved(&self, server: &str) -> Result<Vec<Unapproved>, upstream::Error> {
        self.0.current.get().discovery.unapproved(server).await
    }

    /// Records tools of a server as approved, as they are given here.
    pub async fn approve(&self, server: &str, tools: &[Unapproved]) -> Result<(), store::Error> {
        self.0.current.get().discovery.approve(server, tools).await
    }

    /// Everything about one tool, or `None` when no server offers it.
    pub async fn schema(&self, principal: &Principal, name: &str) -> Option<ToolSchema> {
        let view = self.caller(principal).view();
        self.0.current.get().discovery.schema(name, None, &view, self.spoken()).await
    }

    /// Whether the roles of a caller let it run programs in a language.
    pub fn may_run(&self, principal: &Principal, language: Language) -> bool {
        let view = self.caller(principal).view();
        Engine::all_of(language).iter().any(|engine| view.may_run(*engine))
    }

    /// The sessions of a caller, the one used last first.
    pub fn sessions(&self, principal: &Principal) -> Vec<SessionEntry> {
        self.0.sessions.of(principal)
    }

    /// Ends a session of a caller with what runs in it, or waits in it; what became of it.
    pub async fn end_session(
        &self,
        principal: &Principal,
        language: Language,
        id: &SessionId,
    ) -> SessionEnd {
        self.0.sessions.discard(&Key::of(principal, language, id)).await
    }

    /// The policy file in force, to put another in force.
    pub fn authority(&self) -> Option<Authority> {
        self.0.roles.clone()
    }

    fn caller(&self, principal: &Principal) -> Caller {
        Caller::new(self.0.roles.as_ref(), principal)
    }

    /// The language in which tools are described to somebody who has not begun a program yet.
    fn spoken(&self) -> Language {
        match self.0.engines.languages().borrow().typescript {
            Ok(()) => Language::TypeScript,
            Err(_) => Language::Python,
        }
    }

    /// What was run and runs: a page of it, the latest first.
    pub async fn executions(
        &self,
        principal: &Principal,
        query: &ExecutionQuery,
    ) -> Result<ExecutionPage, Refusal> {
        self.0.history.page(principal, query).await
    }

    /// One execution that was run or runs, unless it is somebody else's.
    pub async fn execution(
        &self,
        principal: &Principal,
        id: &ExecutionId,
    ) -> Result<Option<ExecutionEntry>, Refusal> {
        self.0.history.find(principal, id).await
    }

    /// Cancels an execution, unless it is somebody else's.
    pub async fn cancel(
        &self,
        principal: &Principal,
        id: &ExecutionId,
    ) -> Result<Cancellation, Refusal> {
        self.0.history.cancel(principal, id).await
    }

    /// The state of everything, without starting anything.
    pub async fn health(&self) -> HealthReport {
        self.0.health.report()
    }

    /// Whether executions can be taken now.
    pub fn is_healthy(&self) -> bool {
        self.0.health.is_healthy()
    }

    /// The same, as far as it is a caller's business; all of it is an administrator's.
    pub async fn health_to(&self, principal: &Principal) -> HealthReport {
        match principal.may(scope::ADMIN) {
            true => self.0.health.report(),
            false => self.0.health.report_to(&self.caller(principal).view()),
        }
    }

    /// Keeps what was run in order from now on, and not only from the first execution on.
    pub fn keep_history(&self) {
        self.0.history.start();
    }

    /// Sets the metrics of what is now, for whoever is about to read them.
    pub fn measure(&self) {
        self.0.health.measure();
    }

    /// The audit log, for what is recorded beside executions.
    pub fn audit(&self) -> Log {
        self.0.audit.clone()
    }

    /// Takes other limits from now on: rules, and places, of which those that are taken stay so.
    pub fn set_limits(&self, rules: Vec<Rule>, config: &policy::Config) {
        self.0.limiting.replace(rules);
        self.0.admission.set_bounds(Bounds::of(config));
    }

    /// What is in force of the servers, to make what comes in its place from: servers that stay as they
    /// are keep their connections.
    pub fn hub(&self) -> Hub {
        self.0.current.get().discovery.hub.clone()
    }

    /// Puts other servers and bounds in force. What runs goes by those that it began with.
    pub fn renew(&self, renewed: Renewed) {
        self.0.current.renew(renewed.into());
    }

    /// Notes for `health` whether the configuration on disk is the one in force.
    pub fn configuration_is(&self, current: bool) {
        self.0.health.configuration_is(current);
    }

    /// Which languages are run, now and whenever that changes.
    pub fn languages(&self) -> watch::Receiver<Languages> {
        self.0.engines.languages()
    }

    /// Starts an engine ahead of its first program, and says what isolation there is.
    pub async fn warm(&self, language: Language) -> Result<Isolation, Refusal> {
        self.0.engines.warm(Engine::usual(language)).await
    }

    /// Waits until no search waits for its answer: what is done ahead of need is not to delay one.
    pub async fn settled(&self) {
        self.0.current.get().discovery.settled().await;
    }

    /// Reads what is remembered of servers ahead of the first search. No server is asked.
    pub async fn recall(&self) {
        self.0.current.get().discovery.recall().await;
    }

    /// Looks whether an engine can be had, without starting what it would keep.
    pub async fn probe(&self, language: Language) -> Result<(), Refusal> {
        self.0.engines.probe(Engine::usual(language)).await
    }

    /// Waits until no execution runs, once the fronts take none any more. Whether that was in time.
    pub async fn wait_for_executions(&self, patience: Duration) -> bool {
        self.0.running.close();
        tokio::time::timeout(patience, self.0.running.wait()).await.is_ok()
    }

    /// Stops taking work, waits for executions up to the deadline, then stops everything. Whether
    /// all of them came to their own ends.
    pub async fn shutdown(&self, deadline: Duration) -> bool {
        self.0.admission.close();
        self.0.sessions.close();
        self.0.running.close();
        let in_time = tokio::time::timeout(deadline, self.0.running.wait()).await.is_ok();
        if !in_time {
            tracing::warn!("executions were still running at the end of the drain");
            self.0.stop.cancel();
            let _ = tokio::time::timeout(LAST_WORDS, self.0.running.wait()).await;
        }
        // Their processes, too.
        let _ = tokio::time::timeout(LAST_WORDS, self.0.admission.drained()).await;
        let _ = tokio::time::timeout(LAST_WORDS, self.0.sessions.gone()).await;
        let _ = tokio::time::timeout(LAST_WORDS, self.0.limiting.save()).await;
        self.0.refusals.write_down();
        let live = self.0.current.get();
        live.discovery.close().await;
        let (servers, engines) = (live.discovery.hub.shutdown(), self.0.engines.shutdown());
        tokio::join!(servers, engines, self.0.history.close());
        in_time
    }

    fn admit(
        &self,
        live: &Live,
        principal: &Principal,
        request: &ExecutionRequest,
    ) -> Result<(Engine, policy::Admitted), Refusal> {
        if self.0.admission.is_closed() {
            return Err(stopping());
        }
        self.0.history.check()?;
        let engine = Engine::of(request)?;
        self.0.engines.check(engine)?;
        let mut admitted = live.policy.admit(principal, request)?;
        let timeout_ms = &mut admitted.limits.timeout_ms;
        self.caller(principal).view().admit(engine, request.timeout_ms, timeout_ms)?;
        live.reach.check(&admitted.permissions)?;
        Ok((engine, admitted))
    }
}

fn stopping() -> Refusal {
    Refusal::new(ErrorCode::ShuttingDown, "the server is stopping and takes no new executions")
}

fn new_id() -> ExecutionId {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut random = [0; 10];
    // Ids only need to differ; without randomness the time still tells them apart.
    if getrandom::fill(&mut random).is_err() {
        random[..8].copy_from_slice(&since_epoch.subsec_nanos().to_le_bytes().repeat(2));
    }
    ExecutionId::from_parts(u64::try_from(since_epoch.as_millis()).unwrap_or(0), random)
}

#[cfg(test)]
mod tests;
