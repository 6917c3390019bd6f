//! A gateway whose programs do what they say, and a client that speaks raw lines.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf},
    sync::{Semaphore, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use gateway::{Client, Languages, Progress, SearchAnswer};
use types::{
    AuditHealth, Cancellation, ClientsHealth, Definitions, ErrorCode, ExecutionEntry, ExecutionId,
    ExecutionOutcome, ExecutionPage, ExecutionQuery, ExecutionRequest, HealthReport, Isolation,
    IsolationLevel, Language, PoolHealth, Principal, ProgramError, Refusal, SearchHit, ToolSchema,
};

use crate::{Config, Error, backend::Backend};

/// `wait` runs until it is released or cancelled, `install` tells of packages and then waits for its
/// release, `refuse` is refused, `echo ...` prints the rest.
#[derive(Clone)]
pub(super) struct Fake {
    pub(super) running: watch::Sender<usize>,
    pub(super) release: Arc<Semaphore>,
    pub(super) cancelled: Arc<AtomicUsize>,
    pub(super) languages: watch::Sender<Languages>,
}

impl Fake {
    pub(super) fn new() -> Self {
        Self {
            running: watch::Sender::new(0),
            release: Arc::new(Semaphore::new(0)),
            cancelled: Arc::default(),
            languages: watch::Sender::new(Languages {
                typescript: Ok(()),
                python: Ok(()),
                deno: Err("there is none".to_owned()),
            }),
        }
    }

    /// Returns once this many programs wait.
    pub(super) async fn waits(&self, count: usize) {
        self.running.subscribe().wait_for(|running| *running == count).await.unwrap();
    }
}

impl Backend for Fake {
    async fn execute(
        &self,
        _principal: &Principal,
        request: ExecutionRequest,
        client: Client,
        progress: Progress,
    ) -> Result<ExecutionOutcome, Refusal> {
        let Client { cancel, .. } = client;
        if let Err(reason) = self.languages.borrow().of(request.language) {
            return Err(Refusal::new(ErrorCode::LanguageUnavailable, reason.clone()));
        }
        match request.code.as_str() {
            "wait" => {
                self.running.send_modify(|running| *running += 1);
                let released = tokio::select! {
                    permit = self.release.acquire() => { permit.unwrap().forget(); true }
                    () = cancel.cancelled() => false,
                };
                self.running.send_modify(|running| *running -= 1);
                if released {
                    return Ok(outcome("released", None));
                }
                self.cancelled.fetch_add(1, Ordering::SeqCst);
                Ok(outcome("", Some("CancelledError")))
            }
            "install" => {
                progress.tell("resolving 2 packages");
                progress.tell("installing 2 packages");
                // What is told goes out by another task.
                self.release.acquire().await.unwrap().forget();
                Ok(outcome("installed", None))
            }
            "refuse" => Err(Refusal::new(ErrorCode::Busy, "no room")),
            code => Ok(outcome(code.strip_prefix("echo ").unwrap_or_default(), None)),
        }
    }

    async fn end_session(
        &self,
        _: &Principal,
        _: Language,
        _: &types::SessionId,
    ) -> types::SessionEnd {
        types::SessionEnd::Unknown
    }

    async fn executions(
        &self,
        _principal: &Principal,
        _query: &ExecutionQuery,
    ) -> Result<ExecutionPage, Refusal> {
        Ok(ExecutionPage { executions: vec![], next_cursor: None })
    }

    async fn execution(
        &self,
        _principal: &Principal,
        _id: &ExecutionId,
    ) -> Result<Option<ExecutionEntry>, Refusal> {
        Ok(None)
    }

    async fn cancel(
        &self,
        _principal: &Principal,
        _id: &ExecutionId,
    ) -> Result<Cancellation, Refusal> {
        Ok(Cancellation::Unknown)
    }

    fn languages(&self) -> watch::Receiver<Languages> {
        self.languages.subscribe()
    }

    async fn search(
        &self,
        _principal: &Principal,
        query: &str,
        server: Option<&str>,
        limit: usize,
    ) -> SearchAnswer {
        let hit = |index| SearchHit {
            name: format!("mcp__{}__{query}_{index}", server.unwrap_or("any")),
            server: server.unwrap_or("any").to_owned(),
            description: "Does it.".to_owned(),
            signature: "()".to_owned(),
            callable: false,
            changed: None,
        };
        let hits = (0..limit).map(hit).collect();
        SearchAnswer { hits, total: 50, unavailable: vec![], up_front: Definitions::default() }
    }

    async fn schema(&self, _principal: &Principal, name: &str) -> Option<ToolSchema> {
        Some(ToolSchema {
            name: name.to_owned(),
            server: "any".to_owned(),
            description: "Does it.".to_owned(),
            input_schema: Arc::new(json!({"type": "object"})),
            output_schema: None,
            declaration: format!("declare function {name}(): Promise<string>;"),
            callable: false,
            changed: None,
        })
    }

    fn may_run(&self, _principal: &Principal, _language: Language) -> bool {
        true
    }

    fn is_healthy(&self) -> bool {
        true
    }

    async fn health_to(&self, _principal: &Principal) -> HealthReport {
        HealthReport {
            healthy: true,
            audit_log: AuditHealth { enabled: true, error: None },
            mcp_clients: ClientsHealth { connected: 0, configured: 0 },
            connection_pool: PoolHealth { active: 0, waiting: 0, max: 100 },
            uptime: 1.0,
            timestamp: "2026-01-01T00:00:00Z".to_owned(),
            version: "0.0.0".to_owned(),
            engines: vec![],
            isolation: None,
            configuration: None,
            roles: None,
            sessions: types::SessionsHealth::default(),
            state: None,
            problem: None,
            upstreams: vec![],
        }
    }
}

fn outcome(output: &str, error: Option<&str>) -> ExecutionOutcome {
    ExecutionOutcome {
        execution_id: ExecutionId::from_parts(1, [0; 10]),
        success: error.is_none(),
        output: output.to_owned(),
        result: None,
        result_omitted: None,
        error: error.map(|kind| ProgramError {
            kind: kind.to_owned(),
            message: "stopped".to_owned(),
            stack: None,
        }),
        execution_time_ms: 0.1,
        truncated: false,
        limit: None,
        tool_calls_made: vec![],
        tool_call_summary: vec![],
        calls: vec![],
        grants: None,
        requests: Vec::new(),
        findings: Vec::new(),
        memory_usage: None,
        session: None,
        isolation: Isolation {
            engine: "none".to_owned(),
            level: IsolationLevel::L0,
            layers: vec![],
            missing: vec![],
        },
    }
}

/// A session in progress, and its client's end of the stream.
pub(super) struct Serving {
    pub(super) client: DuplexStream,
    pub(super) served: JoinHandle<Result<(), Error>>,
}

/// Starts a session.
pub(super) fn serve(fake: &Fake, config: Config, shutdown: &CancellationToken) -> Serving {
    let (ours, client) = tokio::io::duplex(64 * 1024);
    let streams = tokio::io::split(ours);
    let run = super::super::run(fake.clone(), config, streams, || false, shutdown.clone());
    Serving { client, served: tokio::spawn(run) }
}

/// A session and a client that speaks raw lines, those of 2026-07-28 unless it is told otherwise.
pub(super) struct Session {
    pub(super) fake: Fake,
    pub(super) shutdown: CancellationToken,
    pub(super) served: JoinHandle<Result<(), Error>>,
    pub(super) answers: Lines<BufReader<ReadHalf<DuplexStream>>>,
    pub(super) requests: WriteHalf<DuplexStream>,
}

impl Session {
    pub(super) fn start(config: Config) -> Self {
        let (fake, shutdown) = (Fake::new(), CancellationToken::new());
        let Serving { client, served } = serve(&fake, config, &shutdown);
        let (reader, requests) = tokio::io::split(client);
        Self { fake, shutdown, served, answers: BufReader::new(reader).lines(), requests }
    }

    pub(super) async fn send_line(&mut self, line: &str) {
        self.requests.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    pub(super) async fn request(&mut self, id: i64, method: &str, mut params: Value) {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.send_line(&request.to_string()).await;
    }

    pub(super) async fn execute(&mut self, id: i64, code: &str) {
        let params = json!({"name": "executeTypescript", "arguments": {"code": code}});
        self.request(id, "tools/call", params).await;
    }

    pub(super) async fn answer(&mut self) -> Value {
        let line = self.answers.next_line().await.unwrap().expect("an answer");
        serde_json::from_str(&line).unwrap()
    }

    /// Closes the connection in the direction of the server only.
    pub(super) async fn close_input(&mut self) {
        self.requests.shutdown().await.unwrap();
    }
}
