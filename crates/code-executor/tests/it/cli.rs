//! The command line: the same path, for a person.

use std::time::Duration;

use serde_json::Value;
use testkit::{DEFAULT_WAIT, Fake, Finished, Workspace, run, run_with_input};
use types::ExecutionOutcome;

use crate::support::workspace;

fn exec(workspace: &Workspace, arguments: &[&str], program: &str) -> Finished {
    let mut all = vec!["exec", "-"];
    all.extend(arguments);
    run_with_input(workspace.command(&all), program.as_bytes(), DEFAULT_WAIT)
}

#[test]
fn a_program_from_a_file_prints_what_it_prints() {
    let workspace = workspace();
    let file = workspace
        .write("project/hello.ts", "const who: string = 'world';\nconsole.log(`hello ${who}`);");
    let finished =
        run(workspace.command(&["exec", &file.to_string_lossy()]), DEFAULT_WAIT).expect_success();
    assert!(finished.stdout.starts_with("hello world\n"), "{}", finished.stdout);
}

#[test]
fn a_program_from_stdin_runs_as_well() {
    let finished = exec(&workspace(), &[], "console.log(6 * 7)").expect_success();
    assert!(finished.stdout.starts_with("42\n"), "{}", finished.stdout);
}

#[test]
fn the_whole_outcome_can_be_had_as_json() {
    let finished = exec(&workspace(), &["--json"], "console.log('a'); ({ b: 1 })").expect_success();
    let outcome: ExecutionOutcome = serde_json::from_str(&finished.stdout).expect("an outcome");
    assert_eq!(
        (outcome.output.as_str(), outcome.result),
        ("a\n", Some(serde_json::json!({ "b": 1 })))
    );
}

#[test]
fn a_program_that_fails_ends_with_one() {
    let finished =
        exec(&workspace(), &[], "console.log('kept');\nthrow new TypeError('wrong kind')");
    assert_eq!(finished.code(), Some(1), "{}", finished.stderr);
    let told = format!("{}{}", finished.stdout, finished.stderr);
    assert!(
        told.contains("kept") && told.contains("TypeError") && told.contains("wrong kind"),
        "{told}"
    );
}

#[test]
fn tools_are_allowed_by_name() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let program = "console.log(await callMCPTool('mcp__fake__echo', { text: 'through' }))";
    let allowed = exec(&workspace, &["--allow", "mcp__fake__echo"], program).expect_success();
    assert!(allowed.stdout.contains("through"), "{}", allowed.stdout);
    let refused = exec(&workspace, &[], program);
    assert_eq!(refused.code(), Some(1), "{}", refused.stdout);
}

#[test]
fn a_timeout_is_kept() {
    let finished = exec(&workspace(), &["--timeout", "200ms"], "while (true) {}");
    assert_eq!(finished.code(), Some(1));
    assert!(
        finished.stderr.contains("200") || finished.stdout.contains("200"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let finished = run(workspace().command(&["exec", "missing.ts"]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(2), "{}", finished.stderr);
    assert!(finished.stderr.contains("missing.ts"), "{}", finished.stderr);
}

#[test]
fn tools_are_listed_and_searched() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let listed = run(workspace.command(&["tools"]), DEFAULT_WAIT).expect_success();
    for tool in ["echo", "big", "slow"] {
        assert!(listed.stdout.contains(&format!("mcp__fake__{tool}")), "{}", listed.stdout);
    }
    let found = run(
        workspace.command(&["tools", "search", "answers", "text", "--limit", "1"]),
        DEFAULT_WAIT,
    );
    let found = found.expect_success();
    assert!(found.stdout.contains("mcp__fake__echo"), "{}", found.stdout);
    let json = run(workspace.command(&["tools", "--json"]), DEFAULT_WAIT).expect_success();
    let value: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert!(value.to_string().contains("mcp__fake__echo"), "{value}");
}

#[test]
fn help_and_version_are_on_stdout() {
    let help = run(workspace().bare_command(&["--help"]), DEFAULT_WAIT).expect_success();
    for word in ["exec", "tools", "demo-server", "trust", "doctor", "Exit codes"] {
        assert!(help.stdout.contains(word), "{word} is missing: {}", help.stdout);
    }
    let version = run(workspace().bare_command(&["--version"]), DEFAULT_WAIT).expect_success();
    assert!(version.stdout.starts_with("code-executor "), "{}", version.stdout);
}

#[test]
fn wrong_usage_ends_with_two() {
    let finished = run(workspace().bare_command(&["execute", "x.ts"]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(2), "{}", finished.stderr);
    assert!(finished.stderr.contains("exec"), "{}", finished.stderr);
}

#[test]
fn a_reader_that_leaves_early_is_no_crash() {
    let workspace = workspace();
    let mut command = workspace.command(&["exec", "-"]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    command.stdout(writer).stderr(std::process::Stdio::piped()).stdin(std::process::Stdio::null());
    let output = command.output().expect("the binary starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn an_interrupt_ends_the_program_with_130() {
    let workspace = workspace();
    let file = workspace.write("project/endless.ts", "while (true) {}");
    let mut server = testkit::McpProcess::spawn(
        workspace.command(&["exec", &file.to_string_lossy()]),
        testkit::Era::Legacy,
    );
    testkit::wait_until(DEFAULT_WAIT, "the program never started", || {
        workspace.audit_records().iter().any(|record| record.get("executionId").is_some())
    });
    server.signal(rustix::process::Signal::INT);
    let status = server.wait_for_exit(Duration::from_secs(5));
    assert_eq!(status.code(), Some(130), "{}", server.stderr());
}
