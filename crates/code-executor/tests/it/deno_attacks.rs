//! Attacks by whoever has taken over all of V8: `native.c` is put in Deno's place, with all that Deno has
//! and nothing to keep it from any call. And that whatever it tries, others run on.
//!
//! The published attacks that JavaScript can make are in `attack_cases`.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, McpProcess, Workspace, assert_gone, run};
use types::{ExecutionOutcome, LimitKind};

use crate::support::{assert_well, error_of, output_of, workspace};

/// Longer than anything here takes on a busy machine.
const ENOUGH_MS: u64 = 60_000;

/// A workspace in which the attacker is what runs programs for Deno.
fn attacked() -> Workspace {
    let workspace = workspace();
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/deno_attacks/native.c");
    let attacker = workspace.path("attacker");
    let mut compiler = Command::new("cc");
    compiler.args(["-O1", "-pthread", "-o"]).arg(&attacker).arg(source);
    run(compiler, DEFAULT_WAIT).expect_success();
    workspace
        .with_setting("executors", json!({ "typescript": { "denoPath": attacker } }))
        .with_setting("limits", json!({ "memoryBytes": 128 << 20 }))
}

fn attack(server: &mut McpProcess, what: &str, permissions: Value) -> ExecutionOutcome {
    let outcome = server.execute(json!({
        "code": json!(format!("try:{what};")).to_string(),
        "runtime": "deno",
        "timeoutMs": ENOUGH_MS,
        "permissions": permissions,
    }));
    assert_eq!(outcome.isolation.engine, "deno");
    assert!(!outcome.output.contains("ESCAPED"), "{what}: {}", outcome.output);
    assert!(!outcome.output.contains("no scratch"), "{what}: {}", outcome.output);
    outcome
}

#[test]
fn native_code_reaches_nothing() {
    let workspace = attacked();
    let mut server = workspace.serve();
    let outcome = attack(&mut server, "reach out", json!({}));
    assert!(output_of(&outcome).lines().count() > 20, "{outcome:?}");
    output_of(&attack(&mut server, "threads", json!({})));
    assert_well(&mut server);
}

#[test]
fn native_code_hides_no_memory() {
    let workspace = attacked();
    let mut server = workspace.serve();
    for what in ["take", "take and talk", "take and complain", "tables"] {
        let outcome = attack(&mut server, what, json!({}));
        assert_eq!(outcome.limit, Some(LimitKind::Memory), "{what}: {outcome:?}");
    }
    // What cannot be seen is ended.
    error_of(&attack(&mut server, "take unseen", json!({})));
    assert_well(&mut server);
}

#[test]
fn native_code_that_breaks_off_ends_its_own_execution_alone() {
    let workspace = attacked();
    let mut server = workspace.serve();
    assert_well(&mut server);
    for what in ["stop", "close", "shut", "crash", "be ready again", "babble"] {
        let outcome = attack(&mut server, what, json!({}));
        let error = error_of(&outcome);
        assert_ne!(outcome.limit, Some(LimitKind::Timeout), "{what} held its place: {error:?}");
        assert_well(&mut server);
    }
    // The first end is the end.
    assert!(attack(&mut server, "end twice", json!({})).success);
    let below = server.descendants();
    drop(server);
    assert_gone(&below, DEFAULT_WAIT);
}

#[test]
fn native_code_writes_into_no_pipe_of_a_directory_that_it_may_read() {
    let workspace = attacked();
    let folder = workspace.path("granted");
    let pipe = folder.join("pipe");
    std::fs::create_dir(&folder).expect("a directory");
    let mode = rustix::fs::Mode::from_raw_mode(0o666);
    let fifo = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, fifo, mode, 0).expect("a pipe");
    let all = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    std::fs::set_permissions(&pipe, all).expect("a pipe for all");
    let nonblocking = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let mut reader =
        OpenOptions::new().read(true).custom_flags(nonblocking).open(&pipe).expect("it");
    let workspace = workspace.with_security("allowRead", json!([folder]));
    let mut server = workspace.serve();
    let what = format!("pipe;path:{}", pipe.display());
    let outcome = attack(&mut server, &what, json!({ "read": [folder] }));
    assert!(output_of(&outcome).contains("BLOCKED:writing into a pipe"), "{outcome:?}");
    let mut came = [0; 1];
    assert!(!matches!(reader.read(&mut came), Ok(1..)), "something came through");
}
