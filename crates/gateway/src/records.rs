//! The audit records of one execution.

use audit::{CallRecord, EndRecord, Log, RequestRecord, SessionCall, StartRecord};
use sha2::{Digest, Sha256};
use types::{
    CallStatus, ErrorCode, ExecutionId, ExecutionOutcome, ExecutionRequest, Grants, IsolationLevel,
    Principal, Refusal, Runtime,
};

use crate::fetching;

/// What every record of one execution shares.
pub struct Records<'a> {
    log: &'a Log,
    id: &'a ExecutionId,
    principal: &'a Principal,
    request: &'a ExecutionRequest,
    code_hash: String,
    code_length: u64,
    session: Option<SessionCall<'a>>,
}

impl<'a> Records<'a> {
    /// Records of one execution. The code is passed beside the request, which no longer holds it.
    pub fn new(
        log: &'a Log,
        id: &'a ExecutionId,
        principal: &'a Principal,
        request: &'a ExecutionRequest,
        code: &str,
        session: Option<SessionCall<'a>>,
    ) -> Self {
        let code_hash = hex(&Sha256::digest(code.as_bytes()));
        let code_length = code.len() as u64;
        Self { log, id, principal, request, code_hash, code_length, session }
    }

    /// The hash of the program.
    pub fn code_hash(&self) -> &str {
        &self.code_hash
    }

    /// Written before the go-ahead; without it nothing runs.
    pub async fn start(
        &self,
        isolation: IsolationLevel,
        grants: Option<&Grants>,
    ) -> Result<(), Refusal> {
        let refused = |error: audit::Error| {
            let message = format!("the audit log cannot be written, so nothing was run: {error}");
            Refusal::new(ErrorCode::AuditUnavailable, message)
        };
        let record = StartRecord {
            execution_id: self.id,
            executor: self.request.language,
            runtime: self.request.runtime.filter(|runtime| *runtime != Runtime::default()),
            code_hash: &self.code_hash,
            code_length: self.code_length,
            allowed_tools: &self.request.allowed_tools,
            tenant: &self.principal.tenant,
            client_id: &self.principal.subject,
            grants,
            session: self.session,
            isolation: Some(isolation),
        };
        self.log.start(&record).map_err(refused)?.await.map_err(refused)
    }

    /// One call of a tool. A failure shows in `health` and refuses the next execution.
    pub fn call(
        &self,
        tool: &str,
        arguments_hash: &str,
        duration_ms: f64,
        status: CallStatus,
        error_code: Option<ErrorCode>,
    ) {
        let record = CallRecord {
            execution_id: self.id,
            executor: self.request.language,
            tool,
            arguments_hash,
            duration_ms,
            status,
            error_code,
        };
        if let Err(error) = self.log.call(&record) {
            tracing::error!(%error, execution = %self.id, "a call could not be recorded");
        }
    }

    /// One request to a host.
    pub fn request(&self, request: &egress::Record) {
        let record = RequestRecord {
            execution_id: self.id,
            executor: self.request.language,
            host: request.host.as_deref(),
            method: &request.method,
            http_status: request.status,
            bytes_sent: request.bytes_sent,
            bytes_received: request.bytes_received,
            duration_ms: request.duration.as_secs_f64() * 1_000.0,
            egress_error: request.error,
            cause: fetching::cause(request),
        };
        if let Err(error) = self.log.request(&record) {
            tracing::error!(%error, execution = %self.id, "a request could not be recorded");
        }
    }

    /// Written before the answer leaves.
    pub async fn end(&self, outcome: &ExecutionOutcome) {
        let record = EndRecord {
            execution_id: self.id,
            executor: self.request.language,
            runtime: self.request.runtime.filter(|runtime| *runtime != Runtime::default()),
            code_hash: &self.code_hash,
            code_length: self.code_length,
            allowed_tools: &self.request.allowed_tools,
            tools_called: &outcome.tool_calls_made,
            execution_time_ms: outcome.execution_time_ms,
            memory_usage: outcome.memory_usage,
            success: outcome.success,
            error_class: outcome.error.as_ref().map(|error| error.kind.as_str()),
            tenant: &self.principal.tenant,
            client_id: &self.principal.subject,
            limit: outcome.limit,
            truncated: outcome.truncated,
            findings: &outcome.findings,
            session: self.session,
            isolation: Some(outcome.isolation.level),
        };
        let written = match self.log.end(&record) {
            Ok(ticket) => ticket.await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::error!(%error, execution = %self.id, "the end could not be recorded");
        }
    }
}

/// The hash of arguments in records: the first 16 digits, enough to tell calls apart.
pub fn arguments_hash(json: &str) -> String {
    hex(&Sha256::digest(json.as_bytes())[..8])
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
