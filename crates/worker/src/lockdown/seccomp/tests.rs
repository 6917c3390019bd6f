//! The filters, run by a small interpreter of the instructions they use.

use super::*;

/// A call as the filter sees it.
#[derive(Clone, Copy)]
struct Call {
    arch: u32,
    number: u32,
    arguments: [u64; 6],
}

fn call(number: i64, arguments: &[u64]) -> Call {
    let mut all = [0; 6];
    all[..arguments.len()].copy_from_slice(arguments);
    Call { arch: AUDIT_ARCH, number: u32::try_from(number).unwrap(), arguments: all }
}

fn load(call: Call, offset: u32) -> u32 {
    match offset {
        NUMBER => call.number,
        ARCH => call.arch,
        16..64 => {
            let argument = call.arguments[(offset as usize - 16) / 8];
            let shift = if offset % 8 == 4 { 32 } else { 0 };
            u32::try_from((argument >> shift) & 0xFFFF_FFFF).unwrap()
        }
        other => panic!("loads offset {other}"),
    }
}

fn run(filter: &Filter, call: Call) -> u32 {
    let (mut pc, mut accumulator) = (0usize, 0u32);
    loop {
        let at = filter.0[pc];
        pc += 1;
        let jump = |taken: bool| usize::from(if taken { at.jt } else { at.jf });
        match at.code {
            LOAD => accumulator = load(call, at.k),
            AND => accumulator &= at.k,
            JUMP => pc += at.k as usize,
            JUMP_EQ => pc += jump(accumulator == at.k),
            JUMP_GE => pc += jump(accumulator >= at.k),
            JUMP_SET => pc += jump(accumulator & at.k != 0),
            RETURN => return at.k,
            other => panic!("unknown instruction {other}"),
        }
    }
}

#[test]
fn every_rule_is_found_and_nothing_else() {
    for (rules, filter, otherwise) in [
        (quickjs::rules(), Filter::quickjs(), KILL),
        (cpython::rules(true), Filter::cpython(true), refuse(libc::EPERM)),
        (cpython::rules(false), Filter::cpython(false), refuse(libc::EPERM)),
    ] {
        for number in 0..1000 {
            let rule = rules.iter().find(|rule| i64::from(rule.number) == number);
            let plain = rule.filter(|rule| rule.body.len() == 1).map(|rule| rule.body[0].k);
            let answer = run(&filter, call(number, &[]));
            match (rule, plain) {
                (_, Some(wanted)) => assert_eq!(answer, wanted, "call {number}"),
                (None, _) => assert_eq!(answer, otherwise, "call {number}"),
                _ => {}
            }
            let other = Call { arch: 0x4000_0003, ..call(number, &[]) };
            assert_eq!(run(&filter, other), KILL, "another architecture");
        }
        // The x32 range of x86-64.
        assert_eq!(run(&filter, call(0x4000_0000, &[])), otherwise);
    }
}

#[test]
fn quickjs_gets_no_executable_memory() {
    let filter = Filter::quickjs();
    let exec = u64::from(libc::PROT_EXEC.unsigned_abs());
    let write = u64::from(libc::PROT_WRITE.unsigned_abs());
    assert_eq!(run(&filter, call(libc::SYS_mmap, &[0, 0, exec | write])), KILL);
    assert_eq!(run(&filter, call(libc::SYS_mmap, &[0, 0, write])), ALLOW);
}

#[test]
fn cpython_gets_threads_and_no_processes() {
    let filter = Filter::cpython(true);
    let flags = |flags: i32| run(&filter, call(libc::SYS_clone, &[flags as u64]));
    let sharing = libc::CLONE_VM | libc::CLONE_FS | libc::CLONE_SIGHAND | libc::CLONE_SYSVSEM;
    let thread = sharing | libc::CLONE_FILES | libc::CLONE_THREAD;
    assert_eq!(flags(thread | libc::CLONE_SETTLS), ALLOW);
    // Descriptors of its own would be counted of its own.
    assert_eq!(flags(sharing | libc::CLONE_THREAD), refuse(libc::EPERM));
    assert_eq!(flags(libc::SIGCHLD), refuse(libc::EPERM));
    assert_eq!(flags(libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD), refuse(libc::EPERM));
    assert_eq!(flags(thread | libc::CLONE_NEWUSER), refuse(libc::EPERM));
    assert_eq!(run(&filter, call(libc::SYS_clone3, &[])), refuse(libc::ENOSYS));
    assert_eq!(run(&filter, call(libc::SYS_execve, &[])), KILL);
    assert_eq!(run(&filter, call(libc::SYS_socket, &[1])), refuse(libc::EPERM));
}

#[test]
fn cpython_gets_the_harmless_commands_of_a_call_only() {
    let filter = Filter::cpython(true);
    let fcntl = |command: i32| run(&filter, call(libc::SYS_fcntl, &[3, command as u64]));
    assert_eq!(fcntl(libc::F_SETFL), ALLOW);
    // Signals to others, and pipes of any size.
    assert_eq!(fcntl(libc::F_SETOWN), refuse(libc::EPERM));
    assert_eq!(fcntl(libc::F_SETLEASE), refuse(libc::EPERM));
    assert_eq!(fcntl(libc::F_SETPIPE_SZ), refuse(libc::EPERM));
    let close = |flags: u64| run(&filter, call(libc::SYS_close_range, &[4, 9, flags]));
    assert_eq!(close(0), ALLOW);
    // Descriptors of its own would be counted of its own.
    assert_eq!(close(2), refuse(libc::EPERM));
    let limit = |pid: u64, new: u64| run(&filter, call(libc::SYS_prlimit64, &[pid, 7, new, 1]));
    assert_eq!(limit(0, 0), ALLOW);
    assert_eq!(limit(1, 0), refuse(libc::EPERM));
    assert_eq!(limit(0, 1 << 40), refuse(libc::EPERM));
    let option = |option: i32| run(&filter, call(libc::SYS_getsockopt, &[3, 1, option as u64]));
    assert_eq!(option(libc::SO_TYPE), ALLOW);
    assert_eq!(option(77), refuse(libc::EPERM));
}

#[test]
fn attributes_of_files_change_in_a_root_of_ones_own_only() {
    let chmod = call(libc::SYS_fchmodat, &[]);
    assert_eq!(run(&Filter::cpython(true), chmod), ALLOW);
    assert_eq!(run(&Filter::cpython(false), chmod), refuse(libc::EPERM));
}

#[test]
fn cpython_sends_to_the_other_end_of_a_stream_only() {
    let filter = Filter::cpython(true);
    let refused = refuse(libc::EPERM);
    let pair = |kind: i32| run(&filter, call(libc::SYS_socketpair, &[1, kind as u64]));
    assert_eq!(pair(libc::SOCK_STREAM | libc::SOCK_CLOEXEC), ALLOW);
    assert_eq!(pair(libc::SOCK_DGRAM), refused);
    let send = |flags: i32, address: u64| {
        run(&filter, call(libc::SYS_sendto, &[3, 0, 1, flags as u64, address]))
    };
    assert_eq!(send(libc::MSG_NOSIGNAL, 0), ALLOW);
    assert_eq!(send(libc::MSG_OOB, 0), refused);
    assert_eq!(send(0, 0x1000), refused);
    assert_eq!(send(0, 1 << 40), refused);
}

#[test]
fn cpython_maps_only_memory_that_is_counted() {
    let filter = Filter::cpython(true);
    let refused = refuse(libc::EPERM);
    let map = |rights: i32, flags: i32| {
        run(&filter, call(libc::SYS_mmap, &[0, 4096, rights as u64, flags as u64]))
    };
    let (read, write, execute) = (libc::PROT_READ, libc::PROT_WRITE, libc::PROT_EXEC);
    let private = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    assert_eq!(map(read | write, private), ALLOW);
    assert_eq!(map(read | execute, libc::MAP_PRIVATE), ALLOW);
    assert_eq!(map(read | write, libc::MAP_SHARED), ALLOW);
    assert_eq!(map(read | write, libc::MAP_SHARED | libc::MAP_ANONYMOUS), refused);
    assert_eq!(map(read | write, private | libc::MAP_GROWSDOWN), refused);
    assert_eq!(map(read | write, private | libc::MAP_HUGETLB), refused);
    assert_eq!(map(read | write | execute, private), refused);
}

#[test]
fn deno_compiles_at_run_time_and_reaches_nobody() {
    let filter = Filter::deno();
    let refused = refuse(libc::EPERM);
    let map = |rights: i32, flags: i32| {
        run(&filter, call(libc::SYS_mmap, &[0, 4096, rights as u64, flags as u64]))
    };
    let all = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
    let private = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    assert_eq!(map(all, private), ALLOW);
    assert_eq!(map(all, libc::MAP_SHARED | libc::MAP_ANONYMOUS), refused);
    assert_eq!(map(all, private | libc::MAP_GROWSDOWN), refused);
    assert_eq!(map(all, private | libc::MAP_HUGETLB), refused);
    assert_eq!(run(&filter, call(libc::SYS_execve, &[])), ALLOW);
    assert_eq!(run(&filter, call(libc::SYS_clone, &[libc::SIGCHLD as u64])), refused);
    for number in [
        libc::SYS_socket,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_sendmsg,
        libc::SYS_recvmsg,
        libc::SYS_kill,
        libc::SYS_memfd_create,
        libc::SYS_shmget,
        libc::SYS_vfork,
    ] {
        assert_eq!(run(&filter, call(number, &[])), refused, "call {number}");
    }
    for number in [libc::SYS_ptrace, libc::SYS_unshare, libc::SYS_execveat, libc::SYS_mount] {
        assert_eq!(run(&filter, call(number, &[])), KILL, "call {number}");
    }
}

#[test]
fn the_process_above_deno_opens_and_starts_nothing() {
    let filter = Filter::deno_init();
    for number in [libc::SYS_kill, libc::SYS_wait4, libc::SYS_read, libc::SYS_pread64] {
        assert_eq!(run(&filter, call(number, &[])), ALLOW, "call {number}");
    }
    for number in
        [libc::SYS_openat, libc::SYS_execve, libc::SYS_clone, libc::SYS_socket, libc::SYS_sendmsg]
    {
        assert_eq!(run(&filter, call(number, &[])), KILL, "call {number}");
    }
}

#[test]
fn an_installing_deno_speaks_tcp_and_nothing_else() {
    let filter = Filter::deno_installing();
    let refused = refuse(libc::EPERM);
    let socket = |family: i32, kind: i32, protocol: i32| {
        run(&filter, call(libc::SYS_socket, &[family as u64, kind as u64, protocol as u64]))
    };
    let stream = libc::SOCK_STREAM | libc::SOCK_CLOEXEC;
    assert_eq!(socket(libc::AF_INET, stream, 0), ALLOW);
    assert_eq!(socket(libc::AF_INET, stream, libc::IPPROTO_TCP), ALLOW);
    assert_eq!(socket(libc::AF_INET, stream, libc::IPPROTO_SCTP), refused);
    assert_eq!(socket(libc::AF_INET, libc::SOCK_DGRAM, 0), refused);
    assert_eq!(socket(libc::AF_INET, libc::SOCK_RAW, libc::IPPROTO_TCP), refused);
    assert_eq!(socket(libc::AF_INET6, stream, 0), refused);
    assert_eq!(socket(libc::AF_UNIX, stream, 0), refused);
    let option = |level: i32, option: i32| {
        run(&filter, call(libc::SYS_setsockopt, &[3, level as u64, option as u64]))
    };
    assert_eq!(option(libc::IPPROTO_TCP, libc::TCP_NODELAY), ALLOW);
    assert_eq!(option(libc::IPPROTO_TCP, 31), refused);
    assert_eq!(option(libc::SOL_SOCKET, libc::TCP_NODELAY), refused);
    assert_eq!(run(&filter, call(libc::SYS_bind, &[])), refused);
}
