//! Servers that misbehave: each is an error with a name, and the others go on.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fake, McpProcess, Workspace, wait_until};
use types::ExecutionOutcome;

use crate::support::{assert_well, error_of, output_of, workspace};

/// Asks a misbehaving server for something, next to one that is well.
fn ask(fake: Fake, start_timeout_ms: u64) -> (Workspace, McpProcess, ExecutionOutcome) {
    let workspace = workspace()
        .with_fake("bad", fake)
        .with_fake("good", Fake::Well)
        .with_setting("upstreams", json!({ "startTimeoutMs": start_timeout_ms }));
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        const good = await callMCPTool('mcp__good__echo', { text: 'good' });
        console.log(good);
        await callMCPTool('mcp__bad__echo', { text: 'bad' });
        "#,
        &["mcp__*"],
    );
    (workspace, server, outcome)
}

#[track_caller]
fn assert_contained(fake: Fake, start_timeout_ms: u64) -> String {
    let (_workspace, mut server, outcome) = ask(fake, start_timeout_ms);
    assert_eq!(outcome.output, "good\n", "the good server was blocked: {:?}", outcome.error);
    let error = error_of(&outcome).clone();
    assert!(error.message.contains("bad"), "the server is not named: {error:?}");
    let status = upstream(&mut server, "bad");
    assert_eq!(status["state"], "failed", "{status}");
    assert!(status["error"].as_str().is_some_and(|error| !error.is_empty()), "{status}");
    assert_eq!(upstream(&mut server, "good")["state"], "ready");
    assert_well(&mut server);
    error.message
}

#[test]
fn a_server_that_exits_on_start() {
    let message = assert_contained(Fake::ExitOnStart, 5_000);
    assert!(message.contains('3'), "the exit status is not told: {message}");
}

#[test]
fn a_server_that_hangs_at_start() {
    let started = Instant::now();
    assert_contained(Fake::Hang, 1_500);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn a_server_that_prints_garbage() {
    assert_contained(Fake::Garbage, 3_000);
}

#[test]
fn a_command_that_does_not_exist() {
    let workspace = workspace()
        .with_server("gone", json!({ "command": "no-such-program-anywhere", "args": [] }))
        .with_fake("good", Fake::Well);
    let mut server = workspace.serve();
    let outcome = server.run_with("await callMCPTool('mcp__gone__x', {})", &["mcp__*"]);
    assert!(error_of(&outcome).message.contains("gone"), "{outcome:?}");
    let status = upstream(&mut server, "gone");
    assert!(
        status["error"].as_str().is_some_and(|error| error.contains("no-such-program")),
        "{status}"
    );
}

#[test]
fn a_server_that_is_slow_to_start_is_waited_for() {
    let (_workspace, _server, outcome) = ask(Fake::SlowStart, 15_000);
    assert_eq!(output_of(&outcome), "good\n");
}

#[test]
fn a_server_that_dies_during_a_call_comes_back() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        const before = await callMCPTool('mcp__fake__pid', {});
        let caught = 'nothing';
        try { await callMCPTool('mcp__fake__die', {}); } catch (error) { caught = error.message; }
        let after = before;
        for (let tries = 0; tries < 50 && after === before; tries++) {
            try { after = await callMCPTool('mcp__fake__pid', {}); }
            catch { await new Promise((resolve) => setTimeout(resolve, 200)); }
        }
        ({ caught, restarted: after !== before })
        "#,
        &["mcp__fake__*"],
    );
    let result = outcome.result.unwrap_or_default();
    assert!(result["caught"].as_str().is_some_and(|caught| caught.contains("fake")), "{result}");
    assert_eq!(result["restarted"], true, "{:?}", outcome.error);
    assert_well(&mut server);
}

#[test]
fn fifty_megabytes_are_refused_with_the_limit() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let mut server = workspace.serve();
    let outcome = server.run_with(
        r#"
        let message = 'none';
        try { await callMCPTool('mcp__fake__big', { megabytes: 50 }); } catch (error) { message = error.message; }
        console.log(message);
        await callMCPTool('mcp__fake__echo', { text: 'the connection goes on' })
        "#,
        &["mcp__fake__*"],
    );
    let limit = (16 << 20).to_string();
    assert!(output_of(&outcome).contains(&limit), "the limit is not named: {}", outcome.output);
    assert_eq!(outcome.result, Some(json!("the connection goes on")));
    assert_well(&mut server);
}

#[test]
fn servers_start_side_by_side() {
    let mut workspace = workspace();
    for n in 0..4 {
        workspace = workspace.with_fake(&format!("slow-{n}"), Fake::SlowStart);
    }
    let mut server = workspace.serve();
    let names: Vec<String> = (0..4).map(|n| format!("slow-{n}")).collect();
    let search = json!({ "query": "echo", "limit": 20 });
    let asked = server.send("tools/call", json!({ "name": "searchTools", "arguments": search }));
    wait_until(DEFAULT_WAIT, "they are not started at the same time", || {
        names.iter().all(|name| upstream(&mut server, name)["state"] == "connecting")
    });
    server.wait_for(asked, DEFAULT_WAIT).expect("an answer");
    wait_until(DEFAULT_WAIT, "their tools are not found", || {
        let found = server.call_tool("searchTools", search.clone()).to_string();
        names.iter().all(|name| found.contains(&format!("mcp__{name}__echo")))
    });
}

#[test]
fn we_are_no_upstream_of_our_own() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let binary = workspace.binary().to_owned();
    let workspace = workspace
        .with_server("code-executor", json!({ "command": binary, "args": [] }))
        .with_server("me-too", json!({ "command": binary, "args": ["serve"] }));
    let mut server = workspace.serve();
    let found =
        server.call_tool("searchTools", json!({ "query": "execute typescript echo", "limit": 50 }));
    let text = found["structuredContent"]["tools"].to_string();
    assert!(text.contains("mcp__fake__echo"), "{found}");
    assert!(!text.contains("executeTypescript"), "we are our own upstream: {found}");
}

#[test]
fn variables_are_filled_in() {
    let workspace = workspace();
    let script = workspace.write(
        "show.sh",
        "#!/bin/sh\nprintf '%s|%s|%s\\n' \"$1\" \"$2\" \"$GIVEN\" >\"$3\"\nexec cat >/dev/null\n",
    );
    let seen = workspace.path("seen");
    let workspace = workspace
        .with_server(
            "show",
            json!({
                "command": "sh",
                "args": [script, "${SET_HERE}", "${NOT_SET:-the default}", seen],
                "env": { "GIVEN": "a ${SET_HERE}" },
            }),
        )
        .with_setting("upstreams", json!({ "startTimeoutMs": 1_000 }));
    let mut command = workspace.command(&[]);
    command.env("SET_HERE", "value");
    let mut server = McpProcess::spawn(command, testkit::Era::Legacy);
    server.initialize();
    server.call_tool("searchTools", json!({ "query": "anything" }));
    let text = std::fs::read_to_string(seen).unwrap_or_default();
    assert_eq!(text, "value|the default|a value\n");
}

#[test]
fn a_servers_words_on_stderr_reach_our_log_with_its_name() {
    let workspace = workspace()
        .with_fake("grumpy", Fake::ExitOnStart)
        .with_setting("upstreams", json!({ "startTimeoutMs": 5_000 }));
    let mut command = workspace.command(&[]);
    command.env("CODE_EXECUTOR_LOG", "debug");
    let mut server = McpProcess::spawn(command, testkit::Era::Legacy);
    server.initialize();
    server.call_tool("searchTools", json!({ "query": "anything" }));
    testkit::wait_until(Duration::from_secs(30), "stderr is not in the log", || {
        server
            .stderr()
            .lines()
            .any(|line| line.contains("refusing to start") && line.contains("grumpy"))
    });
}

fn upstream(server: &mut McpProcess, name: &str) -> Value {
    let health = server.call_tool("health", json!({}));
    let upstreams =
        health["structuredContent"]["upstreams"].as_array().cloned().unwrap_or_default();
    upstreams.into_iter().find(|upstream| upstream["server"] == name).unwrap_or_default()
}
