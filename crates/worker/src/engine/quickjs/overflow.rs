//! A source nested so deeply that the parser runs out of stack ends the child with a code of its
//! own, since nothing can be sent from there. The engine checks its own stack and never gets here.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use wire::control::exit;

use crate::sys::{self, Result, check};

static PARSING: AtomicBool = AtomicBool::new(false);

const HANDLER_STACK: usize = 16 * 1024;

/// Installs the handler on a stack of its own. Inherited by every child.
pub fn install() -> Result<()> {
    let stack = libc::stack_t {
        // Lives as long as the process: children handle their overflow on it.
        ss_sp: Box::leak(vec![0u8; HANDLER_STACK].into_boxed_slice()).as_mut_ptr().cast(),
        ss_flags: 0,
        ss_size: HANDLER_STACK,
    };
    // SAFETY: the stack is leaked, so it outlives every use.
    check(i64::from(unsafe { libc::sigaltstack(&stack, std::ptr::null_mut()) }))?;
    // SAFETY: all-zero is a valid sigaction.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = on_fault as extern "C" fn(i32) as usize;
    // The default action stands again after the first: a second fault kills.
    action.sa_flags = libc::SA_ONSTACK | libc::SA_RESETHAND;
    for signal in [libc::SIGSEGV, libc::SIGBUS] {
        // SAFETY: the handler only reads an atomic and ends the process.
        check(i64::from(unsafe { libc::sigaction(signal, &action, std::ptr::null_mut()) }))?;
    }
    Ok(())
}

/// Runs the parser; a fault meanwhile is told as a source that is nested too deeply.
pub fn while_parsing<T>(parse: impl FnOnce() -> T) -> T {
    PARSING.store(true, Relaxed);
    let parsed = parse();
    PARSING.store(false, Relaxed);
    parsed
}

extern "C" fn on_fault(_signal: i32) {
    if PARSING.load(Relaxed) {
        sys::exit_now(exit::SOURCE_TOO_DEEP);
    }
}
