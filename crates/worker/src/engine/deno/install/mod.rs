//! In Deno's place: a process of ours that has Deno install packages, behind the same walls.
//!
//! It speaks to `init` as Deno's own JavaScript does. Told what to install, it has Deno fetch and unpack
//! that into the scratch, and answers Deno's requests to its registry (`exchange`), each of which it
//! passes on to the host: the only network here is the loopback between the two. Then it hands over the
//! files (`files`). Nothing of a package is run; whatever Deno, or this process, could be talked into by
//! a package, it has no more than a program has, and gets no credential.

mod exchange;
mod files;
mod http;
mod narrow;

use std::ffi::CStr;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::{AsRawFd, OwnedFd};

use wire::registry;

use crate::engine::deno::start::{self, Plan};
use crate::lockdown::identity;
use crate::sys::{self, Errno};

use self::exchange::Exchange;

/// Where our listener is while other descriptors are closed.
const LISTENER_FD: i32 = 3;

/// Where Deno is to put what it unpacks.
pub const DENO_DIR: &str = "/program/deno";

/// What imports all that is to be installed.
const ENTRY: &CStr = c"/program/packages.js";

/// Deno's environment.
const ENVIRONMENT: [&CStr; 7] = [
    c"DENO_DIR=/program/deno",
    c"DENO_NO_PROMPT=1",
    c"DENO_NO_UPDATE_CHECK=1",
    c"HOME=/workspace",
    c"NO_COLOR=1",
    c"TMPDIR=/tmp",
    c"TZ=UTC",
];

/// Its arguments before the file.
const ARGUMENTS: [&str; 7] = [
    "deno",
    "cache",
    "--no-config",
    "--no-lock",
    "--no-check",
    "--quiet",
    "--node-modules-dir=none",
];

/// A Deno that waits for the word to begin.
struct Waiting {
    pid: i32,
    /// What it is told by.
    go: OwnedFd,
    /// What it says on its standard error.
    words: OwnedFd,
}

/// Serves one installation; gives why it cannot.
pub fn run(plan: &Plan<'_>) -> String {
    match prepare(plan) {
        Ok((listener, deno)) => {
            let ended = Exchange::new(listener, deno.pid, deno.go, deno.words).serve();
            sys::exit_now(if ended.is_ok() { 0 } else { wire::control::exit::HOST_GONE })
        }
        Err(reason) => reason,
    }
}

/// Takes the place, with Deno waiting below and a listener for it. Both are started before the filter,
/// which lets nobody start anything.
fn prepare(plan: &Plan<'_>) -> Result<(TcpListener, Waiting), String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, registry::PORT))
        .and_then(|listener| listener.set_nonblocking(true).map(|()| listener))
        .map_err(|error| format!("the registry's place: {error}"))?;
    let failed = |errno: Errno| format!("the descriptors of an installation: {errno}");
    // Away from the numbers that are taken next.
    let kept = sys::duplicate_above(listener.as_raw_fd(), 64).map_err(failed)?;
    drop(listener);
    start::take_place(plan)?;
    sys::dup2(kept, LISTENER_FD).map_err(failed)?;
    sys::close_from(4).map_err(failed)?;
    let (told, go) = sys::pipe().map_err(failed)?;
    let (words, written) = sys::pipe().map_err(failed)?;
    let ourselves = sys::getpid();
    let Some(pid) = sys::fork().map_err(|errno| format!("fork: {errno}"))? else {
        let reason = wait_and_become_deno(plan, ourselves, &told, &written);
        let _ = sys::write_all(2, reason.as_bytes());
        sys::exit_now(wire::control::exit::LOCKDOWN)
    };
    drop((told, written));
    start::load_filter(plan)?;
    Ok((sys::listener_at(LISTENER_FD), Waiting { pid, go, words }))
}

/// Becomes Deno once there is something to install; gives why not.
fn wait_and_become_deno(plan: &Plan<'_>, parent: i32, told: &OwnedFd, written: &OwnedFd) -> String {
    let prepare = || -> sys::Result<()> {
        identity::die_with_parent(parent)?;
        // Of its input Deno sees the end, once the word was given.
        sys::dup2(told.as_raw_fd(), 0)?;
        sys::dup2(written.as_raw_fd(), 1)?;
        sys::dup2(written.as_raw_fd(), 2)?;
        sys::close_from(3)
    };
    if let Err(errno) = prepare() {
        return format!("Deno's descriptors: {errno}");
    }
    if let Err(reason) = start::load_filter(plan) {
        return reason;
    }
    match sys::read(0, &mut [0; 1]) {
        Ok(1) => {}
        // There is nobody to install anything for.
        _ => sys::exit_now(0),
    }
    let mut arguments: Vec<String> = ARGUMENTS.iter().map(|text| (*text).to_owned()).collect();
    arguments.push(ENTRY.to_string_lossy().into_owned());
    let environment = registry::ENVIRONMENT.map(|(name, value)| format!("{name}={value}"));
    start::execute(plan.prepared, &arguments, &ENVIRONMENT, &environment)
}
