//! Processes as `/proc` shows them.

#[cfg(test)]
mod tests;

use std::{collections::HashMap, fs, time::Duration};

use crate::wait::poll;

/// One process, told apart from a later one with the same number by its start time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProcessId {
    /// The process number.
    pub pid: u32,
    /// Clock ticks from boot to its start.
    pub started: u64,
    /// Its command, for messages.
    pub command: String,
}

struct Stat {
    parent: u32,
    state: char,
    started: u64,
    command: String,
}

impl ProcessId {
    /// The process that has this number now.
    pub fn of(pid: u32) -> Option<Self> {
        stat(pid).map(|stat| Self { pid, started: stat.started, command: stat.command })
    }

    /// Whether it still runs. A zombie does not.
    pub fn is_alive(&self) -> bool {
        stat(self.pid).is_some_and(|stat| stat.started == self.started && stat.state != 'Z')
    }

    /// Resident memory in bytes.
    pub fn resident_bytes(&self) -> Option<u64> {
        self.kilobytes("status", "VmRSS:").map(|kilobytes| kilobytes * 1024)
    }

    /// Its share of resident memory in bytes: a page that two processes share is half of each's.
    pub fn proportional_bytes(&self) -> Option<u64> {
        self.kilobytes("smaps_rollup", "Pss:").map(|kilobytes| kilobytes * 1024)
    }

    /// Memory in bytes that no other process has: what there is because of it. To read it of a
    /// process of another user, one has to be root.
    pub fn private_bytes(&self) -> Option<u64> {
        let clean = self.kilobytes("smaps_rollup", "Private_Clean:")?;
        let dirty = self.kilobytes("smaps_rollup", "Private_Dirty:")?;
        Some((clean + dirty) * 1024)
    }

    /// How many descriptors it has open.
    pub fn open_descriptors(&self) -> Option<usize> {
        Some(fs::read_dir(format!("/proc/{}/fd", self.pid)).ok()?.count())
    }

    fn kilobytes(&self, file: &str, key: &str) -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{}/{file}", self.pid)).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(key))?;
        line.trim().strip_suffix(" kB")?.trim().parse().ok()
    }
}

/// Every living process below this one, children before grandchildren.
pub fn descendants(pid: u32) -> Vec<ProcessId> {
    let mut children: HashMap<u32, Vec<ProcessId>> = HashMap::new();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    for pid in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
        let Some(stat) = stat(pid) else { continue };
        if stat.state != 'Z' {
            let process = ProcessId { pid, started: stat.started, command: stat.command };
            children.entry(stat.parent).or_default().push(process);
        }
    }
    let mut found: Vec<ProcessId> = children.remove(&pid).unwrap_or_default();
    let mut next = 0;
    while next < found.len() {
        let below = children.remove(&found[next].pid).unwrap_or_default();
        found.extend(below);
        next += 1;
    }
    found
}

/// Panics, naming those that remain, unless all of them are gone within the deadline.
#[track_caller]
pub fn assert_gone(processes: &[ProcessId], deadline: Duration) {
    let left = || processes.iter().filter(|process| process.is_alive()).collect::<Vec<_>>();
    if !poll(deadline, || left().is_empty()) {
        panic!("still alive after {deadline:?}: {:?}", left());
    }
}

fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command is in parentheses and may hold anything, more parentheses included.
    let (head, tail) = text.rsplit_once(')')?;
    let command = head.split_once('(')?.1.to_owned();
    let mut fields = tail.split_whitespace();
    let state = fields.next()?.chars().next()?;
    let parent = fields.next()?.parse().ok()?;
    let started = fields.nth(17)?.parse().ok()?;
    Some(Stat { parent, state, started, command })
}
