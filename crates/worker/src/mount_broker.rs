//! The mount broker: makes the mounts by which Python programs see the directories they are granted.
//!
//! It stays in the host's view of the file system, hears from the host alone, and gives a mount only of
//! the very directory that the host holds open: read-only, without devices, set-uid and programs. It
//! decides nothing about who may have what, runs no code but this, and never sees a program.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::fs::MetadataExt;

use wire::control::{CONTROL_FD, MountAnswer, MountBrokerConfig, MountOrder, exit};

use crate::lockdown::{identity, mounts, namespaces};
use crate::scm;
use crate::sys::{self, Errno};

mod kernel;
mod mount_table;
mod owners;

/// To copy mounts, to reach directories that only root may pass through, and to write the maps of
/// user namespaces. From `linux/capability.h`.
const CAPABILITIES: [u32; 4] = [21, 2, 7, 6];

/// Serves the host until it is gone.
pub fn run(config: &MountBrokerConfig) -> ! {
    match Broker::begin(config) {
        Ok(mut broker) => broker.serve(),
        // The first order is answered with it, so that the host knows.
        Err(reason) => refuse_all(&format!("cannot be mounted on this host: {reason}")),
    }
}

struct Broker {
    // By owner; `None` where directories are mounted as they are.
    owners: Option<owners::Owners>,
}

impl Broker {
    fn begin(config: &MountBrokerConfig) -> Result<Self, String> {
        let step = |what: &str, result: sys::Result<()>| {
            result.map_err(|errno| format!("{what}: {errno}"))
        };
        step("a session of its own", sys::setsid())?;
        let is_root = sys::is_root();
        let rights_of_root = is_root && mounts::are_permitted();
        if !rights_of_root {
            namespaces::enter_for_mounts()?;
        }
        step("dropping capabilities", identity::keep_capabilities(&CAPABILITIES))?;
        step("no_new_privs", identity::no_new_privs())?;
        // No process of the same user may look in.
        step("dumpable", sys::prctl(libc::PR_SET_DUMPABLE, 0, 0).map(drop))?;
        let host = i32::try_from(config.host_pid).unwrap_or(-1);
        step("tying its life to the host's", identity::die_with_parent(host))?;
        let owners = rights_of_root.then(|| owners::Owners::new(config.sandbox_uid));
        Ok(Self { owners })
    }

    fn serve(&mut self) -> ! {
        while let Some(order) = receive() {
            match order
                .ok_or_else(|| "was ordered in words unknown here".to_owned())
                .and_then(|order| self.mount(&order))
            {
                Ok((mount, as_owner)) => {
                    answer(&MountAnswer::Mounted { as_owner }, Some(mount.as_raw_fd()));
                }
                Err(reason) => answer(&MountAnswer::Refused { reason }, None),
            }
        }
        sys::exit_now(exit::DONE)
    }

    fn mount(&mut self, order: &MountOrder) -> Result<(OwnedFd, bool), String> {
        let directory = kernel::open_directory(&order.path).map_err(|errno| match errno.0 {
            libc::ENOENT => "does not exist any more".to_owned(),
            libc::ENOTDIR | libc::ELOOP => "is no directory any more".to_owned(),
            _ => format!("cannot be reached to mount it: {errno}"),
        })?;
        let data = directory.metadata().map_err(|error| format!("cannot be looked at: {error}"))?;
        let directory = OwnedFd::from(directory);
        if (data.dev(), data.ino()) != (order.device, order.inode) {
            return Err("is not the directory any more that was granted".to_owned());
        }
        if data.nlink() == 0 {
            return Err("does not exist any more".to_owned());
        }
        mount_table::is_clear(&directory, &order.path)?;
        let failed = |errno: Errno| format!("cannot be mounted for a program: {errno}");
        let mount = mounts::copy_of_directory(&directory).map_err(failed)?;
        let attributes = libc::MOUNT_ATTR_RDONLY
            | libc::MOUNT_ATTR_NOSUID
            | libc::MOUNT_ATTR_NODEV
            | libc::MOUNT_ATTR_NOEXEC;
        mounts::restrict(&mount, attributes).map_err(failed)?;
        // What was mounted there meanwhile came along: it is looked for after the copy, too.
        mount_table::is_clear(&directory, &order.path)?;
        let as_owner = match &mut self.owners {
            Some(owners) => owners.show(&mount, data.uid(), data.gid()),
            // An ordinary user's programs are that user.
            None => true,
        };
        Ok((mount, as_owner))
    }
}

/// The next order, `Some(None)` when it makes no sense; `None` when the host is gone.
fn receive() -> Option<Option<MountOrder>> {
    let mut bytes = [0; MountOrder::CAP + 1];
    let (length, _) = scm::receive(CONTROL_FD, &mut bytes)?;
    Some(MountOrder::decode(&bytes[..length]))
}

fn answer(answer: &MountAnswer, mount: Option<RawFd>) {
    scm::send(CONTROL_FD, &answer.encode(), mount);
}

fn refuse_all(reason: &str) -> ! {
    while receive().is_some() {
        answer(&MountAnswer::Refused { reason: reason.to_owned() }, None);
    }
    sys::exit_now(exit::LOCKDOWN)
}
