//! Sessions as their clients meet them: what stays from one program to the next, what does not, who may
//! come back to what, and how they end.

mod ends;
mod http;
mod notebook;
mod rights;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, McpProcess, ProcessId, wait_until};
use types::ExecutionOutcome;

const TYPESCRIPT: &str = "executeTypescript";
const PYTHON: &str = "executePython";

/// The children that are stopped.
fn stopped(processes: &[ProcessId]) -> Vec<&ProcessId> {
    let is_stopped = |process: &&ProcessId| {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.pid));
        let stat = stat.unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
    };
    processes.iter().filter(is_stopped).collect()
}

/// The children of sessions, once there are so many: a child may take a moment to stand still.
fn all_stopped(server: &McpProcess, count: usize) -> Vec<ProcessId> {
    let mut found = Vec::new();
    wait_until(DEFAULT_WAIT, "they are stopped", || {
        let below = server.descendants();
        found = stopped(&below).into_iter().cloned().collect();
        found.len() >= count
    });
    found
}

/// A program in a session.
fn in_session(id: &str, code: &str) -> Value {
    json!({"code": code, "sessionId": id})
}

#[track_caller]
fn run(server: &mut McpProcess, tool: &str, id: &str, code: &str) -> ExecutionOutcome {
    server.execute_by(tool, in_session(id, code))
}

/// What a program in a session prints, which must succeed.
#[track_caller]
fn prints(server: &mut McpProcess, tool: &str, id: &str, code: &str) -> String {
    let outcome = run(server, tool, id, code);
    assert!(outcome.success, "{code}: {outcome:?}");
    outcome.output
}

/// A program that is refused: the code and the message.
#[track_caller]
fn refused(server: &mut McpProcess, tool: &str, arguments: Value) -> (String, String) {
    let answer = server.call_tool(tool, arguments);
    let error = &answer["structuredContent"]["error"];
    assert!(answer["structuredContent"].get("executionId").is_none(), "it ran: {answer}");
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    (text("type"), text("message"))
}
