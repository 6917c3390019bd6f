//! What a record says, and the bounds on it. Records borrow: they live for one write.

use jiff::Timestamp;
use serde::Serialize;
use types::{
    CallStatus, ErrorCode, ExecutionId, Finding, Grants, IsolationLevel, Language, LimitKind,
    Runtime,
};

use crate::Error;

/// Entries of a list that are kept; one more says how many there were.
pub const MAX_LIST: usize = 100;

/// The longest text in a record, in characters; a longer one ends in `…`.
pub const MAX_TEXT: usize = 128;

/// A program of a session.
#[derive(Debug, Clone, Copy)]
pub struct SessionCall<'a> {
    /// The session, as its client named it.
    pub id: &'a str,
    /// Which program of it this is, counted from 1.
    pub call: u64,
}

/// An execution is about to start.
#[derive(Debug, Clone, Copy)]
pub struct StartRecord<'a> {
    /// The execution.
    pub execution_id: &'a ExecutionId,
    /// The language of the program.
    pub executor: Language,
    /// What it is to be run by, when it is not what usually runs the language.
    pub runtime: Option<Runtime>,
    /// SHA-256 of the code, hexadecimal.
    pub code_hash: &'a str,
    /// Bytes of the code.
    pub code_length: u64,
    /// The tools it may call, as the client wrote them.
    pub allowed_tools: &'a [String],
    /// The tenant of who asked.
    pub tenant: &'a str,
    /// Who asked.
    pub client_id: &'a str,
    /// The directories and hosts it was granted, when it asked for any.
    pub grants: Option<&'a Grants>,
    /// The session it runs in, if it does.
    pub session: Option<SessionCall<'a>>,
    /// The isolation it will have, when that is known already.
    pub isolation: Option<IsolationLevel>,
}

/// A program called a tool.
#[derive(Debug, Clone, Copy)]
pub struct CallRecord<'a> {
    /// The execution.
    pub execution_id: &'a ExecutionId,
    /// The language of the program.
    pub executor: Language,
    /// The tool's full name as the program gave it.
    pub tool: &'a str,
    /// Hash of the arguments, hexadecimal.
    pub arguments_hash: &'a str,
    /// Milliseconds until the answer.
    pub duration_ms: f64,
    /// How it ended.
    pub status: CallStatus,
    /// Why it failed, when it did.
    pub error_code: Option<ErrorCode>,
}

/// A program sent a request to a host.
#[derive(Debug, Clone, Copy)]
pub struct RequestRecord<'a> {
    /// The execution.
    pub execution_id: &'a ExecutionId,
    /// The language of the program.
    pub executor: Language,
    /// Host and port, when the URL named one.
    pub host: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The answer's status, when one came.
    pub http_status: Option<u16>,
    /// Bytes of the request's body.
    pub bytes_sent: u64,
    /// Bytes of the answer's body as it was sent.
    pub bytes_received: u64,
    /// Milliseconds to its end.
    pub duration_ms: f64,
    /// The stable code of what went wrong.
    pub egress_error: Option<&'a str>,
    /// What lay behind it.
    pub cause: Option<&'a str>,
}

/// An execution has ended.
#[derive(Debug, Clone, Copy)]
pub struct EndRecord<'a> {
    /// The execution.
    pub execution_id: &'a ExecutionId,
    /// The language of the program.
    pub executor: Language,
    /// What it is to be run by, when it is not what usually runs the language.
    pub runtime: Option<Runtime>,
    /// SHA-256 of the code, hexadecimal.
    pub code_hash: &'a str,
    /// Bytes of the code.
    pub code_length: u64,
    /// The tools it was allowed to call, as the client wrote them.
    pub allowed_tools: &'a [String],
    /// The tools it called, each once.
    pub tools_called: &'a [String],
    /// Milliseconds it ran.
    pub execution_time_ms: f64,
    /// Peak memory in bytes, when known.
    pub memory_usage: Option<u64>,
    /// Whether it ended without an error.
    pub success: bool,
    /// The class of the error that ended it.
    pub error_class: Option<&'a str>,
    /// The tenant of who asked.
    pub tenant: &'a str,
    /// Who asked.
    pub client_id: &'a str,
    /// The limit that stopped it or cut its output.
    pub limit: Option<LimitKind>,
    /// Whether its output was cut.
    pub truncated: bool,
    /// Dangerous patterns in its text.
    pub findings: &'a [Finding],
    /// The session it ran in, if it did.
    pub session: Option<SessionCall<'a>>,
    /// The isolation it had.
    pub isolation: Option<IsolationLevel>,
}

/// A request was refused: credentials were not taken, or whoever is known may not have what it asked for.
/// Nothing of a credential but what finds a key is ever in a record, and nothing of what was asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct RefusalRecord<'a> {
    /// Where it came from, when nobody is known to have sent it.
    pub peer: Option<&'a str>,
    /// Why, in a word.
    pub reason: &'a str,
    /// The prefix of the key that it would have been.
    pub key: Option<&'a str>,
    /// The tenant of who asked.
    pub tenant: Option<&'a str>,
    /// Who asked.
    pub client_id: Option<&'a str>,
    /// The language of the program that was not run.
    pub executor: Option<Language>,
    /// How many this record stands for.
    pub count: u64,
}

/// A record as a line without its newline.
pub(crate) fn start_line(record: &StartRecord<'_>, now: Timestamp) -> Result<Vec<u8>, Error> {
    line(&Line {
        event: "start",
        timestamp: timestamp(now),
        execution_id: record.execution_id.as_str(),
        executor: record.executor.as_str(),
        runtime: record.runtime.map(Runtime::as_str),
        code_hash: Some(text(record.code_hash)),
        code_length: Some(record.code_length),
        allowed_tools: Some(list(record.allowed_tools)),
        tenant: Some(text(record.tenant)),
        client_id: Some(text(record.client_id)),
        granted: record.grants.map(granted),
        session_id: record.session.map(|session| text(session.id)),
        session_call: record.session.map(|session| session.call),
        isolation: record.isolation,
        ..Line::default()
    })
}

/// A record as a line without its newline.
pub(crate) fn request_line(record: &RequestRecord<'_>, now: Timestamp) -> Result<Vec<u8>, Error> {
    line(&Line {
        event: "request",
        timestamp: timestamp(now),
        execution_id: record.execution_id.as_str(),
        executor: record.executor.as_str(),
        host: record.host.map(text),
        method: Some(text(record.method)),
        http_status: record.http_status,
        bytes_sent: Some(record.bytes_sent),
        bytes_received: Some(record.bytes_received),
        duration_ms: Some(milliseconds(record.duration_ms)),
        egress_error: record.egress_error.map(text),
        cause: record.cause.map(text),
        ..Line::default()
    })
}

/// A record as a line without its newline.
pub(crate) fn call_line(record: &CallRecord<'_>, now: Timestamp) -> Result<Vec<u8>, Error> {
    line(&Line {
        event: "call",
        timestamp: timestamp(now),
        execution_id: record.execution_id.as_str(),
        executor: record.executor.as_str(),
        tool: Some(text(record.tool)),
        arguments_hash: Some(text(record.arguments_hash)),
        duration_ms: Some(milliseconds(record.duration_ms)),
        status: Some(record.status),
        error_code: record.error_code,
        ..Line::default()
    })
}

/// A record as a line without its newline.
pub(crate) fn end_line(record: &EndRecord<'_>, now: Timestamp) -> Result<Vec<u8>, Error> {
    line(&Line {
        event: "end",
        timestamp: timestamp(now),
        execution_id: record.execution_id.as_str(),
        executor: record.executor.as_str(),
        runtime: record.runtime.map(Runtime::as_str),
        code_hash: Some(text(record.code_hash)),
        code_length: Some(record.code_length),
        allowed_tools: Some(list(record.allowed_tools)),
        tools_called: Some(list(record.tools_called)),
        execution_time_ms: Some(milliseconds(record.execution_time_ms)),
        memory_usage: record.memory_usage,
        success: Some(record.success),
        error_class: record.error_class.map(text),
        tenant: Some(text(record.tenant)),
        client_id: Some(text(record.client_id)),
        limit: record.limit,
        truncated: Some(record.truncated),
        findings: found(record.findings),
        session_id: record.session.map(|session| text(session.id)),
        session_call: record.session.map(|session| session.call),
        isolation: record.isolation,
        ..Line::default()
    })
}

/// Every field any record has, in the order they are written.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    event: &'static str,
    timestamp: String,
    execution_id: &'a str,
    executor: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arguments_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<CallStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<ErrorCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_sent: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_received: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    egress_error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_tools: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools_called: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_time_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_usage: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    success: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<LimitKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    findings: Vec<Found>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted: Option<Granted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_call: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    isolation: Option<IsolationLevel>,
}

/// A record as a line without its newline.
pub(crate) fn refusal_line(record: &RefusalRecord<'_>, now: Timestamp) -> Result<Vec<u8>, Error> {
    let line = RefusalLine {
        event: "refused",
        timestamp: timestamp(now),
        peer: record.peer.map(text),
        reason: text(record.reason),
        key: record.key.map(text),
        tenant: record.tenant.map(text),
        client_id: record.client_id.map(text),
        executor: record.executor.map(Language::as_str),
        count: record.count,
    };
    serde_json::to_vec(&line).map_err(|source| Error::Serialise { source: source.into() })
}

/// The record that belongs to no execution.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefusalLine {
    event: &'static str,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<String>,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    executor: Option<&'static str>,
    count: u64,
}

/// What was granted of what was asked for; how many entries were denied.
#[derive(Serialize)]
struct Granted {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    read: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    write: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    net: Vec<String>,
    denied: usize,
}

fn granted(grants: &Grants) -> Granted {
    let Grants { read, write, net, denied, .. } = grants;
    let (read, write, net) = (list(read), list(write), list(net));
    Granted { read, write, net, denied: denied.len() }
}

/// A finding by its rule and place: its message follows from the rule.
#[derive(Serialize)]
struct Found {
    rule: String,
    line: u32,
}

fn found(findings: &[Finding]) -> Vec<Found> {
    let found = |finding: &Finding| Found { rule: text(&finding.rule), line: finding.line };
    findings.iter().take(MAX_LIST).map(found).collect()
}

fn line(line: &Line<'_>) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(line).map_err(|source| Error::Serialise { source: source.into() })
}

/// RFC 3339 in UTC, always with three digits of milliseconds.
fn timestamp(now: Timestamp) -> String {
    format!("{now:.3}")
}

/// Microseconds are as fine as anyone reads.
fn milliseconds(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

fn text(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        None => text.to_owned(),
        Some(_) => text.chars().take(MAX_TEXT - 1).chain(['…']).collect(),
    }
}

fn list(items: &[String]) -> Vec<String> {
    let mut list: Vec<String> = items.iter().take(MAX_LIST).map(|item| text(item)).collect();
    if items.len() > MAX_LIST {
        list.push(format!("+{} more", items.len() - MAX_LIST));
    }
    list
}

#[cfg(test)]
mod tests;
