//! The CPU time of a child, as the kernel counts it.

use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::verify::{PROC_BYTES, children_of, pid_of, read};

/// Ticks of a second in what the kernel tells processes, on every architecture we run on.
const TICKS: u64 = 100;

/// CPU time of the process behind a pidfd so far, until it is reaped.
pub fn used(pidfd: BorrowedFd<'_>) -> Option<Duration> {
    let mut bytes = [0; PROC_BYTES];
    let pid = pid_of(pidfd, &mut bytes).ok()?;
    of_process(pid)
}

/// The same of a process and of what it has started.
pub fn used_by_family(pidfd: BorrowedFd<'_>) -> Option<Duration> {
    let pid = pid_of(pidfd, &mut [0; PROC_BYTES]).ok()?;
    let started = children_of(pid).ok()?.into_iter().filter_map(of_process).sum::<Duration>();
    Some(of_process(pid)? + started)
}

fn of_process(pid: i64) -> Option<Duration> {
    let mut bytes = [0; PROC_BYTES];
    let first = read(&format!("/proc/{pid}/schedstat"), &mut bytes).ok().and_then(of_first_thread);
    let all = read(&format!("/proc/{pid}/stat"), &mut bytes).ok().and_then(of_all_threads);
    // The one is exact and of the first thread, the other of all of them and rounded.
    first.max(all)
}

fn of_first_thread(schedstat: &str) -> Option<Duration> {
    Some(Duration::from_nanos(schedstat.split_ascii_whitespace().next()?.parse().ok()?))
}

fn of_all_threads(stat: &str) -> Option<Duration> {
    // The name in parentheses may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let ticks = ticks()?.saturating_add(ticks()?);
    Some(Duration::from_millis(ticks.saturating_mul(1_000 / TICKS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_any_name() {
        let stat = "7 (a) b) 9) R 1 7 7 0 -1 4194304 98 0 0 0 40 2 0 0 20 0 1 0 5 6 7";
        assert_eq!(of_all_threads(stat), Some(Duration::from_millis(420)));
        assert_eq!(of_first_thread("246307523 237 99\n"), Some(Duration::from_nanos(246_307_523)));
        assert_eq!((of_all_threads("7 (a"), of_first_thread("")), (None, None));
    }

    #[test]
    fn this_process_uses_time() {
        let (pid, flags) = (rustix::process::getpid(), rustix::process::PidfdFlags::empty());
        let pidfd = rustix::process::pidfd_open(pid, flags).unwrap();
        let used = || used(std::os::fd::AsFd::as_fd(&pidfd)).unwrap();
        let before = used();
        let mut sum = 0_u64;
        while used() < before + Duration::from_millis(20) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
    }
}
