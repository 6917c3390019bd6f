//! Requests that are refused for their text.

use std::path::PathBuf;

use super::{MAX_ENTRIES, MAX_PATH, Malformed, Request};

fn refused(path: &str) -> String {
    let read = Request { read: vec![PathBuf::from(path)], ..Request::default() };
    let message = read.check().expect_err(path).to_string();
    assert!(message.starts_with("permissions.read: "), "{message}");
    message
}

#[test]
fn a_malformed_entry_is_named_with_what_to_write_instead() {
    for (path, said) in [
        ("", r#""" is empty; write"#),
        ("src", r#""src" is relative; write"#),
        ("./src", r#""./src" is relative"#),
        ("../src", r#""../src" is relative"#),
        ("~/src", r#""~/src" begins with ~, which is not expanded"#),
        ("/src/*", r#""/src/*" contains a wildcard; write"#),
        ("/src\0/x", r#""/src\0/x" contains a NUL character"#),
        ("file:///src", r#""file:///src" is relative"#),
    ] {
        let message = refused(path);
        assert!(message.contains(said), "{message}");
        assert!(message.contains("absolute path of a directory"), "{message}");
    }
}

#[test]
fn a_long_entry_is_refused_and_shown_in_part() {
    let message = refused(&format!("/{}", "a".repeat(MAX_PATH)));
    assert!(message.contains("is longer than 4095 bytes"), "{message}");
    assert!(message.len() < 300, "{message}");
}

#[test]
fn terminal_sequences_in_an_entry_are_escaped() {
    assert!(refused("\u{1b}[2J").contains(r#""\u{1b}[2J""#));
}

#[test]
fn write_and_cwd_are_looked_at_as_well() {
    let write = Request { write: vec!["x".into()], ..Request::default() };
    assert!(write.check().expect_err("relative").to_string().starts_with("permissions.write:"));
    let cwd = Request { cwd: Some("x".into()), ..Request::default() };
    assert!(cwd.check().expect_err("relative").to_string().starts_with("permissions.cwd:"));
}

#[test]
fn more_entries_than_the_limit_are_refused() {
    let mut request = Request { read: vec!["/a".into(); MAX_ENTRIES], ..Request::default() };
    assert_eq!(request.check(), Ok(()));
    request.read.push("/b".into());
    assert_eq!(request.check(), Err(Malformed::TooMany { list: "read", count: MAX_ENTRIES + 1 }));
}
