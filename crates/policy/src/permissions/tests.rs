//! What asks for nothing passes, the rest is named.

use serde_json::{Value, json};
use types::ErrorCode;

use super::check;

fn refused(permissions: Value) -> (ErrorCode, String) {
    let refusal = check(Some(&permissions)).unwrap_err();
    (refusal.code, refusal.message)
}

#[test]
fn asking_for_nothing_is_accepted() {
    assert!(check(None).is_ok());
    for nothing in
        [json!(null), json!({}), json!({"read": [], "write": false, "net": null, "sys": []})]
    {
        assert!(check(Some(&nothing)).is_ok(), "{nothing}");
    }
}

#[test]
fn what_cannot_be_given_is_refused_by_name() {
    let (code, message) = refused(json!({"read": ["/tmp"]}));
    assert_eq!(code, ErrorCode::PermissionUnsupported);
    insta::assert_snapshot!(message, @"permissions.read is not supported yet: programs reach the outside only through the tools in allowedTools; leave it out or pass an empty list");
    let (code, message) = refused(json!({"net": true, "env": [], "run": ["ls"]}));
    assert_eq!(code, ErrorCode::PermissionUnsupported);
    assert!(message.starts_with("permissions.net, permissions.run are not supported"), "{message}");
}

#[test]
fn what_makes_no_sense_is_invalid() {
    for (permissions, message) in [
        (
            json!("all"),
            "permissions is a string; it must be an object with the keys read, write, net, env, run, ffi, sys",
        ),
        (
            json!({"raed": []}),
            "permissions has the unknown key \"raed\"; did you mean \"read\"? known keys are read, write, net, env, run, ffi, sys",
        ),
        (
            json!({"teleport": true}),
            "permissions has the unknown key \"teleport\"; known keys are read, write, net, env, run, ffi, sys",
        ),
        (
            json!({"read": "/tmp"}),
            "permissions.read is a string; it must be a list of strings or a boolean",
        ),
        (
            json!({"read": ["/tmp", 5]}),
            "permissions.read holds a number; it must be a list of strings or a boolean",
        ),
    ] {
        assert_eq!(refused(permissions), (ErrorCode::InvalidRequest, message.to_owned()));
    }
    let (_, message) = refused(json!({"x\u{202e}".repeat(5_000): true}));
    assert!(message.len() < 300 && !message.contains('\u{202e}'), "{message}");
}
