//! Everything a program can be that nobody would want: each has its own clear error, and the server
//! is well afterwards.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use types::{ExecutionOutcome, LimitKind};

use crate::support::{assert_well, error_of, output_of, server};

const MEBIBYTE: usize = 1 << 20;

/// Runs a program and shows that the next one runs as well.
#[track_caller]
fn outcome_of(code: &str) -> ExecutionOutcome {
    outcome_within(code, 10_000)
}

#[track_caller]
fn outcome_within(code: &str, timeout_ms: u64) -> ExecutionOutcome {
    let (_workspace, mut server) = server();
    let outcome = server.execute(json!({ "code": code, "timeoutMs": timeout_ms }));
    assert_well(&mut server);
    outcome
}

#[track_caller]
fn refusal_of(arguments: Value) -> String {
    let (_workspace, mut server) = server();
    let refusal = server.refusal(arguments);
    assert_well(&mut server);
    refusal
}

#[test]
fn a_syntax_error_has_its_line_and_column() {
    let outcome = outcome_of("const fine = 1;\nconst broken = ;\n");
    let error = error_of(&outcome);
    assert_eq!(error.kind, "SyntaxError");
    let told = format!("{} {}", error.message, error.stack.as_deref().unwrap_or_default());
    assert!(told.contains("2:16") || (told.contains("line 2") && told.contains("16")), "{told}");
}

#[test]
fn code_beyond_the_limit_is_refused_with_both_sizes() {
    let code = format!("//{}", "x".repeat(MEBIBYTE - 1));
    assert_eq!(code.len(), MEBIBYTE + 1);
    let refusal = refusal_of(json!({ "code": code }));
    assert!(refusal.contains("1048577") && refusal.contains("1048576"), "{refusal}");
}

#[test]
fn code_at_the_limit_runs() {
    let code = format!("//{}\n['ran']", "x".repeat(MEBIBYTE - 10));
    assert_eq!(code.len(), MEBIBYTE);
    assert_eq!(outcome_of(&code).result, Some(json!(["ran"])));
}

#[test]
fn nesting_beyond_reason_is_an_error_of_the_program() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("`${", "}`")] {
        let code = format!("{}1{}", open.repeat(50_000), close.repeat(50_000));
        let outcome = outcome_of(&code);
        assert!(!outcome.success, "`{open}` nested 50,000 deep succeeded");
        assert!(outcome.error.is_some(), "`{open}`: {outcome:?}");
    }
}

#[test]
fn recursion_without_end_is_an_error_of_the_program() {
    let error = outcome_of("function again(): number { return again() + 1 }\nagain()");
    assert!(["RangeError", "InternalError"].contains(&error_of(&error).kind.as_str()), "{error:?}");
}

#[track_caller]
fn assert_stopped_in_time(code: &str) {
    let started = Instant::now();
    let outcome = outcome_within(code, 300);
    assert_eq!(outcome.limit, Some(LimitKind::Timeout), "{outcome:?}");
    assert!(error_of(&outcome).message.contains("300"), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
}

#[test]
fn an_endless_loop_is_stopped() {
    assert_stopped_in_time("while (true) {}");
}

#[test]
fn an_endless_loop_of_promises_is_stopped() {
    assert_stopped_in_time("for (;;) { await null; }");
}

#[test]
fn an_endless_regular_expression_is_stopped() {
    assert_stopped_in_time("/^(a+)+$/.test('a'.repeat(64) + '!')");
}

#[test]
fn a_wait_beyond_the_deadline_is_stopped_with_what_was_printed() {
    let outcome = outcome_within(
        "console.log('so far');\nawait new Promise((r) => setTimeout(r, 60_000));",
        200,
    );
    assert_eq!((outcome.limit, outcome.output.as_str()), (Some(LimitKind::Timeout), "so far\n"));
}

#[test]
fn a_promise_that_never_settles_is_an_error() {
    let outcome = outcome_within("console.log('waiting');\nawait new Promise(() => {});", 500);
    assert_eq!(outcome.output, "waiting\n");
    let error = error_of(&outcome);
    assert!(
        error.message.contains("promise") || outcome.limit == Some(LimitKind::Timeout),
        "{error:?}"
    );
}

#[test]
fn memory_bombs_meet_the_limit() {
    for code in [
        "const hoard = []; for (;;) hoard.push(new Array(10_000).fill('x' + hoard.length));",
        "let text = 'x'; for (;;) text += text;",
        "const hoard = []; for (;;) hoard.push(new Uint8Array(1 << 20).fill(1));",
        "const map = new Map(); for (let i = 0; ; i++) map.set(i, { i });",
        "try { const hoard = []; for (;;) hoard.push(new ArrayBuffer(1 << 24)); } catch { for (;;) {} }",
    ] {
        let outcome = outcome_within(code, 5_000);
        let stopped = matches!(outcome.limit, Some(LimitKind::Memory | LimitKind::Timeout));
        // A single string or buffer beyond what the engine can hold at all is an error of its own.
        let refused = outcome
            .error
            .as_ref()
            .is_some_and(|error| error.kind == "RangeError" || error.message.contains("too long"));
        assert!(stopped || refused, "{code}: {outcome:?}");
    }
}

#[test]
fn ten_megabytes_of_output_are_cut_on_a_character() {
    let outcome =
        outcome_of("for (let i = 0; i < 10_000; i++) console.log('é'.repeat(512));\n'went on'");
    assert!(outcome.success && outcome.truncated, "{:?}", outcome.error);
    assert_eq!(outcome.limit, Some(LimitKind::Output));
    assert_eq!(outcome.result, Some(json!("went on")));
    let length = outcome.output.len();
    assert!((99_000..=102_400).contains(&length), "{length} bytes kept");
    assert!(outcome.output.chars().all(|c| c == 'é' || c == '\n'), "cut inside a character");
}

#[test]
fn output_that_was_dropped_before_a_timeout_is_told() {
    let outcome = outcome_within("for (;;) console.log('x'.repeat(1_000));", 3_000);
    assert_eq!(outcome.limit, Some(LimitKind::Timeout));
    assert!(outcome.truncated, "{} bytes kept", outcome.output.len());
}

#[test]
fn throwing_nothing_is_told() {
    for thrown in ["null", "undefined", "0", "''", "Symbol('s')", "{ toString() { throw 1 } }"] {
        let outcome = outcome_of(&format!("throw {thrown};"));
        let message = &error_of(&outcome).message;
        assert!(!message.is_empty(), "throw {thrown}: {outcome:?}");
    }
    assert!(error_of(&outcome_of("throw null")).message.contains("null"));
}

#[test]
fn results_that_cannot_be_json_say_so() {
    for (code, word) in [
        ("const ring: any = {}; ring.self = ring; ring", "cycl"),
        ("10n ** 30n", "BigInt"),
        ("({ deep: { big: 1n } })", "BigInt"),
    ] {
        let outcome = outcome_of(code);
        assert!(outcome.success && outcome.result.is_none(), "{code}: {outcome:?}");
        let reason = outcome.result_omitted.unwrap_or_default();
        assert!(reason.to_lowercase().contains(&word.to_lowercase()), "{code}: {reason}");
    }
}

#[test]
fn a_line_that_is_not_utf8_does_not_end_the_session() {
    let (_workspace, mut server) = server();
    let mut line = br#"{"jsonrpc":"2.0","id":77,"method":"tools/call","params":{"name":"executeTypescript","arguments":{"code":"'"#.to_vec();
    line.extend([0xff, 0xfe, 0x80]);
    line.extend(br#"'"}}}"#);
    server.write_raw(&line);
    assert_well(&mut server);
}

#[test]
fn a_lone_surrogate_stays_text() {
    let outcome = outcome_of("console.log('lone \\ud800 here'); 'also \\udfff'");
    assert!(output_of(&outcome).starts_with("lone "), "{outcome:?}");
}

#[test]
fn timeouts_out_of_range_are_refused_with_the_range() {
    for timeout in [json!(0), json!(300_001), json!(-5), json!(1.5), json!("soon")] {
        let refusal = refusal_of(json!({ "code": "1", "timeoutMs": timeout }));
        assert!(refusal.contains("timeoutMs") && refusal.contains("300000"), "{refusal}");
    }
}

#[test]
fn unknown_arguments_are_refused_with_the_nearest() {
    let refusal = refusal_of(json!({ "code": "1", "allowedTool": [] }));
    assert!(refusal.contains("allowedTool`") && refusal.contains("allowedTools"), "{refusal}");
}

#[test]
fn empty_code_runs_to_nothing() {
    for code in ["", "\n", "// nothing", "export {}"] {
        assert!(outcome_of(code).success, "{code:?}");
    }
}
