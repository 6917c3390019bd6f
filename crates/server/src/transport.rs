//! Bytes and lines: JSON-RPC messages, one per line, over any pair of streams.
//!
//! The protocol library's own line transport would do, but for four things: it is silent about
//! lines it cannot read, so that a client waits for ever; it copies a program three times while it
//! guesses what kind of message it is in; it writes an answer only after two more task switches;
//! and nobody learns that the input has ended until all work in flight has.

mod decode;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod line;
mod output;
mod scan;
mod stdio;

#[cfg(test)]
mod tests;

pub(crate) use decode::{Decoded, decode};
pub use line::{LineTransport, Signals};
pub use stdio::{StandardInput, StandardOutput, output_is_gone, stdio};
