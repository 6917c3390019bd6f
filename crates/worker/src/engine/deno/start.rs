//! From init's fork to Deno: descriptors, limits, Landlock, the filter, the exec.

use std::ffi::{CStr, CString};
use std::os::fd::{AsRawFd, OwnedFd};

use wire::registry;

use crate::controls::{self, Wall};
use crate::engine::deno::root::Places;
use crate::engine::deno::zygote::Prepared;
use crate::engine::deno::{guest, install, root};
use crate::lockdown::{identity, landlock, rlimits};
use crate::scm;
use crate::sys;

/// Its environment: what it needs to find its places, and nothing of ours.
const ENVIRONMENT: [&CStr; 6] = [
    c"DENO_DIR=/deno",
    c"DENO_NO_PROMPT=1",
    c"DENO_NO_UPDATE_CHECK=1",
    c"LANG=C.UTF-8",
    c"NO_COLOR=1",
    c"TZ=UTC",
];

/// Its arguments before those of the guest.
const ARGUMENTS: [&str; 7] =
    ["deno", "run", "--no-prompt", "--no-config", "--no-lock", "--no-check", "--quiet"];

/// What becomes Deno.
pub struct Plan<'a> {
    /// What all children are made of.
    pub prepared: &'a Prepared,
    /// Where a program's own places are.
    pub places: Places,
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
    if plan.prepared.deno.installs {
        return install::run(&plan);
    }
    let closed = || sys::close_from(3).map_err(|errno| format!("its descriptors: {errno}"));
    match take_place(&plan).and_then(|()| closed()).and_then(|()| load_filter(&plan)) {
        Ok(()) => {
            let arguments = ARGUMENTS.iter().chain(guest::FLAGS).copied().map(str::to_owned);
            let rest = [heap_flag(plan.prepared), "file:///guest/boot.js".to_owned()];
            let arguments: Vec<String> = arguments.chain(rest).collect();
            let places = [("HOME", plan.places.workspace), ("TMPDIR", plan.places.temporary)];
            let places = places.map(|(name, path)| format!("{name}={}", path.to_string_lossy()));
            let registry = registry::ENVIRONMENT.map(|(name, value)| format!("{name}={value}"));
            let environment = [places.as_slice(), &registry].concat();
            execute(plan.prepared, &arguments, &ENVIRONMENT, &environment)
        }
        Err(reason) => reason,
    }
}

/// Becomes all of what Deno is but its filter and its executable.
pub fn take_place(plan: &Plan<'_>) -> Result<(), String> {
    let step =
        |what: &str, result: sys::Result<()>| result.map_err(|errno| format!("{what}: {errno}"));
    let prepared = plan.prepared;
    // It shows this process, whatever it will execute.
    let memory = sys::open_at(prepared.processes.as_raw_fd(), c"self/status", libc::O_RDONLY)
        .map_err(|errno| format!("/proc/self/status: {errno}"))?;
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
    step("its directory", sys::chdir(plan.places.workspace))
}

/// The last wall.
pub fn load_filter(plan: &Plan<'_>) -> Result<(), String> {
    if controls::is_off(Wall::Seccomp) {
        return Ok(());
    }
    plan.prepared.filter.load().map_err(|errno| format!("its filter: {errno}"))
}

/// What bounds its heap.
fn heap_flag(prepared: &Prepared) -> String {
    format!("--v8-flags=--max-old-space-size={}", (prepared.memory >> 20).max(16))
}

/// Becomes the executable; gives why not.
pub fn execute(
    prepared: &Prepared,
    arguments: &[String],
    environment: &[&CStr],
    more: &[String],
) -> String {
    let text = |text: &str| CString::new(text).unwrap_or_default();
    let program = text(root::EXECUTABLE);
    let arguments: Vec<CString> = arguments.iter().map(|it| text(it)).collect();
    let arguments: Vec<&CStr> = arguments.iter().map(CString::as_c_str).collect();
    let more: Vec<CString> = more.iter().map(|it| text(it)).collect();
    let environment: Vec<&CStr> =
        environment.iter().copied().chain(more.iter().map(CString::as_c_str)).collect();
    let errno = sys::execute(&program, &arguments, &environment);
    format!("{} cannot be started in the sandbox: {errno}", prepared.deno.executable)
}
