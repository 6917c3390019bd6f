//! The zygote: a single-threaded process with a warm engine that forks a child per execution.
//!
//! It holds no secret and reads no guest byte. Process 1 of its PID namespace where there is one,
//! so that its end takes every child along.

pub mod control;
pub mod page_tables;

use std::mem::ManuallyDrop;
use std::os::fd::OwnedFd;

use types::Layer;
use wire::control::{EngineConfig, FromZygote, ZygoteConfig, exit};

use crate::engine::quickjs::{Engine, Scope};
use crate::entry::{probed, unfit};
use crate::lockdown::child::Prepared;
use crate::lockdown::namespaces::Entered;
use crate::lockdown::{canary, child, identity, probes, rlimits, root, seccomp::Filter};
use crate::sys;

use control::{Control, Event};

/// Runs the zygote until the host is gone.
pub fn run(config: &ZygoteConfig, mut entered: Entered, launcher: i32) -> ! {
    match prepare(config, &mut entered, launcher) {
        Ok((mut engine, prepared)) => {
            if let Some(targets) = &config.probes {
                probes::as_a_child(&mut entered.probes, targets, &prepared);
                probed(entered.probes);
            }
            let hello = FromZygote::Hello { layers: entered.layers, missing: entered.missing };
            serve(&mut engine, &prepared, &hello)
        }
        Err(reason) => unfit(&reason),
    }
}

/// Builds and warms the engine, then takes the zygote's own powers and proves what children get.
fn prepare(
    config: &ZygoteConfig,
    entered: &mut Entered,
    launcher: i32,
) -> Result<(Engine, Prepared), String> {
    // From inside a PID namespace the launcher, which is outside, reads as 0.
    let launcher = if entered.has_namespaces() { 0 } else { launcher };
    identity::die_with_parent(launcher)
        .map_err(|errno| format!("tying its life to its launcher's: {errno}"))?;
    let _ = sys::set_soft_rlimit(libc::RLIMIT_STACK, rlimits::STACK);
    // A host that is unfit is told so and left: there is nothing to take down in good order.
    let scope = match config.engine {
        EngineConfig::BareQuickJs => Scope::Bare,
        _ => Scope::Whole,
    };
    let engine = ManuallyDrop::new(Engine::warm(scope)?);
    page_tables::inherit_code();
    let baseline = rlimits::address_space();
    if entered.has_namespaces() {
        match root::pivot_to_empty() {
            Ok(()) => entered.layers.push(Layer::EmptyRoot),
            Err(reason) => entered.lacks(Layer::EmptyRoot, reason),
        }
    } else {
        entered.lacks(Layer::EmptyRoot, "needs namespaces");
    }
    let filter = Filter::quickjs();
    let ruleset = canary::prove(config, entered, &filter, libc::SYS_getppid)?;
    if entered.has_namespaces()
        && let Some(targets) = &config.probes
    {
        probes::within_namespaces(&mut entered.probes, targets);
    }
    let (memory, zygote) = (config.memory_bytes, sys::getpid());
    let engine = ManuallyDrop::into_inner(engine);
    Ok((engine, Prepared { ruleset, filter, baseline, memory, zygote }))
}

fn serve(engine: &mut Engine, prepared: &Prepared, hello: &FromZygote) -> ! {
    let Ok(mut control) = Control::open() else { sys::exit_now(exit::LOCKDOWN) };
    control.send(hello, None);
    loop {
        match control.next_event() {
            // Its children see no file at all; the host does not order otherwise.
            Event::Spawn { granted, .. } if !granted.is_empty() => sys::exit_now(0),
            Event::Spawn { id, rpc, cpu_seconds, .. } => match sys::fork_with_pidfd() {
                Ok(None) => run_child(engine, prepared, rpc, cpu_seconds),
                Ok(Some((pid, pidfd))) => control.spawned(id, pid, &pidfd),
                Err(errno) => control.send(&FromZygote::SpawnFailed { id, errno: errno.0 }, None),
            },
            Event::HostGone => sys::exit_now(0),
        }
    }
}

/// The whole life of a child.
fn run_child(engine: &mut Engine, prepared: &Prepared, rpc: OwnedFd, cpu_seconds: u64) -> ! {
    if child::apply(prepared, rpc, cpu_seconds).is_err() {
        sys::exit_now(exit::LOCKDOWN);
    }
    match engine.run() {
        Ok(()) => sys::exit_now(exit::DONE),
        Err(crate::rpc::HostGone) => sys::exit_now(exit::HOST_GONE),
    }
}
