//! A process by its pidfd, which never names another one.

use std::os::fd::{BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Signal, pidfd_send_signal};

/// A process that dies with this handle.
#[derive(Debug)]
pub struct Process(OwnedFd);

impl Process {
    /// Takes charge of the process behind a pidfd.
    pub fn new(pidfd: OwnedFd) -> Self {
        Self(pidfd)
    }

    /// Ends it now.
    pub fn kill(&self) {
        // It may be gone already, which is what is wanted.
        let _ = pidfd_send_signal(&self.0, Signal::KILL);
    }

    /// Whether it has not ended yet.
    pub fn is_running(&self) -> bool {
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        let mut ended = [PollFd::new(&self.0, PollFlags::IN)];
        rustix::event::poll(&mut ended, Some(&at_once)) == Ok(0)
    }

    /// The pidfd.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
