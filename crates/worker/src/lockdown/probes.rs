//! Every wall tried, one by one and all together, for whoever asks what holds here (`doctor`).
//!
//! What an attempt reaches for is put there by the host: a file, a port, a socket, its own process.
//! Each attempt is made by a process of its own that has taken one wall, or none, or all; so it shows
//! which walls would hold by themselves, and that the attempt is one that can succeed. A worker that
//! does this serves no program.

mod attempts;

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use wire::control::{Probe, ProbeTargets, Wall};

use crate::lockdown::child::{self, Prepared};
use crate::lockdown::seccomp::Filter;
use crate::lockdown::{identity, landlock, rlimits};
use crate::sys::{self, Status, check};

use attempts::{ATTEMPTS, Attempt};

/// Exit codes of an attempt. An exec that succeeds ends with 0.
const HELD: i32 = 40;
const REACHED: i32 = 41;
const NOT_TRIED: i32 = 42;

/// What a probing process takes before it tries.
#[derive(Clone, Copy)]
enum Taken<'a> {
    /// What it has.
    AsItIs,
    /// One wall more.
    One(Wall, &'a Filter),
    /// The whole lockdown of a child.
    All(&'a Prepared),
}

/// Tries everything outside of the namespaces, without a wall and behind each alone. `limits` are
/// tried where they are the same for every program.
pub fn outside(targets: &ProbeTargets, filter: &Filter, limits: bool) -> Vec<Probe> {
    let walls = [Wall::Privileges, Wall::Landlock, Wall::Seccomp, Wall::Limits];
    let walls = walls.into_iter().filter(|wall| limits || *wall != Wall::Limits);
    let walls: Vec<Wall> = walls.collect();
    let probe = |(name, attempt): &(&str, Attempt)| {
        let holds = |wall: &Wall| {
            attempted(Taken::One(*wall, filter), *attempt, targets) == Some(Outcome::Held)
        };
        Probe {
            name: (*name).to_owned(),
            possible: attempted(Taken::AsItIs, *attempt, targets) == Some(Outcome::Reached),
            held_by: walls.iter().copied().filter(holds).collect(),
            held: None,
        }
    };
    ATTEMPTS.iter().map(probe).collect()
}

/// Tries everything in the zygote's namespaces, and adds to what was found outside.
pub fn within_namespaces(probes: &mut [Probe], targets: &ProbeTargets) {
    each(probes, |probe, attempt| {
        if attempted(Taken::AsItIs, attempt, targets) == Some(Outcome::Held) {
            probe.held_by.insert(0, Wall::Namespaces);
        }
    });
}

/// Tries everything behind all walls at once, as a program would.
pub fn as_a_child(probes: &mut [Probe], targets: &ProbeTargets, prepared: &Prepared) {
    each(probes, |probe, attempt| {
        let outcome = attempted(Taken::All(prepared), attempt, targets);
        probe.held = outcome.map(|outcome| outcome == Outcome::Held);
    });
}

fn each(probes: &mut [Probe], mut with: impl FnMut(&mut Probe, Attempt)) {
    for probe in probes {
        if let Some((_, attempt)) = ATTEMPTS.iter().find(|(name, _)| *name == probe.name) {
            with(probe, *attempt);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Held,
    Reached,
}

/// What came of an attempt; `None` when it could not be made.
fn attempted(taken: Taken<'_>, attempt: Attempt, targets: &ProbeTargets) -> Option<Outcome> {
    // Somebody like it, whose memory it must not read.
    let (sibling, ours) = waiting_sibling(taken)?;
    let status = in_a_process(|rpc| {
        if take(taken, rpc).is_err() {
            return NOT_TRIED;
        }
        if attempt(targets, sibling) { REACHED } else { HELD }
    });
    sys::kill(sibling);
    drop(ours);
    let _ = sys::waitpid(sibling, 0);
    match status? {
        Status::Code(HELD) | Status::Signal(libc::SIGSYS) => Some(Outcome::Held),
        Status::Code(REACHED | 0) => Some(Outcome::Reached),
        _ => None,
    }
}

fn take(taken: Taken<'_>, rpc: OwnedFd) -> sys::Result<()> {
    match taken {
        Taken::AsItIs => Ok(()),
        Taken::All(prepared) => child::apply(prepared, rpc, 60),
        Taken::One(Wall::Privileges, _) => {
            identity::drop_capabilities()?;
            identity::no_new_privs()?;
            sys::prctl(libc::PR_SET_DUMPABLE, 0, 0).map(drop)
        }
        Taken::One(Wall::Landlock, _) => {
            identity::no_new_privs()?;
            let ruleset = landlock::usable().map_err(|_| sys::Errno(libc::ENOSYS))?;
            landlock::restrict_self(&ruleset)
        }
        Taken::One(Wall::Seccomp, filter) => {
            identity::no_new_privs()?;
            filter.load()
        }
        Taken::One(Wall::Limits, _) => rlimits::apply(rlimits::address_space(), 256 << 20, 60),
        Taken::One(Wall::Namespaces, _) => Err(sys::Errno(libc::ENOSYS)),
    }
}

/// A process behind the same walls, waiting in a read until it is killed.
fn waiting_sibling(taken: Taken<'_>) -> Option<(i32, OwnedFd)> {
    let (ours, theirs) = pair().ok()?;
    match sys::fork().ok()? {
        Some(pid) => {
            drop(theirs);
            // Its walls stand, or it is gone.
            let _ = sys::read(ours.as_raw_fd(), &mut [0]);
            Some((pid, ours))
        }
        None => {
            // Its own end alone keeps it waiting; the parent's would outlive the parent.
            drop(ours);
            let all = matches!(taken, Taken::All(_));
            let kept = sys::duplicate_above(theirs.as_raw_fd(), child::RPC_FD + 1);
            let taken = take(taken, theirs);
            let socket = if all { child::RPC_FD } else { kept.unwrap_or(-1) };
            if taken.is_ok() && sys::write_all(socket, b"r").is_ok() {
                let _ = sys::read(socket, &mut [0]);
            }
            sys::exit_now(0)
        }
    }
}

fn in_a_process(run: impl FnOnce(OwnedFd) -> i32) -> Option<Status> {
    let (_ours, theirs) = pair().ok()?;
    match sys::fork().ok()? {
        None => {
            // What cannot be started complains where nobody wants to hear it.
            let _ = sys::dup2(0, 2);
            sys::exit_now(run(theirs))
        }
        Some(pid) => sys::waitpid(pid, 0).ok()?.map(|(_, status)| status),
    }
}

fn pair() -> sys::Result<(OwnedFd, OwnedFd)> {
    let mut pair: [RawFd; 2] = [-1; 2];
    let kind = libc::SOCK_STREAM | libc::SOCK_CLOEXEC;
    // SAFETY: the array has room for both descriptors.
    check(i64::from(unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, pair.as_mut_ptr()) }))?;
    // SAFETY: the kernel has just made these descriptors for us.
    Ok(unsafe { (OwnedFd::from_raw_fd(pair[0]), OwnedFd::from_raw_fd(pair[1])) })
}
