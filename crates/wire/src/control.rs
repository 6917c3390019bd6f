//! Host and zygote on one machine: datagrams over a `SOCK_SEQPACKET` pair.
//!
//! A spawn carries the child's end of its RPC socket as a file descriptor, the answer carries the
//! child's pidfd. Both ends run our code and no guest's.

use serde::{Deserialize, Serialize};
use types::{Layer, MissingLayer};

/// The first argument that makes the binary a worker. Checked before anything else in `main`.
pub const WORKER_ARGUMENT: &str = "__worker";

/// The second argument of a worker process that is the mount broker and no zygote; the third is its
/// [`MountBrokerConfig`] as JSON.
pub const MOUNT_BROKER_ARGUMENT: &str = "mount-broker";

/// The file descriptor of the control socket in a worker process.
pub const CONTROL_FD: i32 = 3;

/// The longest control datagram.
pub const DATAGRAM_CAP: usize = 8 * 1024;

/// How a zygote is to be set up; the second argument of a worker process, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ZygoteConfig {
    /// The host's process id, to notice a host that died before the death signal was set.
    pub host_pid: u32,
    /// The uid and gid root switches to.
    pub sandbox_uid: u32,
    /// Whether to enter namespaces where that is allowed.
    pub namespaces: bool,
    /// Whether to go on without Landlock where there is none: what is left is level L0.
    pub unisolated: bool,
    /// The `cgroup.procs` files that the launcher writes itself to before it forks.
    pub cgroup_files: Vec<String>,
    /// Memory a program may use above the engine's own, in bytes.
    pub memory_bytes: u64,
    /// What runs the programs.
    pub engine: EngineConfig,
    /// What to reach for, behind each wall and all of them, in place of serving.
    pub probes: Option<ProbeTargets>,
}

/// What the attempts of a worker that probes its walls reach for. The host has put it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProbeTargets {
    /// A file that anybody may read.
    pub file: String,
    /// A directory in which anybody may make files.
    pub directory: String,
    /// A port of 127.0.0.1 on which the host listens.
    pub port: u16,
    /// The name of an abstract socket on which the host listens.
    pub socket: String,
    /// The host's process id.
    pub process: u32,
}

/// One attempt, and what it met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Probe {
    /// Such as `read-file`.
    pub name: String,
    /// Whether it works where there is no wall.
    pub possible: bool,
    /// The walls each of which stops it alone.
    pub held_by: Vec<Wall>,
    /// Whether all of them together stop it; `None` where that was not tried.
    pub held: Option<bool>,
}

/// What can be taken alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wall {
    /// Namespaces with a root of their own.
    Namespaces,
    /// No capabilities, no way to gain any, no dump.
    Privileges,
    /// The ruleset that denies everything.
    Landlock,
    /// The engine's filter of system calls.
    Seccomp,
    /// Resource limits.
    Limits,
}

/// What runs the programs of a zygote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EngineConfig {
    /// The embedded engine for TypeScript and JavaScript.
    QuickJs,
    /// The same with tools, console and timers alone: to measure what all else costs a program.
    BareQuickJs,
    /// The machine's CPython.
    Python(Box<PythonConfig>),
    /// The machine's Deno.
    Deno(Box<DenoConfig>),
}

impl EngineConfig {
    /// The engine's name in results and records.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::QuickJs | Self::BareQuickJs => "quickjs",
            Self::Python(_) => "cpython",
            Self::Deno(_) => "deno",
        }
    }
}

/// A CPython interpreter and what its programs may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PythonConfig {
    /// The real executable.
    pub executable: String,
    /// `sys.prefix`.
    pub prefix: String,
    /// `sys.exec_prefix`.
    pub exec_prefix: String,
    /// `sys.path`.
    pub search_path: Vec<String>,
    /// Files and directories that the interpreter needs; nothing else is visible.
    pub read_only: Vec<String>,
    /// Modules the zygote imports before it forks.
    pub preload: Vec<String>,
    /// Size of a child's scratch directories together, in bytes.
    pub scratch_bytes: u64,
    /// Files and directories in them.
    pub scratch_inodes: u64,
}

/// A Deno and what its programs may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DenoConfig {
    /// The real executable.
    pub executable: String,
    /// Files and directories that it needs, itself included; nothing else is visible.
    pub read_only: Vec<String>,
    /// A directory of prepared packages, as `DENO_DIR` has them.
    pub deno_dir: Option<String>,
    /// Size of a child's scratch directories together, in bytes.
    pub scratch_bytes: u64,
    /// Files and directories in them.
    pub scratch_inodes: u64,
    /// Threads and processes of one child, at most.
    pub workers: u32,
    /// Whether its children install packages, and run no program.
    pub installs: bool,
}

/// What the host asks of a zygote. With it comes the child's end of its RPC socket; for a program that
/// is granted directories then a file with the [`GrantSheet`], and a descriptor for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spawn {
    /// The host's number for the child.
    pub id: u32,
    /// Directories that its program is granted: descriptors that follow the sheet.
    pub directories: u32,
    /// CPU seconds after which the kernel ends it, whatever the host does.
    pub cpu_seconds: u32,
}

impl Spawn {
    /// As a datagram.
    pub fn encode(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..4].copy_from_slice(&self.id.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.directories.to_le_bytes());
        bytes[8..].copy_from_slice(&self.cpu_seconds.to_le_bytes());
        bytes
    }

    /// From a datagram.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; 12] = bytes.try_into().ok()?;
        let number =
            |at: usize| bytes[at..].first_chunk::<4>().map(|number| u32::from_le_bytes(*number));
        Some(Self { id: number(0)?, directories: number(4)?, cpu_seconds: number(8)? })
    }
}

/// What a zygote says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromZygote {
    /// It is ready to spawn: what its children will have, proven by canaries.
    Hello {
        /// Layers that are in force.
        layers: Vec<Layer>,
        /// Layers that are not, and why.
        missing: Vec<MissingLayer>,
    },
    /// It was asked to probe its walls, and has; it serves nobody.
    Probed {
        /// What it tried.
        probes: Vec<Probe>,
    },
    /// It cannot work on this host, and why.
    Unfit {
        /// What is missing, in words an operator can act on.
        reason: String,
    },
    /// The child runs; its pidfd comes with the datagram.
    Spawned {
        /// The host's number for it.
        id: u32,
    },
    /// The child could not be made.
    SpawnFailed {
        /// The host's number for it.
        id: u32,
        /// The system's error number.
        errno: i32,
    },
    /// The child ended and was reaped.
    Exited {
        /// The host's number for it.
        id: u32,
        /// Its exit code, when it exited.
        code: Option<i32>,
        /// The signal that ended it.
        signal: Option<i32>,
    },
}

impl FromZygote {
    /// As a datagram.
    pub fn encode(&self) -> Vec<u8> {
        let number = |tag: u8, id: u32, value: i32| {
            let mut out = vec![tag];
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&value.to_le_bytes());
            out
        };
        match self {
            Self::Spawned { id } => number(1, *id, 0),
            Self::SpawnFailed { id, errno } => number(2, *id, *errno),
            Self::Exited { id, code: Some(code), .. } => number(3, *id, *code),
            Self::Exited { id, signal, .. } => number(4, *id, signal.unwrap_or(0)),
            Self::Hello { .. } | Self::Probed { .. } | Self::Unfit { .. } => {
                serde_json::to_vec(self).unwrap_or_default()
            }
        }
    }

    /// From a datagram.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.first() == Some(&b'{') {
            return serde_json::from_slice(bytes).ok();
        }
        let (&tag, rest) = bytes.split_first()?;
        let (id, value) = rest.split_first_chunk::<4>()?;
        let id = u32::from_le_bytes(*id);
        let value = i32::from_le_bytes(value.try_into().ok()?);
        match tag {
            1 => Some(Self::Spawned { id }),
            2 => Some(Self::SpawnFailed { id, errno: value }),
            3 => Some(Self::Exited { id, code: Some(value), signal: None }),
            4 => Some(Self::Exited { id, code: None, signal: Some(value) }),
            _ => None,
        }
    }
}

mod grants;

pub use grants::{
    GrantSheet, GrantedPath, MAX_GRANTED, MountAnswer, MountBrokerConfig, MountOrder, SheetAnswer,
    Withheld,
};

/// Exit codes by which a child that cannot speak any more says why.
pub mod exit {
    /// It said how the program ended before it left.
    pub const DONE: i32 = 0;
    /// The parser ran out of stack: the source is nested too deeply.
    pub const SOURCE_TOO_DEEP: i32 = 70;
    /// Lockdown failed; nothing was read.
    pub const LOCKDOWN: i32 = 71;
    /// The host's end of the socket is gone, or it spoke nonsense.
    pub const HOST_GONE: i32 = 72;
    /// An allocation of ours (not the engine's) failed.
    pub const OUT_OF_MEMORY: i32 = 73;
    /// Beyond it by the number of a signal: what the child had started ended by it.
    pub const SIGNALLED: i32 = 128;
}

#[cfg(test)]
mod tests;
