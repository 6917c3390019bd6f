//! The host's end of a child's socket. The kernel is asked to tell of room to write only while
//! there is none: it would otherwise wake us each time the child has read something.

use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

use rustix::io::retry_on_intr;
use rustix::net::RecvFlags;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Registers a descriptor for one kind of news only.
#[expect(
    deprecated,
    reason = "the replacement is unsafe, for types that change their descriptor; sockets do not"
)]
pub fn watch<T: AsRawFd>(socket: T, interest: Interest) -> io::Result<AsyncFd<T>> {
    AsyncFd::with_interest(socket, interest)
}

/// A stream that never blocks.
#[derive(Debug)]
pub struct Socket {
    stream: AsyncFd<UnixStream>,
    /// There while the last write found no room.
    full: Option<AsyncFd<UnixStream>>,
}

impl Socket {
    /// Takes over a stream that does not block.
    pub fn new(stream: UnixStream) -> io::Result<Self> {
        let stream = watch(stream, Interest::READABLE)?;
        Ok(Self { stream, full: None })
    }

    /// Reads what is there, waiting for the first of it; 0 at the end. Cancel-safe.
    pub async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.stream.readable().await?;
            // A short read does not tell that nothing is left: it ends where a descriptor was passed.
            if let Ok(read) = ready.try_io(|stream| stream.get_ref().read(buffer)) {
                return read;
            }
        }
    }

    /// Whether bytes have come that were not read.
    pub fn holds_bytes(&self) -> bool {
        let mut byte = [0];
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        let peeked = retry_on_intr(|| rustix::net::recv(self.stream.get_ref(), &mut byte, flags));
        peeked.is_ok_and(|(count, _)| count > 0)
    }

    /// Writes what fits now: 0 when nothing does, and `room` tells when that changes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.stream.get_ref().write(bytes) {
            Ok(count) => {
                self.full = None;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                // One descriptor cannot be registered twice.
                let stream = self.stream.get_ref().try_clone()?;
                self.full = Some(watch(stream, Interest::WRITABLE)?);
                Ok(0)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => self.write(bytes),
            Err(error) => Err(error),
        }
    }

    /// Waits until a write that found no room may find some. Cancel-safe.
    pub async fn room(&self) -> io::Result<()> {
        match &self.full {
            Some(stream) => stream.writable().await.map(drop),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
