//! `code-executor doctor` on this machine as it is, with less than it has, and for somebody who is
//! not root.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Finished, Workspace, run};

use crate::ordinary_user::as_ordinary_user;
use crate::support::workspace;

/// unshare, mount, umount2, pivot_root, open_tree, move_mount, fsopen, setns: what Docker's default
/// filter refuses of what we would use.
const CONTAINER: &str = "272=1,165=1,166=1,155=1,428=1,429=1,430=1,308=1";

/// The report, and how it ended.
#[track_caller]
fn report(command: Command) -> (Value, Finished) {
    let finished = run(command, DEFAULT_WAIT);
    let report = serde_json::from_str(&finished.stdout);
    (report.unwrap_or_else(|error| panic!("{error}: {finished:?}")), finished)
}

#[track_caller]
fn examined(workspace: &Workspace) -> (Value, Option<i32>) {
    let (report, finished) = report(workspace.command(&["doctor", "--json"]));
    (report, finished.code())
}

/// That every attempt of every engine was made, and held.
#[track_caller]
fn assert_all_held(report: &Value) {
    for engine in report["engines"].as_array().into_iter().flatten() {
        let Some(_) = engine.get("isolation") else { continue };
        let probes = engine["probes"].as_array().cloned().unwrap_or_default();
        // One of the machine that is no interpreter of Python cannot try all of them.
        if engine["engine"] == "deno" {
            continue;
        }
        assert_eq!(probes.len(), 18, "{engine}");
        for probe in probes {
            assert_eq!(probe["held"], true, "{}: {probe}", engine["engine"]);
        }
    }
}

fn problems(report: &Value) -> String {
    report["problems"].to_string()
}

#[test]
fn everything_is_tried_and_held_here() {
    let (report, code) = examined(&workspace());
    assert_eq!((code, &report["ok"]), (Some(0), &json!(true)), "{report}");
    assert_all_held(&report);
    let names: Vec<&str> =
        (0..3).filter_map(|at| report["engines"][at]["engine"].as_str()).collect();
    assert_eq!(names, ["quickjs", "cpython", "deno"]);
    // The attempts are such as can succeed, and a wall alone stops them.
    let probe = &report["engines"][0]["probes"][0];
    assert_eq!((&probe["name"], &probe["possible"]), (&json!("read-file"), &json!(true)));
    for wall in ["namespaces", "landlock", "seccomp"] {
        let walls = probe["heldBy"].as_array().cloned().unwrap_or_default();
        assert!(walls.contains(&json!(wall)), "{wall}: {probe}");
    }
    assert_eq!(report["auditLog"]["writable"], true);
    assert_eq!(report["clock"]["sane"], true);
    assert!(report["limits"]["memoryBytes"].as_u64() > Some(0));
    assert!(
        report["interpreters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one["used"] == true))
    );
}

#[test]
fn it_leaves_nothing_behind() {
    let workspace = workspace();
    examined(&workspace);
    assert_eq!(workspace.audit_records(), Vec::<Value>::new());
    let segments = fs::read_dir(workspace.audit_path().parent().expect("a folder"));
    let left: Vec<_> =
        segments.into_iter().flatten().flatten().map(|file| file.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("doctor")), "{left:?}");
}

#[test]
fn an_ordinary_user_is_examined_as_well() {
    let (_workspace, command) = as_ordinary_user(workspace(), &["doctor", "--json"]);
    let (report, finished) = report(command);
    assert_eq!(finished.code(), Some(0), "{report}");
    assert_all_held(&report);
    assert_ne!(report["host"]["uid"], 0);
}

#[test]
#[cfg(target_arch = "x86_64")]
fn in_a_container_it_is_l1_and_the_flag_is_named() {
    let python = json!({ "python": { "pythonPath": "/usr/bin/python3" } });
    let workspace = workspace().with_setting("executors", python);
    let (report, finished) = report(host_without(CONTAINER, &workspace));
    assert_all_held(&report);
    for at in 0..2 {
        assert_eq!(report["engines"][at]["level"], "L1", "{report}");
    }
    assert_eq!(finished.code(), Some(0), "{report}");
    let advice = report["advice"].to_string();
    assert!(advice.contains("seccomp=unconfined"), "{advice}");
    assert_eq!(report["host"]["filtered"], true);
}

#[test]
#[cfg(target_arch = "x86_64")]
fn without_landlock_it_is_l0_which_is_not_enough() {
    let workspace = workspace();
    let (report, finished) = report(host_without("444=38", &workspace));
    assert_eq!(finished.code(), Some(69));
    assert_eq!(report["engines"][0]["level"], "L0", "{report}");
    assert!(problems(&report).contains("reaches L0"), "{report}");
    assert!(report["advice"].to_string().contains("Landlock"), "{report}");
}

/// The doctor on a host that refuses these calls.
fn host_without(calls: &str, workspace: &Workspace) -> Command {
    let inner = workspace.command(&["doctor", "--json"]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attacks/host_without.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(calls).arg(inner.get_program()).args(inner.get_args());
    command.current_dir(workspace.project()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

#[test]
fn a_level_that_is_not_reached_is_a_failure() {
    let workspace = workspace()
        .with_security("minIsolation", json!("L3"))
        .with_setting("sandbox", json!({ "cgroups": false }));
    let (report, code) = examined(&workspace);
    assert_eq!(code, Some(69));
    assert!(problems(&report).contains("reaches L2"), "{report}");
    assert!(report["advice"].to_string().contains("sandbox.cgroups"), "{report}");
}

#[test]
fn an_environment_that_cannot_be_used_is_a_failure() {
    let empty = workspace();
    let folder = empty.write("home/venv/pyvenv.cfg", "").with_file_name("");
    let python = json!({ "python": { "venv": folder.to_string_lossy() } });
    let workspace = workspace().with_setting("executors", python);
    let (report, code) = examined(&workspace);
    assert_eq!(code, Some(69), "{report}");
    assert!(problems(&report).contains("executors.python.venv"), "{report}");
}

#[test]
fn packages_that_nothing_can_install_are_a_failure() {
    let dependencies = json!({ "mode": "any", "uv": "/nonexistent/uv" });
    let python = json!({ "python": { "dependencies": dependencies } });
    let workspace = workspace().with_setting("executors", python);
    let (report, code) = examined(&workspace);
    assert_eq!(code, Some(69), "{report}");
    assert!(problems(&report).contains("/nonexistent/uv"), "{report}");
}

#[test]
fn servers_are_started_and_one_that_fails_is_a_failure() {
    let demo = workspace().with_demo();
    let (report, code) = examined(&demo);
    assert_eq!((code, &report["upstreams"][0]["reachable"]), (Some(0), &json!(true)), "{report}");
    assert!(report["upstreams"][0]["tools"].as_u64() > Some(0), "{report}");
    let failing = workspace().with_server("gone", json!({ "command": "/nonexistent/server" }));
    let (report, code) = examined(&failing);
    assert_eq!(code, Some(69), "{report}");
    assert!(problems(&report).contains("gone"), "{report}");
    let skipped = run(failing.command(&["doctor", "--skip-upstreams"]), DEFAULT_WAIT);
    assert_eq!(skipped.code(), Some(0), "{}", skipped.stdout);
}

#[test]
fn an_audit_log_that_cannot_be_written_is_a_failure() {
    let workspace = workspace();
    let file = workspace.write("home/file", "not a folder");
    let path = file.join("audit.log").to_string_lossy().into_owned();
    let workspace = workspace.with_security("auditLogPath", json!(path));
    let (report, code) = examined(&workspace);
    assert_eq!(code, Some(69), "{report}");
    assert!(problems(&report).contains("audit log"), "{report}");
}

#[test]
fn what_it_shows_is_for_people_and_plain_in_a_pipe() {
    let finished = run(workspace().command(&["doctor"]), DEFAULT_WAIT).expect_success();
    for words in [
        "read a file of the host",
        "stopped by each alone",
        "on   landlock",
        "configuration",
        "everything that is asked for is reachable",
    ] {
        assert!(finished.stdout.contains(words), "{words} is missing: {}", finished.stdout);
    }
    assert!(!finished.stdout.contains('\x1b'), "colours in a pipe");
    assert_eq!(finished.stderr, "");
}
