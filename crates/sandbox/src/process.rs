//! A process by its pidfd, which never names another one.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Duration;

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

    /// Stops it where it is: none of its threads runs until `go_on`.
    pub fn stop(&self) {
        // One that is gone stands still.
        let _ = pidfd_send_signal(&self.0, Signal::STOP);
    }

    /// Lets it go on when it was stopped.
    pub fn go_on(&self) {
        let _ = pidfd_send_signal(&self.0, Signal::CONT);
    }

    /// Whether it has not ended yet.
    pub fn is_running(&self) -> bool {
        !self.ends_within(Duration::ZERO)
    }

    /// Waits for its end, blocking; whether it came.
    pub fn ends_within(&self, patience: Duration) -> bool {
        let Ok(patience) = Timespec::try_from(patience) else { return false };
        let mut ended = [PollFd::new(&self.0, PollFlags::IN)];
        rustix::event::poll(&mut ended, Some(&patience)) != Ok(0)
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
