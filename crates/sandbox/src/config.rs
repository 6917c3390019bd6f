//! What the operator sets about the sandbox.

use std::path::PathBuf;
use std::time::Duration;

use types::IsolationLevel;
use wire::control::EngineConfig;

use crate::Cgroup;

/// The sandbox's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// What runs the programs.
    pub engine: EngineConfig,
    /// The executable that is run as a worker: our own.
    pub worker: PathBuf,
    /// Executions are refused below this level.
    pub min_isolation: IsolationLevel,
    /// Whether to enter namespaces; off gives level L1 at most.
    pub namespaces: bool,
    /// The group that bounds what all programs use together; without one there is no level L3.
    pub cgroup: Option<Cgroup>,
    /// The uid and gid that root switches to. In the range that distributions leave unassigned.
    pub sandbox_uid: u32,
    /// Memory a program may use above the engine's own, in bytes.
    pub memory_bytes: u64,
    /// CPU seconds after which the kernel itself ends a child: the longest timeout and some more.
    pub cpu_seconds: u64,
    /// The same for all programs of a session together: as long as one may live, and some more.
    pub session_cpu_seconds: u64,
    /// Children after which a zygote is replaced by a fresh one.
    pub rotate_after: u32,
    /// Locked-down children kept ready ahead of demand.
    pub spares: usize,
    /// How long a zygote may take to be ready.
    pub start_timeout: Duration,
    /// How long a child may take to be ready.
    pub launch_timeout: Duration,
}

impl Config {
    /// The defaults, with the executable to run as a worker.
    pub fn new(worker: PathBuf) -> Self {
        Self {
            engine: EngineConfig::QuickJs,
            worker,
            min_isolation: IsolationLevel::L1,
            namespaces: true,
            cgroup: None,
            sandbox_uid: 65_533,
            memory_bytes: 256 << 20,
            cpu_seconds: 310,
            session_cpu_seconds: 3_610,
            rotate_after: 10_000,
            spares: 1,
            start_timeout: Duration::from_secs(10),
            launch_timeout: Duration::from_secs(10),
        }
    }
}
