//! Deflate as it comes out of the codec, and in the wrappers of zlib and gzip, whose headers and
//! checks are read and written here: the codec would not say which of them was wrong.

use flate2::{Compress, Compression, Crc, Decompress, FlushCompress, FlushDecompress, Status};

use super::{Broken, Flush, Step};

/// What stands around the compressed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapper {
    Raw,
    Zlib,
    Gzip,
}

impl Wrapper {
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "deflate-raw" => Self::Raw,
            "deflate" => Self::Zlib,
            "gzip" => Self::Gzip,
            _ => return None,
        })
    }

    fn header(self, level: u32) -> Vec<u8> {
        match self {
            Self::Raw => Vec::new(),
            // How hard it was tried, and what makes both bytes a multiple of 31.
            Self::Zlib => match level {
                0 | 1 => vec![0x78, 0x01],
                2..=5 => vec![0x78, 0x5e],
                6 => vec![0x78, 0x9c],
                _ => vec![0x78, 0xda],
            },
            Self::Gzip => {
                let effort = match level {
                    9 => 2,
                    0 | 1 => 4,
                    _ => 0,
                };
                vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, effort, 3]
            }
        }
    }
}

/// The check of a wrapper over what went through uncompressed.
struct Check {
    wrapper: Wrapper,
    crc: Crc,
    adler: (u32, u32),
}

impl Check {
    fn new(wrapper: Wrapper) -> Self {
        Self { wrapper, crc: Crc::new(), adler: (1, 0) }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self.wrapper {
            Wrapper::Raw => {}
            Wrapper::Gzip => self.crc.update(bytes),
            Wrapper::Zlib => {
                let (mut a, mut b) = self.adler;
                // As many as fit into 32 bits before the remainder must be taken.
                for chunk in bytes.chunks(5552) {
                    for &byte in chunk {
                        a += u32::from(byte);
                        b += a;
                    }
                    (a, b) = (a % 65521, b % 65521);
                }
                self.adler = (a, b);
            }
        }
    }

    fn trailer(&self) -> Vec<u8> {
        match self.wrapper {
            Wrapper::Raw => Vec::new(),
            Wrapper::Zlib => (self.adler.1 << 16 | self.adler.0).to_be_bytes().to_vec(),
            Wrapper::Gzip => {
                [self.crc.sum().to_le_bytes(), self.crc.amount().to_le_bytes()].concat()
            }
        }
    }
}

/// Compresses.
pub struct Writer {
    codec: Compress,
    check: Check,
    /// Of the header or the trailer, what has not been given out yet.
    pending: Vec<u8>,
    ended: bool,
}

impl Writer {
    pub fn new(wrapper: Wrapper, level: u32) -> Self {
        let level = level.min(9);
        let codec = Compress::new(Compression::new(level), false);
        let (check, pending) = (Check::new(wrapper), wrapper.header(level));
        Self { codec, check, pending, ended: false }
    }

    pub fn step(&mut self, input: &[u8], flush: Flush, output: &mut [u8]) -> Step {
        let mut written = self.give_pending(output);
        let mut consumed = 0;
        if !self.ended && self.pending.is_empty() {
            let flush = match flush {
                Flush::None => FlushCompress::None,
                Flush::Sync => FlushCompress::Sync,
                Flush::Full => FlushCompress::Full,
                Flush::Finish => FlushCompress::Finish,
            };
            let before = (self.codec.total_in(), self.codec.total_out());
            let status = self.codec.compress(input, &mut output[written..], flush);
            consumed = since(before.0, self.codec.total_in());
            written += since(before.1, self.codec.total_out());
            self.check.update(&input[..consumed]);
            // The codec fails only when it is used after its end.
            if matches!(status, Ok(Status::StreamEnd) | Err(_)) {
                self.ended = true;
                self.pending = self.check.trailer();
                written += self.give_pending(&mut output[written..]);
            }
        }
        Step { consumed, written, ended: self.ended && self.pending.is_empty() }
    }

    fn give_pending(&mut self, output: &mut [u8]) -> usize {
        let count = self.pending.len().min(output.len());
        output[..count].copy_from_slice(&self.pending[..count]);
        self.pending.drain(..count);
        count
    }
}

fn since(before: u64, after: u64) -> usize {
    usize::try_from(after - before).unwrap_or(usize::MAX)
}

/// Decompresses.
pub struct Reader {
    codec: Decompress,
    check: Check,
    stage: Stage,
}

/// How far a reader is.
enum Stage {
    Header(Header),
    Body,
    Trailer(Vec<u8>),
    Ended,
}

impl Reader {
    pub fn new(wrapper: Wrapper) -> Self {
        let stage = match wrapper {
            Wrapper::Raw => Stage::Body,
            Wrapper::Zlib | Wrapper::Gzip => Stage::Header(Header::default()),
        };
        Self { codec: Decompress::new(false), check: Check::new(wrapper), stage }
    }

    pub fn step(&mut self, input: &[u8], output: &mut [u8]) -> Result<Step, Broken> {
        let (mut consumed, mut written) = (0, 0);
        loop {
            let rest = &input[consumed..];
            match &mut self.stage {
                Stage::Header(header) => {
                    let Some(&byte) = rest.first() else { break };
                    consumed += 1;
                    if header.take(self.check.wrapper, byte)? {
                        self.stage = Stage::Body;
                    }
                }
                Stage::Body => {
                    let before = (self.codec.total_in(), self.codec.total_out());
                    let room = &mut output[written..];
                    let status = self.codec.decompress(rest, room, FlushDecompress::None);
                    let status = status
                        .map_err(|_| Broken::data("invalid data in the compressed stream"))?;
                    consumed += since(before.0, self.codec.total_in());
                    let given = since(before.1, self.codec.total_out());
                    self.check.update(&output[written..written + given]);
                    written += given;
                    if status != Status::StreamEnd {
                        break;
                    }
                    self.stage = Stage::Trailer(Vec::new());
                }
                Stage::Trailer(seen) => {
                    let expected = self.check.trailer();
                    let count = rest.len().min(expected.len() - seen.len());
                    seen.extend(&rest[..count]);
                    consumed += count;
                    if seen.len() < expected.len() {
                        break;
                    }
                    if *seen != expected {
                        let is_length = seen.len() == 8 && seen[..4] == expected[..4];
                        return Err(Broken::data(match is_length {
                            true => "incorrect length check",
                            false => "incorrect data check",
                        }));
                    }
                    self.stage = Stage::Ended;
                }
                Stage::Ended => break,
            }
        }
        Ok(Step { consumed, written, ended: matches!(self.stage, Stage::Ended) })
    }
}

/// A header of which some bytes were seen. Nothing of it is kept but where it ends.
#[derive(Default)]
struct Header {
    at: usize,
    first: u8,
    flags: u8,
    part: Part,
}

/// The part of a gzip header that the next byte belongs to.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Fixed,
    ExtraLength(Option<u8>),
    Extra(u16),
    Name,
    Comment,
    Check(u8),
}

impl Header {
    /// Takes the next byte; whether it was the last.
    fn take(&mut self, wrapper: Wrapper, byte: u8) -> Result<bool, Broken> {
        match wrapper {
            Wrapper::Raw => Ok(true),
            Wrapper::Zlib => self.take_zlib(byte),
            Wrapper::Gzip => self.take_gzip(byte),
        }
    }

    fn take_zlib(&mut self, byte: u8) -> Result<bool, Broken> {
        if self.at == 0 {
            (self.at, self.first) = (1, byte);
            return Ok(false);
        }
        let (first, second) = (u32::from(self.first), u32::from(byte));
        if !(first << 8 | second).is_multiple_of(31) {
            Err(Broken::data("incorrect header check"))
        } else if first & 15 != 8 {
            Err(Broken::data("unknown compression method"))
        } else if first >> 4 > 7 {
            Err(Broken::data("invalid window size"))
        } else if second & 0x20 != 0 {
            Err(Broken { code: "Z_NEED_DICT".to_owned(), number: 2, message: "Missing dictionary" })
        } else {
            Ok(true)
        }
    }

    fn take_gzip(&mut self, byte: u8) -> Result<bool, Broken> {
        const EXTRA: u8 = 4;
        const NAME: u8 = 8;
        const COMMENT: u8 = 16;
        const CHECK: u8 = 2;
        let ended = match self.part {
            Part::Fixed => {
                match (self.at, byte) {
                    (0, 0x1f) | (1, 0x8b) | (2, 8) => {}
                    (0 | 1, _) => return Err(Broken::data("incorrect header check")),
                    (2, _) => return Err(Broken::data("unknown compression method")),
                    (3, flags) if flags & 0xe0 != 0 => {
                        return Err(Broken::data("unknown header flags set"));
                    }
                    (3, flags) => self.flags = flags,
                    _ => {}
                }
                self.at += 1;
                self.at == 10
            }
            Part::ExtraLength(None) => {
                self.part = Part::ExtraLength(Some(byte));
                false
            }
            Part::ExtraLength(Some(low)) => {
                let length = u16::from_le_bytes([low, byte]);
                self.part = Part::Extra(length);
                length == 0
            }
            Part::Extra(left) => {
                self.part = Part::Extra(left - 1);
                left == 1
            }
            Part::Name | Part::Comment => byte == 0,
            Part::Check(left) => {
                self.part = Part::Check(left - 1);
                left == 1
            }
        };
        if !ended {
            return Ok(false);
        }
        // The flags of what has been read are cleared; what is left says what comes.
        self.part = if self.flags & EXTRA != 0 {
            self.flags &= !EXTRA;
            Part::ExtraLength(None)
        } else if self.flags & NAME != 0 {
            self.flags &= !NAME;
            Part::Name
        } else if self.flags & COMMENT != 0 {
            self.flags &= !COMMENT;
            Part::Comment
        } else if self.flags & CHECK != 0 {
            self.flags &= !CHECK;
            Part::Check(2)
        } else {
            return Ok(true);
        };
        Ok(false)
    }
}
