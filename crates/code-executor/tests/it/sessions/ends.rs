//! How sessions end, and what whoever comes back is told.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use testkit::{DEFAULT_WAIT, McpProcess, assert_gone, wait_until};

use super::{PYTHON, TYPESCRIPT, all_stopped, in_session, prints, refused, run, stopped};
use crate::support::{server, workspace};

/// Asserts that the session is gone for this reason, which is told once.
#[track_caller]
fn is_lost(server: &mut McpProcess, tool: &str, id: &str, reason: &str) {
    let (code, message) = refused(server, tool, in_session(id, "1"));
    assert_eq!(code, "session_lost", "{message}");
    assert!(message.contains(reason) && message.contains(id), "{message}");
    assert!(message.contains("are gone"), "{message}");
    let next = run(server, tool, id, "1");
    assert_eq!(next.session.map(|standing| standing.call), Some(1), "the name is free again");
}

#[test]
fn what_a_program_cannot_survive_its_session_does_not() {
    let (_workspace, mut server) = server();
    let hoard = "const all = []; for (;;) all.push('x'.repeat(1 << 20) + all.length)";
    for (tool, fatal, timeout, reason) in [
        (TYPESCRIPT, "for (;;) {}", 200, "TimeoutError"),
        (PYTHON, "while True: pass", 200, "TimeoutError"),
        (TYPESCRIPT, hoard, 30_000, "emory"),
        (PYTHON, "import ctypes\nctypes.string_at(0)", 30_000, "EngineCrash"),
    ] {
        prints(&mut server, tool, "a", "1");
        let arguments = json!({"code": fatal, "sessionId": "a", "timeoutMs": timeout});
        let outcome = server.execute_by(tool, arguments);
        assert!(!outcome.success, "{fatal}: {outcome:?}");
        let lost = outcome.session.clone().and_then(|standing| standing.lost);
        assert!(lost.is_some_and(|why| why.contains(reason)), "{fatal}: {outcome:?}");
        is_lost(&mut server, tool, "a", reason);
    }
}

#[test]
fn a_process_that_left_by_itself_is_missed_by_the_next_program() {
    let (_workspace, mut server) = server();
    prints(&mut server, PYTHON, "a", "n = 1");
    let left = run(&mut server, PYTHON, "a", "import os\nos._exit(3)");
    assert_eq!(left.error.map(|error| error.kind).as_deref(), Some("SystemExit"));
    // Whether it was stopped before it was gone, or after.
    let answer = server.call_tool(PYTHON, in_session("a", "print(n)"));
    let told = &answer["structuredContent"];
    let error = &told["error"]["type"];
    assert!(error == "session_lost" || told["session"]["lost"].is_string(), "{answer}");
    assert!(error == "session_lost" || error == "SystemExit", "{answer}");
}

#[test]
fn a_cancelled_program_takes_its_session_along() {
    let (_workspace, mut server) = server();
    for (tool, long) in [(TYPESCRIPT, "for (;;) {}"), (PYTHON, "while True: pass")] {
        prints(&mut server, tool, "a", "1");
        all_stopped(&server, 1);
        let id =
            server.send("tools/call", json!({"name": tool, "arguments": in_session("a", long)}));
        wait_until(DEFAULT_WAIT, "it runs", || stopped(&server.descendants()).is_empty());
        server.notify("notifications/cancelled", json!({"requestId": id}));
        // It is answered for when whoever waits for its turn hears of its end.
        let (code, message) = refused(&mut server, tool, in_session("a", "1"));
        assert!(code == "session_lost" && message.contains("CancelledError"), "{code}: {message}");
    }
}

#[test]
fn a_child_that_is_killed_while_it_is_stopped_is_missed_and_told_of() {
    let (_workspace, mut server) = server();
    for tool in [TYPESCRIPT, PYTHON] {
        prints(&mut server, tool, "a", "1");
        let stopped = all_stopped(&server, 1);
        for process in &stopped {
            let pid = Pid::from_raw(process.pid.cast_signed()).expect("a process");
            let _ = kill_process(pid, Signal::KILL);
        }
        assert_gone(&stopped, DEFAULT_WAIT);
        is_lost(&mut server, tool, "a", "while it was stopped");
        let anew = json!({"code": "1", "sessionId": "a", "resetSession": true});
        assert!(server.execute_by(tool, anew).success);
    }
}

#[test]
fn time_ends_a_session_and_its_process() {
    let settings = json!({"idleMs": 1_000, "lifetimeMs": 86_400_000});
    let workspace = workspace().with_setting("sessions", settings);
    let mut server = workspace.serve();
    for tool in [TYPESCRIPT, PYTHON] {
        prints(&mut server, tool, "a", "1");
        wait_until(DEFAULT_WAIT, "it has ended", || {
            let health = server.call_tool("health", json!({}));
            health["structuredContent"]["sessions"]["open"] == 0
        });
        let is_gone = || stopped(&server.descendants()).is_empty();
        wait_until(DEFAULT_WAIT, "its process is gone", is_gone);
        is_lost(&mut server, tool, "a", "nothing ran in it for 1 s");
    }
}

#[test]
fn there_are_as_many_sessions_as_the_operator_says() {
    let settings = json!({"max": 3, "maxPerPrincipal": 2});
    let workspace = workspace().with_setting("sessions", settings);
    let mut server = workspace.serve();
    prints(&mut server, TYPESCRIPT, "a", "1");
    prints(&mut server, PYTHON, "b", "1");
    for number in 0..200 {
        let arguments = in_session(&format!("s{number}"), "1");
        let (code, message) = refused(&mut server, TYPESCRIPT, arguments);
        assert!(code == "session_limit" && message.contains("a, b"), "{message}");
    }
    prints(&mut server, TYPESCRIPT, "a", "1");
    let health = server.call_tool("health", json!({}));
    let sessions = &health["structuredContent"]["sessions"];
    assert_eq!(sessions, &json!({"open": 2, "running": 0, "max": 3}));
    let off = self::workspace().with_setting("sessions", json!({"max": 0}));
    let (code, message) = refused(&mut off.serve(), TYPESCRIPT, in_session("a", "1"));
    assert!(code == "session_limit" && message.contains("switched off"), "{message}");
}

#[test]
fn stopping_leaves_no_session_behind() {
    let (workspace, mut server) = server();
    prints(&mut server, TYPESCRIPT, "a", "1");
    prints(&mut server, PYTHON, "a", "1");
    all_stopped(&server, 2);
    // Asserts that nothing is left of what was below it.
    let finished = server.finish();
    assert!(finished.status.success(), "{finished:?}");
    let left = fs::read_dir(workspace.path("tmp")).expect("it is ours").flatten();
    assert_eq!(left.count(), 0);
}
