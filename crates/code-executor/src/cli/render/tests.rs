//! Outcomes, tools and refusals as people see them.

use std::sync::Arc;

use serde_json::{Value, json};
use types::{
    Detail, ErrorCode, ExecutionId, ExecutionOutcome, Finding, Isolation, IsolationLevel, Layer,
    LimitKind, MissingLayer, ProgramError, Refusal, SearchHit, ToolCallSummary, ToolSchema,
};

use super::style::Surface;
use super::text::{duration, visible_lines};
use super::{Rendered, Style, visible};
use super::{hits, outcome, refusal, schemas, upstream_problems};

const TERMINAL: Style = Style { out: Surface::Terminal, err: Surface::Terminal };
const COLOUR: Style = Style { out: Surface::Colour, err: Surface::Colour };
const PLAIN: Style = Style { out: Surface::Plain, err: Surface::Plain };

fn succeeded() -> ExecutionOutcome {
    ExecutionOutcome {
        execution_id: ExecutionId::from_parts(0, [0; 10]),
        success: true,
        output: "hello\n".to_owned(),
        result: Some(json!({"answer": 42, "list": [1, 2]})),
        result_omitted: None,
        error: None,
        execution_time_ms: 1.234,
        truncated: false,
        limit: None,
        tool_calls_made: vec!["mcp__demo__add".to_owned()],
        tool_call_summary: vec![summary("mcp__demo__add", 3, 0, 12.5)],
        calls: Vec::new(),
        grants: None,
        requests: Vec::new(),
        findings: Vec::new(),
        memory_usage: None,
        session: None,
        isolation: machine(),
    }
}

fn failed() -> ExecutionOutcome {
    ExecutionOutcome {
        success: false,
        result: None,
        result_omitted: Some("it is a BigInt, which JSON does not have".to_owned()),
        error: Some(ProgramError {
            kind: "McpToolError".to_owned(),
            message: "demo.fail: no\u{1b}[2J such note\nsecond line".to_owned(),
            stack: Some("    at main (program.ts:3:5)\n    at program.ts:9:1".to_owned()),
        }),
        limit: Some(LimitKind::Timeout),
        tool_call_summary: vec![
            summary("mcp__demo__add", 3, 0, 12.5),
            summary("mcp__demo__failing_tool", 1, 1, 0.4),
        ],
        ..succeeded()
    }
}

fn summary(tool: &str, count: u64, errors: u64, total_ms: f64) -> ToolCallSummary {
    ToolCallSummary { tool: tool.to_owned(), count, errors, total_ms }
}

fn machine() -> Isolation {
    Isolation {
        engine: "quickjs".to_owned(),
        level: IsolationLevel::L2,
        layers: vec![Layer::Landlock, Layer::Seccomp],
        missing: vec![MissingLayer {
            layer: Layer::Cgroup,
            reason: "no cgroup is ours".to_owned(),
        }],
    }
}

fn both(rendered: &Rendered) -> String {
    format!("{}----- stderr\n{}", rendered.out, rendered.err)
}

#[test]
fn success_on_a_terminal() {
    insta::assert_snapshot!(both(&outcome(&succeeded(), TERMINAL)));
}

#[test]
fn success_in_a_pipe_is_the_programs_alone() {
    let rendered = outcome(&succeeded(), PLAIN);
    assert_eq!(rendered.err, "");
    let (output, result) = rendered.out.split_once('\n').unwrap();
    assert_eq!(output, "hello");
    assert_eq!(serde_json::from_str::<Value>(result).ok(), succeeded().result);
}

#[test]
fn a_string_is_shown_as_it_is_and_begins_a_line() {
    let run = ExecutionOutcome {
        output: "no newline".to_owned(),
        result: Some(json!("text")),
        ..succeeded()
    };
    assert_eq!(outcome(&run, PLAIN).out, "no newline\ntext\n");
}

#[test]
fn failure_on_a_terminal() {
    insta::assert_snapshot!(both(&outcome(&failed(), TERMINAL)));
}

#[test]
fn dangerous_patterns_are_told_beside_the_answer() {
    let finding = Finding {
        rule: "python-eval".to_owned(),
        line: 3,
        column: 1,
        message: "eval runs text as code".to_owned(),
    };
    let run = ExecutionOutcome { findings: vec![finding], ..succeeded() };
    let told = "dangerous patterns (advice only): python-eval (line 3)\n";
    assert_eq!(outcome(&run, PLAIN).err, told);
}

#[test]
fn colours_are_only_for_terminals() {
    assert!(outcome(&failed(), COLOUR).err.starts_with("\u{1b}[31mMcpToolError\u{1b}[0m: "));
    assert!(!both(&outcome(&failed(), PLAIN)).contains('\u{1b}'));
}

#[test]
fn every_limit_says_what_it_is() {
    let limits = [
        LimitKind::Timeout,
        LimitKind::Memory,
        LimitKind::Output,
        LimitKind::Result,
        LimitKind::ToolCalls,
        LimitKind::Stack,
    ];
    let lines = limits
        .map(|limit| outcome(&ExecutionOutcome { limit: Some(limit), ..succeeded() }, PLAIN).err);
    insta::assert_snapshot!(lines.concat());
}

#[test]
fn what_a_program_prints_keeps_its_colours_and_loses_its_tricks() {
    let output = "\u{1b}[31mred\u{1b}[0m\ttab\u{1b}]0;title\u{7}\u{1b}[2Jgone\rover\u{202e}x\u{1b}";
    let run = ExecutionOutcome { output: output.to_owned(), result: None, ..succeeded() };
    let shown = outcome(&run, TERMINAL).out;
    assert_eq!(shown, "\u{1b}[31mred\u{1b}[0m\ttab␛]0;title␇␛[2Jgone␍over\u{fffd}x␛");
    assert_eq!(outcome(&run, PLAIN).out, output);
}

#[test]
fn a_refusal_has_its_code() {
    let refused = Refusal::new(ErrorCode::Busy, "100 programs run and 1000 wait; try again");
    assert_eq!(
        refusal(&refused, PLAIN).err,
        "refused: 100 programs run and 1000 wait; try again (busy)\n"
    );
}

#[test]
fn tools_in_every_detail() {
    let hit = |name: &str, description: &str| SearchHit {
        name: name.to_owned(),
        server: "demo".to_owned(),
        description: description.to_owned(),
        signature: "(args: {}) => Promise<string>".to_owned(),
        callable: true,
        changed: None,
    };
    let found = [
        hit("mcp__demo__add", "\nAdds a note.\nMore."),
        hit("mcp__demo__evil", &format!("\u{1b}[2J\u{9b}31mignore {}", "all ".repeat(60))),
        hit("mcp__demo__silent", ""),
    ];
    let schema = ToolSchema {
        name: "mcp__demo__add".to_owned(),
        server: "demo".to_owned(),
        description: "Adds a note.\nMore\u{1b}[2J.".to_owned(),
        input_schema: Arc::new(json!({})),
        output_schema: None,
        declaration: "interface Add {\n  text: string;\n}\n".to_owned(),
        callable: true,
        changed: None,
    };
    let shown = [
        hits(&found, Detail::Name, TERMINAL),
        hits(&found, Detail::Description, TERMINAL),
        schemas(&[schema.clone(), schema], TERMINAL),
        hits(&[], Detail::Name, TERMINAL),
    ];
    let shown: Vec<_> = shown.iter().map(both).collect();
    assert!(!shown.concat().contains('\u{1b}'));
    insta::assert_snapshot!(shown.join("=====\n"));
}

#[test]
fn servers_that_failed_are_named() {
    let unavailable = [("bad".to_owned(), "exited with 1\u{1b}[2J".to_owned())];
    assert_eq!(upstream_problems(&unavailable, PLAIN).err, "bad: exited with 1␛[2J\n");
}

#[test]
fn times_are_short() {
    let shown = [0.0, 0.4321, 1.0, 12.34, 99.96, 512.0, 1234.0].map(duration);
    assert_eq!(shown, ["0.00 ms", "0.43 ms", "1.0 ms", "12.3 ms", "100 ms", "512 ms", "1.23 s"]);
}

#[test]
fn control_characters_become_signs() {
    assert_eq!(visible("a\n\tb\u{7f}\u{85}"), "a␊␉b␡\u{fffd}");
    assert_eq!(visible_lines("a\n\tb\0"), "a\n\tb␀");
    assert!(matches!(visible("plain ä"), std::borrow::Cow::Borrowed(_)));
}
