//! The host's own look at a child before it gets a byte of code: what the kernel says of it, not
//! what it says of itself.

use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::controls::{self, Wall};

/// Room for a file of `/proc`; `status` has about 1,500 bytes, most of them masks of processors.
pub(crate) const PROC_BYTES: usize = 8 * 1024;

/// Checks seccomp mode, `no_new_privs` and empty capability sets of the process behind a pidfd.
pub fn child(pidfd: BorrowedFd<'_>) -> Result<(), String> {
    if controls::is_off(Wall::Look) {
        return Ok(());
    }
    let mut bytes = [0; PROC_BYTES];
    let pid = pid_of(pidfd, &mut bytes)?;
    let path = format!("/proc/{pid}/status");
    let status = read(&path, &mut bytes).map_err(|_| "it is gone".to_owned())?;
    status_is_locked_down(status, &WANTED)
}

/// The same for a process and what it has started: of that, whatever its threads.
pub fn family(pidfd: BorrowedFd<'_>) -> Result<(), String> {
    child(pidfd)?;
    if controls::is_off(Wall::Look) {
        return Ok(());
    }
    let mut bytes = [0; PROC_BYTES];
    let started = children_of(pid_of(pidfd, &mut bytes)?)?;
    if started.is_empty() {
        return Err("it has started nothing that could run a program".to_owned());
    }
    for pid in started {
        let path = format!("/proc/{pid}/status");
        let status = read(&path, &mut bytes).map_err(|_| "what it started is gone".to_owned())?;
        status_is_locked_down(status, &WANTED_OF_STARTED)
            .map_err(|what| format!("what it started: {what}"))?;
    }
    Ok(())
}

/// The processes that one has started and not reaped.
pub(crate) fn children_of(pid: i64) -> Result<Vec<i64>, String> {
    let mut bytes = [0; PROC_BYTES];
    let text = read(&format!("/proc/{pid}/task/{pid}/children"), &mut bytes)
        .map_err(|errno| format!("what it started is not told by the kernel: {errno}"))?;
    Ok(text.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect())
}

/// The number of the process behind a pidfd.
pub(crate) fn pid_of(pidfd: BorrowedFd<'_>, bytes: &mut [u8]) -> Result<i64, String> {
    let info = read(&format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd()), bytes)
        .map_err(|errno| format!("its pidfd cannot be read: {errno}"))?;
    // A process that is gone has -1.
    let pid = field(info, "Pid:").and_then(|pid| pid.parse().ok()).filter(|pid| *pid > 0);
    pid.ok_or_else(|| "its process id is unknown".to_owned())
}

/// Reads a file of `/proc`, which comes whole with the first read that has room for it.
pub(crate) fn read<'a>(path: &str, bytes: &'a mut [u8]) -> Result<&'a str, Errno> {
    let file = rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let count = rustix::io::retry_on_intr(|| rustix::io::read(&file, &mut *bytes))?;
    if count == bytes.len() {
        return Err(Errno::FBIG);
    }
    std::str::from_utf8(&bytes[..count]).map_err(|_| Errno::ILSEQ)
}

/// What `status` must say: the value itself, or for sets of capabilities nothing but zeros.
const WANTED: [(&str, Option<&str>); 7] = [
    ("Seccomp", Some("2")),
    ("NoNewPrivs", Some("1")),
    ("Threads", Some("1")),
    ("CapInh", None),
    ("CapPrm", None),
    ("CapEff", None),
    ("CapAmb", None),
];

/// The same of a process that may have threads.
const WANTED_OF_STARTED: [(&str, Option<&str>); 6] =
    [WANTED[0], WANTED[1], WANTED[3], WANTED[4], WANTED[5], WANTED[6]];

fn status_is_locked_down(status: &str, wanted: &[(&str, Option<&str>)]) -> Result<(), String> {
    let mut proven = vec![false; wanted.len()];
    for (name, found) in status.lines().filter_map(|line| line.split_once(':')) {
        let Some(place) = wanted.iter().position(|(wanted, _)| *wanted == name) else { continue };
        let found = found.trim();
        match wanted[place].1 {
            Some(wanted) if found != wanted => {
                return Err(format!("{name}: {found} where {wanted} was expected"));
            }
            None if found.is_empty() || found.bytes().any(|digit| digit != b'0') => {
                return Err(format!("{name}: is not empty"));
            }
            _ => proven[place] = true,
        }
    }
    match proven.iter().position(|proven| !proven) {
        None => Ok(()),
        Some(place) => Err(format!("{}: is not told by the kernel", wanted[place].0)),
    }
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "Name:\tx\nThreads:\t1\nCapInh:\t0000000000000000\nCapPrm:\t00\nCapEff:\t00\n\
        CapBnd:\tff\nCapAmb:\t00\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n";

    #[test]
    fn only_a_locked_down_status_passes() {
        assert_eq!(status_is_locked_down(GOOD, &WANTED), Ok(()));
        let open = GOOD.replace("Seccomp:\t2", "Seccomp:\t0");
        assert_eq!(
            status_is_locked_down(&open, &WANTED).unwrap_err(),
            "Seccomp: 0 where 2 was expected"
        );
        let capable = GOOD.replace("CapEff:\t00", "CapEff:\t20");
        assert_eq!(status_is_locked_down(&capable, &WANTED).unwrap_err(), "CapEff: is not empty");
        assert!(status_is_locked_down("", &WANTED).is_err());
        let silent = GOOD.replace("Seccomp:\t2\n", "");
        let silent = status_is_locked_down(&silent, &WANTED).unwrap_err();
        assert_eq!(silent, "Seccomp: is not told by the kernel");
        let cut = GOOD.replace("CapEff:\t00", "CapEff:\t");
        assert!(status_is_locked_down(&cut, &WANTED).is_err());
        let threads = GOOD.replace("Threads:\t1", "Threads:\t9");
        assert!(status_is_locked_down(&threads, &WANTED).is_err());
        assert_eq!(status_is_locked_down(&threads, &WANTED_OF_STARTED), Ok(()));
    }

    #[test]
    fn this_process_is_not_locked_down() {
        let pidfd = rustix::process::pidfd_open(
            rustix::process::getpid(),
            rustix::process::PidfdFlags::empty(),
        )
        .unwrap();
        assert!(child(std::os::fd::AsFd::as_fd(&pidfd)).is_err());
    }
}
