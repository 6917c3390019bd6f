//! Configuration as an operator writes it, and as an operator gets it wrong.

use std::process::Command;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fake, Finished, Workspace, run};

use crate::support::{assert_well, workspace};

/// Starts the server with this text as its configuration file.
fn start_with(text: &str) -> Finished {
    let workspace = workspace();
    let path = workspace.write("config.json", text);
    let mut command = workspace.bare_command(&[]);
    command.env("CODE_EXECUTOR_CONFIG_PATH", path);
    run(command, DEFAULT_WAIT)
}

#[track_caller]
fn assert_refused(text: &str, parts: &[&str]) {
    let finished = start_with(text);
    assert_eq!(finished.code(), Some(64), "{text}: {}", finished.stderr);
    assert_eq!(finished.stdout, "", "stdout is for protocol only");
    for part in parts {
        assert!(finished.stderr.contains(part), "`{part}` is missing: {}", finished.stderr);
    }
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_nearest() {
    assert_refused(
        "{\n  \"version\": 1,\n  \"security\": {\n    \"defaultTimeout\": 5\n  }\n}",
        &["config.json:4", "defaultTimeout", "defaultTimeoutMs"],
    );
}

#[test]
fn a_bad_value_is_named_with_what_it_may_be() {
    assert_refused(
        "{\n  \"version\": 1,\n  \"security\": { \"maxTimeoutMs\": \"long\" }\n}",
        &["config.json:3", "maxTimeoutMs"],
    );
}

#[test]
fn a_file_that_is_no_json_is_named_with_the_place() {
    assert_refused("{\n  \"version\": 1,,\n}", &["config.json:2"]);
    assert_refused("", &["config.json", "empty"]);
}

#[test]
fn a_configuration_that_is_named_must_exist() {
    let workspace = workspace();
    let mut command = workspace.bare_command(&[]);
    command.env("CODE_EXECUTOR_CONFIG_PATH", workspace.path("nowhere.json"));
    let finished = run(command, DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(64), "{}", finished.stderr);
    assert!(finished.stderr.contains("nowhere.json"), "{}", finished.stderr);
}

#[test]
fn the_first_versions_file_is_accepted_as_it_is() {
    let workspace = workspace();
    let config = json!({
        "version": 1,
        "security": {
            "allowRead": ["env:PROJECT_ROOT"],
            "allowWrite": false,
            "allowNetwork": ["localhost", "127.0.0.1"],
            "defaultTimeoutMs": 30_000,
            "maxTimeoutMs": 300_000,
            "enableAuditLog": true,
            "auditLogPath": workspace.audit_path(),
            "rateLimit": { "enabled": false, "maxRequests": 30, "windowMs": 60_000 },
        },
        "executors": {
            "typescript": { "enabled": true, "denoPath": "deno" },
            "python": { "enabled": false, "pythonPath": "python3" },
        },
        "mcpConfigPath": workspace.write("mcp.json", r#"{ "mcpServers": {} }"#),
    });
    let path = workspace.write("config.json", config.to_string());
    let mut command = workspace.bare_command(&[]);
    command.env("CODE_EXECUTOR_CONFIG_PATH", path).env("PROJECT_ROOT", workspace.project());
    let mut server = testkit::McpProcess::spawn(command, testkit::Era::Legacy);
    server.initialize();
    assert_well(&mut server);
    assert!(!workspace.audit_records().is_empty(), "{}", server.stderr());
}

#[test]
fn the_search_ends_at_the_first_file_found() {
    let workspace = workspace();
    let config = |milliseconds: u64| json!({ "version": 1, "security": { "maxTimeoutMs": milliseconds, "defaultTimeoutMs": 1_000 } });
    workspace.write("home/.config/code-executor/config.json", config(100_000).to_string());
    assert_eq!(longest(workspace.bare_command(&[])), 100_000);
    workspace.write("home/.code-executor.json", config(90_000).to_string());
    assert_eq!(longest(workspace.bare_command(&[])), 90_000);
    let named = workspace.write("named.json", config(80_000).to_string());
    let mut command = workspace.bare_command(&[]);
    command.env("CODE_EXECUTOR_CONFIG_PATH", named);
    assert_eq!(longest(command), 80_000);
}

#[test]
fn a_workspace_file_only_narrows_until_it_is_trusted() {
    let workspace = workspace();
    let operator = json!({ "version": 1, "security": { "maxTimeoutMs": 50_000 } });
    workspace.write("home/.code-executor.json", operator.to_string());
    let wider = json!({ "version": 1, "security": { "maxTimeoutMs": 200_000 } });
    workspace.write("project/.code-executor.json", wider.to_string());
    assert!(longest(workspace.bare_command(&[])) <= 50_000, "an untrusted file widened the limit");
}

#[test]
fn servers_of_an_untrusted_workspace_are_not_started() {
    let workspace = workspace();
    let marker = workspace.path("started");
    let server = json!({ "mcpServers": { "sly": { "command": "touch", "args": [marker] } } });
    workspace.write("project/.mcp.json", server.to_string());
    let search = |workspace: &Workspace| {
        let mut server =
            testkit::McpProcess::spawn(workspace.bare_command(&[]), testkit::Era::Legacy);
        server.initialize();
        server.call_tool("searchTools", json!({ "query": "anything" }));
        server.stderr()
    };
    let stderr = search(&workspace);
    assert!(!marker.exists(), "an untrusted file started a program");
    assert!(stderr.contains("trust") && stderr.contains(".mcp.json"), "{stderr}");

    let trusted = run(workspace.bare_command(&["trust"]), DEFAULT_WAIT).expect_success();
    assert!(
        trusted.stdout.contains("sly") && trusted.stdout.contains("touch"),
        "{}",
        trusted.stdout
    );
    search(&workspace);
    assert!(marker.exists(), "a trusted file started nothing");

    std::fs::remove_file(&marker).expect("the marker is there");
    let changed =
        json!({ "mcpServers": { "sly": { "command": "touch", "args": [marker, "-c"] } } });
    workspace.write("project/.mcp.json", changed.to_string());
    search(&workspace);
    assert!(!marker.exists(), "a file that changed after it was trusted started a program");
}

#[test]
fn a_server_list_that_is_absent_or_empty_is_fine() {
    for text in [None, Some(r#"{ "mcpServers": {} }"#)] {
        let workspace = workspace();
        if let Some(text) = text {
            workspace.write("project/.mcp.json", text);
        }
        let mut server =
            testkit::McpProcess::spawn(workspace.bare_command(&[]), testkit::Era::Legacy);
        server.initialize();
        assert_well(&mut server);
    }
}

#[test]
fn a_malformed_server_list_is_refused_with_the_place() {
    for text in ["", "{\n  \"mcpServers\": [\n", "{\n  \"mcpServers\": 5\n}", "[]"] {
        let workspace = workspace();
        workspace.write("mcp.json", text);
        let config = json!({ "version": 1, "mcpConfigPath": workspace.path("mcp.json") });
        let path = workspace.write("config.json", config.to_string());
        let mut command = workspace.bare_command(&[]);
        command.env("CODE_EXECUTOR_CONFIG_PATH", path);
        let finished = run(command, DEFAULT_WAIT);
        assert_eq!(finished.code(), Some(64), "{text:?}: {}", finished.stderr);
        assert!(finished.stderr.contains("mcp.json"), "{text:?}: {}", finished.stderr);
    }
}

#[test]
fn limits_set_by_the_operator_hold() {
    let workspace = workspace()
        .with_security("defaultTimeoutMs", json!(150))
        .with_setting("limits", json!({ "outputBytes": 1_024, "maxCodeBytes": 2_048 }));
    let mut server = workspace.serve();
    let outcome = server.run("while (true) {}");
    assert!(
        outcome.error.is_some_and(|error| error.message.contains("150")),
        "{:?}",
        outcome.limit
    );
    let outcome = server.run("console.log('x'.repeat(5_000))");
    assert!(outcome.truncated && outcome.output.len() <= 1_024);
    let refusal = server.refusal(json!({ "code": " ".repeat(2_049) }));
    assert!(refusal.contains("2048"), "{refusal}");
}

#[test]
fn secrets_of_servers_are_in_no_message() {
    let workspace = workspace()
        .with_fake("fake", Fake::ExitOnStart)
        .with_server("keyed", json!({ "command": "false", "env": { "TOKEN": "hunter2-secret" } }));
    let mut command = workspace.command(&[]);
    command.env("CODE_EXECUTOR_LOG", "trace");
    let mut server = testkit::McpProcess::spawn(command, testkit::Era::Legacy);
    server.initialize();
    let found = server.call_tool("searchTools", json!({ "query": "anything" }));
    let health = server.call_tool("health", json!({}));
    let told = format!("{found} {health} {}", server.stderr());
    assert!(!told.contains("hunter2-secret"), "a secret was told");
}

/// The longest timeout the server offers.
fn longest(command: Command) -> u64 {
    let mut server = testkit::McpProcess::spawn(command, testkit::Era::Legacy);
    server.initialize();
    let listed = server.expect("tools/list", json!({}));
    let tools = listed["tools"].as_array().cloned().unwrap_or_default();
    let schema = tools
        .iter()
        .find(|tool| tool["name"] == "executeTypescript")
        .map(|tool| &tool["inputSchema"]);
    schema
        .map(|schema| &schema["properties"]["timeoutMs"]["maximum"])
        .and_then(Value::as_u64)
        .unwrap_or_default()
}
