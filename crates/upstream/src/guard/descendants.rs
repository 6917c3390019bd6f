//! The end of everything a server started.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, getpid, kill_process, kill_process_group, wait,
};

/// How long the dead may take to be collected; a process stuck in the kernel takes for ever.
const LIMIT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(1);

/// Kills every descendant and collects it. Children of the killed become children of ours, so the
/// rounds go on until there are none. Gives the program's status if it was caught here.
pub(super) fn kill_all(program: Pid) -> Option<WaitStatus> {
    let mut status = None;
    let start = Instant::now();
    while start.elapsed() < LIMIT {
        let children = children();
        if children.contains(&program) {
            // Not yet collected, so the number is still the program's.
            let _ = kill_process_group(program, Signal::KILL);
        }
        for child in children {
            let _ = kill_process(child, Signal::KILL);
        }
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((pid, ended))) => {
                    if pid == program {
                        status = Some(ended);
                    }
                }
                Ok(None) | Err(Errno::INTR) => break,
                // No children, and so no descendants, are left.
                Err(_) => return status,
            }
        }
        sleep(PAUSE);
    }
    status
}

/// Our children now.
fn children() -> Vec<Pid> {
    listed_children().unwrap_or_else(searched_children)
}

/// The kernel's own list, where it keeps one.
fn listed_children() -> Option<Vec<Pid>> {
    let mut pids = Vec::new();
    for thread in fs::read_dir("/proc/self/task").ok()? {
        let text = fs::read_to_string(thread.ok()?.path().join("children")).ok()?;
        pids.extend(text.split_ascii_whitespace().filter_map(pid));
    }
    Some(pids)
}

/// All processes whose parent we are.
fn searched_children() -> Vec<Pid> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let ourselves = getpid().as_raw_pid().to_string();
    processes
        .flatten()
        .filter_map(|entry| pid(entry.file_name().to_str()?))
        .filter(|pid| {
            let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_pid()));
            // The name, in parentheses, may hold anything; the parent is the second field after it.
            stat.ok().is_some_and(|stat| {
                let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
                after.split_ascii_whitespace().nth(1) == Some(ourselves.as_str())
            })
        })
        .collect()
}

fn pid(text: &str) -> Option<Pid> {
    text.parse().ok().and_then(Pid::from_raw)
}
