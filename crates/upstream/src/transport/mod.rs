//! The transport of ours for a server's standard input and output: JSON-RPC messages as lines,
//! bounded in every direction. Knows bytes and messages; not what a process or a tool is.

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod lines;
mod parse;
mod pending;
mod scan;
mod stdio;
mod text;
mod writer;

#[cfg(test)]
mod tests;

pub(crate) use lines::Budget;
pub(crate) use parse::{cut, most_values};
pub(crate) use pending::{Fault, Note, Pending};
pub(crate) use stdio::{Incoming, Stdio};
pub(crate) use text::printable;
pub(crate) use writer::Writer;
