//! Answers, as a model and as a program read them.

use std::sync::Arc;

use gateway::{Languages, SearchAnswer};
use types::{
    CallRecord, CallStatus, Definitions, Detail, ExecutionId, ExecutionOutcome, Isolation,
    IsolationLevel, LimitKind, ProgramError, SearchHit, ToolCallSummary, ToolSchema,
};

use super::*;
use crate::{Config, mcp::tools};

const TOOL: &str = "mcp__fs__read_file";

fn successful() -> ExecutionOutcome {
    ExecutionOutcome {
        execution_id: ExecutionId::from_parts(1, [0; 10]),
        success: true,
        output: String::new(),
        result: None,
        result_omitted: None,
        error: None,
        execution_time_ms: 0.5,
        truncated: false,
        limit: None,
        tool_calls_made: vec![],
        tool_call_summary: vec![],
        calls: vec![],
        grants: None,
        requests: Vec::new(),
        findings: Vec::new(),
        memory_usage: None,
        session: None,
        isolation: Isolation {
            engine: "quickjs".to_owned(),
            level: IsolationLevel::L2,
            layers: vec![],
            missing: vec![],
        },
    }
}

fn failing() -> ExecutionOutcome {
    let record = |status| CallRecord {
        tool: TOOL.to_owned(),
        arguments_hash: "00".repeat(8),
        duration_ms: 1.0,
        status,
    };
    ExecutionOutcome {
        success: false,
        output: "reading\n".to_owned(),
        error: Some(ProgramError {
            kind: "TimeoutError".to_owned(),
            message: "the program ran longer than 100 ms".to_owned(),
            stack: Some("    at main (program.ts:3:5)\n".to_owned()),
        }),
        limit: Some(LimitKind::Timeout),
        tool_calls_made: vec![TOOL.to_owned()],
        tool_call_summary: vec![ToolCallSummary {
            tool: TOOL.to_owned(),
            count: 3,
            errors: 2,
            total_ms: 99.95,
        }],
        calls: vec![
            record(CallStatus::Ok),
            record(CallStatus::Error),
            record(CallStatus::Unfinished),
        ],
        ..successful()
    }
}

fn text_of(result: &CallToolResult) -> &str {
    assert_eq!(result.content.len(), 1);
    &result.content[0].as_text().unwrap().text
}

fn check_schema(tool: &str, result: &CallToolResult) {
    let languages = Languages { typescript: Ok(()), python: Ok(()), deno: Ok(()) };
    let tools = tools::offered(&Config::default(), &languages);
    let tool = tools.iter().find(|it| it.name == tool).unwrap();
    let schema = Value::Object((**tool.output_schema.as_ref().unwrap()).clone());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value = result.structured_content.as_ref().unwrap();
    assert!(value.is_object());
    if let Err(error) = validator.validate(value) {
        panic!("{error}");
    }
}

#[test]
fn a_success_is_its_output_and_its_result() {
    let mut success = successful();
    success.output = "two\n".to_owned();
    success.result = Some(json!({"n": 2}));
    let result = outcome(success.clone(), 300_000);
    assert_eq!(result.is_error, Some(false));
    assert_eq!(text_of(&result), "two\nResult: {\"n\":2}");
    check_schema(tools::EXECUTE_TYPESCRIPT, &result);
    let value = result.structured_content.unwrap();
    assert_eq!(serde_json::from_value::<ExecutionOutcome>(value).unwrap(), success);
}

#[test]
fn nothing_printed_is_said_to_be_nothing() {
    assert_eq!(text_of(&outcome(successful(), 300_000)), "(no output)");
}

#[test]
fn a_null_result_is_a_result() {
    let null = ExecutionOutcome { result: Some(Value::Null), ..successful() };
    let result = outcome(null, 300_000);
    assert_eq!(text_of(&result), "Result: null");
    assert_eq!(result.structured_content.unwrap()["result"], Value::Null);
}

#[test]
fn a_failure_says_what_and_what_to_do_and_which_calls_were_made() {
    let result = outcome(failing(), 60_000);
    assert_eq!(result.is_error, Some(true));
    assert_eq!(
        text_of(&result),
        "reading\n\
         TimeoutError: the program ran longer than 100 ms\n    \
         at main (program.ts:3:5)\n\
         Limit reached: timeout; timeoutMs may be up to 60000.\n\
         Tool calls made:\n\
         - mcp__fs__read_file: 3 calls, 2 failed, 100.0 ms (1 unfinished: may have taken effect)"
    );
    check_schema(tools::EXECUTE_TYPESCRIPT, &result);
}

#[test]
fn cut_output_and_an_omitted_result_are_said() {
    let cut = ExecutionOutcome {
        output: "xxx".to_owned(),
        truncated: true,
        limit: Some(LimitKind::Output),
        result_omitted: Some("it is a function".to_owned()),
        ..successful()
    };
    assert_eq!(
        text_of(&outcome(cut, 300_000)),
        "xxx\n[output cut here]\nResult left out: it is a function\n\
         Limit reached: output; the rest was dropped, so filter before printing."
    );
}

#[test]
fn dangerous_patterns_are_told_in_a_line_and_once() {
    let finding = |rule: &str, line| types::Finding {
        rule: rule.to_owned(),
        line,
        column: 1,
        message: "eval runs text as code".to_owned(),
    };
    let findings = vec![finding("typescript-eval", 2), finding("typescript-eval", 5)];
    let advised = ExecutionOutcome { output: "1\n".to_owned(), findings, ..successful() };
    let result = outcome(advised.clone(), 300_000);
    let line = "Dangerous patterns (advice only): typescript-eval (lines 2, 5)";
    assert_eq!(text_of(&result), format!("1\n{line}"));
    check_schema(tools::EXECUTE_TYPESCRIPT, &result);
    assert_eq!(result.structured_content.unwrap()["findings"][1]["line"], 5);
    // The error of a blocked program names them itself.
    let error = ProgramError {
        kind: "DangerousPatternError".to_owned(),
        message: "the program was not run".to_owned(),
        stack: None,
    };
    let blocked = ExecutionOutcome { success: false, error: Some(error), ..advised };
    assert!(!text_of(&outcome(blocked, 300_000)).contains(line));
}

#[test]
fn a_refusal_has_its_code_and_fits_every_schema() {
    let result = refusal(&Refusal::new(ErrorCode::Busy, "100 executions are running"));
    assert_eq!(result.is_error, Some(true));
    assert_eq!(text_of(&result), "100 executions are running (busy)");
    let value = result.structured_content.as_ref().unwrap();
    let error = json!({"type": "busy", "message": "100 executions are running"});
    assert_eq!(value, &json!({"success": false, "error": error}));
    for tool in
        [tools::EXECUTE_TYPESCRIPT, tools::EXECUTE_PYTHON, tools::SEARCH_TOOLS, tools::HEALTH]
    {
        check_schema(tool, &result);
    }
}

fn found(total: usize) -> SearchAnswer {
    SearchAnswer {
        hits: vec![SearchHit {
            name: TOOL.to_owned(),
            server: "fs".to_owned(),
            description: "Reads a file.\nWhole.".to_owned(),
            signature: format!("{TOOL}({{ path: string }}): Promise<string>"),
            callable: false,
            changed: None,
        }],
        total,
        unavailable: vec![("git".to_owned(), "it exited with 1".to_owned())],
        up_front: Definitions { tools: 60, bytes: 40_000, estimated_tokens: 10_000 },
    }
}

#[test]
fn a_search_shows_signatures_and_servers_that_are_down() {
    let result = search(&found(7), &[], Detail::Description);
    assert_eq!(
        text_of(&result),
        "1 of 7 matching tools, best first:\n\n\
         mcp__fs__read_file({ path: string }): Promise<string>\n  Reads a file.\n  Whole.\n\
         Server git is unavailable, its tools may be missing: it exited with 1"
    );
    check_schema(tools::SEARCH_TOOLS, &result);
    let text = text_of(&result).to_owned();
    let value = result.structured_content.unwrap();
    assert_eq!(value["total"], 7);
    assert_eq!(value["tools"][0]["server"], "fs");
    assert_eq!(value["unavailable"][0]["server"], "git");
    let metrics = &value["metrics"];
    assert_eq!(metrics["outputBytes"], text.len());
    assert_eq!(
        metrics["upFront"],
        json!({"tools": 60, "bytes": 40_000, "estimatedTokens": 10_000})
    );
    let spared = metrics["savedPercent"].as_f64().unwrap();
    assert!((99.0..100.0).contains(&spared), "{spared}");
}

#[test]
fn a_search_says_what_is_not_as_it_was_approved() {
    let mut found = found(1);
    found.hits[0].changed = Some("changed: its description".to_owned());
    for (callable, note) in [
        (true, "  Not as it was approved: changed: its description"),
        (false, "  Blocked until the operator accepts it: changed: its description"),
    ] {
        found.hits[0].callable = callable;
        let result = search(&found, &[], Detail::Description);
        assert!(text_of(&result).contains(note), "{}", text_of(&result));
        check_schema(tools::SEARCH_TOOLS, &result);
        let tool = &result.structured_content.unwrap()["tools"][0];
        assert_eq!((&tool["callable"], tool["changed"].is_string()), (&json!(callable), true));
    }
}

#[test]
fn a_search_for_names_gives_names_only() {
    let result = search(&found(1), &[], Detail::Name);
    assert!(text_of(&result).starts_with("1 matching tool:\nmcp__fs__read_file\n"));
    assert_eq!(result.structured_content.unwrap()["tools"], json!([{"name": TOOL}]));
}

#[test]
fn a_full_search_gives_declarations_and_schemas() {
    let schema = ToolSchema {
        name: TOOL.to_owned(),
        server: "fs".to_owned(),
        description: "Reads a file.".to_owned(),
        input_schema: Arc::new(json!({"type": "object"})),
        output_schema: None,
        declaration: format!("declare function {TOOL}(args: {{}}): Promise<string>;\n"),
        callable: false,
        changed: None,
    };
    let result = search(&found(1), &[schema], Detail::Full);
    assert!(text_of(&result).contains("declare function mcp__fs__read_file"));
    assert!(text_of(&result).contains("  Reads a file."));
    check_schema(tools::SEARCH_TOOLS, &result);
    let value = result.structured_content.unwrap();
    assert_eq!(value["tools"][0]["inputSchema"], json!({"type": "object"}));
}
