//! The host's end of a zygote's control socket.

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType,
};
use tokio::io::Interest;
use tokio::net::UnixStream;
use wire::control::{DATAGRAM_CAP, FromZygote, Spawn};

/// The control socket. A sequenced-packet socket: only `sendmsg` and `recvmsg` are used on it, and
/// each carries one whole datagram.
#[derive(Debug)]
pub struct Control(UnixStream);

impl Control {
    /// A pair: ours, and the zygote's.
    pub fn pair() -> std::io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = rustix::net::socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )?;
        let ours = std::os::unix::net::UnixStream::from(ours);
        ours.set_nonblocking(true)?;
        Ok((Self(UnixStream::from_std(ours)?), theirs))
    }

    /// Orders a child and passes its end of the RPC socket.
    pub async fn spawn(&self, id: u32, rpc: BorrowedFd<'_>) -> std::io::Result<()> {
        let datagram = Spawn { id }.encode();
        let fds = [rpc];
        self.0
            .async_io(Interest::WRITABLE, || {
                let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
                let mut ancillary = SendAncillaryBuffer::new(&mut space);
                ancillary.push(SendAncillaryMessage::ScmRights(&fds));
                let data = [IoSlice::new(&datagram)];
                rustix::net::sendmsg(&self.0, &data, &mut ancillary, SendFlags::NOSIGNAL)
                    .map(drop)
                    .map_err(Into::into)
            })
            .await
    }

    /// The next datagram with its descriptor; `None` when the zygote is gone.
    pub async fn receive(&self) -> Option<(FromZygote, Option<OwnedFd>)> {
        self.0.async_io(Interest::READABLE, || receive(&self.0)).await.ok().flatten()
    }
}

fn receive(socket: &UnixStream) -> std::io::Result<Option<(FromZygote, Option<OwnedFd>)>> {
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
    Ok(FromZygote::decode(&bytes[..received]).map(|message| (message, fd)))
}
