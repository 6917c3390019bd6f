//! Standard input and output without a thread in between, where that can be had.
//!
//! Tokio's own handles hand every read and write to a pool of blocking threads, which costs more
//! than the rest of a small request. `O_NONBLOCK` belongs to the open file, which others may share,
//! so it is never set on what we inherited: pipes and terminals are opened anew through `/proc`,
//! sockets (what Node.js gives its children) are asked call by call not to wait, and everything
//! else falls back to Tokio's handles.

use std::{
    fs::OpenOptions,
    io,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::fs::OpenOptionsExt,
    },
    pin::Pin,
    task::{Context, Poll, ready},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec},
    fs::{FileType, OFlags},
    net::{RecvFlags, SendFlags},
};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf, unix::AsyncFd};

/// This process's standard input.
#[derive(Debug)]
pub struct StandardInput(Input);

/// This process's standard output.
#[derive(Debug)]
pub struct StandardOutput(Out);

/// This process's standard streams, for one reader and one writer. Needs a Tokio runtime with I/O.
pub fn stdio() -> (StandardInput, StandardOutput) {
    let input = match Endpoint::open(std::io::stdin().as_fd(), Interest::READABLE) {
        Some(endpoint) => Input::Direct(endpoint),
        None => Input::Threaded(tokio::io::stdin()),
    };
    let output = match Endpoint::open(std::io::stdout().as_fd(), Interest::WRITABLE) {
        Some(endpoint) => Out::Direct(endpoint),
        None => Out::Threaded(tokio::io::stdout()),
    };
    (StandardInput(input), StandardOutput(output))
}

/// Whether nobody can read our standard output any more.
pub fn output_is_gone() -> bool {
    let stdout = std::io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    let gone = PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL;
    match rustix::event::poll(&mut watched, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) {
        Ok(_) => watched[0].revents().intersects(gone),
        Err(_) => false,
    }
}

#[derive(Debug)]
enum Input {
    Direct(Endpoint),
    Threaded(tokio::io::Stdin),
}

#[derive(Debug)]
enum Out {
    Direct(Endpoint),
    Threaded(tokio::io::Stdout),
}

/// A descriptor of our own that can be waited for.
#[derive(Debug)]
struct Endpoint {
    fd: AsyncFd<OwnedFd>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// An open file of our own, in non-blocking mode.
    Reopened,
    /// A socket shared with whoever else has it, asked not to wait on every call.
    Socket,
}

impl Endpoint {
    fn open(stream: BorrowedFd<'_>, interest: Interest) -> Option<Self> {
        let stat = rustix::fs::fstat(stream).ok()?;
        let (fd, kind) = match FileType::from_raw_mode(stat.st_mode) {
            FileType::Socket => (stream.try_clone_to_owned().ok()?, Kind::Socket),
            FileType::Fifo | FileType::CharacterDevice => {
                (reopen(stream, interest)?, Kind::Reopened)
            }
            _ => return None,
        };
        #[expect(
            deprecated,
            reason = "its successor is unsafe, for descriptors that are not owned"
        )]
        // Fails for what cannot be waited for, such as /dev/null.
        let fd = AsyncFd::with_interest(fd, interest).ok()?;
        Some(Self { fd, kind })
    }

    fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match self.kind {
            Kind::Reopened => rustix::io::read(&self.fd, buffer)?,
            Kind::Socket => rustix::net::recv(&self.fd, buffer, RecvFlags::DONTWAIT)?.0,
        };
        Ok(count)
    }

    fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let count = match self.kind {
            Kind::Reopened => rustix::io::write(&self.fd, bytes)?,
            Kind::Socket => {
                rustix::net::send(&self.fd, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)?
            }
        };
        Ok(count)
    }

    fn poll_read(
        &self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.fd.poll_read_ready(context))?;
            match guard.try_io(|_| self.read(buffer.initialize_unfilled())) {
                Ok(Ok(count)) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Err(_would_block) => {}
            }
        }
    }

    fn poll_write(&self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.fd.poll_write_ready(context))?;
            match guard.try_io(|_| self.write(bytes)) {
                Ok(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(result) => return Poll::Ready(result),
                Err(_would_block) => {}
            }
        }
    }
}

/// Opens what the descriptor refers to once more, as an open file of our own.
fn reopen(stream: BorrowedFd<'_>, interest: Interest) -> Option<OwnedFd> {
    use std::os::fd::AsRawFd;

    let path = format!("/proc/self/fd/{}", stream.as_raw_fd());
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new()
        .read(interest.is_readable())
        .write(interest.is_writable())
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .ok()
        .map(OwnedFd::from)
}

impl AsyncRead for StandardInput {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Input::Direct(endpoint) => endpoint.poll_read(context, buffer),
            Input::Threaded(stdin) => Pin::new(stdin).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for StandardOutput {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.0 {
            Out::Direct(endpoint) => endpoint.poll_write(context, bytes),
            Out::Threaded(stdout) => Pin::new(stdout).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Out::Direct(_) => Poll::Ready(Ok(())),
            Out::Threaded(stdout) => Pin::new(stdout).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Out::Direct(_) => Poll::Ready(Ok(())),
            Out::Threaded(stdout) => Pin::new(stdout).poll_shutdown(context),
        }
    }
}
