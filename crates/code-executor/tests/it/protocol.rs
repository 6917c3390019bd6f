//! MCP on the wire, line by line.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Era, Fake, McpProcess, VERSION_STATELESS, run_with_input};

use crate::support::{OUR_TOOLS, assert_well, server, workspace};

#[test]
fn every_revision_is_spoken() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let workspace = workspace();
        let mut server = McpProcess::spawn(workspace.command(&[]), Era::Legacy);
        let answer = server.initialize_as(version);
        assert_eq!(answer["protocolVersion"], version);
        assert_eq!(answer["serverInfo"]["name"], "code-executor");
        assert_well(&mut server);
    }
}

#[test]
fn an_unknown_revision_is_answered_with_a_known_one() {
    let workspace = workspace();
    let mut server = McpProcess::spawn(workspace.command(&[]), Era::Legacy);
    let answer = server.initialize_as("2019-01-01");
    assert!(answer["protocolVersion"].as_str().is_some_and(|version| version > "2024"), "{answer}");
    assert_well(&mut server);
}

#[test]
fn the_stateless_revision_needs_no_handshake() {
    let workspace = workspace();
    let mut server = McpProcess::spawn(workspace.command(&[]), Era::Stateless);
    let listed = server.expect("tools/list", json!({}));
    assert_eq!(names(&listed), OUR_TOOLS);
    let discovered = server.initialize();
    let versions = discovered["supportedVersions"].as_array().cloned().unwrap_or_default();
    assert!(versions.contains(&json!(VERSION_STATELESS)), "{discovered}");
    assert_well(&mut server);
}

#[test]
fn the_tool_list_is_small_whatever_is_behind_us() {
    let mut workspace = workspace().with_demo();
    for n in 0..10 {
        workspace = workspace.with_fake(&format!("server-{n}"), Fake::Well);
    }
    let mut server = workspace.serve();
    // Every upstream is connected, so that a list that grew with them would show.
    server.call_tool("searchTools", json!({ "query": "anything" }));
    let listed = server.expect("tools/list", json!({}));
    assert_eq!(names(&listed), OUR_TOOLS);
    for tool in listed["tools"].as_array().into_iter().flatten() {
        for part in ["description", "inputSchema", "outputSchema", "annotations"] {
            assert!(tool.get(part).is_some(), "{} has no {part}", tool["name"]);
        }
    }
    let tokens = tiktoken_rs::o200k_base().expect("the vocabulary is in the crate");
    let count = tokens.encode_ordinary(&listed.to_string()).len();
    assert!(count < 900, "the tool list is {count} o200k tokens");
}

#[test]
fn a_hand_written_session_is_answered() {
    let workspace = workspace();
    let session = concat!(
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"printf","version":"1"}}}"#,
        "\n",
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        "\n",
        r#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#,
        "\n",
        r#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"executeTypescript","arguments":{"code":"console.log(2 + 2)"}}}"#,
        "\n",
    );
    let finished =
        run_with_input(workspace.command(&[]), session.as_bytes(), DEFAULT_WAIT).expect_success();
    let answers: Vec<Value> = finished
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let answer =
        |id: u64| answers.iter().find(|answer| answer["id"] == id).cloned().unwrap_or_default();
    assert_eq!(answer(1)["result"]["protocolVersion"], "2025-06-18");
    assert_eq!(names(&answer(2)["result"]), OUR_TOOLS);
    assert_eq!(answer(3)["result"]["structuredContent"]["output"], "4\n", "{}", finished.stderr);
}

#[test]
fn lines_that_are_no_requests_do_not_end_the_session() {
    let (_workspace, mut server) = server();
    for line in
        ["{", "", "null", "[]", "42", r#"{"jsonrpc":"1.0","id":9,"method":"x"}"#, "\u{0}\u{1}"]
    {
        server.write_raw(line.as_bytes());
    }
    assert_well(&mut server);
}

#[test]
fn unknown_methods_and_tools_are_errors() {
    let (_workspace, mut server) = server();
    let error = server.request("tools/destroy", json!({})).expect_err("no such method");
    assert_eq!(error.code, -32601, "{error:?}");
    let error = server
        .request("tools/call", json!({ "name": "executeTypscript", "arguments": {} }))
        .expect_err("no such tool");
    assert!(error.message.contains("executeTypescript"), "{error:?}");
    assert_well(&mut server);
}

#[test]
fn a_cancelled_program_is_stopped() {
    let (_workspace, mut server) = server();
    let id = server.send_program(json!({ "code": "while (true) {}", "timeoutMs": 60_000 }));
    testkit::wait_until(DEFAULT_WAIT, "the program never started", || active(&mut server) == 1);
    server
        .notify("notifications/cancelled", json!({ "requestId": id, "reason": "changed my mind" }));
    testkit::wait_until(Duration::from_secs(30), "the program was not stopped", || {
        active(&mut server) == 0
    });
    assert_well(&mut server);
}

#[test]
fn health_has_the_shape_clients_know() {
    let workspace = workspace().with_demo();
    let mut server = workspace.serve();
    let health = health(&mut server);
    assert_eq!(health["healthy"], true, "{health}");
    assert_eq!(health["auditLog"]["enabled"], true);
    assert_eq!(health["mcpClients"]["connected"], 0);
    assert_eq!(health["connectionPool"], json!({ "active": 0, "waiting": 0, "max": 100 }));
    assert!(health["uptime"].as_f64().is_some_and(|seconds| seconds >= 0.0));
    assert!(health["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{health}");
    assert_eq!(health["upstreams"][0]["server"], "demo");
    assert_eq!(health["upstreams"][0]["state"], "idle");
}

#[test]
fn nothing_is_started_before_it_is_needed() {
    let workspace = workspace().with_fake("lazy", Fake::Well);
    let mut server = workspace.serve();
    server.expect("tools/list", json!({}));
    let is_fake = |process: &testkit::ProcessId| process.command.contains("upstream.py");
    let started = server.descendants().iter().any(is_fake);
    assert!(!started, "{:?}", server.descendants());
}

#[test]
fn tools_are_found_by_intent() {
    let workspace = workspace().with_fake("letters", Fake::Well);
    let mut server = workspace.serve();
    let answer = server
        .call_tool("searchTools", json!({ "query": "answers the text it was given", "limit": 2 }));
    let tools = answer["structuredContent"]["tools"].as_array().cloned().unwrap_or_default();
    assert_eq!(tools[0]["name"], "mcp__letters__echo", "{answer}");
    assert_eq!(tools.len(), 2);
    let full =
        server.call_tool("searchTools", json!({ "query": "echo", "detail": "full", "limit": 1 }));
    assert!(
        full.to_string().contains("inputSchema") || full.to_string().contains("declaration"),
        "{full}"
    );
}

fn names(listed: &Value) -> Vec<&str> {
    let tools = listed["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
    tools.iter().filter_map(|tool| tool["name"].as_str()).collect()
}

fn health(server: &mut McpProcess) -> Value {
    server.call_tool("health", json!({}))["structuredContent"].clone()
}

fn active(server: &mut McpProcess) -> u64 {
    health(server)["connectionPool"]["active"].as_u64().unwrap_or(u64::MAX)
}
