//! Proof by trying: some kernels claim a layer they do not enforce, so each zygote tries once.
//!
//! Children of the zygote do what a layer must stop and report by their exit code.

use std::os::fd::OwnedFd;

use types::Layer;
use wire::control::ZygoteConfig;

use crate::controls::{self, Wall};
use crate::lockdown::namespaces::Entered;
use crate::lockdown::{identity, landlock, seccomp::Filter};
use crate::sys::{self, Status};

const HELD: i32 = 0;
const NOT_HELD: i32 = 1;

/// Takes what powers the zygote has left, proves the layers its children will get, and records them.
/// Gives the ruleset that denies everything; `None` only where the operator said in so many words
/// that it need not be. `deadly` is a call that the filter must kill for.
pub fn prove(
    config: &ZygoteConfig,
    entered: &mut Entered,
    filter: &Filter,
    deadly: i64,
) -> Result<Option<OwnedFd>, String> {
    if !controls::is_off(Wall::Capabilities) {
        identity::drop_capabilities().map_err(|errno| format!("dropping capabilities: {errno}"))?;
    }
    identity::no_new_privs().map_err(|errno| format!("no_new_privs: {errno}"))?;
    // No process of the same user may look in, and no canary's end is a core dump.
    sys::prctl(libc::PR_SET_DUMPABLE, 0, 0).map_err(|errno| format!("dumpable: {errno}"))?;
    let landlock = landlock::usable().and_then(|ruleset| {
        landlock_holds(&ruleset)?;
        Ok(ruleset)
    });
    seccomp_holds(filter, deadly)?;
    entered.layers.extend([Layer::NoCapabilities, Layer::NoNewPrivs]);
    let ruleset = match landlock {
        Ok(ruleset) => {
            entered.layers.push(Layer::Landlock);
            Some(ruleset)
        }
        Err(reason) if config.unisolated => {
            entered.lacks(Layer::Landlock, reason);
            None
        }
        Err(reason) => return Err(reason),
    };
    entered.layers.extend([Layer::Seccomp, Layer::Rlimits]);
    Ok(ruleset)
}

/// Whether Landlock really denies opening the root directory and signalling the parent.
fn landlock_holds(ruleset: &OwnedFd) -> Result<(), String> {
    let status = try_in_child(|| {
        if landlock::restrict_self(ruleset).is_err() {
            return NOT_HELD;
        }
        // SAFETY: opens and never uses; the path is static.
        let opened = unsafe { libc::open(c"/".as_ptr(), libc::O_RDONLY | libc::O_DIRECTORY) };
        // SAFETY: signal 0 only asks whether a signal might be sent.
        let signalled = unsafe { libc::kill(libc::getppid(), 0) };
        if opened == -1 && signalled == -1 { HELD } else { NOT_HELD }
    })?;
    match status {
        Status::Code(HELD) => Ok(()),
        _ => Err("the kernel offers Landlock but does not enforce it".to_owned()),
    }
}

/// Whether the filter really kills a process that makes this call, which it must not allow.
fn seccomp_holds(filter: &Filter, deadly: i64) -> Result<(), String> {
    let status = try_in_child(|| {
        if filter.load().is_err() {
            return NOT_HELD;
        }
        // SAFETY: all arguments are zero, which no call takes for memory; the filter must end the
        // process here.
        unsafe { libc::syscall(deadly, 0, 0, 0, 0) };
        NOT_HELD
    })?;
    match status {
        Status::Signal(libc::SIGSYS) => Ok(()),
        other => Err(format!("the kernel does not enforce a seccomp filter ({other:?})")),
    }
}

fn try_in_child(attempt: impl FnOnce() -> i32) -> Result<Status, String> {
    let failed = |errno| format!("a canary process: {errno}");
    match sys::fork().map_err(failed)? {
        None => sys::exit_now(attempt()),
        Some(pid) => match sys::waitpid(pid, 0).map_err(failed)? {
            Some((_, status)) => Ok(status),
            None => Err("a canary process vanished".to_owned()),
        },
    }
}
