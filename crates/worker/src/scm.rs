//! Datagrams that may carry file descriptors.

use std::os::fd::{FromRawFd, OwnedFd, RawFd};

/// Room for one descriptor in a control message.
const ANCILLARY_BYTES: usize = 24;

#[repr(C, align(8))]
struct Ancillary([u8; ANCILLARY_BYTES]);

/// Descriptors that one datagram may bring: a socket, a sheet, and a mount for each granted directory.
const MANY: usize = wire::control::MAX_GRANTED + 2;

/// Room for them: the header of a control message and four bytes for each.
const MANY_ANCILLARY_BYTES: usize = 16 + 4 * MANY;

#[repr(C, align(8))]
struct ManyAncillary([u8; MANY_ANCILLARY_BYTES]);

/// Sends a datagram. A peer that is gone is noticed by the next wait for it.
pub fn send(socket: RawFd, bytes: &[u8], fd: Option<RawFd>) {
    let mut io = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let mut ancillary = Ancillary([0; ANCILLARY_BYTES]);
    // SAFETY: all-zero is a valid msghdr.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &mut io;
    header.msg_iovlen = 1;
    if let Some(fd) = fd {
        header.msg_control = ancillary.0.as_mut_ptr().cast();
        header.msg_controllen = ANCILLARY_BYTES as _;
        // SAFETY: the header's control buffer is as long as it says.
        let entry = unsafe { libc::CMSG_FIRSTHDR(&header) };
        // SAFETY: the buffer is aligned and has room for one header and one descriptor after it. The
        // pointer is the whole buffer's: no reference to the header alone comes between.
        unsafe {
            (*entry).cmsg_level = libc::SOL_SOCKET;
            (*entry).cmsg_type = libc::SCM_RIGHTS;
            (*entry).cmsg_len = libc::CMSG_LEN(size_of::<RawFd>() as u32) as _;
            libc::CMSG_DATA(entry).cast::<RawFd>().write_unaligned(fd);
        }
    }
    // SAFETY: the header and all it points to live through the call.
    unsafe { libc::sendmsg(socket, &header, libc::MSG_NOSIGNAL) };
}

/// Receives a datagram, with the descriptor that came along, if one did. `None` when the peer is
/// gone.
pub fn receive(socket: RawFd, bytes: &mut [u8]) -> Option<(usize, Option<OwnedFd>)> {
    let (length, descriptors) = receive_all(socket, bytes)?;
    Some((length, descriptors.into_iter().next()))
}

/// The same with all descriptors that came along.
pub fn receive_all(socket: RawFd, bytes: &mut [u8]) -> Option<(usize, Vec<OwnedFd>)> {
    let mut io = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() };
    let mut ancillary = ManyAncillary([0; MANY_ANCILLARY_BYTES]);
    // SAFETY: all-zero is a valid msghdr.
    let mut header: libc::msghdr = unsafe { std::mem::zeroed() };
    header.msg_iov = &mut io;
    header.msg_iovlen = 1;
    header.msg_control = ancillary.0.as_mut_ptr().cast();
    header.msg_controllen = MANY_ANCILLARY_BYTES as _;
    // SAFETY: the header and all it points to live through the call.
    let got = unsafe { libc::recvmsg(socket, &mut header, libc::MSG_CMSG_CLOEXEC) };
    let length = usize::try_from(got).ok().filter(|&length| length > 0)?;
    // SAFETY: the kernel filled the header in; null when no control message came.
    let entry = unsafe { libc::CMSG_FIRSTHDR(&header) };
    if entry.is_null() {
        return Some((length, Vec::new()));
    }
    // SAFETY: the kernel wrote a whole header there.
    let (level, kind, size) =
        unsafe { ((*entry).cmsg_level, (*entry).cmsg_type, (*entry).cmsg_len as usize) };
    if (level, kind) != (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
        return Some((length, Vec::new()));
    }
    // SAFETY: computes a number.
    let header_bytes = unsafe { libc::CMSG_LEN(0) } as usize;
    let count = size.saturating_sub(header_bytes) / size_of::<RawFd>();
    // SAFETY: a rights message carries as many descriptors as its length says, behind its header and
    // within our buffer; they are ours now, and the kernel closes what does not fit.
    let take = |at: usize| unsafe {
        OwnedFd::from_raw_fd(libc::CMSG_DATA(entry).cast::<RawFd>().add(at).read_unaligned())
    };
    Some((length, (0..count.min(MANY)).map(take).collect()))
}
