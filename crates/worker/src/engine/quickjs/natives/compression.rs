//! Compressing and decompressing, piece by piece: each step takes some input and gives at most as
//! much output as was asked for, so that a few bytes that become millions fill the engine's own heap,
//! which has a limit, and nothing else.

mod brotli;
mod deflate;

use std::cell::RefCell;

use rquickjs::{Array, Ctx, Exception, Function, Object, Result, TypedArray, Value};

use crate::engine::memory::Held;

use super::content;

/// The most output of one step, in bytes.
const MOST_OUTPUT: usize = 1 << 20;

/// What is to become of the input that a step is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flush {
    None,
    Sync,
    Full,
    Finish,
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    consumed: usize,
    written: usize,
    ended: bool,
}

/// Input that cannot be read: a code of zlib's or brotli's with its number, and their words for it.
#[derive(Debug, PartialEq, Eq)]
struct Broken {
    code: String,
    number: i32,
    message: &'static str,
}

impl Broken {
    fn data(message: &'static str) -> Self {
        Self { code: "Z_DATA_ERROR".to_owned(), number: -3, message }
    }
}

/// One stream of bytes that is being compressed or decompressed.
enum Machine {
    Deflate(Box<deflate::Writer>),
    Inflate(Box<deflate::Reader>),
    ToBrotli(Box<brotli::Writer>),
    FromBrotli(Box<brotli::Reader>),
}

impl Machine {
    fn step(
        &mut self,
        input: &[u8],
        flush: Flush,
        output: &mut [u8],
    ) -> std::result::Result<Step, Broken> {
        match self {
            Self::Deflate(writer) => Ok(writer.step(input, flush, output)),
            Self::Inflate(reader) => reader.step(input, output),
            Self::ToBrotli(writer) => writer.step(input, flush, output),
            Self::FromBrotli(reader) => reader.step(input, output),
        }
    }

    /// What a machine of this kind holds besides its input and output, in bytes, roughly.
    fn weight(&self) -> usize {
        match self {
            Self::Deflate(_) => 320 << 10,
            Self::Inflate(_) => 48 << 10,
            Self::ToBrotli(writer) => writer.weight(),
            Self::FromBrotli(_) => 1 << 20,
        }
    }
}

/// `native.compression(format, decompress, level, windowBits)` gives a function
/// `(bytes, from, flush, room)` that makes one step: `[output, consumed, ended]`, or
/// `[null, code, number, message]` for input that cannot be read. `native.crc32(bytes, start)` is gzip's
/// check of bytes, after those whose check is `start`.
pub fn add<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("crc32", Function::new(ctx.clone(), crc32))?;
    native.set("compression", Function::new(ctx.clone(), machine))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn crc32(bytes: TypedArray<'_, u8>, start: u32) -> f64 {
    let turned = |crc: u32, _| crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    let taken = |crc: u32, &byte: &u8| (0..8).fold(crc ^ u32::from(byte), turned);
    // Beyond 2^31 the engine would take it for a negative number.
    f64::from(!content(&bytes).iter().fold(!start, taken))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn machine(
    ctx: Ctx<'_>,
    format: String,
    decompress: bool,
    level: u32,
    window: u32,
) -> Result<Function<'_>> {
    let unknown = || Exception::throw_internal(&ctx, "unknown compression");
    let machine = match (format.as_str(), decompress) {
        ("brotli", false) => Machine::ToBrotli(Box::new(brotli::Writer::new(level, window))),
        ("brotli", true) => Machine::FromBrotli(Box::default()),
        (wrapper, decompress) => {
            let wrapper = deflate::Wrapper::named(wrapper).ok_or_else(unknown)?;
            match decompress {
                false => Machine::Deflate(Box::new(deflate::Writer::new(wrapper, level))),
                true => Machine::Inflate(Box::new(deflate::Reader::new(wrapper))),
            }
        }
    };
    let Some(held) = Held::take(machine.weight()) else {
        return Err(Exception::throw_range(&ctx, "too many compression streams are open"));
    };
    let state = RefCell::new((machine, held));
    let step = move |ctx, bytes, from, flush, room| {
        step(ctx, &mut state.borrow_mut().0, bytes, from, flush, room)
    };
    Function::new(ctx, step)
}

#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn step<'js>(
    ctx: Ctx<'js>,
    machine: &mut Machine,
    bytes: TypedArray<'js, u8>,
    from: usize,
    flush: u8,
    room: usize,
) -> Result<Array<'js>> {
    let flush = match flush {
        0 => Flush::None,
        1 | 2 | 5 => Flush::Sync,
        3 => Flush::Full,
        _ => Flush::Finish,
    };
    let input = content(&bytes).get(from..).unwrap_or_default();
    let mut output = vec![0; room.clamp(1, MOST_OUTPUT)];
    let answer = Array::new(ctx.clone())?;
    match machine.step(input, flush, &mut output) {
        Ok(Step { consumed, written, ended }) => {
            answer.set(0, TypedArray::<u8>::new_copy(ctx, &output[..written])?)?;
            answer.set(1, consumed)?;
            answer.set(2, ended)?;
        }
        Err(Broken { code, number, message }) => {
            answer.set(0, Value::new_null(ctx))?;
            answer.set(1, code)?;
            answer.set(2, number)?;
            answer.set(3, message)?;
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests;
