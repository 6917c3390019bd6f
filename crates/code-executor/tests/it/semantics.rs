//! What programs mean, in one table: each case is the same program in TypeScript and in Python, and
//! what comes of it in both. A difference is written down where the languages themselves differ,
//! such as in the class of a recursion error, and nowhere else.

use std::fmt::Write;

use serde_json::{Value, json};
use testkit::{Fake, Fixtures, McpProcess, Workspace};
use types::{ExecutionOutcome, IsolationLevel, Language, LimitKind};

use crate::support::workspace;

mod calls;
mod content;
mod errors;
mod imports;
mod limits;
mod output;
mod results;

/// Longer than anything here takes on a busy machine.
const ENOUGH_MS: u64 = 20_000;

/// One program, written twice, and what is expected of both.
struct Case {
    name: &'static str,
    typescript: &'static str,
    python: &'static str,
    allowed: &'static [&'static str],
    timeout_ms: u64,
    output: String,
    result: Option<Value>,
    omitted: Option<&'static str>,
    error: Option<Failure>,
    limit: Option<LimitKind>,
    calls: &'static [(&'static str, u64, u64)],
}

/// The error a program ends with.
struct Failure {
    typescript: &'static str,
    python: &'static str,
    parts: &'static [&'static str],
    lines: &'static [u32],
}

/// The same program in both languages, which succeeds, prints nothing and gives no result, unless
/// more is said.
fn case(name: &'static str, typescript: &'static str, python: &'static str) -> Case {
    Case {
        name,
        typescript,
        python,
        allowed: &[],
        timeout_ms: ENOUGH_MS,
        output: String::new(),
        result: None,
        omitted: None,
        error: None,
        limit: None,
        calls: &[],
    }
}

impl Case {
    /// It may call these tools.
    fn may_call(mut self, allowed: &'static [&'static str]) -> Self {
        self.allowed = allowed;
        self
    }

    /// It has so long.
    fn within(mut self, timeout_ms: u64) -> Self {
        self.timeout_ms = timeout_ms;
        self
    }

    /// This is its output.
    fn prints(mut self, output: impl Into<String>) -> Self {
        self.output = output.into();
        self
    }

    /// This is its result.
    fn gives(mut self, result: Value) -> Self {
        self.result = Some(result);
        self
    }

    /// Its result is left out, for a reason with these words.
    fn leaves_out(mut self, reason: &'static str) -> Self {
        self.omitted = Some(reason);
        self
    }

    /// It fails with this class, and these parts in its message.
    fn fails(self, kind: &'static str, parts: &'static [&'static str]) -> Self {
        self.fails_as(kind, kind, parts)
    }

    /// It fails with the class that the languages have for it.
    fn fails_as(
        mut self,
        typescript: &'static str,
        python: &'static str,
        parts: &'static [&'static str],
    ) -> Self {
        self.error = Some(Failure { typescript, python, parts, lines: &[] });
        self
    }

    /// Its stack names these lines of the program.
    fn at_lines(mut self, lines: &'static [u32]) -> Self {
        if let Some(error) = &mut self.error {
            error.lines = lines;
        }
        self
    }

    /// This limit fires.
    fn reaches(mut self, limit: LimitKind) -> Self {
        self.limit = Some(limit);
        self
    }

    /// It makes these calls: tool, how many, how many of them failed.
    fn calls(mut self, calls: &'static [(&'static str, u64, u64)]) -> Self {
        self.calls = calls;
        self
    }

    fn source(&self, language: Language) -> &'static str {
        match language {
            Language::TypeScript => self.typescript,
            Language::Python => self.python,
        }
    }

    /// What differs from what is expected.
    fn differences(&self, language: Language, outcome: &ExecutionOutcome) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut expect = |holds: bool, what: &str| {
            if !holds {
                wrong.push(what.to_owned());
            }
        };
        expect(outcome.success == self.error.is_none(), "success");
        expect(outcome.output == self.output, "output");
        expect(outcome.result == self.result, "result");
        let omitted = outcome.result_omitted.as_deref();
        expect(omitted.is_some() == self.omitted.is_some(), "resultOmitted");
        expect(self.omitted.is_none_or(|part| omitted.unwrap_or("").contains(part)), "the reason");
        expect(outcome.limit == self.limit, "limit");
        if let (Some(failure), Some(error)) = (&self.error, &outcome.error) {
            let kind = match language {
                Language::TypeScript => failure.typescript,
                Language::Python => failure.python,
            };
            expect(error.kind == kind, "the class of the error");
            for part in failure.parts {
                expect(error.message.contains(part), &format!("`{part}` in the message"));
            }
            for line in failure.lines {
                let place = match language {
                    Language::TypeScript => format!("program.ts:{line}:"),
                    Language::Python => format!("\"program.py\", line {line}"),
                };
                let stack = error.stack.as_deref().unwrap_or_default();
                expect(stack.contains(&place), &format!("line {line} in the stack"));
            }
        }
        let made: Vec<_> = outcome
            .tool_call_summary
            .iter()
            .map(|made| (made.tool.as_str(), made.count, made.errors))
            .collect();
        expect(made == self.calls, "calls");
        let engine = match language {
            Language::TypeScript => "quickjs",
            Language::Python => "cpython",
        };
        expect(outcome.isolation.engine == engine, "the engine");
        expect(outcome.isolation.level >= IsolationLevel::L1, "the level");
        wrong
    }
}

#[test]
fn results() {
    check(&results::cases());
}

#[test]
fn output() {
    check(&output::cases());
}

#[test]
fn errors() {
    check(&errors::cases());
}

#[test]
fn limits() {
    check(&limits::cases());
}

#[test]
fn calls() {
    check(&calls::cases());
}

#[test]
fn imports() {
    check_behind(many_servers(), &imports::cases());
}

#[test]
fn content() {
    check_behind(many_servers(), &content::cases());
}

#[test]
fn the_table_is_large_and_its_names_are_unique() {
    let tables = [
        results::cases(),
        output::cases(),
        errors::cases(),
        limits::cases(),
        calls::cases(),
        imports::cases(),
        content::cases(),
    ];
    let mut names: Vec<_> = tables.iter().flatten().map(|case| case.name).collect();
    assert!(names.len() >= 40, "only {} cases", names.len());
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "a name is used twice");
}

/// A server with everything that cases call, and limits that are quickly reached.
fn server() -> (Workspace, McpProcess) {
    let workspace = workspace().with_demo().with_fake("fake", Fake::Well).with_setting(
        "limits",
        json!({ "maxToolCalls": 250, "resultBytes": 100_000, "memoryBytes": 128 << 20 }),
    );
    let server = workspace.serve();
    (workspace, server)
}

/// A server with tools of odd names and answers behind it, under four names, and one that has
/// everything there is in MCP.
fn many_servers() -> (Workspace, McpProcess) {
    let workspace = workspace().with_demo();
    let script = workspace.write("home/odd.py", include_str!("semantics/odd.py"));
    let odd = json!({ "command": "python3", "args": [script] });
    let everything = Fixtures::locate().npm_server("server-everything", &["stdio"]);
    let workspace = workspace
        .with_server("odd", odd.clone())
        .with_server("my odd files", odd.clone())
        .with_server("find", odd.clone())
        .with_server("begin", odd)
        .with_server("everything", everything);
    let server = workspace.serve();
    (workspace, server)
}

/// Runs every case in both languages, in one session, and shows all that differ.
#[track_caller]
fn check(cases: &[Case]) {
    check_behind(server(), cases);
}

#[track_caller]
fn check_behind((_workspace, mut server): (Workspace, McpProcess), cases: &[Case]) {
    let mut wrong = String::new();
    for case in cases {
        for (language, tool) in
            [(Language::TypeScript, "executeTypescript"), (Language::Python, "executePython")]
        {
            let outcome = server.execute_by(
                tool,
                json!({
                    "code": case.source(language),
                    "allowedTools": case.allowed,
                    "timeoutMs": case.timeout_ms,
                }),
            );
            let differences = case.differences(language, &outcome);
            if !differences.is_empty() {
                let name = case.name;
                let what = differences.join(", ");
                let language = language.as_str();
                let _ = writeln!(wrong, "{name}, in {language}: {what}\n{}\n", told(&outcome));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// An outcome, at a length fit for the report of a test.
fn told(outcome: &ExecutionOutcome) -> String {
    const SHOWN: usize = 2000;
    let text = format!("{outcome:?}");
    let end = text.floor_char_boundary(SHOWN.min(text.len()));
    text[..end].to_owned()
}
