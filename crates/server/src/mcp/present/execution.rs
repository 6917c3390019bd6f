//! An outcome as an answer: what the program printed and made first, then what went wrong and what
//! to do about it.

use std::fmt::Write as _;

use rmcp::model::CallToolResult;
use serde_json::Value;

use types::{CallStatus, ExecutionOutcome, LimitKind, ProgramError, SessionStanding};

use crate::mcp::present::{failed, succeeded, unshowable};

/// The answer to an execution that was started.
pub(crate) fn outcome(outcome: ExecutionOutcome, max_timeout_ms: u64) -> CallToolResult {
    let text = text(&outcome, max_timeout_ms);
    let success = outcome.success;
    match structured(outcome) {
        Ok(structured) if success => succeeded(text, structured),
        Ok(structured) => failed(text, structured),
        Err(error) => unshowable(&error),
    }
}

/// The outcome as a JSON value. The parts that may be large are moved, not copied.
fn structured(mut outcome: ExecutionOutcome) -> Result<Value, serde_json::Error> {
    let output = std::mem::take(&mut outcome.output);
    let result = outcome.result.take();
    // The same in every answer of one host, and a model cannot act on it: `health` and `doctor` say
    // what is missing and why.
    outcome.isolation.missing.clear();
    let mut value = serde_json::to_value(outcome)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("output".to_owned(), Value::String(output));
        if let Some(result) = result {
            members.insert("result".to_owned(), result);
        }
    }
    Ok(value)
}

fn text(outcome: &ExecutionOutcome, max_timeout_ms: u64) -> String {
    let mut text = String::with_capacity(outcome.output.len() + 256);
    text.push_str(&outcome.output);
    if outcome.truncated {
        paragraph(&mut text, "[output cut here]");
    }
    if let Some(result) = &outcome.result {
        paragraph(&mut text, "Result: ");
        // Writing to a string does not fail, and a value always has a JSON form.
        let _ = write!(text, "{result}");
    }
    if let Some(reason) = &outcome.result_omitted {
        paragraph(&mut text, "Result left out: ");
        text.push_str(reason);
    }
    if let Some(error) = &outcome.error {
        write_error(&mut text, error);
    }
    if let Some(limit) = outcome.limit {
        paragraph(&mut text, &advice(limit, max_timeout_ms));
    }
    if !outcome.findings.is_empty() && !gateway::is_blocked(outcome) {
        paragraph(&mut text, "Dangerous patterns (advice only): ");
        text.push_str(&gateway::findings_summary(&outcome.findings));
    }
    if let Some(denied) = gateway::denied_summary(outcome.grants.as_ref()) {
        paragraph(&mut text, "Not granted: ");
        text.push_str(&denied);
    }
    if !outcome.success {
        write_calls(&mut text, outcome);
    }
    if let Some(session) = &outcome.session {
        write_session(&mut text, session);
    }
    if text.is_empty() {
        text.push_str("(no output)");
    }
    text
}

/// Starts a new line unless one has just been started, and writes to it.
fn paragraph(text: &mut String, line: &str) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(line);
}

fn write_error(text: &mut String, error: &ProgramError) {
    paragraph(text, &error.kind);
    text.push_str(": ");
    text.push_str(&error.message);
    if let Some(stack) = &error.stack {
        paragraph(text, stack.trim_end());
    }
}

/// What a model has to know of a session: whether anything of an earlier call can be there, now and next
/// time.
fn write_session(text: &mut String, session: &SessionStanding) {
    let SessionStanding { id, call, lost, .. } = session;
    if *call == 1 {
        paragraph(text, &format!("Session \"{id}\" has begun."));
    }
    if let Some(why) = lost {
        paragraph(text, &format!("Session \"{id}\" is lost, with all that was in it: {why}."));
    }
}

/// What an error does not say by itself: how far a timeout can be raised, and that output, whose
/// limit is no error, is gone.
fn advice(limit: LimitKind, max_timeout_ms: u64) -> String {
    let name = limit.as_str();
    match limit {
        LimitKind::Timeout => {
            format!("Limit reached: {name}; timeoutMs may be up to {max_timeout_ms}.")
        }
        LimitKind::Output => {
            format!("Limit reached: {name}; the rest was dropped, so filter before printing.")
        }
        _ => format!("Limit reached: {name}."),
    }
}

fn write_calls(text: &mut String, outcome: &ExecutionOutcome) {
    if outcome.tool_call_summary.is_empty() {
        return;
    }
    paragraph(text, "Tool calls made:");
    for tool in &outcome.tool_call_summary {
        let count = |status| {
            let mine = outcome.calls.iter().filter(|call| call.tool == tool.tool);
            mine.filter(|call| call.status == status).count()
        };
        let calls = if tool.count == 1 { "call" } else { "calls" };
        let _ = write!(text, "\n- {}: {} {calls}", tool.tool, tool.count);
        if tool.errors > 0 {
            let _ = write!(text, ", {} failed", tool.errors);
        }
        let _ = write!(text, ", {:.1} ms", tool.total_ms);
        match count(CallStatus::Unfinished) {
            0 => {}
            unfinished => {
                let _ = write!(text, " ({unfinished} unfinished: may have taken effect)");
            }
        }
    }
}
