//! Dangerous patterns in programs: told, blocked or not looked for, in both languages alike.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{McpProcess, Workspace};
use types::{ExecutionOutcome, LimitKind};

use crate::support::{error_of, output_of, server, workspace};

const TYPESCRIPT: &str = "executeTypescript";
const PYTHON: &str = "executePython";

/// A program in each language that runs text as code on its second line, under another name.
const EVALUATING: [(&str, &str, &str); 2] = [
    (TYPESCRIPT, "typescript-eval", "const e = eval;\nconsole.log(e('1 + 1'))"),
    (PYTHON, "python-eval", "e = eval\nprint(e('1 + 1'))"),
];

fn server_that(patterns: &str) -> (Workspace, McpProcess) {
    let workspace = workspace().with_security("dangerousPatterns", json!(patterns));
    let server = workspace.serve();
    (workspace, server)
}

/// Rules with their lines.
fn found(outcome: &ExecutionOutcome) -> Vec<(&str, u32)> {
    outcome.findings.iter().map(|finding| (finding.rule.as_str(), finding.line)).collect()
}

fn end_record(workspace: &Workspace) -> Value {
    let records = workspace.audit_records();
    let end = records.into_iter().rfind(|record| record["event"] == "end");
    end.unwrap_or_else(|| panic!("no end is on record"))
}

#[test]
fn a_program_runs_and_is_told_what_is_dangerous_in_it() {
    for (tool, rule, code) in EVALUATING {
        let (workspace, mut server) = server();
        let outcome = server.execute_by(tool, json!({ "code": code }));
        assert_eq!(output_of(&outcome), "2\n");
        assert_eq!(found(&outcome), [(rule, 1), (rule, 2)]);
        assert!(outcome.findings[0].message.contains("isolation is the wall"), "{outcome:?}");
        let on_record = json!([{ "rule": rule, "line": 1 }, { "rule": rule, "line": 2 }]);
        assert_eq!(end_record(&workspace)["findings"], on_record);
    }
}

#[test]
fn a_model_reads_it_in_one_line() {
    for (tool, rule, code) in EVALUATING {
        let (_workspace, mut server) = server();
        let answer = server.call_tool(tool, json!({ "code": code }));
        let text = answer["content"][0]["text"].as_str().unwrap_or_default();
        assert_eq!(text, format!("2\nDangerous patterns (advice only): {rule} (lines 1, 2)"));
    }
}

#[test]
fn an_ordinary_program_is_told_nothing() {
    for (tool, code) in [
        (TYPESCRIPT, "console.log([1, 2].map((x) => x * 2).length)"),
        (PYTHON, "import json\nprint(len(json.loads('[1, 2]')))"),
    ] {
        let (workspace, mut server) = server();
        let outcome = server.execute_by(tool, json!({ "code": code }));
        assert_eq!(output_of(&outcome), "2\n");
        assert_eq!(found(&outcome), []);
        assert!(end_record(&workspace).get("findings").is_none());
    }
}

#[test]
fn a_blocked_program_is_not_run_and_told_why() {
    for (tool, rule, code) in EVALUATING {
        let (workspace, mut server) = server_that("block");
        let first_line = if tool == PYTHON { "print('ran')" } else { "console.log('ran')" };
        let outcome = server.execute_by(tool, json!({ "code": format!("{first_line}\n{code}") }));
        let error = error_of(&outcome);
        assert_eq!(error.kind, "DangerousPatternError");
        assert!(error.message.contains(&format!("{rule} (lines 2, 3)")), "{error:?}");
        assert!(error.message.contains("security.dangerousPatterns"), "{error:?}");
        assert_eq!(outcome.output, "");
        assert_eq!(found(&outcome), [(rule, 2), (rule, 3)]);
        let end = end_record(&workspace);
        assert_eq!(end["errorClass"], "DangerousPatternError");
        assert_eq!(end["findings"][1]["line"], 3);
        // What is not dangerous runs.
        let outcome = server.execute_by(tool, json!({ "code": first_line }));
        assert_eq!(output_of(&outcome), "ran\n");
    }
}

#[test]
fn nobody_looks_where_that_is_switched_off() {
    for (tool, _, code) in EVALUATING {
        let (_workspace, mut server) = server_that("off");
        let outcome = server.execute_by(tool, json!({ "code": code }));
        assert_eq!(output_of(&outcome), "2\n");
        assert_eq!(found(&outcome), []);
    }
}

#[test]
fn what_a_program_has_is_known_though_it_never_ends() {
    for (tool, rule, code) in [
        (TYPESCRIPT, "typescript-eval", "eval('1');\nfor (;;) {}"),
        (PYTHON, "python-eval", "eval('1')\nwhile True: pass"),
    ] {
        let (workspace, mut server) = server();
        let outcome = server.execute_by(tool, json!({ "code": code, "timeoutMs": 1_000 }));
        assert_eq!(outcome.limit, Some(LimitKind::Timeout), "{outcome:?}");
        assert_eq!(found(&outcome), [(rule, 1)]);
        assert_eq!(end_record(&workspace)["findings"][0]["rule"], rule);
    }
}

#[test]
fn lookalikes_and_escapes_are_seen_through() {
    let (_workspace, mut server) = server_that("block");
    for (tool, rule, code) in [
        (TYPESCRIPT, "typescript-eval", "\\u0065val('1')"),
        (TYPESCRIPT, "typescript-eval", "globalThis['ev' + 'al']('1')"),
        (TYPESCRIPT, "typescript-constructor", "(() => {}).constructor('return 1')()"),
        (PYTHON, "python-eval", "ｅｖａｌ('1')"),
        (PYTHON, "python-os-process", "import os\ngetattr(os, 'sys' + 'tem')('id')"),
        (PYTHON, "python-eval", "    # indented as where it was copied from\n    eval('1')"),
    ] {
        let outcome = server.execute_by(tool, json!({ "code": code }));
        assert_eq!(error_of(&outcome).kind, "DangerousPatternError", "{code}");
        assert!(outcome.findings.iter().any(|it| it.rule == rule), "{code}: {outcome:?}");
    }
}

#[test]
fn a_program_that_does_not_parse_is_told_what_is_wrong_with_it() {
    let (_workspace, mut server) = server_that("block");
    for (tool, code) in [(TYPESCRIPT, "eval('1'"), (PYTHON, "eval('1'")] {
        let outcome = server.execute_by(tool, json!({ "code": code }));
        assert_eq!(error_of(&outcome).kind, "SyntaxError", "{outcome:?}");
        assert_eq!(found(&outcome), []);
    }
}

#[test]
fn a_source_nested_beyond_reason_hurts_nobody() {
    let sources = [
        format!("x = {}1{}\neval('1')", "(".repeat(200_000), ")".repeat(200_000)),
        format!("x = 1{}\neval('1')", " + 1".repeat(200_000)),
        format!("x = {}1\neval('1')", "-".repeat(900_000)),
        format!("x = a{}\neval('1')", ".a".repeat(400_000)),
        format!("x = {}1\neval('1')", "lambda: ".repeat(100_000)),
    ];
    for patterns in ["warn", "block"] {
        let (_workspace, mut server) = server_that(patterns);
        for source in &sources {
            let outcome = server.execute_by(PYTHON, json!({ "code": source }));
            assert_eq!(error_of(&outcome).kind, "SyntaxError", "{patterns}: {outcome:?}");
            assert_eq!(output_of(&server.run_python("print('still here')")), "still here\n");
        }
    }
}

#[test]
fn advice_does_not_keep_an_outcome_waiting() {
    let (_workspace, mut server) = server();
    output_of(&server.run_python("print('warm')"));
    // As much text as there may be, and something to find in every line of it.
    let code = format!("if 0:\n{}print('ran')", "    eval('1')\n".repeat(70_000));
    let began = Instant::now();
    let outcome = server.run_python(&code);
    let whole = began.elapsed();
    assert_eq!(output_of(&outcome), "ran\n");
    let ran = Duration::from_secs_f64(outcome.execution_time_ms / 1000.0);
    // The wait is 100 ms at most; the rest is the machine's.
    assert!(whole < ran + Duration::from_secs(2), "{whole:?} for {ran:?}");
}
