//! Every wrong argument is met with its key and what it takes.

use serde_json::json;

use super::*;

fn object(value: Value) -> JsonObject {
    let Value::Object(object) = value else { panic!("not an object: {value}") };
    object
}

fn refused(value: Value) -> String {
    let refusal = execution(Language::TypeScript, object(value), 300_000).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::InvalidRequest);
    refusal.message
}

#[test]
fn a_whole_request_is_read() {
    let request = execution(
        Language::Python,
        object(json!({
            "code": "1 + 1",
            "allowedTools": ["mcp__fs__*"],
            "timeoutMs": 5000,
            "permissions": {"net": []},
        })),
        300_000,
    );
    assert_eq!(
        request.unwrap(),
        ExecutionRequest {
            language: Language::Python,
            runtime: None,
            code: "1 + 1".to_owned(),
            allowed_tools: vec!["mcp__fs__*".to_owned()],
            timeout_ms: Some(5000),
            permissions: Some(json!({"net": []})),
            session: None,
            turn: types::Turn::default(),
            trace: None,
        }
    );
}

#[test]
fn what_is_absent_or_null_takes_its_default() {
    let arguments = json!({"code": "", "allowedTools": null, "timeoutMs": null});
    let request = execution(Language::TypeScript, object(arguments), 300_000).unwrap();
    assert_eq!((request.allowed_tools.len(), request.timeout_ms), (0, None));
    let search = search(object(json!({"query": "read a file"}))).unwrap();
    assert_eq!((search.limit, search.detail), (10, Detail::Description));
}

#[test]
fn an_unknown_key_is_met_with_the_nearest() {
    assert_eq!(
        refused(json!({"code": "", "timeout": 5})),
        "executeTypescript has no argument `timeout`; did you mean `timeoutMs`? \
         it takes code, allowedTools, timeoutMs, permissions, sessionId, \
         resetSession, runtime"
    );
    assert!(refused(json!({"code": "", "allowed_tools": []})).contains("`allowedTools`?"));
    for key in ["source", "runtime"] {
        let python = execution(Language::Python, object(json!({key: ""})), 300_000).unwrap_err();
        let words = format!("executePython has no argument `{key}`");
        assert!(python.message.starts_with(&words), "{python}");
        assert!(python.message.ends_with(", resetSession"), "{python}");
    }
    let long = refused(json!({"x".repeat(10_000): 1}));
    assert!(long.len() < 300, "{} bytes", long.len());
    let message = health(&object(json!({"deep": true}))).unwrap_err().message;
    assert_eq!(message, "health has no argument `deep`; it takes none");
}

#[test]
fn a_wrong_type_names_the_key_and_what_it_takes() {
    assert_eq!(refused(json!({})), "`code` is missing; it must be a string");
    assert_eq!(refused(json!({"code": 5})), "`code` must be a string, got 5");
    assert_eq!(
        refused(json!({"code": "", "allowedTools": "mcp__fs__*"})),
        "`allowedTools` must be an array of strings, got a string"
    );
    assert_eq!(
        refused(json!({"code": "", "allowedTools": ["a", {}]})),
        "`allowedTools[1]` must be a string, got an object"
    );
    for timeout in [json!(-1), json!(1.5), json!("1000"), json!(1e300)] {
        let message = refused(json!({"code": "", "timeoutMs": timeout}));
        assert!(message.contains("`timeoutMs` must be an integer from 1 to 300000"), "{message}");
    }
    assert_eq!(
        refused(json!({"code": "", "permissions": []})),
        "`permissions` must be an object, got an array"
    );
}

#[test]
fn a_whole_float_is_an_integer() {
    let arguments = object(json!({"code": "", "timeoutMs": 5000.0}));
    let request = execution(Language::TypeScript, arguments, 300_000).unwrap();
    assert_eq!(request.timeout_ms, Some(5000));
}

#[test]
fn a_search_out_of_bounds_is_refused() {
    let refused = |value| search(object(value)).unwrap_err().message;
    let message = refused(json!({"query": "", "limit": 101}));
    assert_eq!(message, "`limit` must be an integer from 1 to 100, got 101");
    assert!(refused(json!({"query": "", "limit": 0})).contains("got 0"));
    assert!(refused(json!({"query": "", "detail": "all"})).contains("\"full\""));
    assert!(refused(json!({"query": "x".repeat(2000)})).contains("2000 bytes"));
    assert!(refused(json!({"server": "fs"})).contains("`query` is missing"));
}

#[test]
fn a_session_is_named_by_a_plain_word() {
    let asked = |more: Value| {
        let mut arguments = object(json!({"code": "1"}));
        arguments.extend(object(more));
        execution(Language::TypeScript, arguments, 300_000)
    };
    let session = |more: Value| asked(more).expect("a request").session;
    assert_eq!(session(json!({"sessionId": null})), None);
    assert_eq!(session(json!({"resetSession": true})), None, "it is anew in any case");
    let used = session(json!({"sessionId": "a-1", "allowedTools": null})).expect("a session");
    assert_eq!((used.id.as_str(), used.reset, used.names_tools), ("a-1", false, false));
    let used = session(json!({"sessionId": "a", "resetSession": true, "allowedTools": []}));
    assert!(used.is_some_and(|used| used.reset && used.names_tools));
    for (bad, part) in [
        (json!({"sessionId": ""}), "1 to 128 letters"),
        (json!({"sessionId": "a b"}), "1 to 128 letters"),
        (json!({"sessionId": "x".repeat(129)}), "1 to 128 letters"),
        (json!({"sessionId": 7}), "must be a string"),
        (json!({"sessionId": "a", "resetSession": "yes"}), "must be a boolean"),
        (json!({"resetSession": 1}), "must be a boolean"),
    ] {
        let refusal = asked(bad).expect_err("malformed");
        assert_eq!(refusal.code, ErrorCode::InvalidRequest);
        assert!(refusal.message.contains(part), "{refusal}");
    }
}
