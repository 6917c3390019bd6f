//! What Deno may ask of the kernel, and what the process above it may.
//!
//! Deno's calls are those of a CPython child, which uses files and threads of its own in the same way,
//! and what a compiler at run time needs beside them. Measured on Deno 2.9 with files, timers, crypto,
//! compression, WebAssembly and packages.

use super::{ALLOW, AND, JUMP_EQ, LOAD, RETURN, Rule, argument, cpython, op, quickjs, refuse};

/// Calls that a CPython child may not make, or not in this way.
const CALLS: &[i64] = &[
    // Code that is written, then run: no filter can tell it from data.
    libc::SYS_mprotect,
    libc::SYS_pkey_alloc,
    libc::SYS_pkey_free,
    libc::SYS_pkey_mprotect,
    // How the process becomes Deno. Whatever else it became would be behind the same walls, and its
    // root holds nothing else that can be run.
    libc::SYS_execve,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_mincore,
    // To its own threads: it sees no other process but init, which the kernel keeps from it.
    libc::SYS_tgkill,
];

/// What the process above Deno does beside what a child of the embedded engine does.
const INIT_CALLS: &[i64] = &[
    libc::SYS_wait4,
    libc::SYS_kill,
    libc::SYS_pread64,
    libc::SYS_close,
    // Debug builds look whether a descriptor is open before they close it.
    libc::SYS_fcntl,
];

/// The rules of Deno, in no order. Where two are for the same call, the first one holds.
pub fn rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> = CALLS.iter().map(|&number| Rule::always(number, ALLOW)).collect();
    rules.push(maps_counted_memory());
    rules.extend(cpython::rules(true));
    rules
}

/// What a Deno that installs does beside, and the process of ours that it asks: speak to each other over
/// the loopback, the only network they have, and end.
const INSTALL_CALLS: &[i64] = &[libc::SYS_connect, libc::SYS_accept4, libc::SYS_wait4];

/// Their rules, in no order.
pub fn installing_rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> =
        INSTALL_CALLS.iter().map(|&number| Rule::always(number, ALLOW)).collect();
    rules.push(tcp_only());
    rules.push(sends_at_once_only());
    rules.extend(self::rules());
    rules
}

/// `socket` of TCP over IPv4, whatever its flags.
fn tcp_only() -> Rule {
    const KIND: u32 = 0xF;
    let body = vec![
        op(LOAD, argument(0), 0, 0),
        op(JUMP_EQ, libc::AF_INET.unsigned_abs(), 1, 0),
        op(RETURN, refuse(libc::EPERM), 0, 0),
        op(LOAD, argument(1), 0, 0),
        op(AND, KIND, 0, 0),
        op(JUMP_EQ, libc::SOCK_STREAM.unsigned_abs(), 1, 0),
        op(RETURN, refuse(libc::EPERM), 0, 0),
        op(LOAD, argument(2), 0, 0),
        op(JUMP_EQ, 0, 1, 0),
        op(JUMP_EQ, libc::IPPROTO_TCP.unsigned_abs(), 0, 1),
        op(RETURN, ALLOW, 0, 0),
        op(RETURN, refuse(libc::EPERM), 0, 0),
    ];
    Rule::checked(libc::SYS_socket, body)
}

/// `setsockopt` as HTTP clients use it: `TCP_NODELAY`.
fn sends_at_once_only() -> Rule {
    let body = vec![
        op(LOAD, argument(1), 0, 0),
        op(JUMP_EQ, libc::IPPROTO_TCP.unsigned_abs(), 1, 0),
        op(RETURN, refuse(libc::EPERM), 0, 0),
        op(LOAD, argument(2), 0, 0),
        op(JUMP_EQ, libc::TCP_NODELAY.unsigned_abs(), 0, 1),
        op(RETURN, ALLOW, 0, 0),
        op(RETURN, refuse(libc::EPERM), 0, 0),
    ];
    Rule::checked(libc::SYS_setsockopt, body)
}

/// The rules of the process above it.
pub fn init_rules() -> Vec<Rule> {
    let mut rules: Vec<Rule> =
        INIT_CALLS.iter().map(|&number| Rule::always(number, ALLOW)).collect();
    rules.extend(quickjs::rules());
    rules
}

/// `mmap` of memory that the limits count.
fn maps_counted_memory() -> Rule {
    let refused_with_all = |bits: i32| {
        let bits = bits.unsigned_abs();
        let refused = op(RETURN, refuse(libc::EPERM), 0, 0);
        [op(LOAD, argument(3), 0, 0), op(AND, bits, 0, 0), op(JUMP_EQ, bits, 0, 1), refused]
    };
    let mut body = refused_with_all(libc::MAP_SHARED | libc::MAP_ANONYMOUS).to_vec();
    body.extend(refused_with_all(libc::MAP_GROWSDOWN));
    body.extend(refused_with_all(libc::MAP_HUGETLB));
    body.push(op(RETURN, ALLOW, 0, 0));
    Rule::checked(libc::SYS_mmap, body)
}
