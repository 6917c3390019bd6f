//! The guard's life, from the start of the program to the end of the last of its descendants.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, WaitStatus, getpid, kill_process_group, pidfd_open,
    set_child_subreaper, wait,
};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

use crate::guard::TERMINATE;
use crate::guard::descendants::kill_all;

/// How often orphans that ended are collected while nothing else happens.
const IDLE: Timespec = Timespec { tv_sec: 30, tv_nsec: 0 };
/// How often the program is looked at where the kernel has no pidfd.
const NO_PIDFD: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// What the guard is told.
pub(super) struct Order {
    pub(super) life_line: i32,
    pub(super) program: OsString,
    pub(super) arguments: Vec<OsString>,
}

/// Why there is nothing to guard.
#[derive(Debug)]
pub(super) enum Error {
    /// The program could not be started.
    Program(std::io::Error),
    /// The guard itself lacks something.
    Guard(&'static str, std::io::Error),
}

/// Runs the program to its end, or to the host's; gives the status to exit with.
pub(super) fn run(order: Order) -> Result<i32, Error> {
    let life_line = open_life_line(order.life_line)
        .map_err(|error| Error::Guard("the life line cannot be opened", error.into()))?;
    set_child_subreaper(Some(getpid()))
        .map_err(|error| Error::Guard("orphans cannot be adopted", error.into()))?;
    let child = Command::new(order.program)
        .args(order.arguments)
        // A group of its own, so that SIGTERM reaches the server and not the guard.
        .process_group(0)
        .spawn()
        .map_err(Error::Program)?;
    let child = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let Some(child) = child else {
        return Err(Error::Program(Errno::SRCH.into()));
    };
    // The streams are the program's alone from here: the host must see them end with it.
    let detached = detach_streams();
    let status = match detached {
        Ok(()) => watch(&life_line, child),
        Err(_) => None,
    };
    let status = kill_all(child).or(status);
    detached.map_err(|error| Error::Guard("the streams cannot be let go", error.into()))?;
    Ok(status.map_or(128 + Signal::KILL.as_raw(), exit_status))
}

/// Opens the inherited pipe anew, which needs no trust in the number: a wrong one is an error.
/// Not to block is essential: were the host dead already, an ordinary open would wait for ever.
fn open_life_line(number: i32) -> Result<OwnedFd, Errno> {
    let path = format!("/proc/self/fd/{number}");
    open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())
}

fn detach_streams() -> Result<(), Errno> {
    let null = open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
    dup2_stdin(&null)?;
    dup2_stdout(&null)?;
    dup2_stderr(&null)
}

/// Waits until the program has ended (then its status is given, if it was caught) or the host has.
fn watch(life_line: &OwnedFd, child: Pid) -> Option<WaitStatus> {
    let ended = pidfd_open(child, PidfdFlags::empty()).ok();
    let pause = if ended.is_some() { IDLE } else { NO_PIDFD };
    loop {
        // Before the wait: a host that died while we started leaves an end and no event.
        if obey(life_line, child) == Host::Gone {
            return None;
        }
        if let Some(status) = collect(child) {
            return Some(status);
        }
        let mut watched = vec![PollFd::new(life_line, PollFlags::IN)];
        watched.extend(ended.as_ref().map(|ended| PollFd::new(ended, PollFlags::IN)));
        match poll(&mut watched, Some(&pause)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(_) => return None,
        }
    }
}

#[derive(PartialEq, Eq)]
enum Host {
    Alive,
    Gone,
}

/// Reads the life line and does what it says.
fn obey(life_line: &OwnedFd, child: Pid) -> Host {
    let mut orders = [0_u8; 16];
    loop {
        match rustix::io::read(life_line, &mut orders) {
            Ok(0) => return Host::Gone,
            Ok(read) => {
                if orders[..read].contains(&TERMINATE) {
                    let _ = kill_process_group(child, Signal::TERM);
                }
            }
            Err(Errno::AGAIN) => return Host::Alive,
            Err(Errno::INTR) => {}
            Err(_) => return Host::Gone,
        }
    }
}

/// Collects whatever has ended; the program's status if it is among them.
fn collect(child: Pid) -> Option<WaitStatus> {
    let mut found = None;
    while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
        if pid == child {
            found = Some(status);
        }
    }
    found
}

fn exit_status(status: WaitStatus) -> i32 {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => 1,
    }
}
