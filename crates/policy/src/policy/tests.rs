//! Requests and what becomes of them.

use serde_json::json;
use types::{Asked, ErrorCode, ExecutionRequest, Language, Principal, Refusal, Turn};

use super::{Admitted, Policy};
use crate::Config;

fn request() -> ExecutionRequest {
    ExecutionRequest {
        language: Language::TypeScript,
        runtime: None,
        code: "1".to_owned(),
        allowed_tools: vec!["mcp__fs__*".to_owned()],
        timeout_ms: None,
        permissions: None,
        turn: Turn::default(),
        trace: None,
        session: None,
    }
}

fn admit(request: &ExecutionRequest) -> Result<Admitted, Refusal> {
    Policy::new(Config::default()).admit(&Principal::local(), request)
}

#[test]
fn a_plain_request_gets_the_defaults() {
    let admitted = admit(&request()).unwrap();
    assert_eq!(admitted.limits.timeout_ms, 30_000);
    assert_eq!(admitted.limits.memory_bytes, 256 << 20);
    assert_eq!(admitted.limits.output_bytes, 102_400);
    assert_eq!(admitted.limits.tool_calls, 10_000);
    assert!(admitted.allowlist.allows("mcp__fs__read"));
    assert!(!admitted.allowlist.allows("mcp__git__log"));
}

#[test]
fn code_is_measured_in_bytes_up_to_the_limit_and_no_further() {
    let fits = ExecutionRequest { code: "é".repeat(512 * 1024), ..request() };
    assert!(admit(&fits).is_ok());
    let over = ExecutionRequest { code: "x".repeat((1 << 20) + 1), ..request() };
    let refusal = admit(&over).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::CodeTooLarge);
    insta::assert_snapshot!(refusal.message, @"the code is 1048577 bytes, the limit is 1048576 bytes; move data out of the code or split the program");
}

#[test]
fn timeouts_lie_between_one_and_the_limit() {
    for good in [1, 300_000] {
        let admitted = admit(&ExecutionRequest { timeout_ms: Some(good), ..request() }).unwrap();
        assert_eq!(admitted.limits.timeout_ms, good);
    }
    for bad in [0, 300_001, u64::MAX] {
        let refusal = admit(&ExecutionRequest { timeout_ms: Some(bad), ..request() }).unwrap_err();
        assert_eq!(refusal.code, ErrorCode::InvalidRequest);
        assert_eq!(
            refusal.message,
            format!("timeoutMs is {bad}; it must be between 1 and 300000 milliseconds")
        );
    }
}

#[test]
fn too_many_allowed_tools_are_refused() {
    let allowed_tools = (0..1_001).map(|n| format!("mcp__fs__t{n}")).collect();
    let refusal = admit(&ExecutionRequest { allowed_tools, ..request() }).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::InvalidRequest);
    assert!(refusal.message.contains("1001") && refusal.message.contains("1000"), "{refusal}");
}

#[test]
fn permissions_are_decided_with_the_request() {
    let permissions = Some(json!({"net": ["example.com"]}));
    let admitted = admit(&ExecutionRequest { permissions, ..request() }).unwrap();
    assert_eq!(admitted.permissions.net, Asked::Entries(vec!["example.com".to_owned()]));
    let permissions = Some(json!({"run": ["ls"]}));
    let refusal = admit(&ExecutionRequest { permissions, ..request() }).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::PermissionUnsupported);
}
