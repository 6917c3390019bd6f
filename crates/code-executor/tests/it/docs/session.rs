//! Sessions in documents: `$ command` lines, each followed by what it prints on both streams.
//!
//! A command is run by a shell in a place where nothing is configured, with our binary and the
//! repository's examples; `cargo run --release --` stands for the binary. A line that is `...`
//! stands for any number of lines, `...` within a line for any text: times, ids, what a machine has.

use std::os::unix::fs::symlink;

use testkit::{DEFAULT_WAIT, Workspace, run};

use super::{BINARY, Block, assert_ended, repository};

const CARGO: &str = "cargo run --release -- ";
const ANYTHING: &str = "...";

/// Runs every command of a session and compares what it prints.
#[track_caller]
pub fn check(block: &Block) {
    let workspace = Workspace::new("/bin/sh");
    let programs = workspace.path("bin");
    std::fs::create_dir(&programs).expect("a folder for the binary");
    symlink(BINARY, programs.join("code-executor")).expect("a link to the binary");
    symlink(repository().join("examples"), workspace.project().join("examples"))
        .expect("a link to the examples");
    let inherited = std::env::var("PATH").unwrap_or_default();
    for (line, expected) in steps(&block.text) {
        let line = line.replacen(CARGO, "code-executor ", 1);
        assert!(line.contains("code-executor "), "{}: `{line}` is not ours to run", block.place);
        let mut command = workspace.bare_command(&["-c", &format!("exec 2>&1; {line}")]);
        command.env("PATH", format!("{}:{inherited}", programs.display()));
        let finished = run(command, DEFAULT_WAIT);
        assert_ended(&block.place, &finished, i32::from(block.is("fails")));
        let actual: Vec<&str> = finished.stdout.lines().map(str::trim_end).collect();
        assert!(
            lines_match(&expected, &actual),
            "{}: `{line}` prints\n{}\nand not\n{}",
            block.place,
            actual.join("\n"),
            expected.join("\n"),
        );
    }
}

/// Commands, each with the lines it is said to print.
fn steps(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut steps: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command, Vec::new())),
            (None, Some((_, expected))) => expected.push(line.trim_end()),
            (None, None) => panic!("a session begins with a command, not with `{line}`"),
        }
    }
    steps
}

fn lines_match(expected: &[&str], actual: &[&str]) -> bool {
    match (expected.split_first(), actual.split_first()) {
        (None, None) => true,
        (Some((&ANYTHING, rest)), _) => {
            (0..=actual.len()).any(|skipped| lines_match(rest, &actual[skipped..]))
        }
        (Some((expected, expected_rest)), Some((actual, actual_rest))) => {
            line_matches(expected, actual) && lines_match(expected_rest, actual_rest)
        }
        _ => false,
    }
}

/// Whether the parts between the wildcards come in their order, the outer ones at the ends.
fn line_matches(expected: &str, actual: &str) -> bool {
    let Some((first, rest)) = expected.split_once(ANYTHING) else { return expected == actual };
    let Some(mut left) = actual.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split(ANYTHING).collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match left.split_once(part) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

#[test]
fn wildcards_stand_for_lines_and_for_text() {
    assert!(lines_match(&["a", "...", "z"], &["a", "b", "c", "z"]));
    assert!(lines_match(&["took ... ms (...)"], &["took 0.8 ms (fast)"]));
    assert!(!lines_match(&["a", "...", "z"], &["a", "b"]));
    assert!(!lines_match(&["took ... ms"], &["took 0.8 s"]));
    assert!(!lines_match(&["a"], &["a", "b"]));
}
