//! The child's end of the guest protocol, over one socket that never blocks: waiting is `poll`.

use wire::{Decoder, Op, Start, ToChild};

use crate::lockdown::child::RPC_FD;
use crate::sys::{self, Errno};

/// Why the host can no longer be spoken to. There is nobody to tell; the child ends.
#[derive(Debug)]
pub struct HostGone;

/// The conversation with the host.
#[derive(Debug)]
pub struct Rpc {
    decoder: Decoder,
    next_id: u32,
    chunk: Vec<u8>,
}

impl Rpc {
    /// A conversation that has not begun.
    pub fn new() -> Self {
        Self { decoder: wire::to_child_decoder(), next_id: 1, chunk: vec![0; 64 * 1024] }
    }

    /// Says that lockdown is complete.
    pub fn ready(&mut self) -> Result<(), HostGone> {
        self.send(&wire::ready_frame())
    }

    /// The same, and waits for the go-ahead.
    pub fn receive_start(&mut self) -> Result<Start, HostGone> {
        self.ready()?;
        match self.receive(-1)? {
            Some(ToChild::Start(start)) => Ok(start),
            _ => Err(HostGone),
        }
    }

    /// Sends the dangerous patterns of the program, if it has any.
    pub fn advise(&mut self, findings: &[types::Finding]) -> Result<(), HostGone> {
        let mut bytes = Vec::new();
        wire::advice_frame(&mut bytes, findings);
        self.send(&bytes)
    }

    /// Sends text the program printed.
    pub fn output(&mut self, text: &str) -> Result<(), HostGone> {
        let mut bytes = Vec::with_capacity(text.len() + 2 * wire::HEADER_BYTES);
        wire::output_frame(&mut bytes, text);
        self.send(&bytes)
    }

    /// Sends a request; `Ok(None)` when its arguments are too large to send.
    pub fn request(&mut self, op: Op, payload: &[u8]) -> Result<Option<u32>, HostGone> {
        let mut bytes = Vec::with_capacity(payload.len() + 2 * wire::HEADER_BYTES);
        let id = self.next_id;
        if wire::request_frame(&mut bytes, id, op, payload).is_err() {
            return Ok(None);
        }
        self.next_id += 1;
        self.send(&bytes)?;
        Ok(Some(id))
    }

    /// The number that the next request gets.
    pub fn next_id(&self) -> u32 {
        self.next_id
    }

    /// Sends the program's ending.
    pub fn done(&mut self, done: &wire::Done) -> Result<(), HostGone> {
        let mut bytes = Vec::new();
        wire::done_frame(&mut bytes, done);
        self.send(&bytes)
    }

    /// The next message of the host; `None` when `timeout_ms` passed first (-1 waits for ever).
    pub fn receive(&mut self, timeout_ms: i32) -> Result<Option<ToChild>, HostGone> {
        loop {
            if let Some(frame) = self.decoder.next_frame().map_err(|_| HostGone)? {
                return wire::host_frame(frame).map(Some).map_err(|_| HostGone);
            }
            let ready = sys::poll(RPC_FD, libc::POLLIN, timeout_ms).map_err(|_| HostGone)?;
            if ready.readable {
                self.take_in()?;
            } else if timeout_ms >= 0 {
                return Ok(None);
            }
        }
    }

    /// Sends everything, taking in meanwhile what the host sends: a host that waits for us to read
    /// before it reads on would otherwise wait for ever, and we for it.
    fn send(&mut self, mut bytes: &[u8]) -> Result<(), HostGone> {
        while !bytes.is_empty() {
            match sys::write(RPC_FD, bytes) {
                Ok(count) => bytes = &bytes[count..],
                Err(Errno(libc::EAGAIN)) => {
                    let either = libc::POLLIN | libc::POLLOUT;
                    let ready = sys::poll(RPC_FD, either, -1).map_err(|_| HostGone)?;
                    if ready.readable {
                        self.take_in()?;
                    }
                }
                Err(_) => return Err(HostGone),
            }
        }
        Ok(())
    }

    fn take_in(&mut self) -> Result<(), HostGone> {
        match sys::read(RPC_FD, &mut self.chunk) {
            Ok(count) if count > 0 => {
                self.decoder.push(&self.chunk[..count]);
                Ok(())
            }
            Err(Errno(libc::EAGAIN)) => Ok(()),
            _ => Err(HostGone),
        }
    }
}
