//! Where a worker process begins: `__worker` and a zygote's configuration as JSON, or that it is the
//! mount broker.
//!
//! The first process stays as a launcher: it enters the namespaces, forks the zygote (process 1 of
//! its PID namespace) and waits for it, so that the host has an ordinary child to wait for.

use std::ffi::OsString;
use std::os::fd::AsRawFd;

use wire::control::{
    CONTROL_FD, EngineConfig, FromZygote, MOUNT_BROKER_ARGUMENT, Probe, ZygoteConfig,
};

use crate::engine::cpython::keeper;
use crate::engine::deno;
use crate::lockdown::namespaces::Entered;
use crate::lockdown::probes;
use crate::lockdown::seccomp::Filter;
use crate::lockdown::tree::Tree;
use crate::{lockdown, mount_broker, sys, zygote};

/// Runs as a worker until the host is gone. `arguments` are those after `__worker`.
pub fn main(mut arguments: impl Iterator<Item = OsString>) -> ! {
    if adopt_control_socket().is_err() {
        sys::exit_now(wire::control::exit::LOCKDOWN);
    }
    let mut next = || arguments.next().and_then(|text| text.into_string().ok());
    let mut text = next();
    if text.as_deref() == Some(MOUNT_BROKER_ARGUMENT) {
        text = next();
        match text.and_then(|text| serde_json::from_str(&text).ok()) {
            Some(config) => mount_broker::run(&config),
            None => sys::exit_now(wire::control::exit::LOCKDOWN),
        }
    }
    let config = text.and_then(|text| serde_json::from_str::<ZygoteConfig>(&text).ok());
    let Some(config) = config else {
        unfit("the worker was started by hand or with a configuration of another version");
    };
    join_group(&config);
    let tree = take_hold(&config).unwrap_or_else(|reason| unfit(&reason));
    if let Err(reason) = prepare(&config) {
        unfit(&reason);
    }
    let probes = probe_outside(&config);
    let entered = Entered { probes, ..lockdown::namespaces::enter(&config) };
    let launcher = sys::getpid();
    match sys::fork() {
        Ok(None) => match &config.engine {
            EngineConfig::QuickJs | EngineConfig::BareQuickJs => {
                zygote::run(&config, entered, launcher)
            }
            EngineConfig::Python(python) => keeper::run(&config, python, entered, tree, launcher),
            EngineConfig::Deno(deno) => deno::zygote::run(&config, deno, entered, tree),
        },
        Ok(Some(pid)) => wait_for_zygote(pid),
        Err(errno) => unfit(&format!("fork: {errno}")),
    }
}

/// The control socket arrives as standard input, the one descriptor that needs no arrangement;
/// it moves to its own number, and 0 and 1 become `/dev/null`.
fn adopt_control_socket() -> sys::Result<()> {
    sys::dup2(0, CONTROL_FD)?;
    let null = sys::open_null()?;
    sys::dup2(null.as_raw_fd(), 0)?;
    sys::dup2(null.as_raw_fd(), 1)?;
    std::mem::forget(null);
    sys::close_from(CONTROL_FD.unsigned_abs() + 1)
}

/// Joins the group that bounds all programs together, before anything is forked. The host looks
/// whether it worked.
fn join_group(config: &ZygoteConfig) {
    for file in &config.cgroup_files {
        if let Ok(file) = std::ffi::CString::new(file.as_str()) {
            let _ = sys::write_file(&file, b"0");
        }
    }
}

/// Tries each wall where there are no namespaces yet, for whoever asked.
fn probe_outside(config: &ZygoteConfig) -> Vec<Probe> {
    let Some(targets) = &config.probes else { return Vec::new() };
    match &config.engine {
        EngineConfig::QuickJs | EngineConfig::BareQuickJs => {
            probes::outside(targets, &Filter::quickjs(), true)
        }
        // Its limits leave room for threads and files: they hold none of this by themselves.
        EngineConfig::Python(_) => {
            probes::outside(targets, &Filter::cpython(config.namespaces), false)
        }
        EngineConfig::Deno(_) => probes::outside(targets, &Filter::deno(), false),
    }
}

/// As root, takes hold of an interpreter's files while they can still be reached: they may lie where
/// only root may look. Anybody else does so later, in namespaces of their own. `None` also where
/// root may not mount: then the files are reached as they are, or not at all.
fn take_hold(config: &ZygoteConfig) -> Result<Option<Tree>, String> {
    match &config.engine {
        EngineConfig::Python(python) if config.namespaces && sys::is_root() => {
            match Tree::collect(&python.read_only) {
                Err(_) if !lockdown::mounts::are_permitted() => Ok(None),
                tree => tree.map(Some),
            }
        }
        EngineConfig::Deno(deno) if config.namespaces && sys::is_root() => {
            deno::root::collect(deno).map(Some)
        }
        _ => Ok(None),
    }
}

/// Drops what root has, ties our life to the host's, and offers the whole tree to the OOM killer.
fn prepare(config: &ZygoteConfig) -> Result<(), String> {
    // Raising the score needs no privilege; a failure only makes the host a likelier victim.
    let _ = sys::write_file(c"/proc/self/oom_score_adj", b"1000");
    // What a terminal sends to the host's process group is for the host to handle.
    sys::setsid().map_err(|errno| format!("a session of its own: {errno}"))?;
    lockdown::identity::leave_root(config.sandbox_uid)
        .map_err(|errno| format!("switching to uid {}: {errno}", config.sandbox_uid))?;
    let host = i32::try_from(config.host_pid).unwrap_or(-1);
    lockdown::identity::die_with_parent(host)
        .map_err(|errno| format!("tying its life to the host's: {errno}"))
}

fn wait_for_zygote(pid: i32) -> ! {
    // Waiting needs nothing; a failure leaves a process that still does nothing but wait.
    let _ = sys::close_from(0);
    let _ = lockdown::identity::drop_capabilities();
    let _ = lockdown::identity::no_new_privs();
    let _ = sys::prctl(libc::PR_SET_DUMPABLE, 0, 0);
    loop {
        match sys::waitpid(pid, 0) {
            Ok(Some((_, sys::Status::Code(code)))) => sys::exit_now(code),
            Ok(Some((_, sys::Status::Signal(signal)))) => sys::exit_now(128 + signal),
            Ok(None) => {}
            Err(_) => sys::exit_now(1),
        }
    }
}

/// Tells the host what was probed, and leaves.
pub fn probed(probes: Vec<Probe>) -> ! {
    let message = FromZygote::Probed { probes };
    let _ = sys::write_all(CONTROL_FD, &message.encode());
    sys::exit_now(wire::control::exit::DONE)
}

/// Tells the host why there will be no zygote, and leaves.
pub fn unfit(reason: &str) -> ! {
    let message = FromZygote::Unfit { reason: reason.to_owned() };
    let _ = sys::write_all(CONTROL_FD, &message.encode());
    sys::exit_now(wire::control::exit::LOCKDOWN)
}
