//! Deno: the executable that was found, and a pool of children for each set of packages.

mod engine;
mod executable;

pub use engine::{Deno, Options as DenoOptions};
pub use executable::Executable as DenoExecutable;
