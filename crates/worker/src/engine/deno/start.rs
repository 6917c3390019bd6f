//! From init's fork to Deno: descriptors, limits, Landlock, the filter, the exec.

use std::ffi::{CStr, CString};
use std::os::fd::{AsRawFd, OwnedFd};

use crate::controls::{self, Wall};
use crate::engine::deno::guest;
use crate::engine::deno::zygote::Prepared;
use crate::lockdown::{identity, landlock, rlimits};
use crate::scm;
use crate::sys;

/// Its environment: what it needs to find its places, and nothing of ours.
const ENVIRONMENT: [&CStr; 8] = [
    c"DENO_DIR=/deno",
    c"DENO_NO_PROMPT=1",
    c"DENO_NO_UPDATE_CHECK=1",
    c"HOME=/workspace",
    c"LANG=C.UTF-8",
    c"NO_COLOR=1",
    c"TMPDIR=/tmp",
    c"TZ=UTC",
];

/// Its arguments before those of the guest.
const ARGUMENTS: [&str; 7] =
    ["deno", "run", "--no-prompt", "--no-config", "--no-lock", "--no-check", "--quiet"];

/// What becomes Deno.
pub struct Plan<'a> {
    /// What all children are made of.
    pub prepared: &'a Prepared,
    /// Its files, for Landlock.
    pub rules: Option<OwnedFd>,
    /// CPU seconds after which the kernel ends it.
    pub cpu_seconds: u64,
    /// Its standard input and output.
    pub link: OwnedFd,
    /// Its standard error.
    pub stderr: OwnedFd,
    /// Where it sends what shows its memory.
    pub tell: OwnedFd,
}

/// Becomes Deno; gives why not.
pub fn deno(plan: Plan<'_>) -> String {
    match prepare(&plan) {
        Ok(()) => execute(plan.prepared),
        Err(reason) => reason,
    }
}

fn prepare(plan: &Plan<'_>) -> Result<(), String> {
    let step =
        |what: &str, result: sys::Result<()>| result.map_err(|errno| format!("{what}: {errno}"));
    let prepared = plan.prepared;
    // It shows this process, whatever it will execute.
    let memory = sys::open_at(prepared.processes.as_raw_fd(), c"self/statm", libc::O_RDONLY)
        .map_err(|errno| format!("/proc/self/statm: {errno}"))?;
    scm::send(plan.tell.as_raw_fd(), b"m", Some(memory.as_raw_fd()));
    drop(memory);
    step("its input", sys::dup2(plan.link.as_raw_fd(), 0))?;
    step("its output", sys::dup2(plan.link.as_raw_fd(), 1))?;
    step("its errors", sys::dup2(plan.stderr.as_raw_fd(), 2))?;
    step("its signals", sys::unblock_child_signals())?;
    if !controls::is_off(Wall::Rlimits) {
        let scratch = prepared.deno.scratch_bytes;
        let workers = prepared.deno.workers.into();
        let limits = rlimits::of_deno(prepared.memory, scratch, workers, plan.cpu_seconds);
        step("its limits", limits)?;
    }
    if !controls::is_off(Wall::Capabilities) {
        step("dropping capabilities", identity::drop_capabilities())?;
    }
    step("tying its life to init's", identity::die_with_parent(1))?;
    if let Some(rules) = plan.rules.as_ref().filter(|_| !controls::is_off(Wall::Landlock)) {
        step("landlock", landlock::restrict_self(rules))?;
    }
    step("its directory", sys::chdir(c"/workspace"))?;
    step("its descriptors", sys::close_from(3))?;
    if controls::is_off(Wall::Seccomp) {
        Ok(())
    } else {
        step("its filter", prepared.filter.load())
    }
}

fn execute(prepared: &Prepared) -> String {
    let text = |text: &str| CString::new(text).unwrap_or_default();
    let program = text(&prepared.deno.executable);
    let heap = format!("--v8-flags=--max-old-space-size={}", (prepared.memory >> 20).max(16));
    let arguments = ARGUMENTS.iter().chain(guest::FLAGS).copied();
    let arguments = arguments.chain([heap.as_str(), "file:///guest/boot.js"]);
    let arguments: Vec<CString> = arguments.map(text).collect();
    let arguments: Vec<&CStr> = arguments.iter().map(CString::as_c_str).collect();
    let errno = sys::execute(&program, &arguments, &ENVIRONMENT);
    format!("{} cannot be started in the sandbox: {errno}", prepared.deno.executable)
}
