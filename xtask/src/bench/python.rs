//! Python: a trivial program, one with large packages, its tool calls, and its memory.

mod calls;
mod memory;
mod packages;
mod trivial;

pub use self::{
    calls::measure as calls, memory::measure as memory, packages::measure as packages,
    trivial::measure as trivial,
};

/// The same for every interpreter.
const TRIVIAL: &str = "print(2 + 2)";
