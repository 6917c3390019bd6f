//! The product for someone who is not root: the same isolation, or a refusal that says why.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::Command,
};

use serde_json::json;
use testkit::{DEFAULT_WAIT, Era, McpProcess, Workspace};
use types::IsolationLevel;

use crate::support::{assert_well, workspace};

/// Nobody's, on any machine: no account has it.
pub const SOMEONE: u32 = 54_321;

/// A workspace and a command of the binary in it, as a user who is not root. An ordinary user who
/// runs the tests is one already.
pub fn as_ordinary_user(workspace: Workspace, arguments: &[&str]) -> (Workspace, Command) {
    as_user(SOMEONE, workspace, arguments)
}

/// The same as the user of this number.
pub fn as_user(uid: u32, workspace: Workspace, arguments: &[&str]) -> (Workspace, Command) {
    if !rustix::process::geteuid().is_root() {
        let command = workspace.command(arguments);
        return (workspace, command);
    }
    let copy = workspace.path("code-executor");
    fs::copy(workspace.binary(), &copy).expect("the binary can be copied");
    let workspace = workspace.with_binary(copy);
    let inner = workspace.command(arguments);
    give_away(&workspace.path(""), uid);
    let mut command = Command::new("setpriv");
    command.arg(format!("--reuid={uid}")).arg(format!("--regid={uid}")).arg("--clear-groups");
    command
        .arg(inner.get_program())
        .args(inner.get_args())
        .current_dir(workspace.project())
        .env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    (workspace, command)
}

fn give_away(path: &Path, uid: u32) {
    chown(path, Some(uid), Some(uid)).expect("root may give files away");
    if path.is_dir() {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))
            .expect("root may open folders");
        for entry in fs::read_dir(path).expect("a folder").flatten() {
            give_away(&entry.path(), uid);
        }
    }
}

#[test]
fn programs_run_and_are_held_as_well_as_roots() {
    let (_workspace, command) = as_ordinary_user(workspace().with_demo(), &[]);
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    let outcome = server
        .run_with("(await discoverMCPTools({ server: 'demo' })).length > 0", &["mcp__demo__*"]);
    assert_eq!(outcome.result, Some(json!(true)), "{:?}\n{}", outcome.error, server.stderr());
    assert!(
        outcome.isolation.level >= IsolationLevel::L2,
        "an ordinary user gets less than root on this machine: {:?}",
        outcome.isolation
    );
    let stopped = server.execute(json!({ "code": "while (true) {}", "timeoutMs": 100 }));
    assert!(!stopped.success);
    assert_well(&mut server);
    let finished = server.finish();
    assert!(finished.status.success(), "{}", finished.stderr);
}

#[test]
fn the_command_line_works_as_well() {
    let workspace = workspace();
    workspace.write("project/hello.ts", "console.log('hello')");
    let (_workspace, command) = as_ordinary_user(workspace, &["exec", "hello.ts"]);
    let finished = testkit::run(command, DEFAULT_WAIT).expect_success();
    assert!(finished.stdout.starts_with("hello\n"), "{}", finished.stdout);
}
