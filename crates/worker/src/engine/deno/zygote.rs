//! The zygote: it holds what every child needs and starts one in namespaces of its own for each order.
//!
//! Process 1 of its PID namespace, locked down like any zygote. It proves its layers, and with a first
//! child that Deno comes up behind them, before it offers itself to the host.

use std::os::fd::AsRawFd;
use std::os::fd::OwnedFd;

use types::Layer;
use wire::control::{DenoConfig, FromZygote, ZygoteConfig, exit};

use crate::engine::deno::{init, root};
use crate::engine::quickjs;
use crate::entry::{probed, unfit};
use crate::lockdown::namespaces::Entered;
use crate::lockdown::seccomp::Filter;
use crate::lockdown::tree::Tree;
use crate::lockdown::{canary, identity, landlock, probes, rlimits};
use crate::sys;
use crate::zygote::control::{Control, Event};

/// The namespaces that each child has for itself.
const NAMESPACES: i32 = libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET
    | libc::CLONE_NEWNS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUTS;

/// CPU seconds of the child that is started to see whether one can be.
const REHEARSAL_CPU_SECONDS: u64 = 60;

/// The longest account of why a rehearsal failed, in bytes.
const WORDS: usize = 4000;

/// What children are made of.
pub struct Prepared {
    /// The executable, its files and bounds.
    pub deno: DenoConfig,
    /// `/proc` as it was outside: there is none in their root.
    pub processes: OwnedFd,
    /// Who they are, outside.
    pub ids: identity::Ids,
    /// What the process above Deno may, which is to end it; none at level L0, nor then for Deno.
    pub init_ruleset: Option<OwnedFd>,
    /// The filter of Deno.
    pub filter: Filter,
    /// The filter of the process above it.
    pub init_filter: Filter,
    /// The zygote's own address space, in bytes.
    pub baseline: u64,
    /// Memory a program may use, in bytes.
    pub memory: u64,
}

/// Runs the zygote until the host is gone.
pub fn run(
    config: &ZygoteConfig,
    deno: &DenoConfig,
    mut entered: Entered,
    tree: Option<Tree>,
) -> ! {
    match prepare(config, deno, &mut entered, tree) {
        Ok(prepared) => {
            let hello = FromZygote::Hello { layers: entered.layers, missing: entered.missing };
            serve(&prepared, &hello)
        }
        Err(reason) => unfit(&reason),
    }
}

fn prepare(
    config: &ZygoteConfig,
    deno: &DenoConfig,
    entered: &mut Entered,
    tree: Option<Tree>,
) -> Result<Prepared, String> {
    if !entered.has_namespaces() {
        let reason = entered.missing.first().map_or("", |missing| &missing.reason);
        return Err(format!(
            "Deno is only run in namespaces of its own, and this host gives none ({reason}); use the \
             embedded engine, or allow user namespaces here"
        ));
    }
    // From inside a PID namespace the launcher, which is outside, reads as 0.
    identity::die_with_parent(0)
        .map_err(|errno| format!("tying its life to its launcher's: {errno}"))?;
    let _ = sys::set_soft_rlimit(libc::RLIMIT_STACK, rlimits::STACK);
    quickjs::prepare_to_transpile()?;
    let baseline = rlimits::address_space();
    let processes = sys::open(c"/proc", libc::O_PATH | libc::O_DIRECTORY)
        .map_err(|errno| format!("/proc: {errno}"))?;
    let tree = match tree {
        Some(tree) => tree,
        None => root::collect(deno)?,
    };
    tree.enter()?;
    entered.layers.push(Layer::EmptyRoot);
    let filter = if deno.installs { Filter::deno_installing() } else { Filter::deno() };
    let init_ruleset = match canary::prove(config, entered, &filter, libc::SYS_ptrace)? {
        Some(_) => Some(
            landlock::denying_all_but_signals()
                .map_err(|errno| format!("landlock ruleset: {errno}"))?,
        ),
        None => None,
    };
    if let Some(targets) = &config.probes {
        probes::within_namespaces(&mut entered.probes, targets);
        probed(std::mem::take(&mut entered.probes));
    }
    let prepared = Prepared {
        deno: deno.clone(),
        processes,
        ids: identity::ids(),
        init_ruleset,
        filter,
        init_filter: Filter::deno_init(),
        baseline,
        memory: config.memory_bytes,
    };
    rehearse(&prepared)?;
    Ok(prepared)
}

/// Starts a child as all will be, to say now what this host, or this Deno, refuses.
fn rehearse(prepared: &Prepared) -> Result<(), String> {
    let failed = |errno: sys::Errno| format!("a first child of Deno: {errno}");
    let (told, tell) = sys::pipe().map_err(failed)?;
    let Some((pid, _)) = sys::fork_into(NAMESPACES).map_err(failed)? else {
        drop(told);
        let result = init::begin(prepared, REHEARSAL_CPU_SECONDS, Vec::new())
            .and_then(|init| init.rehearse(prepared));
        let words = result.err().unwrap_or_default();
        let _ = sys::write_all(tell.as_raw_fd(), &words.as_bytes()[..words.len().min(WORDS)]);
        sys::exit_now(if words.is_empty() { exit::DONE } else { exit::LOCKDOWN });
    };
    drop(tell);
    let (mut words, mut chunk) = (Vec::new(), [0; WORDS]);
    while let Ok(count @ 1..) = sys::read(told.as_raw_fd(), &mut chunk) {
        words.extend_from_slice(&chunk[..count]);
    }
    match sys::waitpid(pid, 0).map_err(failed)? {
        Some((_, sys::Status::Code(exit::DONE))) => Ok(()),
        _ if words.is_empty() => Err("a first child of Deno was killed at its start".to_owned()),
        _ => Err(String::from_utf8_lossy(&words).into_owned()),
    }
}

fn serve(prepared: &Prepared, hello: &FromZygote) -> ! {
    let Ok(mut control) = Control::open() else { sys::exit_now(exit::LOCKDOWN) };
    control.send(hello, None);
    loop {
        match control.next_event() {
            Event::Spawn { id, rpc, cpu_seconds, granted } => match sys::fork_into(NAMESPACES) {
                Ok(None) => run_child(prepared, rpc, cpu_seconds, granted),
                Ok(Some((pid, pidfd))) => control.spawned(id, pid, &pidfd),
                Err(errno) => control.send(&FromZygote::SpawnFailed { id, errno: errno.0 }, None),
            },
            Event::HostGone => sys::exit_now(0),
        }
    }
}

/// The whole life of a child.
fn run_child(prepared: &Prepared, rpc: OwnedFd, cpu_seconds: u64, granted: Vec<OwnedFd>) -> ! {
    // What it starts is told no host but this one.
    let begun = init::begin(prepared, cpu_seconds, granted);
    match begun.and_then(|init| init.take_place(prepared, rpc)) {
        Ok(init) => init.serve(),
        Err(_) => sys::exit_now(exit::LOCKDOWN),
    }
}
