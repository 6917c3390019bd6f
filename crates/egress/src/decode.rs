//! Compressed bodies, decompressed a piece at a time into a space that is bounded.

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use bytes::Bytes;
use flate2::{Decompress, FlushDecompress, Status, write::MultiGzDecoder};

/// What is decompressed into at once.
const BUFFER: usize = 16 * 1024;

/// Why a body cannot be decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It holds more than the limit.
    TooLarge,
    /// It is not what it says it is, or ends too early.
    Corrupt,
}

/// A body's decompression, as far as it has come.
pub(crate) struct Decoder {
    coding: Coding,
    is_begun: bool,
}

enum Coding {
    Gzip(MultiGzDecoder<Space>),
    /// Either kind of what HTTP calls deflate; the first byte says which.
    Deflate(Space),
    Inflate(Inflate),
    Brotli(Box<Brotli>),
}

impl Decoder {
    /// For a body with this content coding, which may hold `limit` bytes; nothing if it is none that
    /// we decode.
    pub(crate) fn new(coding: &str, limit: usize) -> Option<Self> {
        let space = Space { bytes: Vec::new(), room: limit, is_full: false };
        let coding = match coding.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Coding::Gzip(MultiGzDecoder::new(space)),
            "deflate" => Coding::Deflate(space),
            "br" => Coding::Brotli(Box::new(Brotli::new(space))),
            _ => return None,
        };
        Some(Self { coding, is_begun: false })
    }

    /// What this piece decompresses to.
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<Bytes, Failure> {
        let Some(first) = piece.first() else { return Ok(Bytes::new()) };
        self.is_begun = true;
        if let Coding::Deflate(space) = &mut self.coding {
            let space = space.moved();
            let has_header = first & 0x0f == 8;
            let state = Decompress::new(has_header);
            self.coding = Coding::Inflate(Inflate { state, space, is_complete: false });
        }
        let written = match &mut self.coding {
            Coding::Gzip(decoder) => decoder.write_all(piece).and_then(|()| decoder.flush()),
            Coding::Inflate(decoder) => decoder.write(piece),
            Coding::Brotli(decoder) => decoder.write(piece),
            Coding::Deflate(_) => Ok(()),
        };
        self.taken(written)
    }

    /// The rest, once there are no more pieces. A body without a byte is empty, whatever its coding.
    pub(crate) fn finish(&mut self) -> Result<Bytes, Failure> {
        if !self.is_begun {
            return Ok(Bytes::new());
        }
        let finished = match &mut self.coding {
            Coding::Gzip(decoder) => decoder.try_finish(),
            Coding::Inflate(Inflate { is_complete: true, .. }) => Ok(()),
            Coding::Brotli(decoder) if decoder.is_complete => Ok(()),
            Coding::Inflate(_) | Coding::Brotli(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            Coding::Deflate(_) => Ok(()),
        };
        self.taken(finished)
    }

    fn taken(&mut self, result: io::Result<()>) -> Result<Bytes, Failure> {
        let space = match &mut self.coding {
            Coding::Gzip(decoder) => decoder.get_mut(),
            Coding::Inflate(decoder) => &mut decoder.space,
            Coding::Brotli(decoder) => &mut decoder.space,
            Coding::Deflate(space) => space,
        };
        match result {
            Ok(()) => Ok(Bytes::from(std::mem::take(&mut space.bytes))),
            Err(_) if space.is_full => Err(Failure::TooLarge),
            Err(_) => Err(Failure::Corrupt),
        }
    }
}

/// Where decompressed bytes go, and how many more may.
struct Space {
    bytes: Vec<u8>,
    room: usize,
    is_full: bool,
}

impl Space {
    fn moved(&mut self) -> Self {
        Self { bytes: std::mem::take(&mut self.bytes), room: self.room, is_full: self.is_full }
    }
}

impl Write for Space {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.room {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.room -= bytes.len();
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Deflate, with or without the header and checksum of zlib.
struct Inflate {
    state: Decompress,
    space: Space,
    is_complete: bool,
}

impl Inflate {
    fn write(&mut self, mut piece: &[u8]) -> io::Result<()> {
        let mut buffer = [0; BUFFER];
        while !self.is_complete {
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self
                .state
                .decompress(piece, &mut buffer, FlushDecompress::None)
                .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
            let read = (self.state.total_in() - read) as usize;
            let written = (self.state.total_out() - written) as usize;
            self.space.write_all(&buffer[..written])?;
            piece = &piece[read..];
            self.is_complete = status == Status::StreamEnd;
            // Room that was left over means that nothing more can come of what there is.
            if !self.is_complete && piece.is_empty() && written < buffer.len() {
                return Ok(());
            }
            if read == 0 && written == 0 && !self.is_complete {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        nothing_after(piece.len())
    }
}

struct Brotli {
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    space: Space,
    is_complete: bool,
}

impl Brotli {
    fn new(space: Space) -> Self {
        let alloc = StandardAlloc::default;
        // Strict: without the extension in which a stream asks for a window of up to 1 GiB.
        let state = BrotliState::new_strict(alloc(), alloc(), alloc());
        Self { state, space, is_complete: false }
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        let mut buffer = [0; BUFFER];
        let (mut left, mut read, mut total) = (piece.len(), 0, 0);
        while !self.is_complete {
            let (mut room, mut written) = (buffer.len(), 0);
            let result = BrotliDecompressStream(
                &mut left,
                &mut read,
                piece,
                &mut room,
                &mut written,
                &mut buffer,
                &mut total,
                &mut self.state,
            );
            self.space.write_all(&buffer[..written])?;
            match result {
                BrotliResult::NeedsMoreOutput => {}
                BrotliResult::NeedsMoreInput => return Ok(()),
                BrotliResult::ResultSuccess => self.is_complete = true,
                BrotliResult::ResultFailure => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
        nothing_after(left)
    }
}

fn nothing_after(left: usize) -> io::Result<()> {
    match left {
        0 => Ok(()),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}
