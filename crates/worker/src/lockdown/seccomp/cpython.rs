//! What a CPython child may ask of the kernel: files and threads of its own, nothing of others.
//!
//! Made from what the standard library, numpy and pandas use. No call passes a descriptor, starts a
//! program or a process, opens a socket to anywhere, or reaches another process.

use super::{ALLOW, AND, JUMP_EQ, JUMP_SET, KILL, LOAD, RETURN, Rule, argument, op, refuse};

const CALLS: &[i64] = &[
    // Memory.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // Open files.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_preadv,
    libc::SYS_pwritev,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    // The sockets of `socketpair`.
    libc::SYS_shutdown,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    // The file system: Landlock says where.
    libc::SYS_openat,
    libc::SYS_newfstatat,
    libc::SYS_fstat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_chdir,
    libc::SYS_fchdir,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_symlinkat,
    libc::SYS_truncate,
    libc::SYS_umask,
    // Waiting.
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getrusage,
    libc::SYS_getitimer,
    libc::SYS_setitimer,
    // Threads, and signals within the process.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_set_tid_address,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_membarrier,
    libc::SYS_getcpu,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    // Who and where it is.
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getpgid,
    libc::SYS_getsid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getresuid,
    libc::SYS_getresgid,
    libc::SYS_getgroups,
    libc::SYS_getpriority,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrandom,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Calls of the older architecture that newer ones have replaced.
#[cfg(target_arch = "x86_64")]
const OLD_CALLS: &[i64] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_symlink,
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_time,
    libc::SYS_alarm,
    libc::SYS_pause,
    libc::SYS_getpgrp,
    libc::SYS_arch_prctl,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_CALLS: &[i64] = &[];

/// Changes of a file's attributes, which Landlock does not cover: only where nothing but the
/// child's own scratch can be changed.
const ATTRIBUTES: &[i64] = &[
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_utimensat,
    libc::SYS_linkat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_link,
];

/// What no honest program comes to: it would start a program, reach into another process, or
/// rearrange the system.
const DEADLY: &[i64] = &[
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_userfaultfd,
    libc::SYS_perf_event_open,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_kexec_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_acct,
    libc::SYS_open_by_handle_at,
];

/// Extended attributes: a file system without them is what copying functions know how to deal with.
const EXTENDED_ATTRIBUTES: &[i64] = &[
    libc::SYS_getxattr,
    libc::SYS_lgetxattr,
    libc::SYS_fgetxattr,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_listxattr,
    libc::SYS_llistxattr,
    libc::SYS_flistxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
];

const CLONE_NAMESPACES: i32 = libc::CLONE_NEWNS
    | libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET;

/// `fcntl` without those commands that signal, lease or seal: they reach other processes.
const FCNTL: &[i32] = &[
    libc::F_DUPFD,
    libc::F_DUPFD_CLOEXEC,
    libc::F_GETFD,
    libc::F_SETFD,
    libc::F_GETFL,
    libc::F_SETFL,
    libc::F_GETLK,
    libc::F_SETLK,
    libc::F_SETLKW,
    libc::F_OFD_GETLK,
    libc::F_OFD_SETLK,
    libc::F_OFD_SETLKW,
    libc::F_GETPIPE_SZ,
];

/// `ioctl` as the standard library uses it on files and pipes.
const IOCTL: &[u64] = &[libc::FIONBIO, libc::FIOCLEX, libc::FIONCLEX, libc::FIONREAD, libc::TCGETS];

/// `prctl`: the name of a thread.
const PRCTL: &[i32] = &[libc::PR_SET_NAME, libc::PR_GET_NAME];

/// `getsockopt` of a socket's kind and state; others give descriptors of processes.
const SOCKET_OPTIONS: &[i32] = &[
    libc::SO_TYPE,
    libc::SO_ERROR,
    libc::SO_DOMAIN,
    libc::SO_PROTOCOL,
    libc::SO_ACCEPTCONN,
    libc::SO_SNDBUF,
    libc::SO_RCVBUF,
];

/// Urgent data, a rarely trodden part of the kernel that has been a way out of other sandboxes.
const OUT_OF_BAND: u32 = libc::MSG_OOB.unsigned_abs();

/// Memory that can be both written and run.
const WRITE_AND_EXECUTE: u32 = (libc::PROT_WRITE | libc::PROT_EXEC).unsigned_abs();

/// The rules, in no order. `own_root`: it sees no file system but its own.
pub fn rules(own_root: bool) -> Vec<Rule> {
    let attributes = if own_root { ATTRIBUTES } else { &[] };
    let allowed = CALLS.iter().chain(OLD_CALLS).chain(attributes);
    let mut rules: Vec<Rule> = allowed.map(|&number| Rule::always(number, ALLOW)).collect();
    let unsupported = refuse(libc::EOPNOTSUPP);
    rules.extend(EXTENDED_ATTRIBUTES.iter().map(|&number| Rule::always(number, unsupported)));
    rules.extend(DEADLY.iter().map(|&number| Rule::always(number, KILL)));
    let numbers =
        |list: &[i32]| list.iter().map(|number| number.unsigned_abs()).collect::<Vec<_>>();
    let ioctl: Vec<u32> = IOCTL.iter().filter_map(|&number| u32::try_from(number).ok()).collect();
    rules.extend([
        threads_only(),
        // The C library falls back to `clone`, whose flags a filter can see.
        Rule::always(libc::SYS_clone3, refuse(libc::ENOSYS)),
        one_of(libc::SYS_fcntl, 1, &numbers(FCNTL)),
        one_of(libc::SYS_ioctl, 1, &ioctl),
        one_of(libc::SYS_close_range, 2, &[0, libc::CLOSE_RANGE_CLOEXEC]),
        one_of(libc::SYS_prctl, 0, &numbers(PRCTL)),
        one_of(libc::SYS_getsockopt, 2, &numbers(SOCKET_OPTIONS)),
        stream_pairs_only(),
        without(libc::SYS_recvfrom, 3, OUT_OF_BAND),
        sends_to_its_peer_only(),
        maps_counted_memory(),
        without_all(libc::SYS_mprotect, 2, WRITE_AND_EXECUTE),
        limits_are_only_read(),
    ]);
    rules
}

/// Allows a call when an argument is one of these, and refuses it otherwise.
fn one_of(call: i64, index: u32, values: &[u32]) -> Rule {
    let mut body = vec![op(LOAD, argument(index), 0, 0)];
    for &value in values {
        body.push(op(JUMP_EQ, value, 0, 1));
        body.push(op(RETURN, ALLOW, 0, 0));
    }
    body.push(op(RETURN, refuse(libc::EPERM), 0, 0));
    Rule::checked(call, body)
}

fn refused() -> libc::sock_filter {
    op(RETURN, refuse(libc::EPERM), 0, 0)
}

/// Refuses a call when an argument has any of these bits.
fn without(call: i64, index: u32, bits: u32) -> Rule {
    let body = vec![
        op(LOAD, argument(index), 0, 0),
        op(JUMP_SET, bits, 0, 1),
        refused(),
        op(RETURN, ALLOW, 0, 0),
    ];
    Rule::checked(call, body)
}

/// Refuses a call when an argument has all of these bits.
fn without_all(call: i64, index: u32, bits: u32) -> Rule {
    let mut body = refused_with_all(index, bits).to_vec();
    body.push(op(RETURN, ALLOW, 0, 0));
    Rule::checked(call, body)
}

fn refused_with_all(index: u32, bits: u32) -> [libc::sock_filter; 4] {
    [op(LOAD, argument(index), 0, 0), op(AND, bits, 0, 0), op(JUMP_EQ, bits, 0, 1), refused()]
}

/// `mmap` of memory that the limits count: shared memory of nobody's and stacks that grow are not
/// in `RLIMIT_DATA`, and the huge pages that a host has set aside are in no account of a process.
fn maps_counted_memory() -> Rule {
    let shared = (libc::MAP_SHARED | libc::MAP_ANONYMOUS).unsigned_abs();
    let grows = libc::MAP_GROWSDOWN.unsigned_abs();
    let mut body = refused_with_all(2, WRITE_AND_EXECUTE).to_vec();
    body.extend(refused_with_all(3, shared));
    body.extend(refused_with_all(3, grows));
    body.extend(refused_with_all(3, libc::MAP_HUGETLB.unsigned_abs()));
    body.push(op(RETURN, ALLOW, 0, 0));
    Rule::checked(libc::SYS_mmap, body)
}

/// `socketpair` of connected streams: a datagram socket could be turned to an address.
fn stream_pairs_only() -> Rule {
    const KIND: u32 = 0xF;
    let body = vec![
        op(LOAD, argument(0), 0, 0),
        op(JUMP_EQ, libc::AF_UNIX.unsigned_abs(), 1, 0),
        refused(),
        op(LOAD, argument(1), 0, 0),
        op(AND, KIND, 0, 0),
        op(JUMP_EQ, libc::SOCK_STREAM.unsigned_abs(), 1, 0),
        refused(),
        op(RETURN, ALLOW, 0, 0),
    ];
    Rule::checked(libc::SYS_socketpair, body)
}

/// `sendto` without an address and without urgent data.
fn sends_to_its_peer_only() -> Rule {
    let body = vec![
        op(LOAD, argument(3), 0, 0),
        op(JUMP_SET, OUT_OF_BAND, 0, 1),
        refused(),
        op(LOAD, argument(4), 0, 0),
        op(JUMP_EQ, 0, 1, 0),
        refused(),
        op(LOAD, argument(4) + 4, 0, 0),
        op(JUMP_EQ, 0, 1, 0),
        refused(),
        op(RETURN, ALLOW, 0, 0),
    ];
    Rule::checked(libc::SYS_sendto, body)
}

/// `clone` makes threads as the C library does, and nothing else: they share what is counted once.
fn threads_only() -> Rule {
    let thread = libc::CLONE_VM
        | libc::CLONE_FS
        | libc::CLONE_FILES
        | libc::CLONE_SIGHAND
        | libc::CLONE_THREAD
        | libc::CLONE_SYSVSEM;
    let looked_at = thread | CLONE_NAMESPACES;
    let body = vec![
        op(LOAD, argument(0), 0, 0),
        op(AND, looked_at.cast_unsigned(), 0, 0),
        op(JUMP_EQ, thread.cast_unsigned(), 0, 1),
        op(RETURN, ALLOW, 0, 0),
        op(RETURN, refuse(libc::EPERM), 0, 0),
    ];
    Rule::checked(libc::SYS_clone, body)
}

/// `prlimit64` of oneself, without a new value.
fn limits_are_only_read() -> Rule {
    let body = vec![
        op(LOAD, argument(0), 0, 0),
        op(JUMP_EQ, 0, 1, 0),
        refused(),
        op(LOAD, argument(2), 0, 0),
        op(JUMP_EQ, 0, 1, 0),
        refused(),
        op(LOAD, argument(2) + 4, 0, 0),
        op(JUMP_EQ, 0, 1, 0),
        refused(),
        op(RETURN, ALLOW, 0, 0),
    ];
    Rule::checked(libc::SYS_prlimit64, body)
}
