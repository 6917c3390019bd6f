//! The host's end of the control socket of a zygote, or of the mount broker.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use wire::control::{DATAGRAM_CAP, FromZygote, MAX_GRANTED};

use crate::socket::watch;

/// The control socket. A sequenced-packet socket: only `sendmsg` and `recvmsg` are used on it, and
/// each carries one whole datagram. The kernel tells when there is something to read; of room to
/// write it would tell after each datagram the zygote takes.
#[derive(Debug)]
pub struct Control(AsyncFd<OwnedFd>);

impl Control {
    /// A pair: ours, and the zygote's.
    pub fn pair() -> std::io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = rustix::net::socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )?;
        rustix::io::ioctl_fionbio(&ours, true)?;
        Ok((Self(watch(ours, Interest::READABLE)?), theirs))
    }

    /// Sends a datagram with descriptors.
    pub async fn send(&self, datagram: &[u8], fds: &[BorrowedFd<'_>]) -> std::io::Result<()> {
        loop {
            let mut space =
                [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_GRANTED + 2))];
            let mut ancillary = SendAncillaryBuffer::new(&mut space);
            if !fds.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(fds)) {
                return Err(std::io::Error::other("too many descriptors for one datagram"));
            }
            let data = [IoSlice::new(datagram)];
            let socket = self.0.get_ref();
            match rustix::net::sendmsg(socket, &data, &mut ancillary, SendFlags::NOSIGNAL) {
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    // One descriptor cannot be registered twice.
                    let full = socket.try_clone()?;
                    let full = watch(full, Interest::WRITABLE)?;
                    let _ = full.writable().await?;
                }
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// The next datagram of a zygote with its descriptor; `None` when the zygote is gone.
    pub async fn receive(&self) -> Option<(FromZygote, Option<OwnedFd>)> {
        self.receive_as(FromZygote::decode).await
    }

    /// The next datagram with its descriptor, as `decode` reads it; `None` when the other end is gone
    /// or makes no sense.
    pub async fn receive_as<T>(
        &self,
        decode: impl Fn(&[u8]) -> Option<T>,
    ) -> Option<(T, Option<OwnedFd>)> {
        let receive = |socket: &OwnedFd| receive(socket, &decode);
        self.0.async_io(Interest::READABLE, receive).await.ok().flatten()
    }
}

fn receive<T>(
    socket: &OwnedFd,
    decode: impl Fn(&[u8]) -> Option<T>,
) -> std::io::Result<Option<(T, Option<OwnedFd>)>> {
    let mut bytes = [0u8; DATAGRAM_CAP];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut data = [IoSliceMut::new(&mut bytes)];
    let flags = RecvFlags::CMSG_CLOEXEC;
    let received = match rustix::net::recvmsg(socket.as_fd(), &mut data, &mut ancillary, flags) {
        Ok(message) => message.bytes,
        Err(Errno::CONNRESET) => 0,
        Err(errno) => return Err(errno.into()),
    };
    let fd = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    Ok(decode(&bytes[..received]).map(|message| (message, fd)))
}
