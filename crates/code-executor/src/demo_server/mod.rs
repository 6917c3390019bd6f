//! `code-executor demo-server`: a small real MCP server over stdio, so that a newcomer and the
//! tests have an upstream with nothing to install. It knows two hundred notes, a table of orders
//! and the time; one of its tools fails, one is slow, and one answers more than fits anywhere.
//!
//! It is an ordinary server: nothing here knows that it shares a binary with its client.

mod arguments;
mod clock;
mod handler;
mod noise;
mod notes;
mod orders;
mod serve;
mod tools;

#[cfg(test)]
mod tests;

pub use serve::run;
