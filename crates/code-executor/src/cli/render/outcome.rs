//! The outcome of a program: what it printed and answered to standard output, everything about the
//! run to standard error.

use std::fmt::Write;

use serde_json::Value;
use types::{ExecutionOutcome, LimitKind, ProgramError, Refusal, ToolCallSummary};

use crate::cli::render::style::{Rendered, Style, Surface};
use crate::cli::render::text::{counted, duration, program_text, visible, visible_lines};

/// The outcome of a program.
pub fn outcome(outcome: &ExecutionOutcome, style: Style) -> Rendered {
    let mut err = String::new();
    if let Some(error) = &outcome.error {
        program_error(&mut err, error, style.err);
    }
    if let Some(limit) = outcome.limit {
        let _ = writeln!(err, "{}", limit_reached(limit));
    }
    if let Some(reason) = &outcome.result_omitted {
        let _ = writeln!(err, "no result: {}", visible(reason));
    }
    if !outcome.findings.is_empty() && !gateway::is_blocked(outcome) {
        let found = gateway::findings_summary(&outcome.findings);
        let _ = writeln!(err, "dangerous patterns (advice only): {}", visible(&found));
    }
    if let Some(denied) = gateway::denied_summary(outcome.grants.as_ref()) {
        let _ = writeln!(err, "not granted: {}", visible(&denied));
    }
    if !outcome.success && !outcome.tool_call_summary.is_empty() {
        calls(&mut err, &outcome.tool_call_summary);
    }
    if style.err.is_terminal() {
        let _ = writeln!(err, "{}", style.err.dim(&footer(outcome)));
    }
    Rendered { out: answer(outcome, style.out), err }
}

/// A request that was refused: nothing was run.
pub fn refusal(refusal: &Refusal, style: Style) -> Rendered {
    let head = style.err.red("refused");
    Rendered::err(format!("{head}: {} ({})\n", visible_lines(&refusal.message), refusal.code))
}

fn answer(outcome: &ExecutionOutcome, surface: Surface) -> String {
    let mut text = outcome.output.clone();
    if let Some(result) = &outcome.result {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        match result {
            Value::String(result) => text.push_str(result),
            result => {
                let _ = write!(text, "{result:#}");
            }
        }
        text.push('\n');
    }
    if surface.is_terminal() { program_text(&text).into_owned() } else { text }
}

fn program_error(err: &mut String, error: &ProgramError, surface: Surface) {
    let kind = surface.red(&visible(&error.kind));
    let _ = writeln!(err, "{kind}: {}", visible_lines(&error.message));
    let stack = error.stack.as_deref().unwrap_or_default();
    // Engines differ in where their stacks begin; what is indented within one stays so.
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let common = stack.lines().map(indent).min().unwrap_or(0);
    for line in stack.lines() {
        let _ = writeln!(err, "    {}", visible(line.get(common..).unwrap_or_default()));
    }
}

fn limit_reached(limit: LimitKind) -> &'static str {
    match limit {
        LimitKind::Timeout => {
            "stopped at its time limit; raise it with --timeout, up to security.maxTimeoutMs"
        }
        LimitKind::Memory => "stopped at its memory limit, limits.memoryBytes",
        LimitKind::Output => "output was cut at its limit, limits.outputBytes",
        LimitKind::Result => "the result is above its limit, limits.resultBytes",
        LimitKind::ToolCalls => "stopped at its limit of tool calls, limits.maxToolCalls",
        LimitKind::Stack => "stopped at the limit of its stack: too deep a recursion or nesting",
    }
}

/// What was called before something went wrong: it may have had effects.
fn calls(err: &mut String, summary: &[ToolCallSummary]) {
    let width = summary.iter().map(|row| row.tool.chars().count()).max().unwrap_or(0);
    let _ = writeln!(err, "calls made:");
    for row in summary {
        let tool = visible(&row.tool);
        let errors = match row.errors {
            0 => String::new(),
            errors => format!(", {}", counted(errors, "error")),
        };
        let count = counted(row.count, "call");
        let _ = writeln!(err, "  {tool:width$}  {count}{errors}, {}", duration(row.total_ms));
    }
}

fn footer(outcome: &ExecutionOutcome) -> String {
    let calls: u64 = outcome.tool_call_summary.iter().map(|row| row.count).sum();
    let isolation = &outcome.isolation;
    format!(
        "{} · {} · {} {}",
        duration(outcome.execution_time_ms),
        counted(calls, "call"),
        isolation.level.as_str(),
        visible(&isolation.engine),
    )
}
