//! What a program writes on the wire does what it says, within its directories.

use std::fs;
use std::path::Path;

use files::{Granted, Operator, Request};
use serde_json::{Value, json};
use wire::Reply;

use super::{Filing, WRITTEN, Written};

fn granted(directory: &Path, write: bool) -> Granted {
    let paths = vec![directory.to_owned()];
    let operator = Operator::open(&[], &paths, &[]).unwrap();
    let request = match write {
        true => Request { write: paths, ..Request::default() },
        false => Request { read: paths, ..Request::default() },
    };
    operator.grant(&request).unwrap()
}

fn carry_out(granted: &Granted, header: Value, bytes: &[u8]) -> Reply {
    let payload = wire::encode_parts(header.to_string().as_bytes(), bytes);
    let (filing, at) = Filing::parse(&payload).unwrap();
    filing.carry_out(granted, &payload[at..], &Written::default())
}

fn value(reply: Reply) -> Value {
    match reply {
        Reply::Json(json) => serde_json::from_slice(&json).unwrap(),
        other => panic!("not a value: {other:?}"),
    }
}

fn error(reply: Reply) -> Value {
    match reply {
        Reply::Error(json) => serde_json::from_slice(&json).unwrap(),
        other => panic!("not an error: {other:?}"),
    }
}

#[test]
fn what_is_written_can_be_read_listed_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let granted = granted(folder.path(), true);
    let path = folder.path().join("a/b.txt");
    let made = carry_out(
        &granted,
        json!({"op": "mkdir", "path": folder.path().join("a"), "recursive": true}),
        b"",
    );
    assert_eq!(value(made), json!(folder.path().join("a")));
    value(carry_out(&granted, json!({"op": "writeFile", "path": path}), b"one"));
    value(carry_out(
        &granted,
        json!({"op": "writeFile", "path": path, "place": "append"}),
        b"\xfftwo",
    ));
    match carry_out(
        &granted,
        json!({"op": "readFile", "path": path, "offset": 2, "length": 3}),
        b"",
    ) {
        Reply::Parts(parts) => {
            assert_eq!(wire::split_parts(&parts), Some((&b"{}"[..], &b"e\xfft"[..])));
        }
        other => panic!("not bytes: {other:?}"),
    }
    let listed =
        value(carry_out(&granted, json!({"op": "readDir", "path": folder.path().join("a")}), b""));
    assert_eq!(listed, json!({"entries": [{"name": "b.txt", "kind": "file"}], "cut": false}));
    let stat = value(carry_out(&granted, json!({"op": "stat", "path": path}), b""));
    assert_eq!(
        (&stat["kind"], &stat["size"], &stat["links"]),
        (&json!("file"), &json!(7), &json!(1))
    );
    value(carry_out(
        &granted,
        json!({"op": "rename", "path": path, "to": folder.path().join("c")}),
        b"",
    ));
    value(carry_out(&granted, json!({"op": "removeAll", "path": folder.path().join("a")}), b""));
    assert_eq!(fs::read(folder.path().join("c")).unwrap(), b"one\xfftwo");
}

#[test]
fn a_failure_has_the_words_of_node_and_the_number_of_the_kernel() {
    let folder = tempfile::tempdir().unwrap();
    let granted = granted(folder.path(), false);
    let path = folder.path().join("missing");
    let failed = error(carry_out(&granted, json!({"op": "readFile", "path": path}), b""));
    let message = format!("ENOENT: no such file or directory, open '{}'", path.display());
    assert_eq!(failed["message"], json!(message));
    assert_eq!((&failed["code"], &failed["errno"]), (&json!("ENOENT"), &json!(2)));
    let refused = error(carry_out(&granted, json!({"op": "writeFile", "path": path}), b"x"));
    assert_eq!(refused["code"], "EACCES");
    assert!(!path.exists());
    let outside = error(carry_out(&granted, json!({"op": "readFile", "path": "/etc/passwd"}), b""));
    assert_eq!(outside["code"], "EACCES");
    let mode = error(carry_out(&granted, json!({"op": "chmod", "path": path}), b""));
    assert_eq!(mode["code"], "EPERM");
}

#[test]
fn nothing_is_granted_by_default() {
    let refused = error(carry_out(
        &Granted::default(),
        json!({"op": "readFile", "path": "/etc/passwd"}),
        b"",
    ));
    assert_eq!(refused["code"], "EACCES");
    assert!(refused["detail"].as_str().unwrap().contains("permissions.read"), "{refused}");
}

#[test]
fn nonsense_is_told_from_a_request() {
    for payload in [
        &b""[..],
        b"\x05\0\0\0{}",
        &wire::encode_parts(b"{}", b""),
        &wire::encode_parts(br#"{"op":"format","path":"/"}"#, b""),
        &wire::encode_parts(br#"{"op":"readFile","path":5}"#, b""),
        &wire::encode_parts(&b"[".repeat(65_537), b""),
    ] {
        assert!(Filing::parse(payload).is_err());
    }
}

#[test]
fn an_execution_writes_so_much_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let granted = granted(folder.path(), true);
    let written = Written::default();
    let path = folder.path().join("a");
    let write = || {
        let header = json!({"op": "writeFile", "path": path, "place": "append"});
        let payload = wire::encode_parts(header.to_string().as_bytes(), b"12345678");
        let (filing, at) = Filing::parse(&payload).unwrap();
        filing.carry_out(&granted, &payload[at..], &written)
    };
    value(write());
    written.take(usize::try_from(WRITTEN).unwrap() - 12, "write", &path).unwrap();
    let refused = error(write());
    assert_eq!(refused["code"], "EDQUOT");
    assert!(refused["detail"].as_str().unwrap().contains("1073741824 bytes"), "{refused}");
}
