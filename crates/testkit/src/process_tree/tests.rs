//! Real processes, small ones.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};

use super::{ProcessId, assert_gone, descendants};
use crate::wait_until;

#[test]
fn grandchildren_are_seen_until_they_end() {
    let mut shell = Command::new("sh")
        .args(["-c", "sleep 600 & wait"])
        .stdin(Stdio::null())
        .spawn()
        .expect("a shell starts");
    let sleeps = || {
        let mut found = descendants(std::process::id());
        found.retain(|process| process.command == "sleep");
        found
    };
    wait_until(Duration::from_secs(30), "the grandchild does not appear", || sleeps().len() == 1);
    let grandchild = sleeps().remove(0);
    assert!(grandchild.is_alive());
    assert!(grandchild.resident_bytes().is_some_and(|bytes| bytes > 0));
    let pid = i32::try_from(grandchild.pid).ok().and_then(Pid::from_raw).expect("a process number");
    kill_process(pid, Signal::TERM).expect("it may be ended");
    shell.wait().expect("the shell ends with its child");
    assert_gone(&[grandchild], Duration::from_secs(5));
}

#[test]
fn a_number_that_is_used_again_is_another_process() {
    let us = ProcessId::of(std::process::id()).expect("we are alive");
    let earlier = ProcessId { started: us.started - 1, ..us.clone() };
    assert!(us.is_alive() && !earlier.is_alive());
}
