//! What a Python program declares that it needs, resolved and installed with `uv`.
//!
//! All of it happens outside the sandbox, so nothing of a package is ever run here: wheels only,
//! held against the hashes of a lock, unpacked into a directory that is read-only from then on. What
//! a program may choose is names and versions; where they come from is the operator's `pip.conf`,
//! `uv.toml` and environment, and nothing else.
//!
//! The room knows no gateway and no sandbox: it takes a declaration and the description of an
//! interpreter, and gives a directory that stays as long as somebody holds it.
//!
//! `npm` does the same for what programs import in Deno, which installs in a sandbox: there the room
//! answers what is asked of registries, and keeps what comes out.

#![forbid(unsafe_code)]

mod cache;
mod config;
mod declaration;
mod digest;
mod environment;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod index;
mod mask;
pub mod npm;
mod packages;
mod preparation;
mod queue;
mod uv;

pub use config::{Bytecode, Config, Mode};
pub use declaration::{Declaration, MAX_BLOCK_BYTES, MAX_DEPENDENCIES, Requirement, declared};
pub use environment::{Environment, InterpreterInfo, Progress};
pub use error::Error;
pub use packages::Packages;
