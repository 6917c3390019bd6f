//! The host's own look at a child before it gets a byte of code: what the kernel says of it, not
//! what it says of itself.

use std::os::fd::{AsRawFd, BorrowedFd};

/// Checks seccomp mode, `no_new_privs` and empty capability sets of the process behind a pidfd.
pub fn child(pidfd: BorrowedFd<'_>) -> Result<(), String> {
    let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd()))
        .map_err(|error| format!("its pidfd cannot be read: {error}"))?;
    let pid = field(&info, "Pid:").ok_or("its process id is unknown")?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))
        .map_err(|_| "it is gone".to_owned())?;
    status_is_locked_down(&status)
}

fn status_is_locked_down(status: &str) -> Result<(), String> {
    for (name, wanted) in [("Seccomp:", "2"), ("NoNewPrivs:", "1"), ("Threads:", "1")] {
        let found = field(status, name);
        if found != Some(wanted) {
            return Err(format!("{name} {} where {wanted} was expected", found.unwrap_or("none")));
        }
    }
    for name in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        let empty = field(status, name).is_some_and(|set| set.bytes().all(|digit| digit == b'0'));
        if !empty {
            return Err(format!("{name} is not empty"));
        }
    }
    Ok(())
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
        assert_eq!(status_is_locked_down(GOOD), Ok(()));
        let open = GOOD.replace("Seccomp:\t2", "Seccomp:\t0");
        assert_eq!(status_is_locked_down(&open).unwrap_err(), "Seccomp: 0 where 2 was expected");
        let capable = GOOD.replace("CapEff:\t00", "CapEff:\t20");
        assert_eq!(status_is_locked_down(&capable).unwrap_err(), "CapEff: is not empty");
        assert!(status_is_locked_down("").is_err());
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
