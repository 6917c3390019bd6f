//! What asks for nothing passes, the rest is named.

use serde_json::{Value, json};
use types::{Asked, ErrorCode, Permissions};

use super::read;

fn refused(permissions: Value) -> (ErrorCode, String) {
    let refusal = read(Some(&permissions)).unwrap_err();
    (refusal.code, refusal.message)
}

#[test]
fn asking_for_nothing_is_accepted() {
    assert_eq!(read(None), Ok(Permissions::default()));
    for nothing in
        [json!(null), json!({}), json!({"read": [], "write": false, "net": null, "sys": []})]
    {
        assert_eq!(read(Some(&nothing)), Ok(Permissions::default()), "{nothing}");
    }
}

#[test]
fn directories_and_hosts_are_read() {
    let asked =
        json!({"read": ["/srv/data"], "write": true, "net": ["example.com"], "cwd": "/srv/data"});
    let read = read(Some(&asked)).unwrap();
    assert_eq!(read.read, Asked::Entries(vec!["/srv/data".to_owned()]));
    assert_eq!(read.write, Asked::All);
    assert_eq!(read.net, Asked::Entries(vec!["example.com".to_owned()]));
    assert_eq!(read.cwd.as_deref(), Some("/srv/data"));
}

#[test]
fn what_nobody_gets_is_refused_by_name() {
    let (code, message) = refused(json!({"run": ["ls"]}));
    assert_eq!(code, ErrorCode::PermissionUnsupported);
    insta::assert_snapshot!(message, @"permissions.run is not given to any program: it has no environment, starts no other program and loads no libraries; use a tool in allowedTools instead, and leave it out or pass an empty list");
    let (code, message) = refused(json!({"net": true, "env": [], "run": ["ls"], "ffi": true}));
    assert_eq!(code, ErrorCode::PermissionUnsupported);
    assert!(message.starts_with("permissions.run, permissions.ffi are not given"), "{message}");
}

#[test]
fn lists_and_entries_are_bounded() {
    let many: Vec<String> = (0..257).map(|number| format!("/d{number}")).collect();
    let (_, message) = refused(json!({"read": many}));
    assert_eq!(message, "permissions.read has 257 entries, the limit is 256");
    let (_, message) = refused(json!({"cwd": "/".repeat(4_096)}));
    assert_eq!(message, "permissions.cwd has an entry of 4096 bytes, the limit is 4095");
}

#[test]
fn what_makes_no_sense_is_invalid() {
    for (permissions, message) in [
        (
            json!("all"),
            "permissions is a string; it must be an object with the keys read, write, net, cwd, env, run, ffi, sys",
        ),
        (
            json!({"raed": []}),
            "permissions has the unknown key \"raed\"; did you mean \"read\"? known keys are read, write, net, cwd, env, run, ffi, sys",
        ),
        (
            json!({"teleport": true}),
            "permissions has the unknown key \"teleport\"; known keys are read, write, net, cwd, env, run, ffi, sys",
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
