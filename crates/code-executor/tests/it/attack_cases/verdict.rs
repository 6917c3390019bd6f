//! What becomes of one case.

use serde_json::Value;
use types::{ExecutionOutcome, IsolationLevel};

use super::case::Case;

/// Bytes of output, of a result and of an error that a program may have (the defaults of `limits`),
/// and a little for the words that say that there was more.
const OUTPUT_BYTES: usize = 102_400 + 1024;
const ERROR_BYTES: usize = 64 * 1024;
const RESULT_BYTES: usize = 1_048_576 + 1024;

/// What an attack came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing; and how it was held.
    Held(String),
    /// Something.
    Broken(String),
    /// It did not get to its point.
    Unclear(String),
}

/// What the client was answered.
#[derive(Debug)]
pub struct Answer {
    pub raw: Value,
    pub outcome: Option<ExecutionOutcome>,
}

impl Answer {
    pub fn of(raw: Value) -> Self {
        let outcome = serde_json::from_value(raw["structuredContent"].clone()).ok();
        Self { raw, outcome }
    }

    /// Whether its time was what ended it.
    pub fn ran_out_of_time(&self) -> bool {
        self.outcome
            .as_ref()
            .is_some_and(|outcome| outcome.limit == Some(types::LimitKind::Timeout))
    }

    /// What follows this word at the start of a line.
    pub fn lines_of<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        let output = self.outcome.as_ref().map_or("", |outcome| &outcome.output);
        output.lines().filter_map(move |line| line.strip_prefix(word)?.strip_prefix(':'))
    }
}

/// Judges one answer.
pub fn judge(case: &Case, level: IsolationLevel, token: &str, answer: &Answer) -> Verdict {
    if answer.raw.to_string().contains(token) {
        return Verdict::Broken("the secret came out".to_owned());
    }
    let Some(outcome) = &answer.outcome else {
        return Verdict::Held(format!("refused: {}", first_text(&answer.raw)));
    };
    if let Some(line) = answer.lines_of("ESCAPED").next() {
        return Verdict::Broken(line.to_owned());
    }
    if let Some(what) = exceeded(outcome, level) {
        return Verdict::Broken(what);
    }
    if let Some(limit) = outcome.limit {
        let named = format!("limit: {}", limit.as_str());
        let expected = case.limits.contains(&limit) || limit != types::LimitKind::Timeout;
        return if expected { Verdict::Held(named) } else { Verdict::Unclear(named) };
    }
    how_it_ended(case, answer, outcome)
}

/// A bound that the outcome itself shows to have been passed.
fn exceeded(outcome: &ExecutionOutcome, level: IsolationLevel) -> Option<String> {
    let result = outcome.result.as_ref().map_or(0, |result| result.to_string().len());
    let mut forbidden = outcome.tool_call_summary.iter().filter(|row| row.count > row.errors);
    if outcome.isolation.level != level {
        return Some(format!("it ran at {:?}", outcome.isolation.level));
    }
    if outcome.output.len() > OUTPUT_BYTES || result > RESULT_BYTES {
        return Some(format!("{} bytes of output, {result} of result", outcome.output.len()));
    }
    let error = outcome.error.as_ref().map_or(0, |error| {
        error.kind.len() + error.message.len() + error.stack.as_ref().map_or(0, String::len)
    });
    if error > ERROR_BYTES {
        return Some(format!("{error} bytes of error"));
    }
    let row = forbidden.find(|row| !row.tool.starts_with("mcp__allowed__"))?;
    Some(format!("it called {}", row.tool))
}

fn how_it_ended(case: &Case, answer: &Answer, outcome: &ExecutionOutcome) -> Verdict {
    const NEVER_RAN: [&str; 5] =
        ["SyntaxError", "NameError", "ReferenceError", "ModuleNotFoundError", "AttributeError"];
    let refused = answer.lines_of("BLOCKED").count();
    let kind = outcome.error.as_ref().map_or("", |error| &error.kind);
    match (refused, kind) {
        (_, kind) if case.ends.as_deref() == Some(kind) => Verdict::Held(format!("ended: {kind}")),
        (0, kind) if NEVER_RAN.contains(&kind) => Verdict::Unclear(format!(
            "{kind}: {}",
            outcome.error.as_ref().map_or("", |error| &error.message)
        )),
        (0, "") if answer.lines_of("PROBE").count() > 0 => Verdict::Held("judged here".to_owned()),
        (_, "") if outcome.result_omitted.is_some() => Verdict::Held("no result".to_owned()),
        (0, "") if outcome.output.is_empty() && outcome.result.is_none() => {
            Verdict::Unclear("it said nothing".to_owned())
        }
        (0, "") => Verdict::Held("nothing came of it".to_owned()),
        (1.., "") => Verdict::Held("refused".to_owned()),
        (_, kind) => Verdict::Held(format!("ended: {kind}")),
    }
}

fn first_text(raw: &Value) -> String {
    let text = raw["content"][0]["text"].as_str().unwrap_or_default();
    text.lines().next().unwrap_or_default().chars().take(80).collect()
}
