//! What a QuickJS child may ask of the kernel. Measured on the engine, then widened by what the C
//! library uses on the same paths.

use super::{ALLOW, JUMP_SET, KILL, LOAD, RETURN, Rule, argument, op};

const CALLS: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_ppoll,
    libc::SYS_brk,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
];

/// The rules, in no order.
pub fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = CALLS.iter().map(|&number| Rule::always(number, ALLOW)).collect();
    rules.push(mmap_without_exec());
    rules
}

/// `mmap` is allowed unless it asks for executable memory.
fn mmap_without_exec() -> Rule {
    let body = vec![
        op(LOAD, argument(2), 0, 0),
        op(JUMP_SET, libc::PROT_EXEC.unsigned_abs(), 0, 1),
        op(RETURN, KILL, 0, 0),
        op(RETURN, ALLOW, 0, 0),
    ];
    Rule::checked(libc::SYS_mmap, body)
}
