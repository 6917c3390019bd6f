//! Beginning and end: what the server does when it is told to stop, or not even told.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use testkit::{DEFAULT_WAIT, Era, Fake, McpProcess, assert_gone, wait_until};

use crate::support::{server, workspace};

const PROMPTLY: Duration = Duration::from_secs(20);

#[test]
fn a_closed_stdin_ends_the_server() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let mut server = workspace.serve();
    server.run_with("await callMCPTool('mcp__fake__echo', { text: 'a' })", &["mcp__fake__*"]);
    let finished = server.finish();
    assert_eq!(finished.code(), Some(0), "{}", finished.stderr);
}

#[test]
fn a_stdin_closed_in_the_middle_of_an_execution_ends_both() {
    let (workspace, mut server) = server();
    server.send_program(json!({ "code": "while (true) {}", "timeoutMs": 60_000 }));
    wait_for_child(&mut server, 1);
    let below = server.descendants();
    let started = Instant::now();
    server.close_stdin();
    server.wait_for_exit(Duration::from_secs(20));
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    assert_gone(&below, PROMPTLY);
    let records = workspace.audit_records();
    let ends = records.iter().filter(|record| record.get("executionTimeMs").is_some()).count();
    assert_eq!(ends, 1, "the execution has no end in the audit log: {records:?}");
}

#[test]
fn an_answer_under_way_still_leaves_after_the_end_of_stdin() {
    let (_workspace, mut server) = server();
    let id = server
        .send_program(json!({ "code": "await new Promise((r) => setTimeout(r, 300)); 'drained'" }));
    server.close_stdin();
    assert_eq!(server.outcome_of(id).result, Some(json!("drained")));
    server.wait_for_exit(PROMPTLY);
}

#[test]
fn sigterm_ends_an_idle_server_at_once() {
    for signal in [Signal::TERM, Signal::INT] {
        let workspace = workspace().with_fake("fake", Fake::Well);
        let mut server = workspace.serve();
        server.run_with("await callMCPTool('mcp__fake__echo', { text: 'a' })", &["mcp__fake__*"]);
        let below = server.descendants();
        server.signal(signal);
        server.wait_for_exit(PROMPTLY);
        assert_gone(&below, PROMPTLY);
    }
}

#[test]
fn a_second_sigterm_does_not_wait_for_programs() {
    let workspace = workspace();
    let mut command = workspace.command(&[]);
    command.env("CODE_EXECUTOR_LOG", "info");
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    server.send_program(json!({ "code": "while (true) {}", "timeoutMs": 300_000 }));
    wait_for_child(&mut server, 1);
    let below = server.descendants();
    server.signal(Signal::TERM);
    // Two signals sent at once may arrive as one.
    wait_until(PROMPTLY, "the first signal is not told", || {
        server.stderr().contains("second signal")
    });
    server.signal(Signal::TERM);
    server.wait_for_exit(PROMPTLY);
    assert_gone(&below, PROMPTLY);
}

#[test]
fn a_sigterm_waits_for_a_program_that_ends() {
    let (_workspace, mut server) = server();
    let id = server.send_program(
        json!({ "code": "await new Promise((r) => setTimeout(r, 500)); 'finished'" }),
    );
    wait_for_child(&mut server, 1);
    server.signal(Signal::TERM);
    assert_eq!(server.outcome_of(id).result, Some(json!("finished")));
    server.wait_for_exit(PROMPTLY);
}

#[test]
fn sigkill_leaves_nothing() {
    let workspace = workspace().with_fake("fake", Fake::Well).with_fake("stubborn", Fake::Stubborn);
    let mut server = workspace.serve();
    server.run_with(
        "await Promise.all(['fake', 'stubborn'].map((name) => callMCPTool(`mcp__${name}__echo`, { text: 'a' })))",
        &["mcp__*"],
    );
    for _ in 0..3 {
        server.send_program(json!({ "code": "while (true) {}", "timeoutMs": 300_000 }));
    }
    wait_for_child(&mut server, 3);
    let below = server.descendants();
    assert!(below.iter().any(|process| process.command == "sleep"), "{below:?}");
    server.signal(Signal::KILL);
    server.wait_for_exit(PROMPTLY);
    assert_gone(&below, PROMPTLY);
}

#[test]
fn a_stubborn_server_does_not_keep_us() {
    let workspace = workspace()
        .with_fake("stubborn", Fake::Stubborn)
        .with_setting("upstreams", json!({ "stopTimeoutMs": 500 }));
    let mut server = workspace.serve();
    server.run_with("await callMCPTool('mcp__stubborn__echo', { text: 'a' })", &["mcp__*"]);
    let below = server.descendants();
    assert!(below.iter().any(|process| process.command == "sleep"), "{below:?}");
    let started = Instant::now();
    let finished = server.finish();
    assert!(finished.status.success(), "{}", finished.stderr);
    assert!(started.elapsed() < PROMPTLY, "{:?}", started.elapsed());
    assert_gone(&below, PROMPTLY);
}

#[test]
fn a_dead_zygote_is_replaced() {
    let (_workspace, mut server) = server();
    server.run("1");
    let before = server.descendants();
    assert!(!before.is_empty(), "no sandbox process is running");
    for process in &before {
        if let Some(pid) = i32::try_from(process.pid).ok().and_then(rustix::process::Pid::from_raw)
        {
            // One may end with the other before its turn comes.
            let _ = rustix::process::kill_process(pid, Signal::KILL);
        }
    }
    assert_gone(&before, PROMPTLY);
    wait_until(DEFAULT_WAIT, "the sandbox did not come back", || server.run("2").success);
}

#[test]
fn executions_leave_no_process_and_no_descriptor() {
    let (_workspace, mut server) = server();
    for _ in 0..20 {
        server.run("1");
    }
    let host = testkit::ProcessId::of(server.pid()).expect("the server runs");
    // Children are kept ready, so that their number moves: the most of a while is what it may be.
    let while_idle = Instant::now();
    let (mut processes, mut descriptors) = (0, None);
    wait_until(PROMPTLY, "", || {
        processes = processes.max(server.descendants().len());
        descriptors = descriptors.max(host.open_descriptors());
        while_idle.elapsed() > Duration::from_millis(300)
    });
    for code in ["1", "throw new Error('x')", "while (true) {}"].iter().cycle().take(60) {
        server.execute(json!({ "code": code, "timeoutMs": 20 }));
    }
    wait_until(PROMPTLY, "children remain", || server.descendants().len() <= processes);
    wait_until(PROMPTLY, "descriptors remain", || host.open_descriptors() <= descriptors);
}

#[test]
fn too_many_programs_are_told_to_come_back() {
    let workspace =
        workspace().with_setting("limits", json!({ "maxConcurrent": 1, "maxWaiting": 1 }));
    let mut server = workspace.serve();
    let ids: Vec<u64> = (0..3)
        .map(|_| server.send_program(json!({ "code": "while (true) {}", "timeoutMs": 700 })))
        .collect();
    let answers: Vec<String> =
        ids.into_iter().map(|id| format!("{:?}", server.wait_for(id, DEFAULT_WAIT))).collect();
    let busy = answers.iter().filter(|answer| answer.contains("busy")).count();
    assert_eq!(busy, 1, "{answers:?}");
}

#[test]
fn a_start_without_a_client_ends_quietly() {
    let workspace = workspace();
    let mut server = McpProcess::spawn(workspace.command(&["serve"]), Era::Legacy);
    server.close_stdin();
    assert!(server.wait_for_exit(PROMPTLY).success(), "{}", server.stderr());
}

/// Waits until this many programs run.
fn wait_for_child(server: &mut McpProcess, running: u64) {
    wait_until(DEFAULT_WAIT, "the programs never started", || {
        let health = server.call_tool("health", json!({}));
        health["structuredContent"]["connectionPool"]["active"] == running
    });
}
