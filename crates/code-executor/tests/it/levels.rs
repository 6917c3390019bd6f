//! The levels of isolation: L3 where this machine lets this user make cgroups, and what it holds;
//! L0 only for an operator who says so twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use testkit::{DEFAULT_WAIT, Era, McpProcess, Workspace, run, wait_until};
use types::{IsolationLevel, Layer, LimitKind};

use crate::support::{assert_well, error_of, server, workspace};

/// `landlock_create_ruleset`.
const NO_LANDLOCK: &str = "444=38";

/// A server with its group, or `None` where there are no cgroups to be had, which it says on its own.
fn at_l3(workspace: &Workspace) -> Option<McpProcess> {
    let mut server = workspace.serve();
    let isolation = server.run("1").isolation;
    if isolation.level == IsolationLevel::L3 {
        assert!(isolation.layers.contains(&Layer::Cgroup) && isolation.missing.is_empty());
        return Some(server);
    }
    let missing = isolation.missing.iter().find(|missing| missing.layer == Layer::Cgroup);
    let reason = missing.map(|missing| missing.reason.as_str()).unwrap_or_default();
    assert!(!reason.is_empty(), "no cgroup, and no reason: {isolation:?}");
    let root = rustix::process::geteuid().is_root();
    let first = Path::new("/sys/fs/cgroup/memory/cgroup.procs").exists();
    assert!(!(root && first), "root can make groups of version 1: {reason}");
    eprintln!("not tried, no cgroups for us here: {reason}");
    None
}

/// The directories of a server's group.
fn group(server: &McpProcess) -> Vec<PathBuf> {
    let ours = format!("code-executor.{}.", server.pid());
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
                if entry.file_name().to_string_lossy().starts_with(&ours) {
                    found.push(entry.path());
                }
            }
        }
    }
    found
}

#[test]
fn every_process_of_a_program_is_in_the_group_which_goes_with_us() {
    let workspace = workspace();
    let Some(mut server) = at_l3(&workspace) else { return };
    server.run_python("1");
    let groups = group(&server);
    assert!(!groups.is_empty(), "there is no group");
    for group in &groups {
        let members = fs::read_to_string(group.join("cgroup.procs")).expect("its processes");
        for process in server.descendants() {
            let pid = process.pid.to_string();
            assert!(members.lines().any(|member| member == pid), "{process:?} is in no group");
        }
    }
    assert!(server.finish().status.success());
    for group in groups {
        assert!(!group.exists(), "{} remains", group.display());
    }
}

#[test]
fn the_group_of_a_host_that_was_killed_goes_with_the_next_start() {
    let first = workspace();
    let Some(mut killed) = at_l3(&first) else { return };
    let groups = group(&killed);
    killed.signal(rustix::process::Signal::KILL);
    killed.wait_for_exit(DEFAULT_WAIT);
    let second = workspace();
    wait_until(DEFAULT_WAIT, "the group of a host that is gone remains", || {
        second.serve().run("1");
        groups.iter().all(|group| !group.exists())
    });
}

#[test]
fn programs_that_use_too_much_together_meet_their_memory_limit() {
    let workspace = workspace().with_setting("limits", json!({ "totalMemoryBytes": 200_000_000 }));
    let Some(mut server) = at_l3(&workspace) else { return };
    let greedy = json!({ "code": "len(bytearray(240 << 20))" });
    for _ in 0..3 {
        let outcome = server.execute_by("executePython", greedy.clone());
        assert_eq!(outcome.limit, Some(LimitKind::Memory), "{outcome:?}");
        let error = error_of(&outcome);
        assert_eq!(error.kind, "MemoryLimitError");
        assert!(error.message.contains("may have together"), "{}", error.message);
        assert_well(&mut server);
    }
    let outcome = server.run_python("len(bytearray(40 << 20))");
    assert_eq!(outcome.result, Some(json!(40 << 20)), "{outcome:?}");
}

#[test]
fn without_cgroups_l3_is_refused_and_l2_is_said() {
    let off = || workspace().with_setting("sandbox", json!({ "cgroups": false }));
    let mut server = off().with_security("minIsolation", json!("L3")).serve();
    let refusal = server.refusal(json!({ "code": "console.log('ran')" }));
    assert!(refusal.contains("L3") && refusal.contains("sandbox.cgroups"), "{refusal}");
    let workspace = off();
    assert_eq!(workspace.serve().run("1").isolation.level, IsolationLevel::L2);
}

#[test]
fn l0_alone_is_refused_before_anything_starts() {
    let workspace = workspace().with_security("minIsolation", json!("L0"));
    let file = workspace.write("project/x.ts", "1");
    let finished = run(workspace.command(&["exec", &file.to_string_lossy()]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(64));
    let words = "security.iUnderstandThatProgramsAreNotIsolated";
    assert!(finished.stderr.contains(words), "{}", finished.stderr);
}

/// Our command on a host without Landlock.
fn without_landlock(workspace: &Workspace) -> Command {
    let inner = workspace.command(&[]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/attacks/host_without.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(NO_LANDLOCK).arg(inner.get_program()).args(inner.get_args());
    command.current_dir(workspace.project()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command
}

#[test]
#[cfg(target_arch = "x86_64")]
fn a_host_without_landlock_runs_nothing_unless_it_is_meant() {
    let careful = workspace();
    let mut server = McpProcess::spawn(without_landlock(&careful), Era::Legacy);
    server.initialize();
    let refusal = server.refusal(json!({ "code": "console.log('ran')" }));
    assert!(refusal.contains("landlock is not available"), "{refusal}");
    let careless = workspace()
        .with_security("minIsolation", json!("L0"))
        .with_security("iUnderstandThatProgramsAreNotIsolated", json!(true));
    let mut server = McpProcess::spawn(without_landlock(&careless), Era::Legacy);
    server.initialize();
    for outcome in [server.run("1 + 1"), server.run_python("1 + 1")] {
        assert_eq!(outcome.result, Some(json!(2)), "{outcome:?}");
        assert_eq!(outcome.isolation.level, IsolationLevel::L0);
        assert!(!outcome.isolation.layers.contains(&Layer::Landlock));
        assert!(outcome.isolation.layers.contains(&Layer::Seccomp), "the rest is there");
    }
    assert!(server.stderr().contains("nothing holds them"), "{}", server.stderr());
}

#[test]
fn l0_that_is_meant_takes_nothing_from_a_host_that_can_do_better() {
    let workspace = workspace()
        .with_security("minIsolation", json!("L0"))
        .with_security("iUnderstandThatProgramsAreNotIsolated", json!(true));
    assert!(workspace.serve().run("1").isolation.level >= IsolationLevel::L2);
    let (_workspace, mut usual) = server();
    assert_well(&mut usual);
}
