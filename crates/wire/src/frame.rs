//! The frame: a 9-byte header (`payload length: u32 LE`, `kind: u8`, `id: u32 LE`) and a payload.
//!
//! The decoder checks the length against the cap of the frame's kind before it buffers a byte of
//! the payload, so a hostile length costs nothing.

/// Bytes before a payload.
pub const HEADER_BYTES: usize = 9;

/// From this size on a payload is taken over instead of copied, in bytes.
const LARGE: usize = 256 * 1024;

/// Why bytes are not a frame. Final: a decoder that returned one is not used again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The kind is not one this side accepts.
    #[error("frame kind {0} is not one this side accepts")]
    UnknownKind(u8),
    /// The payload is longer than the cap of its kind.
    #[error("frame of kind {kind} announces {length} bytes, its cap is {cap}")]
    TooLong {
        /// The frame's kind.
        kind: u8,
        /// The announced length.
        length: usize,
        /// The cap.
        cap: usize,
    },
    /// The payload does not parse as its kind.
    #[error("frame of kind {kind} does not parse: {what}")]
    Malformed {
        /// The frame's kind.
        kind: u8,
        /// What is wrong, without the payload itself.
        what: &'static str,
    },
}

/// One frame, not yet interpreted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The kind, as the direction's table has it.
    pub kind: u8,
    /// Pairs a reply with its request; 0 elsewhere.
    pub id: u32,
    /// The payload.
    pub payload: Vec<u8>,
}

/// The header of a frame whose payload is sent separately.
///
/// Payloads beyond `u32::MAX` cannot occur: every kind's cap is far below it.
pub fn encode_header(kind: u8, id: u32, payload_length: usize) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    let length = u32::try_from(payload_length).unwrap_or(u32::MAX);
    header[..4].copy_from_slice(&length.to_le_bytes());
    header[4] = kind;
    header[5..].copy_from_slice(&id.to_le_bytes());
    header
}

/// Appends a whole frame to `out`.
pub fn encode(out: &mut Vec<u8>, kind: u8, id: u32, payload: &[u8]) {
    out.reserve(HEADER_BYTES + payload.len());
    out.extend_from_slice(&encode_header(kind, id, payload.len()));
    out.extend_from_slice(payload);
}

/// Turns a byte stream into frames. `cap_of` gives the cap of each kind, `None` for unknown ones.
#[derive(Debug)]
pub struct Decoder {
    buffer: Vec<u8>,
    start: usize,
    cap_of: fn(u8) -> Option<usize>,
}

impl Decoder {
    /// A decoder for one direction.
    pub fn new(cap_of: fn(u8) -> Option<usize>) -> Self {
        Self { buffer: Vec::new(), start: 0, cap_of }
    }

    /// Adds received bytes. Call `next_frame` until it gives `None` before pushing more, so that
    /// no more than one frame and one read is ever held.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether every byte that came was of a frame that was taken.
    pub fn is_empty(&self) -> bool {
        self.start == self.buffer.len()
    }

    /// The next whole frame, `None` when more bytes are needed.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let pending = &self.buffer[self.start..];
        let Some((header, rest)) = pending.split_at_checked(HEADER_BYTES) else {
            return Ok(None);
        };
        let length = u32::from_le_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let kind = header[4];
        let id = u32::from_le_bytes([header[5], header[6], header[7], header[8]]);
        let cap = (self.cap_of)(kind).ok_or(Error::UnknownKind(kind))?;
        if length > cap {
            return Err(Error::TooLong { kind, length, cap });
        }
        if rest.len() < length {
            // The buffer grows with what arrives: a header alone buys no memory.
            return Ok(None);
        }
        Ok(Some(Frame { kind, id, payload: self.take_payload(length) }))
    }

    /// Takes the payload of the frame at the front. A large one that stands alone takes the buffer
    /// along: neither a second copy nor its memory stays behind.
    fn take_payload(&mut self, length: usize) -> Vec<u8> {
        let end = self.start + HEADER_BYTES + length;
        let payload = self.start + HEADER_BYTES..end;
        if length >= LARGE && end == self.buffer.len() {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.drain(..payload.start);
            self.start = 0;
            return buffer;
        }
        let payload = self.buffer[payload].to_vec();
        self.start = end;
        if self.start == self.buffer.len() {
            self.buffer.clear();
            // What one large frame needed is not kept for the rest of a life.
            self.buffer.shrink_to(LARGE);
            self.start = 0;
        }
        payload
    }
}

#[cfg(test)]
mod tests;
