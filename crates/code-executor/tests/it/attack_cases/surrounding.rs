//! Where a server under attack runs: as whom, and with how many of its layers.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};
use testkit::Workspace;
use types::IsolationLevel;

use super::case;
use crate::{ordinary_user::as_ordinary_user, support::workspace};

/// An interpreter that every user may read.
pub const SHARED_PYTHON: &str = "/usr/bin/python3";

/// How many of the layers a server has, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// All that this machine gives: L2, or L3 where it lets us make cgroups.
    Whole,
    /// Without namespaces, because the operator says so.
    L1,
    /// Without namespaces, because the host refuses them as a default container does.
    Container,
}

impl Mode {
    /// Whether this is what it is to be.
    pub fn is_reached_by(self, level: IsolationLevel) -> bool {
        match self {
            Self::Whole => level >= IsolationLevel::L2,
            Self::L1 | Self::Container => level == IsolationLevel::L1,
        }
    }
}

/// Who a server runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    Root,
    Ordinary,
}

/// A mode, and who the server runs as.
#[derive(Debug, Clone, Copy)]
pub struct Surrounding {
    pub mode: Mode,
    pub user: User,
}

impl Surrounding {
    /// Every one that this machine can give.
    pub fn all() -> Vec<Self> {
        let users: &[User] = if rustix::process::geteuid().is_root() {
            &[User::Root, User::Ordinary]
        } else {
            &[User::Ordinary]
        };
        // The filter of a container is written with the numbers of one architecture.
        let modes: &[Mode] = if cfg!(target_arch = "x86_64") {
            &[Mode::Whole, Mode::L1, Mode::Container]
        } else {
            &[Mode::Whole, Mode::L1]
        };
        let of = |&user| modes.iter().map(move |&mode| Self { mode, user });
        users.iter().flat_map(of).collect()
    }

    /// The mode and the user, for the table.
    pub fn name(self, level: IsolationLevel) -> String {
        let user = if self.user == User::Root { "root" } else { "user" };
        let place = if self.mode == Mode::Container { " in a container" } else { "" };
        format!("{level:?}{place}, {user}")
    }

    /// A workspace with what the cases find: two upstream servers, and a directory to be granted.
    pub fn workspace(self) -> Workspace {
        let namespaces = self.mode != Mode::L1;
        let sandbox = json!({ "namespaces": namespaces, "spares": 0, "rotateAfter": 1_000_000 });
        let mut workspace = workspace()
            .with_setting("sandbox", sandbox)
            .with_setting("limits", json!({ "memoryBytes": 128 << 20, "maxToolCalls": 2000 }));
        let shared = self.user == User::Ordinary || self.mode != Mode::Whole;
        if Path::new(SHARED_PYTHON).exists() && shared {
            let python = json!({ "python": { "pythonPath": SHARED_PYTHON } });
            workspace = workspace.with_setting("executors", python);
        }
        furnished(workspace, &json!(["allowed.example"]), &json!([]))
    }

    /// The command that serves there.
    pub fn command(self, workspace: Workspace) -> (Workspace, Command) {
        let (workspace, command) = match self.user {
            User::Root => {
                let command = workspace.command(&[]);
                (workspace, command)
            }
            User::Ordinary => as_ordinary_user(workspace, &[]),
        };
        match self.mode {
            Mode::Container => (workspace, below("like_docker.py", &[], &command)),
            Mode::Whole | Mode::L1 => (workspace, command),
        }
    }
}

/// The directory that programs may be granted.
pub const GRANTED: &str = "granted";

/// One beside it whose name begins alike, and a file there with a second name in the first.
pub const BESIDE: &str = "granted-beside";

/// Adds the servers `allowed` and `forbidden`, each with a list of its calls, and what the operator
/// allows: a directory, hosts, and directories of others to read.
pub fn furnished(mut workspace: Workspace, hosts: &Value, others: &Value) -> Workspace {
    for folder in [GRANTED, BESIDE] {
        workspace.write(&format!("{folder}/file.txt"), "hello");
    }
    let granted = json!(workspace.path(GRANTED));
    let mut read = vec![granted.clone()];
    read.extend(others.as_array().into_iter().flatten().cloned());
    workspace = workspace
        .with_security("allowRead", json!(read))
        .with_security("allowWrite", json!([granted]))
        .with_security("allowNetwork", hosts.clone());
    let script = fs::read(case::attacks().join("upstream.py")).expect("the upstream");
    let script = workspace.write("upstream.py", script);
    for name in ["allowed", "forbidden"] {
        let log = workspace.write(&format!("state/{name}.log"), "");
        let entry = json!({ "command": "python3", "args": [script, log] });
        workspace = workspace.with_server(name, entry);
    }
    workspace
}

/// The command, started by a script of `tests/attacks` that changes what it finds.
pub fn below(script: &str, arguments: &[&str], inner: &Command) -> Command {
    let mut command = Command::new("python3");
    command.args(["-I", "-S"]).arg(case::attacks().join(script)).args(arguments);
    command.arg(inner.get_program()).args(inner.get_args()).env_clear();
    command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = inner.get_current_dir() {
        command.current_dir(folder);
    }
    command
}
