//! Records as lines, and their bounds.

use jiff::Timestamp;
use serde_json::Value;
use types::{
    CallStatus, ErrorCode, ExecutionId, Finding, Grants, IsolationLevel, Language, LimitKind,
};

use super::{
    CallRecord, EndRecord, MAX_LIST, MAX_TEXT, RefusalRecord, RequestRecord, StartRecord,
    call_line, end_line, refusal_line, request_line, start_line,
};

fn now() -> Timestamp {
    Timestamp::from_millisecond(1_795_184_132_500).unwrap()
}

fn id() -> ExecutionId {
    ExecutionId::from_parts(1, [7; 10])
}

fn finding(rule: &str, line: u32) -> Finding {
    Finding { rule: rule.to_owned(), line, column: 1, message: "it is said elsewhere".to_owned() }
}

fn text(line: Vec<u8>) -> String {
    String::from_utf8(line).unwrap()
}

#[test]
fn credentials_that_were_not_taken_are_a_line_of_their_own() {
    let record = RefusalRecord {
        peer: Some("192.0.2.7"),
        reason: "wrong_secret",
        key: Some("0abc"),
        count: 1,
        ..RefusalRecord::default()
    };
    insta::assert_snapshot!(text(refusal_line(&record, now()).unwrap()), @r#"{"event":"refused","timestamp":"2026-11-20T14:15:32.500Z","peer":"192.0.2.7","reason":"wrong_secret","key":"0abc","count":1}"#);
}

#[test]
fn records_have_the_documented_shape() {
    let id = id();
    let tools = ["mcp__fs__*".to_owned()];
    let start = StartRecord {
        execution_id: &id,
        executor: Language::TypeScript,
        runtime: None,
        code_hash: "abc",
        code_length: 3,
        allowed_tools: &tools,
        tenant: "local",
        client_id: "default",
        grants: Some(&Grants {
            read: vec!["/srv/data".to_owned()],
            net: vec!["example.com".to_owned()],
            ..Grants::default()
        }),
        session: None,
        isolation: None,
    };
    insta::assert_snapshot!(text(start_line(&start, now()).unwrap()), @r#"{"event":"start","timestamp":"2026-11-20T14:15:32.500Z","executionId":"00000000000107070707070707070707","executor":"typescript","codeHash":"abc","codeLength":3,"allowedTools":["mcp__fs__*"],"tenant":"local","clientId":"default","granted":{"read":["/srv/data"],"net":["example.com"],"denied":0}}"#);
    let request = RequestRecord {
        execution_id: &id,
        executor: Language::Python,
        host: Some("example.com:443"),
        method: "GET",
        http_status: None,
        bytes_sent: 0,
        bytes_received: 0,
        duration_ms: 1.5,
        egress_error: Some("EgressUnreachable"),
        cause: Some("address_own"),
    };
    insta::assert_snapshot!(text(request_line(&request, now()).unwrap()), @r#"{"event":"request","timestamp":"2026-11-20T14:15:32.500Z","executionId":"00000000000107070707070707070707","executor":"python","durationMs":1.5,"host":"example.com:443","method":"GET","bytesSent":0,"bytesReceived":0,"egressError":"EgressUnreachable","cause":"address_own"}"#);
    let call = CallRecord {
        execution_id: &id,
        executor: Language::TypeScript,
        tool: "mcp__fs__read",
        arguments_hash: "0123456789abcdef",
        duration_ms: 1.234_567,
        status: CallStatus::Refused,
        error_code: Some(ErrorCode::InvalidArguments),
    };
    insta::assert_snapshot!(text(call_line(&call, now()).unwrap()), @r#"{"event":"call","timestamp":"2026-11-20T14:15:32.500Z","executionId":"00000000000107070707070707070707","executor":"typescript","tool":"mcp__fs__read","argumentsHash":"0123456789abcdef","durationMs":1.235,"status":"refused","errorCode":"invalid_arguments"}"#);
    let end = EndRecord {
        execution_id: &id,
        executor: Language::TypeScript,
        runtime: None,
        code_hash: "abc",
        code_length: 3,
        allowed_tools: &tools,
        tools_called: &["mcp__fs__read".to_owned()],
        execution_time_ms: 12.0,
        memory_usage: Some(1024),
        success: false,
        error_class: Some("TimeoutError"),
        tenant: "local",
        client_id: "default",
        limit: Some(LimitKind::Timeout),
        truncated: true,
        findings: &[finding("python-eval", 3)],
        session: None,
        isolation: Some(IsolationLevel::L2),
    };
    insta::assert_snapshot!(text(end_line(&end, now()).unwrap()), @r#"{"event":"end","timestamp":"2026-11-20T14:15:32.500Z","executionId":"00000000000107070707070707070707","executor":"typescript","codeHash":"abc","codeLength":3,"allowedTools":["mcp__fs__*"],"toolsCalled":["mcp__fs__read"],"executionTimeMs":12.0,"memoryUsage":1024,"success":false,"errorClass":"TimeoutError","tenant":"local","clientId":"default","limit":"timeout","truncated":true,"findings":[{"rule":"python-eval","line":3}],"isolation":"L2"}"#);
}

#[test]
fn lists_and_texts_are_bounded_and_stay_on_one_line() {
    let id = id();
    let tools: Vec<String> = (0..5_000).map(|n| format!("{n}\n{}", "é".repeat(1_000))).collect();
    let record = StartRecord {
        execution_id: &id,
        executor: Language::Python,
        runtime: None,
        code_hash: &"f".repeat(10_000),
        code_length: u64::MAX,
        allowed_tools: &tools,
        tenant: "local",
        client_id: &"c".repeat(10_000),
        grants: None,
        session: None,
        isolation: Some(IsolationLevel::L1),
    };
    let line = text(start_line(&record, now()).unwrap());
    assert!(!line.contains('\n') && line.len() < 64 * 1024, "{} bytes", line.len());
    let value: Value = serde_json::from_str(&line).unwrap();
    let listed = value["allowedTools"].as_array().unwrap();
    assert_eq!(listed.len(), MAX_LIST + 1);
    assert_eq!(listed[MAX_LIST], "+4900 more");
    assert_eq!(listed[0].as_str().unwrap().chars().count(), MAX_TEXT);
    assert!(listed[0].as_str().unwrap().ends_with('…'));
    assert_eq!(value["clientId"].as_str().unwrap().chars().count(), MAX_TEXT);
}

#[test]
fn odd_numbers_do_not_break_a_line() {
    let id = id();
    let call = CallRecord {
        execution_id: &id,
        executor: Language::TypeScript,
        tool: "t",
        arguments_hash: "",
        duration_ms: f64::NAN,
        status: CallStatus::Ok,
        error_code: None,
    };
    let value: Value = serde_json::from_slice(&call_line(&call, now()).unwrap()).unwrap();
    assert!(value["durationMs"].is_null());
}
