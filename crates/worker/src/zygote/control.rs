//! The zygote's end of the control socket: spawn orders in, pidfds and exit statuses out.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use wire::control::{CONTROL_FD, FromZygote, Spawn};

use crate::sys::{self, Errno, Result, Status, check};

/// What the zygote has to do next.
pub enum Event {
    /// Fork a child that speaks over `rpc`.
    Spawn {
        /// The host's number for it.
        id: u32,
        /// The child's end of its socket.
        rpc: OwnedFd,
    },
    /// The host closed its end or speaks nonsense.
    HostGone,
}

/// The control socket and the children it has ordered.
pub struct Control {
    signals: OwnedFd,
    children: Vec<(i32, u32)>,
}

/// Room for one descriptor in a control message.
const ANCILLARY_BYTES: usize = 24;

#[repr(C, align(8))]
struct Ancillary([u8; ANCILLARY_BYTES]);

impl Control {
    /// Takes over SIGCHLD; the socket itself is open at `CONTROL_FD`.
    pub fn open() -> Result<Self> {
        // SAFETY: a zeroed set is a valid place for sigemptyset to write.
        let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
        // SAFETY: `set` is valid.
        unsafe { libc::sigemptyset(&mut set) };
        // SAFETY: `set` is initialised.
        unsafe { libc::sigaddset(&mut set, libc::SIGCHLD) };
        // SAFETY: `set` is initialised and only read.
        check(i64::from(unsafe {
            libc::sigprocmask(libc::SIG_BLOCK, &set, std::ptr::null_mut())
        }))?;
        // SAFETY: `set` is initialised and only read.
        let fd = check(i64::from(unsafe {
            libc::signalfd(-1, &set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK)
        }))?;
        // SAFETY: the kernel has just made this descriptor for us.
        let signals = unsafe { OwnedFd::from_raw_fd(i32::try_from(fd).unwrap_or(-1)) };
        Ok(Self { signals, children: Vec::new() })
    }

    /// Waits for the next order, reaping and reporting ended children meanwhile.
    pub fn next_event(&mut self) -> Event {
        loop {
            let (control, signals) = match self.wait() {
                Ok(ready) => ready,
                Err(Errno(libc::EINTR)) => continue,
                Err(_) => return Event::HostGone,
            };
            if signals {
                self.reap();
            }
            if control {
                return receive().unwrap_or(Event::HostGone);
            }
        }
    }

    /// Reports a child that runs, with its pidfd.
    pub fn spawned(&mut self, id: u32, pid: i32, pidfd: &OwnedFd) {
        self.children.push((pid, id));
        self.send(&FromZygote::Spawned { id }, Some(pidfd.as_raw_fd()));
    }

    /// Sends a datagram. A host that is gone is noticed by the next wait.
    pub fn send(&self, message: &FromZygote, fd: Option<RawFd>) {
        let bytes = message.encode();
        let mut io =
            libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
        let mut ancillary = Ancillary([0; ANCILLARY_BYTES]);
        // SAFETY: all-zero is a valid msghdr.
        let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
        header.msg_iov = &mut io;
        header.msg_iovlen = 1;
        if let Some(fd) = fd {
            header.msg_control = ancillary.0.as_mut_ptr().cast();
            header.msg_controllen = ANCILLARY_BYTES as _;
            // SAFETY: the buffer has room for one header.
            let entry = unsafe { &mut *libc::CMSG_FIRSTHDR(&header) };
            entry.cmsg_level = libc::SOL_SOCKET;
            entry.cmsg_type = libc::SCM_RIGHTS;
            // SAFETY: computes a length only.
            entry.cmsg_len = unsafe { libc::CMSG_LEN(size_of::<RawFd>() as u32) } as _;
            // SAFETY: the buffer has room for one descriptor after its header.
            unsafe { libc::CMSG_DATA(entry).cast::<RawFd>().write_unaligned(fd) };
        }
        // SAFETY: the header and all it points to live through the call.
        unsafe { libc::sendmsg(CONTROL_FD, &header, libc::MSG_NOSIGNAL) };
    }

    fn wait(&self) -> Result<(bool, bool)> {
        let entry = |fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
        let mut entries = [entry(CONTROL_FD), entry(self.signals.as_raw_fd())];
        // SAFETY: two entries, valid through the call.
        check(i64::from(unsafe { libc::poll(entries.as_mut_ptr(), 2, -1) }))?;
        Ok((entries[0].revents != 0, entries[1].revents != 0))
    }

    fn reap(&mut self) {
        let mut drain = [0u8; 1024];
        let _ = sys::read(self.signals.as_raw_fd(), &mut drain);
        while let Ok(Some((pid, status))) = sys::waitpid(-1, libc::WNOHANG) {
            let Some(at) = self.children.iter().position(|&(child, _)| child == pid) else {
                continue;
            };
            let (_, id) = self.children.swap_remove(at);
            let (code, signal) = match status {
                Status::Code(code) => (Some(code), None),
                Status::Signal(signal) => (None, Some(signal)),
            };
            self.send(&FromZygote::Exited { id, code, signal }, None);
        }
    }
}

/// Receives one order with its descriptor. `None` when the host is gone or the order is malformed.
fn receive() -> Option<Event> {
    let mut bytes = [0u8; 64];
    let mut io = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    let mut ancillary = Ancillary([0; ANCILLARY_BYTES]);
    // SAFETY: all-zero is a valid msghdr.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &mut io;
    header.msg_iovlen = 1;
    header.msg_control = ancillary.0.as_mut_ptr().cast();
    header.msg_controllen = ANCILLARY_BYTES as _;
    // SAFETY: the header and all it points to live through the call.
    let got = unsafe { libc::recvmsg(CONTROL_FD, &mut header, libc::MSG_CMSG_CLOEXEC) };
    let length = usize::try_from(got).ok().filter(|&length| length > 0)?;
    let spawn = Spawn::decode(&bytes[..length])?;
    // SAFETY: the kernel filled the header in.
    let entry = unsafe { libc::CMSG_FIRSTHDR(&header).as_ref() }?;
    if entry.cmsg_level != libc::SOL_SOCKET || entry.cmsg_type != libc::SCM_RIGHTS {
        return None;
    }
    // SAFETY: a rights message carries at least one descriptor, which is ours now.
    let rpc =
        unsafe { OwnedFd::from_raw_fd(libc::CMSG_DATA(entry).cast::<RawFd>().read_unaligned()) };
    Some(Event::Spawn { id: spawn.id, rpc })
}
