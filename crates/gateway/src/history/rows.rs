//! Executions as rows of the database, and as they are told.

use catalog::{Catalog, names};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::sql::Execution;
use types::{
    ExecutionEntry, ExecutionId, ExecutionOutcome, ExecutionRequest, ExecutionState,
    IsolationLevel, Principal,
};

use crate::modules::OWN_HEALTH;
use crate::observe;

/// Tools that are kept by name.
const TOOLS: usize = 100;

/// Classes of errors that are no words of the program, beside those of ours: the languages' own.
const CLASSES: &[&str] = &[
    "AggregateError",
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "ConnectionError",
    "EOFError",
    "Error",
    "EvalError",
    "Exception",
    "ExceptionGroup",
    "FileExistsError",
    "FileNotFoundError",
    "ImportError",
    "IndentationError",
    "IndexError",
    "InternalError",
    "IsADirectoryError",
    "JSONDecodeError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "MemoryError",
    "ModuleNotFoundError",
    "NameError",
    "NotADirectoryError",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PermissionError",
    "RangeError",
    "RecursionError",
    "ReferenceError",
    "RuntimeError",
    "StopAsyncIteration",
    "StopIteration",
    "SystemError",
    "TypeError",
    "URIError",
    "UnboundLocalError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "ValueError",
    "ZeroDivisionError",
];

/// A name for a gateway that no other has.
pub(super) fn instance() -> String {
    let mut random = [0; 8];
    // Without randomness the process and the time still tell gateways apart.
    if getrandom::fill(&mut random).is_err() {
        random = Timestamp::now().as_nanosecond().to_le_bytes()[..8].try_into().unwrap_or(random);
    }
    format!("{}-{:016x}", std::process::id(), u64::from_le_bytes(random))
}

/// An execution that was taken.
pub(super) fn taken(
    id: &ExecutionId,
    principal: &Principal,
    request: &ExecutionRequest,
    instance: &str,
) -> Execution {
    Execution {
        id: id.as_str().to_owned(),
        tenant: principal.tenant.clone(),
        subject: principal.subject.clone(),
        instance: instance.to_owned(),
        language: request.language.as_str().to_owned(),
        state: ExecutionState::Queued.as_str().to_owned(),
        started_at: now(),
        code_bytes: i64::try_from(request.code.len()).unwrap_or(i64::MAX),
        tools: "[]".to_owned(),
        ..Execution::default()
    }
}

/// Its program begins.
pub(super) fn start(row: &mut Execution, code_hash: &str, isolation: IsolationLevel) {
    row.state = ExecutionState::Running.as_str().to_owned();
    row.code_hash = code_hash.to_owned();
    row.isolation = word(&isolation);
}

/// Its program has ended.
pub(super) fn end(row: &mut Execution, outcome: &ExecutionOutcome, there_is: &Catalog) {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let class = outcome.error.as_ref().map(|error| class(&error.kind));
    let state = match class.as_deref() {
        None => ExecutionState::Succeeded,
        Some("CancelledError") => ExecutionState::Cancelled,
        Some(_) => ExecutionState::Failed,
    };
    row.state = state.as_str().to_owned();
    row.ended_at = Some(now());
    row.duration_ms = Some(outcome.execution_time_ms);
    row.error_class = class;
    row.limit_hit = outcome.limit.map(|limit| limit.as_str().to_owned());
    row.isolation = word(&outcome.isolation.level);
    row.memory_bytes = outcome.memory_usage.map(number);
    row.output_bytes = Some(number(outcome.output.len() as u64));
    row.truncated = i64::from(outcome.truncated);
    row.tool_calls = number(outcome.tool_call_summary.iter().map(|tool| tool.count).sum());
    let called = outcome.tool_calls_made.iter().filter(|name| is_there(there_is, name));
    let tools: Vec<&String> = called.take(TOOLS).collect();
    row.tools = serde_json::to_string(&tools).unwrap_or_default();
}

/// It ended in a defect of ours.
pub(super) fn fail(row: &mut Execution) {
    row.state = ExecutionState::Failed.as_str().to_owned();
    row.ended_at = Some(now());
    row.error_class = Some("InternalError".to_owned());
}

/// An execution as it is told; nothing where somebody broke the row by hand.
pub(super) fn entry(row: Execution) -> Option<ExecutionEntry> {
    let number = |value: i64| u64::try_from(value).unwrap_or(0);
    Some(ExecutionEntry {
        execution_id: ExecutionId::parse(&row.id)?,
        tenant: row.tenant,
        subject: row.subject,
        language: read(row.language)?,
        state: row.state.parse().ok()?,
        started_at: told(row.started_at),
        ended_at: row.ended_at.map(told),
        execution_time_ms: row.duration_ms,
        code_hash: Some(row.code_hash).filter(|hash| !hash.is_empty()),
        code_length: number(row.code_bytes),
        error_class: row.error_class,
        limit: row.limit_hit.and_then(read),
        isolation: row.isolation.and_then(read),
        memory_usage: row.memory_bytes.map(number),
        output_bytes: row.output_bytes.map(number),
        truncated: row.truncated != 0,
        tool_calls: number(row.tool_calls),
        tools_called: serde_json::from_str(&row.tools).unwrap_or_default(),
    })
}

/// The time before which executions are too old to keep.
pub(super) fn days_ago(days: u64) -> i64 {
    let days = i64::try_from(days).unwrap_or(i64::MAX / 100_000_000);
    now().saturating_sub(days.saturating_mul(24 * 3_600 * 1_000))
}

/// Milliseconds since 1970.
pub(super) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

/// A time, RFC 3339 in UTC with milliseconds.
fn told(milliseconds: i64) -> String {
    let time = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

/// A program may call its errors whatever it likes; its own words are not kept.
fn class(kind: &str) -> String {
    let known = CLASSES.contains(&kind) || observe::CLASSES.contains(&kind);
    if known { kind.to_owned() } else { "Error".to_owned() }
}

/// Whether what was called is a tool, or something else that a server has, and no word of the program.
fn is_there(catalog: &Catalog, name: &str) -> bool {
    const OTHERS: [&str; 4] = ["resources/list", "resources/read", "prompts/list", "prompts/get"];
    let of_a_server = |(server, rest): (&str, &str)| {
        OTHERS.contains(&rest) && (server == "*" || catalog.server_called(server).is_some())
    };
    name == OWN_HEALTH || catalog.get(name).is_some() || names::split(name).is_some_and(of_a_server)
}

/// A word as JSON has it.
fn word(value: &impl serde::Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Some(word),
        _ => None,
    }
}

fn read<T: DeserializeOwned>(word: String) -> Option<T> {
    serde_json::from_value(Value::String(word)).ok()
}
