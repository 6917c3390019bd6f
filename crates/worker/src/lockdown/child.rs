//! The lockdown of one child, in the one order that works: its parent's death, Landlock,
//! descriptors, limits, filter.

use std::os::fd::{AsRawFd, OwnedFd};

use crate::controls::{self, Wall};
use crate::lockdown::{identity, landlock, rlimits, seccomp::Filter};
use crate::sys::{self, Result};

/// The child's end of its RPC socket; 0 to 2 are `/dev/null`, nothing else is open.
pub const RPC_FD: i32 = 3;

/// What the zygote prepares once, so that a child only enforces it.
pub struct Prepared {
    /// The Landlock ruleset; none at level L0.
    pub ruleset: Option<OwnedFd>,
    /// The system-call filter.
    pub filter: Filter,
    /// The zygote's own address space, in bytes.
    pub baseline: u64,
    /// Memory a program may use above it, in bytes.
    pub memory: u64,
    /// The zygote as its children see it.
    pub zygote: i32,
}

/// Locks this process down, which the kernel ends after so many CPU seconds. After it only the calls of
/// the filter are left.
pub fn apply(prepared: &Prepared, rpc: OwnedFd, cpu_seconds: u64) -> Result<()> {
    // Where there is no PID namespace to end with, this is what ends a child with its zygote.
    identity::die_with_parent(prepared.zygote)?;
    sys::setsid()?;
    let gone = controls::is_off(Wall::Landlock);
    if let Some(ruleset) = prepared.ruleset.as_ref().filter(|_| !gone) {
        landlock::restrict_self(ruleset)?;
    }
    sys::dup2(0, 1)?;
    sys::dup2(0, 2)?;
    sys::dup2(rpc.as_raw_fd(), RPC_FD)?;
    // Closed below with everything else; dropping it later would close a number of the guest's.
    std::mem::forget(rpc);
    sys::close_from(RPC_FD.unsigned_abs() + 1)?;
    sys::prctl(libc::PR_SET_DUMPABLE, 0, 0)?;
    if !controls::is_off(Wall::Rlimits) {
        rlimits::apply(prepared.baseline, prepared.memory, cpu_seconds)?;
    }
    if controls::is_off(Wall::Seccomp) { Ok(()) } else { prepared.filter.load() }
}
