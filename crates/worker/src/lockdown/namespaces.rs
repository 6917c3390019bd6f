//! Entering namespaces, once per zygote. Where that is refused the reason is kept: it becomes part
//! of the isolation that every result states.

use types::{Layer, MissingLayer};
use wire::control::{Probe, ZygoteConfig};

use crate::sys;

const NAMESPACES: [Layer; 4] =
    [Layer::UserNamespace, Layer::PidNamespace, Layer::NetworkNamespace, Layer::IpcNamespace];

/// What entering came to.
#[derive(Debug, Default)]
pub struct Entered {
    /// Layers that are in force.
    pub layers: Vec<Layer>,
    /// Layers that are not, and why.
    pub missing: Vec<MissingLayer>,
    /// What was tried outside, where that was asked for.
    pub probes: Vec<Probe>,
}

impl Entered {
    /// Whether the namespaces were entered, so that a root of our own can be made.
    pub fn has_namespaces(&self) -> bool {
        self.layers.contains(&Layer::UserNamespace)
    }

    /// Records a layer that is not there.
    pub fn lacks(&mut self, layer: Layer, reason: impl Into<String>) {
        self.missing.push(MissingLayer { layer, reason: reason.into() });
    }
}

/// Enters user, mount, PID, network, IPC and UTS namespaces together: all of them, or none. The
/// PID namespace takes effect for the next fork.
pub fn enter(config: &ZygoteConfig) -> Entered {
    let mut entered = Entered::default();
    let result = if config.namespaces {
        enter_all()
    } else {
        Err("switched off by the operator".to_owned())
    };
    match result {
        Ok(()) => entered.layers.extend(NAMESPACES),
        Err(reason) => NAMESPACES.into_iter().for_each(|layer| entered.lacks(layer, &reason)),
    }
    entered
}

fn enter_all() -> Result<(), String> {
    // SAFETY: these take no arguments and cannot fail.
    let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
    sys::unshare(
        libc::CLONE_NEWUSER
            | libc::CLONE_NEWNS
            | libc::CLONE_NEWPID
            | libc::CLONE_NEWNET
            | libc::CLONE_NEWIPC
            | libc::CLONE_NEWUTS,
    )
    .map_err(|errno| {
        format!("unshare: {errno}; allow unprivileged user namespaces on this host or container")
    })?;
    map_ids(uid, gid)?;
    sys::set_host_name("localhost").map_err(|errno| format!("the name of its host: {errno}"))
}

/// Enters a user and a mount namespace: the right to copy mounts, for who has none.
pub fn enter_for_mounts() -> Result<(), String> {
    // SAFETY: these take no arguments and cannot fail.
    let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
    sys::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNS)
        .map_err(|errno| format!("unshare: {errno}"))?;
    map_ids(uid, gid)
}

/// Keeps this process's ids in the user namespace that it has just entered.
fn map_ids(uid: u32, gid: u32) -> Result<(), String> {
    let map = |id: u32| format!("{id} {id} 1");
    let write = |path, text: &str| {
        sys::write_file(path, text.as_bytes()).map_err(|errno| format!("{path:?}: {errno}"))
    };
    write(c"/proc/self/setgroups", "deny")?;
    write(c"/proc/self/uid_map", &map(uid))?;
    write(c"/proc/self/gid_map", &map(gid))
}
