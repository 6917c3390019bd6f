//! The tool index: which tools there are, how they are found, described to a model and checked
//! before a call. Pure: no I/O, no clock, no runtime; whoever talks to upstream servers hands
//! their tools in. Everything a server says here is data from a stranger, so every walk over a
//! schema or a description is bounded.

#![forbid(unsafe_code)]

mod catalog;
mod functions;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod names;
mod nearest;
mod python;
mod schema;
mod search;
pub mod text;
pub mod tokens;
mod typescript;
mod validate;
pub mod wrappers;

pub use catalog::{Catalog, NewTool};
pub use functions::{Function, Functions};
pub use python::HEADER as PYTHON_HEADER;
pub use search::{SearchResult, prepare};
pub use validate::{InvalidArguments, MAX_PROBLEMS, Problem};
