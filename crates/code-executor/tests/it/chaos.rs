//! What is left when something is killed, stopped, full or used up in the middle of many programs of
//! both languages. Afterwards, each time: every program was answered or its server is gone, every
//! answer has all its records in the audit log, no process survives, and the next program works.
//!
//! Each test adds its row to `target/chaos/table.md`. They run one at a time (`.config/nextest.toml`).

mod clock;
mod storm;
mod table;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use serde_json::json;
use testkit::{DEFAULT_WAIT, Era, Fake, McpProcess, ProcessId, Workspace, assert_gone, wait_until};

use crate::support::workspace;

use self::clock::Clock;
use self::storm::{PROMPTLY, Storm, answered_calls, kill};
use self::table::row;

/// Room for all programs of a storm at once, and calls that are given up before a client would.
fn stormy() -> Workspace {
    workspace()
        .with_fake("fake", Fake::Well)
        .with_setting("limits", json!({ "maxConcurrent": 200, "maxWaiting": 400 }))
        .with_setting("upstreams", json!({ "callTimeoutMs": 60_000 }))
}

/// Children: leaves below a zygote, which is no leaf. The upstream's processes are not among them.
fn children(server: &McpProcess) -> Vec<ProcessId> {
    let all = server.descendants();
    let mut sandbox: Vec<_> = all.into_iter().filter(|it| !is_upstream(it)).collect();
    sandbox.retain(is_leaf);
    sandbox
}

/// Whether a process has none of its own. One look: a storm is over before `/proc` is read 200 times.
fn is_leaf(process: &ProcessId) -> bool {
    let file = format!("/proc/{0}/task/{0}/children", process.pid);
    fs::read_to_string(file).unwrap_or_default().trim().is_empty()
}

fn is_upstream(process: &ProcessId) -> bool {
    let line = fs::read_to_string(format!("/proc/{}/cmdline", process.pid)).unwrap_or_default();
    line.contains("upstream.py")
}

/// The servers behind us themselves, not their guards.
fn upstreams(server: &McpProcess) -> Vec<ProcessId> {
    let of_fake = |process: &ProcessId| is_upstream(process) && process.command.contains("python");
    server.descendants().into_iter().filter(of_fake).collect()
}

#[test]
fn children_killed() {
    let workspace = stormy();
    let mut server = workspace.serve();
    let storm = Storm::begin(&workspace, &mut server);
    let killed: Vec<_> = children(&server).into_iter().step_by(4).collect();
    kill(&killed);
    let after = storm.end(&mut server);
    assert!(after.succeeded() > after.sent / 4, "the others were harmed: {after:?}");
    assert!(after.failed() > 0 && after.failed() <= killed.len(), "{after:?}");
    after.assert_complete(&workspace);
    row(&format!("kill -9 of {} children", killed.len()), &after, &storm::well(&workspace, server));
}

#[test]
fn zygotes_killed() {
    let workspace = stormy();
    let mut server = workspace.serve();
    let storm = Storm::begin(&workspace, &mut server);
    let leaves = children(&server);
    let all = server.descendants();
    let zygotes: Vec<_> =
        all.into_iter().filter(|it| !leaves.contains(it) && !is_upstream(it)).collect();
    kill(&zygotes);
    let after = storm.end(&mut server);
    assert_gone(&leaves, PROMPTLY);
    assert_gone(&zygotes, PROMPTLY);
    after.assert_complete(&workspace);
    let what = format!("kill -9 of all {} zygotes, launchers and keepers", zygotes.len());
    row(&what, &after, &storm::well(&workspace, server));
}

#[test]
fn an_upstream_killed() {
    let workspace = stormy();
    let mut server = workspace.serve();
    let storm = Storm::begin(&workspace, &mut server);
    let victims = upstreams(&server);
    assert!(!victims.is_empty(), "there is no upstream: {:?}", server.descendants());
    kill(&victims);
    let after = storm.end(&mut server);
    assert_gone(&victims, PROMPTLY);
    after.assert_complete(&workspace);
    row("kill -9 of the upstream", &after, &storm::well(&workspace, server));
}

#[test]
fn an_upstream_stopped() {
    let workspace = stormy().with_setting("upstreams", json!({ "callTimeoutMs": 3_000 }));
    let mut server = workspace.serve();
    let storm = Storm::begin(&workspace, &mut server);
    let victims = upstreams(&server);
    storm::signal(&victims, Signal::STOP);
    // Programs that call nothing do not notice.
    let outcome = server.run("'on its own'");
    assert_eq!(outcome.result, Some(json!("on its own")), "{outcome:?}");
    let after = storm.end(&mut server);
    assert!(after.failed() > 0, "its calls were answered by nobody: {after:?}");
    after.assert_complete(&workspace);
    storm::signal(&victims, Signal::CONT);
    wait_until(DEFAULT_WAIT, "the upstream does not come back", || {
        answered_calls(&mut server) == 1
    });
    // A server that is stopped must not outlive us.
    storm::signal(&upstreams(&server), Signal::STOP);
    row("SIGSTOP of the upstream", &after, &storm::well_without_calls(&workspace, server));
}

#[test]
fn the_server_killed() {
    let workspace = stormy();
    let mut server = workspace.serve();
    let storm = Storm::begin(&workspace, &mut server);
    // Some have been answered, most have not.
    let below = server.descendants();
    server.signal(Signal::KILL);
    let after = storm.end(&mut server);
    server.wait_for_exit(PROMPTLY);
    assert_gone(&below, PROMPTLY);
    assert!(after.unanswered > 0, "it was killed too late: {after:?}");
    after.assert_complete(&workspace);
    row("kill -9 of the server", &after, &storm::well(&workspace, workspace.serve()));
}

#[test]
fn the_disk_full() {
    let workspace = stormy();
    let state = workspace.path("state");
    let inner = workspace.command(&[]);
    // A file system of its own for the log, in a mount namespace of the server's own: nothing is
    // mounted where others could see it, and it is gone with the server.
    let script = "mount -t tmpfs -o size=2m none \"$0\" && exec \"$1\"";
    let mut command = Command::new("unshare");
    let flags: &[&str] = if rustix::process::getuid().is_root() { &["-m"] } else { &["-rm"] };
    let may = Command::new("unshare").args(flags).arg("true").output();
    if !may.is_ok_and(|output| output.status.success()) {
        // `audit::without_its_log_nothing_runs` fills it by a limit on the size of files.
        return eprintln!("no file system of its own can be mounted here: no full disk");
    }
    command.args(flags).args(["sh", "-c", script]).arg(&state).arg(inner.get_program());
    like(&mut command, &inner);
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    let inside = PathBuf::from(format!("/proc/{}/root{}", server.pid(), state.display()));
    let records = |_: &Workspace| storm::records_below(&inside);
    let storm = Storm::begin_with(&workspace, &mut server, records);
    let filler = inside.join("filler");
    fill(&filler);
    let mut after = storm.end(&mut server);
    let refusal = storm::refusal(&mut server);
    assert!(refusal.contains("audit"), "a program runs and cannot be recorded: {refusal}");
    fs::remove_file(&filler).expect("the filler");
    wait_until(DEFAULT_WAIT, "it does not come back", || server.run("1").success);
    after.records = storm::records_below(&inside);
    after.assert_complete_so_far();
    row("full disk (a tmpfs of 2 MiB)", &after, &storm::well_while_it_lives(server));
}

/// Writes until nothing more fits.
fn fill(file: &Path) {
    use std::io::Write as _;
    let mut file = fs::File::create(file).expect("the filler");
    for block in [4096, 1] {
        while file.write_all(&vec![0_u8; block]).is_ok() {}
    }
}

#[test]
fn descriptors_used_up() {
    let workspace = stormy();
    let inner = workspace.command(&[]);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 64; exec \"$0\""]).arg(inner.get_program());
    like(&mut command, &inner);
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    let storm = Storm::send(&workspace, &mut server);
    let after = storm.end(&mut server);
    assert_eq!(after.unanswered, 0, "{after:?}");
    after.assert_complete(&workspace);
    row("64 descriptors (`ulimit -n 64`)", &after, &storm::well(&workspace, server));
}

#[test]
fn the_clock_jumps() {
    let workspace = stormy();
    let clock = Clock::build(&workspace);
    let mut command = workspace.command(&[]);
    clock.for_process(&mut command);
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    let storm = Storm::begin(&workspace, &mut server);
    const DAY: i64 = 86_400;
    for offset in [365 * DAY, -365 * DAY, -60 * 365 * DAY, DAY] {
        clock.jump(offset);
        // A deadline is still as far away as it was.
        let started = Instant::now();
        let outcome = server.execute(json!({ "code": "while (true) {}", "timeoutMs": 500 }));
        assert_eq!(outcome.limit, Some(types::LimitKind::Timeout), "{outcome:?}");
        assert!(started.elapsed() >= Duration::from_millis(450), "{:?}", started.elapsed());
    }
    let after = storm.end(&mut server);
    assert_eq!(after.succeeded(), after.sent, "{after:?}");
    after.assert_complete(&workspace);
    let years = storm::years(&workspace);
    assert!(years.len() > 1, "the clock did not jump: {years:?}");
    row("jumps of the clock (+1, -1, -60 years)", &after, &storm::well(&workspace, server));
}

/// The same surroundings for a command that starts another.
fn like(command: &mut Command, inner: &Command) {
    command.current_dir(inner.get_current_dir().expect("it has one")).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
}
