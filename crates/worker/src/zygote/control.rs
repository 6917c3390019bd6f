//! The zygote's end of the control socket: spawn orders in, pidfds and exit statuses out.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use wire::control::{CONTROL_FD, FromZygote, Spawn, exit};

use crate::scm;
use crate::sys::{self, Errno, Result, Status, check};

/// What the zygote has to do next.
pub enum Event {
    /// Fork a child that speaks over `rpc`.
    Spawn {
        /// The host's number for it.
        id: u32,
        /// The child's end of its socket.
        rpc: OwnedFd,
        /// CPU seconds after which the kernel is to end it.
        cpu_seconds: u64,
        /// The sheet of what its program is granted, and a mount for each directory on it; most often
        /// nothing.
        granted: Vec<OwnedFd>,
    },
    /// The host closed its end or speaks nonsense.
    HostGone,
}

/// The control socket and the children it has ordered.
pub struct Control {
    signals: OwnedFd,
    children: Vec<(i32, u32)>,
}

impl Control {
    /// Takes over SIGCHLD; the socket itself is open at `CONTROL_FD`.
    pub fn open() -> Result<Self> {
        let signals = sys::child_signals()?;
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
        scm::send(CONTROL_FD, &message.encode(), fd);
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
                // Process 1 of a namespace cannot end by the signal that it tells of.
                Status::Code(code) if code > exit::SIGNALLED => {
                    (None, Some(code - exit::SIGNALLED))
                }
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
    let (length, mut descriptors) = scm::receive_all(CONTROL_FD, &mut bytes)?;
    let spawn = Spawn::decode(&bytes[..length])?;
    let directories = spawn.directories as usize;
    let wanted = if directories == 0 { 1 } else { directories + 2 };
    if descriptors.len() != wanted {
        return None;
    }
    let granted = descriptors.split_off(1);
    let rpc = descriptors.pop()?;
    Some(Event::Spawn { id: spawn.id, rpc, cpu_seconds: spawn.cpu_seconds.into(), granted })
}
