//! System calls with their errors as values. Only what the worker needs; no policy.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

/// A system error number with its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errno(pub i32);

impl std::fmt::Display for Errno {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::io::Error::from_raw_os_error(self.0).fmt(f)
    }
}

/// The result of a system call.
pub type Result<T> = std::result::Result<T, Errno>;

/// The calling thread's last error.
pub fn last_errno() -> Errno {
    Errno(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

/// Turns the kernel's -1 into an error.
pub fn check(value: i64) -> Result<i64> {
    if value == -1 { Err(last_errno()) } else { Ok(value) }
}

/// `prctl` with plain numbers.
pub fn prctl(option: i32, a: u64, b: u64) -> Result<i64> {
    // SAFETY: the options used here take numbers only; no memory is passed. Each argument is as wide
    // as the kernel reads it: some options refuse what is not zero.
    check(i64::from(unsafe { libc::prctl(option, a, b, 0_u64, 0_u64) }))
}

/// Sets a soft and hard resource limit.
pub fn setrlimit(resource: libc::__rlimit_resource_t, value: u64) -> Result<()> {
    let limit = libc::rlimit { rlim_cur: value, rlim_max: value };
    // SAFETY: `limit` lives through the call and is only read.
    check(i64::from(unsafe { libc::setrlimit(resource, &limit) })).map(drop)
}

/// Raises or lowers a soft limit as far as the hard limit allows.
pub fn set_soft_rlimit(resource: libc::__rlimit_resource_t, value: u64) -> Result<u64> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for the kernel to write.
    check(i64::from(unsafe { libc::getrlimit(resource, &mut limit) }))?;
    limit.rlim_cur = value.min(limit.rlim_max);
    // SAFETY: `limit` lives through the call and is only read.
    check(i64::from(unsafe { libc::setrlimit(resource, &limit) }))?;
    Ok(limit.rlim_cur)
}

/// This process's number, as it sees itself.
pub fn getpid() -> i32 {
    // SAFETY: takes no arguments and cannot fail.
    unsafe { libc::getpid() }
}

/// Whether this process is root.
pub fn is_root() -> bool {
    // SAFETY: takes no arguments and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// The parent's number; 0 for one in a PID namespace above.
pub fn getppid() -> i32 {
    // SAFETY: takes no arguments and cannot fail.
    unsafe { libc::getppid() }
}

/// Begins a session, away from the terminal and the process group.
pub fn setsid() -> Result<()> {
    // SAFETY: takes no arguments.
    check(i64::from(unsafe { libc::setsid() })).map(drop)
}

/// `unshare`.
pub fn unshare(flags: i32) -> Result<()> {
    // SAFETY: no memory is passed; the caller is single-threaded.
    check(i64::from(unsafe { libc::unshare(flags) })).map(drop)
}

/// Names the host of this process's UTS namespace, which is its own.
pub fn set_host_name(name: &str) -> Result<()> {
    // SAFETY: the name is valid for its length, and only read.
    check(i64::from(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) })).map(drop)
}

/// `mount` without data.
pub fn mount(source: &CStr, target: &CStr, kind: &CStr, flags: u64, data: &CStr) -> Result<()> {
    // SAFETY: all pointers are to NUL-terminated strings that live through the call.
    let value = unsafe {
        libc::mount(source.as_ptr(), target.as_ptr(), kind.as_ptr(), flags, data.as_ptr().cast())
    };
    check(i64::from(value)).map(drop)
}

/// Makes the current directory the root and drops the old one.
pub fn pivot_root_here() -> Result<()> {
    // SAFETY: the strings are static and NUL-terminated.
    check(unsafe { libc::syscall(libc::SYS_pivot_root, c".".as_ptr(), c".".as_ptr()) })?;
    // SAFETY: the string is static and NUL-terminated.
    check(i64::from(unsafe { libc::umount2(c".".as_ptr(), libc::MNT_DETACH) })).map(drop)
}

/// `chdir`.
pub fn chdir(path: &CStr) -> Result<()> {
    // SAFETY: the path is NUL-terminated and lives through the call.
    check(i64::from(unsafe { libc::chdir(path.as_ptr()) })).map(drop)
}

/// Makes a pipe that has a name, for everybody who can reach it, and opens it: nothing of it waits.
pub fn named_pipe(path: &CStr) -> Result<OwnedFd> {
    // SAFETY: the path is NUL-terminated and lives through the call.
    check(i64::from(unsafe { libc::mkfifo(path.as_ptr(), 0o666) }))?;
    open_at(libc::AT_FDCWD, path, libc::O_RDWR | libc::O_NONBLOCK)
}

/// Forks a single-threaded process. `None` in the child.
pub fn fork() -> Result<Option<i32>> {
    // SAFETY: the worker has one thread, so the child may do anything the parent may.
    let pid = check(i64::from(unsafe { libc::fork() }))?;
    Ok((pid != 0).then_some(i32::try_from(pid).unwrap_or(-1)))
}

/// A fork that also gives the child's pidfd. `None` in the child.
pub fn fork_with_pidfd() -> Result<Option<(i32, OwnedFd)>> {
    fork_into(0)
}

/// The same into namespaces of its own (`CLONE_NEW*`).
pub fn fork_into(namespaces: i32) -> Result<Option<(i32, OwnedFd)>> {
    let mut pidfd: RawFd = -1;
    // Containers refuse `clone3`, whose flags a filter cannot see.
    let flags = namespaces | libc::CLONE_PIDFD | libc::SIGCHLD;
    let same_stack = std::ptr::null::<libc::c_void>();
    // SAFETY: `pidfd` lives through the call; without a stack this is a fork of a single-threaded
    // process. The last two arguments, whose order differs between architectures, are not looked at.
    let pid =
        check(unsafe { libc::syscall(libc::SYS_clone, flags, same_stack, &raw mut pidfd, 0, 0) })?;
    if pid == 0 {
        return Ok(None);
    }
    // SAFETY: the kernel has just made this descriptor for us.
    let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
    Ok(Some((i32::try_from(pid).unwrap_or(-1), pidfd)))
}

/// How a child ended: its exit code or its signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It exited.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
}

/// Reaps a child: `pid` or any for -1. `None` when none has ended (with `WNOHANG`).
pub fn waitpid(pid: i32, flags: i32) -> Result<Option<(i32, Status)>> {
    loop {
        let mut status = 0;
        // SAFETY: `status` is a valid place for the kernel to write.
        let got = unsafe { libc::waitpid(pid, &mut status, flags) };
        match check(i64::from(got)) {
            Ok(0) => return Ok(None),
            Ok(_) if libc::WIFEXITED(status) => {
                return Ok(Some((got, Status::Code(libc::WEXITSTATUS(status)))));
            }
            Ok(_) => return Ok(Some((got, Status::Signal(libc::WTERMSIG(status))))),
            Err(Errno(libc::EINTR)) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Blocks SIGCHLD and gives a descriptor that is ready when one came.
pub fn child_signals() -> Result<OwnedFd> {
    let set = child_signal_set();
    // SAFETY: `set` is initialised and only read.
    check(i64::from(unsafe { libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut()) }))?;
    // SAFETY: `set` is initialised and only read.
    let fd = check(i64::from(unsafe {
        libc::signalfd(-1, &set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK)
    }))?;
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) })
}

/// Undoes the blocking of `child_signals`, for what is executed next.
pub fn unblock_child_signals() -> Result<()> {
    let set = child_signal_set();
    // SAFETY: `set` is initialised and only read.
    check(i64::from(unsafe { libc::sigprocmask(libc::SIG_UNBLOCK, &set, std::ptr::null_mut()) }))
        .map(drop)
}

fn child_signal_set() -> libc::sigset_t {
    // SAFETY: a zeroed set is a valid place for sigemptyset to write.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: `set` is valid.
    unsafe { libc::sigemptyset(&mut set) };
    // SAFETY: `set` is initialised.
    unsafe { libc::sigaddset(&mut set, libc::SIGCHLD) };
    set
}

/// Ends the process at once: no destructors, no flushing.
pub fn exit_now(code: i32) -> ! {
    // SAFETY: ends the process.
    unsafe { libc::_exit(code) }
}

/// `dup2`.
pub fn dup2(from: RawFd, to: RawFd) -> Result<()> {
    // SAFETY: descriptors are numbers; whoever owned `to` gives it up by calling this.
    check(i64::from(unsafe { libc::dup2(from, to) })).map(drop)
}

/// A copy of a descriptor at a free number of at least `least`.
pub fn duplicate_above(fd: RawFd, least: RawFd) -> Result<RawFd> {
    // SAFETY: passes numbers only.
    let copy = check(i64::from(unsafe { libc::fcntl(fd, libc::F_DUPFD, least) }))?;
    Ok(i32::try_from(copy).unwrap_or(-1))
}

/// Ends a child of ours that has not been reaped.
pub fn kill(pid: i32) {
    // SAFETY: passes numbers only.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}

/// Closes every descriptor from `first` on.
pub fn close_from(first: u32) -> Result<()> {
    // SAFETY: the caller uses none of them afterwards.
    check(unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, 0) }).map(drop)
}

/// Closes every descriptor from `first` on but these.
pub fn close_others(first: u32, kept: &mut [RawFd]) -> Result<()> {
    kept.sort_unstable();
    let mut next = first;
    for kept in kept.iter().filter_map(|fd| u32::try_from(*fd).ok()).filter(|fd| *fd >= first) {
        if kept > next {
            // SAFETY: the caller uses none of them afterwards.
            check(unsafe { libc::syscall(libc::SYS_close_range, next, kept - 1, 0) })?;
        }
        next = kept + 1;
    }
    close_from(next)
}

/// A pipe: its end to read from, and its end to write to.
pub fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    let mut pair: [RawFd; 2] = [-1; 2];
    // SAFETY: the array has room for both descriptors.
    check(i64::from(unsafe { libc::pipe2(pair.as_mut_ptr(), libc::O_CLOEXEC) }))?;
    // SAFETY: the kernel has just made these descriptors for us.
    Ok(unsafe { (OwnedFd::from_raw_fd(pair[0]), OwnedFd::from_raw_fd(pair[1])) })
}

/// Opens `/dev/null` for reading and writing.
pub fn open_null() -> Result<OwnedFd> {
    // SAFETY: the path is static and NUL-terminated.
    let fd = check(i64::from(unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_RDWR) }))?;
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) })
}

/// Writes a small file at once. Used for `/proc` only.
pub fn write_file(path: &CStr, bytes: &[u8]) -> Result<()> {
    // SAFETY: the path is NUL-terminated.
    let fd =
        check(i64::from(unsafe { libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC) }))?;
    // SAFETY: the kernel has just made this descriptor for us.
    let fd = unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) };
    write_all(fd.as_raw_fd(), bytes)
}

/// Writes everything to a blocking descriptor.
pub fn write_all(fd: RawFd, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        let written = write(fd, bytes)?;
        bytes = &bytes[written..];
    }
    Ok(())
}

/// Writes what fits now.
pub fn write(fd: RawFd, bytes: &[u8]) -> Result<usize> {
    loop {
        // SAFETY: the buffer is valid for its length.
        let written = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
        match check(written as i64) {
            Ok(count) => return Ok(usize::try_from(count).unwrap_or(0)),
            Err(Errno(libc::EINTR)) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Reads what is there into `buffer`; 0 at the end of the stream.
pub fn read(fd: RawFd, buffer: &mut [u8]) -> Result<usize> {
    loop {
        // SAFETY: the buffer is valid for its length.
        let got = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
        match check(got as i64) {
            Ok(count) => return Ok(usize::try_from(count).unwrap_or(0)),
            Err(Errno(libc::EINTR)) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Whether a descriptor has bytes to read, and room to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// A read gives bytes, the end, or an error.
    pub readable: bool,
    /// A write takes bytes, or gives an error.
    pub writable: bool,
}

/// Waits for what `events` (`POLLIN`, `POLLOUT`) names: neither when `timeout_ms` passed first or a
/// signal came (-1 waits for ever).
pub fn poll(fd: RawFd, events: i16, timeout_ms: i32) -> Result<Ready> {
    let mut entry = libc::pollfd { fd, events, revents: 0 };
    // SAFETY: one entry, valid through the call.
    match check(i64::from(unsafe { libc::poll(&mut entry, 1, timeout_ms) })) {
        Ok(_) | Err(Errno(libc::EINTR)) => {}
        Err(errno) => return Err(errno),
    }
    let ended = entry.revents & (libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) != 0;
    let is = |event: i16| entry.revents & event != 0 || (ended && events & event != 0);
    Ok(Ready { readable: is(libc::POLLIN), writable: is(libc::POLLOUT) })
}

/// Fills a buffer with random bytes.
pub fn random(buffer: &mut [u8]) -> Result<()> {
    // SAFETY: the buffer is valid for its length; up to 256 bytes come at once.
    let got = unsafe { libc::getrandom(buffer.as_mut_ptr().cast(), buffer.len(), 0) };
    check(got as i64).map(drop)
}

/// A pair of connected stream sockets.
pub fn stream_pair() -> Result<(OwnedFd, OwnedFd)> {
    let mut pair: [RawFd; 2] = [-1; 2];
    let kind = libc::SOCK_STREAM | libc::SOCK_CLOEXEC;
    // SAFETY: the array has room for both descriptors.
    check(i64::from(unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, pair.as_mut_ptr()) }))?;
    // SAFETY: the kernel has just made these descriptors for us.
    Ok(unsafe { (OwnedFd::from_raw_fd(pair[0]), OwnedFd::from_raw_fd(pair[1])) })
}

/// Has reads and writes of a descriptor fail with `EAGAIN` instead of waiting.
pub fn never_wait(fd: &OwnedFd) -> Result<()> {
    // SAFETY: passes numbers only.
    let flags = check(i64::from(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_GETFL) }))?;
    let flags = i32::try_from(flags).unwrap_or(0) | libc::O_NONBLOCK;
    // SAFETY: passes numbers only.
    check(i64::from(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, flags) })).map(drop)
}

/// Brings up the loopback interface of this process's network namespace, which is its own.
pub fn raise_loopback() -> Result<()> {
    // SAFETY: makes a socket and passes no memory.
    let fd = check(i64::from(unsafe {
        libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0)
    }))?;
    // SAFETY: the kernel has just made this descriptor for us.
    let socket = unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) };
    // SAFETY: all of it may be zero.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (place, byte) in request.ifr_name.iter_mut().zip(b"lo") {
        *place = libc::c_char::from_ne_bytes([*byte]);
    }
    request.ifr_ifru.ifru_flags =
        libc::c_short::try_from(libc::IFF_UP | libc::IFF_RUNNING).unwrap_or_default();
    // SAFETY: the request lives through the call, which reads it.
    let raised = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw mut request) };
    check(i64::from(raised)).map(drop)
}

/// A listener whose descriptor has this number and is nobody else's.
pub fn listener_at(fd: RawFd) -> std::net::TcpListener {
    // SAFETY: the caller gives away a descriptor that it has just put there.
    unsafe { std::net::TcpListener::from_raw_fd(fd) }
}

/// Waits until one of the entries is ready, or a signal came.
pub fn poll_all(entries: &mut [libc::pollfd], timeout_ms: i32) {
    let count = entries.len() as libc::nfds_t;
    // SAFETY: the entries are valid through the call.
    unsafe { libc::poll(entries.as_mut_ptr(), count, timeout_ms) };
}

/// Opens a path to read, or as a place to start from (`O_PATH`); closed over an exec.
pub fn open(path: &CStr, flags: i32) -> Result<OwnedFd> {
    open_at(libc::AT_FDCWD, path, flags)
}

/// The same from a directory on.
pub fn open_at(directory: RawFd, path: &CStr, flags: i32) -> Result<OwnedFd> {
    // SAFETY: the path is NUL-terminated and lives through the call.
    let fd = unsafe { libc::openat(directory, path.as_ptr(), flags | libc::O_CLOEXEC) };
    let fd = check(i64::from(fd))?;
    // SAFETY: the kernel has just made this descriptor for us.
    Ok(unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) })
}

/// Reads from the beginning of a file.
pub fn read_first(fd: &OwnedFd, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the buffer is valid for its length.
    let got = unsafe { libc::pread(fd.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len(), 0) };
    check(got as i64).map(|count| usize::try_from(count).unwrap_or(0))
}

/// Becomes another program; gives why not.
pub fn execute(program: &CStr, arguments: &[&CStr], environment: &[&CStr]) -> Errno {
    let pointers = |texts: &[&CStr]| -> Vec<*const libc::c_char> {
        texts.iter().map(|text| text.as_ptr()).chain([std::ptr::null()]).collect()
    };
    let (arguments, environment) = (pointers(arguments), pointers(environment));
    // SAFETY: both arrays end in null and point to NUL-terminated strings that live through the call.
    unsafe { libc::execve(program.as_ptr(), arguments.as_ptr(), environment.as_ptr()) };
    last_errno()
}

/// Whether what is mounted at a path is read-only, and nothing in it is run or has rights.
pub fn is_read_only(path: &CStr) -> bool {
    const WANTED: libc::c_ulong =
        libc::ST_RDONLY | libc::ST_NOSUID | libc::ST_NODEV | libc::ST_NOEXEC;
    // SAFETY: all-zero is a valid statvfs.
    let mut found: libc::statvfs = unsafe { std::mem::zeroed() };
    // SAFETY: the path is NUL-terminated, and `found` is a valid place for the kernel to write.
    let asked = unsafe { libc::statvfs(path.as_ptr(), &mut found) };
    asked == 0 && found.f_flag & WANTED == WANTED
}
