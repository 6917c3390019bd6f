//! How long real servers may take, what they are told when nobody waits any more, and servers that
//! rest or fail, as users see it.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Fake, Fixtures, McpProcess, Workspace, wait_until};

use crate::support::{error_of, output_of, workspace};

const WAITING: &str = include_str!("../../../testkit/fakes/waiting.py");
const AMPLE: Duration = Duration::from_secs(30);

fn everything(upstreams: Value) -> Workspace {
    workspace()
        .with_server("everything", Fixtures::locate().npm_server("server-everything", &[]))
        .with_setting("upstreams", upstreams)
}

/// The official SDK's server whose tool waits, and where it takes note of that.
fn waiting(upstreams: Value) -> (Workspace, PathBuf) {
    let workspace = workspace().with_setting("upstreams", upstreams);
    let script = workspace.write("waiting.py", WAITING);
    let marks = workspace.write("marks", "");
    let entry = json!({ "command": Fixtures::locate().python(), "args": [script, marks] });
    (workspace.with_server("waiting", entry), marks)
}

fn marks(path: &PathBuf, what: &str) -> usize {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter(|line| *line == what).count()
}

fn status(server: &mut McpProcess, name: &str) -> Value {
    let health = server.call_tool("health", json!({}));
    let all = health["structuredContent"]["upstreams"].as_array().cloned().unwrap_or_default();
    all.into_iter().find(|status| status["server"] == name).unwrap_or_default()
}

#[test]
fn a_call_that_reports_progress_may_take_longer_than_one_that_is_silent() {
    let workspace = everything(json!({ "callTimeoutMs": 1500 }));
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        const operation = (steps) => callMCPTool(
            'mcp__everything__trigger-long-running-operation', { duration: 3, steps });
        console.log(await operation(15));
        try { await operation(1); } catch (error) { console.log(error.code, error.message); }
        "#,
        &["mcp__everything__*"],
    );
    let output = output_of(&outcome);
    let (done, silent) = output.split_once('\n').unwrap_or_default();
    assert!(done.contains("Long running operation completed"), "{output}");
    assert!(silent.contains("`upstreams.callTimeoutMs`"), "the limit is not named: {silent}");
}

#[test]
fn progress_does_not_outlast_the_longest_call() {
    let workspace = everything(json!({ "callTimeoutMs": 500, "maxCallTimeoutMs": 1000 }));
    let mut server = workspace.serve();
    let outcome = server.run_with(
        "await callMCPTool('mcp__everything__trigger-long-running-operation',
                           { duration: 20, steps: 200 })",
        &["mcp__everything__*"],
    );
    let message = &error_of(&outcome).message;
    assert!(message.contains("`upstreams.maxCallTimeoutMs`"), "{message}");
}

#[test]
fn an_official_server_learns_that_a_call_ran_out_of_time() {
    let (workspace, marked) = waiting(json!({ "callTimeoutMs": 1500 }));
    let mut server = workspace.serve();
    let outcome = server.run_with("await callMCPTool('mcp__waiting__wait', {})", &["mcp__*"]);
    assert!(error_of(&outcome).message.contains("did not answer"), "{outcome:?}");
    wait_until(AMPLE, "the cancellation", || marks(&marked, "cancelled") == 1);
}

#[test]
fn an_official_server_learns_that_its_program_has_ended() {
    let (workspace, marked) = waiting(json!({}));
    let mut server = workspace.serve();
    let quick = "console.log(await callMCPTool('mcp__waiting__wait', { seconds: 0 }))";
    assert!(output_of(&server.run_with(quick, &["mcp__*"])).contains("waited"));
    let outcome = server.execute(json!({
        "code": "await callMCPTool('mcp__waiting__wait', {})",
        "allowedTools": ["mcp__*"],
        "timeoutMs": 2000,
    }));
    error_of(&outcome);
    wait_until(AMPLE, "the cancellation", || marks(&marked, "cancelled") == 1);
    // It has harmed nobody: the connection is used on.
    assert!(output_of(&server.run_with(quick, &["mcp__*"])).contains("waited"));
    assert_eq!(marks(&marked, "began"), 3);
}

#[test]
fn a_server_at_rest_is_found_and_comes_back() {
    let workspace = workspace()
        .with_fake("fake", Fake::Well)
        .with_setting("upstreams", json!({ "idleShutdownMs": 300 }));
    let mut server = workspace.serve();
    let call = "console.log(await callMCPTool('mcp__fake__echo', { text: 'here' }))";
    assert_eq!(output_of(&server.run_with(call, &["mcp__*"])), "here\n");
    wait_until(AMPLE, "its rest", || status(&mut server, "fake")["state"] == "idle");
    let found = server.call_tool("searchTools", json!({ "query": "echo" }));
    assert!(found.to_string().contains("mcp__fake__echo"), "{found}");
    assert_eq!(output_of(&server.run_with(call, &["mcp__*"])), "here\n");
}

#[test]
fn health_tells_of_an_open_circuit_and_the_error_when_it_is_tried_again() {
    let workspace = workspace().with_fake("bad", Fake::ExitOnStart).with_setting(
        "upstreams",
        json!({ "breakerFailures": 1, "breakerPauseMs": 600_000, "breakerMaxPauseMs": 600_000 }),
    );
    let mut server = workspace.serve();
    let call = "await callMCPTool('mcp__bad__echo', {})";
    error_of(&server.run_with(call, &["mcp__*"]));
    let status = status(&mut server, "bad");
    assert_eq!((&status["circuit"], &status["transport"]), (&json!("open"), &json!("stdio")));
    assert!(status["retryInMs"].as_u64().is_some_and(|ms| ms > 0), "{status}");
    let outcome = server.run_with(call, &["mcp__*"]);
    assert!(error_of(&outcome).message.contains("not tried again for"), "{outcome:?}");
}
