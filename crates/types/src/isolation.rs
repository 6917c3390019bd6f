//! The isolation an execution really had: a level, the layers behind it, and what was missing.

use serde::{Deserialize, Serialize};

/// How strongly the operating system holds a program. SECURITY.md says what each level stops.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
pub enum IsolationLevel {
    /// Nothing but the engine.
    L0,
    /// Landlock, seccomp and resource limits; no namespaces.
    L1,
    /// L1 inside user, mount, PID, network, IPC and UTS namespaces with an empty root.
    L2,
    /// L2 with pooled cgroup limits.
    L3,
}

impl IsolationLevel {
    /// The level as users write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::L0 => "L0",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::L3 => "L3",
        }
    }
}

/// One layer of the lockdown.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// A user namespace of its own.
    UserNamespace,
    /// A mount namespace whose root is empty.
    EmptyRoot,
    /// A PID namespace whose first process is ours.
    PidNamespace,
    /// A network namespace without interfaces.
    NetworkNamespace,
    /// IPC and UTS namespaces.
    IpcNamespace,
    /// An unprivileged uid and no capabilities.
    NoCapabilities,
    /// `no_new_privs`.
    NoNewPrivs,
    /// Landlock with every access denied, and signal and abstract-socket scoping.
    Landlock,
    /// A seccomp filter that kills by default.
    Seccomp,
    /// Resource limits: address space, CPU, processes, files, core dumps.
    Rlimits,
    /// Cgroup limits for all children together.
    Cgroup,
}

/// A layer that is not there, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MissingLayer {
    /// The layer.
    pub layer: Layer,
    /// Why it is not there, in words an operator can act on.
    pub reason: String,
}

/// The isolation an execution really had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Isolation {
    /// The engine that ran the program, such as `quickjs`.
    pub engine: String,
    /// The level the layers add up to.
    pub level: IsolationLevel,
    /// Layers that were applied and verified.
    pub layers: Vec<Layer>,
    /// Layers that were not, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingLayer>,
}
