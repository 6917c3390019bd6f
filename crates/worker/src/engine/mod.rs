//! Engines: each runs one program in a process that is already locked down.

pub mod cpython;
pub mod deno;
pub mod heap;
pub mod memory;
pub mod quickjs;
