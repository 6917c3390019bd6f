//! What the audit log holds, and that nothing runs without it.

use std::{os::unix::fs::PermissionsExt, process::Command};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Era, Fake, McpProcess, Workspace, run};

use crate::support::workspace;

#[test]
fn an_execution_leaves_its_start_its_calls_and_its_end() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let mut server = workspace.serve();
    let code = "await callMCPTool('mcp__fake__echo', { text: 'very-private' }); console.log('also-private')";
    let outcome = server.run_with(code, &["mcp__fake__*"]);
    assert!(outcome.success, "{:?}", outcome.error);
    let records = of(&workspace, outcome.execution_id.as_str());
    assert_eq!(records.len(), 3, "a start, a call, an end: {records:?}");
    let end = records.last().cloned().unwrap_or_default();
    assert_eq!(end["executor"], "typescript");
    assert_eq!(end["codeLength"], code.len());
    assert_eq!(end["codeHash"].as_str().map(str::len), Some(64));
    assert_eq!(end["allowedTools"], json!(["mcp__fake__*"]));
    assert_eq!(end["toolsCalled"], json!(["mcp__fake__echo"]));
    assert_eq!((&end["success"], &end["clientId"]), (&json!(true), &json!("default")));
    assert!(end["executionTimeMs"].as_f64().is_some_and(|time| time > 0.0), "{end}");
    assert!(end["memoryUsage"].as_u64().is_some(), "{end}");
    for record in &records {
        let time = record["timestamp"].as_str().unwrap_or_default();
        assert!(time.ends_with('Z') && time.contains('T'), "{record}");
    }
    let all = format!("{:?}", workspace.audit_records());
    assert!(!all.contains("private"), "arguments or output are in the audit log");
}

#[test]
fn a_failure_is_recorded_with_its_class() {
    let workspace = workspace();
    let mut server = workspace.serve();
    let outcome = server.run("throw new RangeError('secret words')");
    let records = of(&workspace, outcome.execution_id.as_str());
    let end = records.last().cloned().unwrap_or_default();
    assert_eq!(end["success"], false);
    assert!(end.to_string().contains("RangeError") && !end.to_string().contains("secret"), "{end}");
}

#[test]
fn the_end_is_written_before_the_answer_leaves() {
    let workspace = workspace();
    let mut server = workspace.serve();
    for _ in 0..20 {
        let outcome = server.run("1");
        assert_eq!(of(&workspace, outcome.execution_id.as_str()).len(), 2, "a start and an end");
    }
}

#[test]
fn the_log_is_for_its_owner_only() {
    let workspace = workspace();
    workspace.serve().run("1");
    for entry in std::fs::read_dir(workspace.path("state")).expect("the log's folder").flatten() {
        let metadata = entry.metadata().expect("an entry of the folder");
        let mode = metadata.permissions().mode() & 0o077;
        assert!(metadata.is_dir() || mode == 0, "{:?} is open to others", entry.file_name());
    }
}

#[test]
fn a_log_that_cannot_be_opened_stops_the_start() {
    let workspace = workspace();
    // A file where the log's folder should be stops root as well.
    workspace.write("blocked", "");
    let path = workspace.path("blocked/audit.log");
    let workspace = workspace.with_security("auditLogPath", json!(path));
    let finished = run(workspace.command(&[]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(69), "{}", finished.stderr);
    assert!(finished.stderr.contains("audit log"), "{}", finished.stderr);
}

#[test]
fn without_its_log_nothing_runs() {
    let workspace = workspace();
    let inner = workspace.command(&[]);
    // Files may grow to 8 KiB and no further, and the signal that says so is ignored.
    let mut command = Command::new("bash");
    command.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\""]).arg(inner.get_program());
    command.current_dir(workspace.project()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    let mut refusal = None;
    for n in 0..100 {
        let answer = server
            .call_tool("executeTypescript", json!({ "code": format!("console.log('ran {n}')") }));
        let error = &answer["structuredContent"]["error"];
        if error["type"] == "audit_unavailable" {
            refusal = Some(answer.clone());
            break;
        }
        assert_eq!(answer["structuredContent"]["success"], true, "{answer}");
    }
    let refusal = refusal.expect("programs run though they cannot be recorded").to_string();
    assert!(refusal.contains("audit") && !refusal.contains("ran "), "{refusal}");
    let health = server.call_tool("health", json!({}));
    assert_eq!(health["structuredContent"]["healthy"], false, "{health}");
}

#[test]
fn a_log_that_is_switched_off_is_not_written() {
    let workspace = workspace().with_security("enableAuditLog", json!(false));
    let mut server = workspace.serve();
    assert!(server.run("1").success);
    assert_eq!(workspace.audit_records(), Vec::<Value>::new());
}

#[test]
fn two_servers_write_one_log_without_mixing() {
    let workspace = workspace();
    let mut servers = [workspace.serve(), workspace.serve()];
    let mut ids = Vec::new();
    for round in 0..20 {
        for server in &mut servers {
            ids.push(server.run(&format!("{round}")).execution_id);
        }
    }
    for id in ids {
        assert_eq!(of(&workspace, id.as_str()).len(), 2, "records of {id} are missing");
    }
}

#[test]
fn a_synced_log_works_as_well() {
    let workspace = workspace().with_security("auditDurability", json!("synced"));
    let mut server = workspace.serve();
    let outcome = server.run("1");
    assert_eq!(of(&workspace, outcome.execution_id.as_str()).len(), 2);
}

/// The records of one execution, in order.
fn of(workspace: &Workspace, execution: &str) -> Vec<Value> {
    let mut records = workspace.audit_records();
    records.retain(|record| record["executionId"] == execution);
    records
}
