//! What a program that means harm would try first, each as one function that says whether it worked.
//! `cli/doctor/probes.py` of the binary makes the same attempts in Python, under the same names.

use std::ffi::CString;
use std::mem::MaybeUninit;

use wire::control::ProbeTargets;

use crate::sys::{self, Status};

/// Tries something, given the targets and another process of the same kind; whether it worked.
pub type Attempt = fn(&ProbeTargets, i32) -> bool;

/// All attempts, by name.
pub const ATTEMPTS: [(&str, Attempt); 18] = [
    ("read-file", read_file),
    ("write-file", write_file),
    ("connect-tcp", connect_tcp),
    ("send-udp", send_udp),
    ("abstract-socket", abstract_socket),
    ("signal-parent", signal_parent),
    ("signal-host", signal_host),
    ("fork", fork),
    ("exec", exec),
    ("executable-memory", executable_memory),
    ("make-executable", make_executable),
    ("read-memory", read_memory),
    ("open-memory", open_memory),
    ("trace", trace),
    ("mount", mount),
    ("user-namespace", user_namespace),
    ("become-root", become_root),
    ("io-uring", io_uring),
];

/// A page of ours, at the same address in every process forked from us.
static MARK: u64 = 0x6d61_726b;

fn text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

fn read_file(targets: &ProbeTargets, _: i32) -> bool {
    let path = text(&targets.file);
    // SAFETY: the path is NUL-terminated.
    let fd = unsafe { libc::open(path.as_ptr(), libc::O_RDONLY) };
    let mut byte = [0u8];
    fd >= 0 && sys::read(fd, &mut byte) == Ok(1)
}

fn write_file(targets: &ProbeTargets, _: i32) -> bool {
    let path = text(&format!("{}/made", targets.directory));
    // SAFETY: the path is NUL-terminated.
    let fd = unsafe { libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CREAT, 0o666) };
    // A file that could be made and not written is one that was made.
    fd >= 0
}

fn loopback(port: u16) -> libc::sockaddr_in {
    // SAFETY: all-zero is a valid address.
    let mut address: libc::sockaddr_in = unsafe { std::mem::zeroed() };
    address.sin_family = u16::try_from(libc::AF_INET).unwrap_or_default();
    address.sin_port = port.to_be();
    address.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
    address
}

fn socket(domain: i32, kind: i32) -> i32 {
    // SAFETY: passes numbers only.
    unsafe { libc::socket(domain, kind | libc::SOCK_CLOEXEC, 0) }
}

fn size_of_address<T>() -> libc::socklen_t {
    libc::socklen_t::try_from(size_of::<T>()).unwrap_or_default()
}

fn connect_tcp(targets: &ProbeTargets, _: i32) -> bool {
    let fd = socket(libc::AF_INET, libc::SOCK_STREAM);
    let address = loopback(targets.port);
    // SAFETY: the address lives through the call and its size is passed.
    let done = unsafe {
        libc::connect(fd, (&raw const address).cast(), size_of_address::<libc::sockaddr_in>())
    };
    done == 0
}

fn send_udp(targets: &ProbeTargets, _: i32) -> bool {
    let fd = socket(libc::AF_INET, libc::SOCK_DGRAM);
    let address = loopback(targets.port);
    // SAFETY: byte and address live through the call and their sizes are passed.
    let sent = unsafe {
        libc::sendto(
            fd,
            [0u8].as_ptr().cast(),
            1,
            0,
            (&raw const address).cast(),
            size_of_address::<libc::sockaddr_in>(),
        )
    };
    sent == 1
}

fn abstract_socket(targets: &ProbeTargets, _: i32) -> bool {
    let fd = socket(libc::AF_UNIX, libc::SOCK_STREAM);
    // SAFETY: all-zero is a valid address.
    let mut address: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    address.sun_family = u16::try_from(libc::AF_UNIX).unwrap_or_default();
    // A name that begins with a zero is abstract.
    for (place, byte) in address.sun_path.iter_mut().skip(1).zip(targets.socket.bytes()) {
        *place = byte.cast_signed();
    }
    let length = std::mem::offset_of!(libc::sockaddr_un, sun_path) + 1 + targets.socket.len();
    let length = libc::socklen_t::try_from(length).unwrap_or_default();
    // SAFETY: the address lives through the call; the length is within it.
    unsafe { libc::connect(fd, (&raw const address).cast(), length) == 0 }
}

fn may_signal(pid: i32) -> bool {
    // SAFETY: signal 0 only asks whether a signal might be sent.
    pid > 0 && unsafe { libc::kill(pid, 0) } == 0
}

fn signal_parent(_: &ProbeTargets, _: i32) -> bool {
    may_signal(sys::getppid())
}

fn signal_host(targets: &ProbeTargets, _: i32) -> bool {
    may_signal(i32::try_from(targets.process).unwrap_or(-1))
}

fn fork(_: &ProbeTargets, _: i32) -> bool {
    match sys::fork() {
        Ok(None) => sys::exit_now(0),
        Ok(Some(pid)) => matches!(sys::waitpid(pid, 0), Ok(Some((_, Status::Code(0))))),
        Err(_) => false,
    }
}

fn exec(_: &ProbeTargets, _: i32) -> bool {
    let arguments = [c"code-executor".as_ptr(), c"--version".as_ptr(), std::ptr::null()];
    // SAFETY: both arrays end in null and point to static strings. It returns only when it failed.
    unsafe {
        libc::execve(c"/proc/self/exe".as_ptr(), arguments.as_ptr(), [std::ptr::null()].as_ptr());
    }
    false
}

const PAGE: usize = 4096;

fn page(rights: i32) -> *mut libc::c_void {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: a new mapping of our own, which is never used.
    unsafe { libc::mmap(std::ptr::null_mut(), PAGE, rights, flags, -1, 0) }
}

fn executable_memory(_: &ProbeTargets, _: i32) -> bool {
    page(libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC) != libc::MAP_FAILED
}

fn make_executable(_: &ProbeTargets, _: i32) -> bool {
    let page = page(libc::PROT_READ | libc::PROT_WRITE);
    // To be written and run at once: Python may map code alone, for extension modules.
    let rights = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
    // SAFETY: the page is ours and is never used.
    unsafe { libc::mprotect(page, PAGE, rights) == 0 }
}

fn read_memory(_: &ProbeTargets, sibling: i32) -> bool {
    let mut found = 0u64;
    let local = libc::iovec { iov_base: (&raw mut found).cast(), iov_len: 8 };
    let remote = libc::iovec { iov_base: (&raw const MARK).cast_mut().cast(), iov_len: 8 };
    // SAFETY: both vectors describe eight bytes; ours live through the call.
    let read = unsafe { libc::process_vm_readv(sibling, &local, 1, &remote, 1, 0) };
    read == 8 && found == MARK
}

fn open_memory(_: &ProbeTargets, sibling: i32) -> bool {
    let path = text(&format!("/proc/{sibling}/mem"));
    let mut found = 0u64;
    // SAFETY: the path is NUL-terminated.
    let fd = unsafe { libc::open(path.as_ptr(), libc::O_RDONLY) };
    let place = i64::try_from((&raw const MARK).addr()).unwrap_or_default();
    // SAFETY: eight bytes of ours are written to.
    let read = unsafe { libc::pread(fd, (&raw mut found).cast(), 8, place) };
    fd >= 0 && read == 8 && found == MARK
}

fn trace(_: &ProbeTargets, sibling: i32) -> bool {
    // SAFETY: passes numbers only; the other process is killed in any case.
    unsafe { libc::ptrace(libc::PTRACE_SEIZE, sibling, 0, 0) == 0 }
}

fn mount(targets: &ProbeTargets, _: i32) -> bool {
    let place = text(&targets.directory);
    if sys::mount(c"tmpfs", &place, c"tmpfs", 0, c"size=4k").is_err() {
        return false;
    }
    // SAFETY: the path is NUL-terminated.
    unsafe { libc::umount2(place.as_ptr(), libc::MNT_DETACH) };
    true
}

fn user_namespace(_: &ProbeTargets, _: i32) -> bool {
    sys::unshare(libc::CLONE_NEWUSER).is_ok()
}

fn become_root(_: &ProbeTargets, _: i32) -> bool {
    // SAFETY: passes numbers only.
    unsafe { libc::setresuid(0, 0, 0) == 0 }
}

fn io_uring(_: &ProbeTargets, _: i32) -> bool {
    let mut parameters = MaybeUninit::<[u8; 120]>::zeroed();
    // SAFETY: the kernel reads and writes the 120 bytes of `struct io_uring_params`.
    unsafe { libc::syscall(libc::SYS_io_uring_setup, 1, parameters.as_mut_ptr()) >= 0 }
}
