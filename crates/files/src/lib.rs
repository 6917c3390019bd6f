//! Directories granted to a program, and what the host does in them on the program's behalf.
//!
//! [`Operator`] holds the directories that the operator allows. A program's [`Request`] is cut down
//! to them: what is left is [`Granted`], a set of open directories, beside a list of what was denied
//! and why. Every operation of [`Granted`] starts at one of those descriptors and is resolved by the
//! kernel with `openat2(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS)`: whatever a path, a link or a race
//! does, it ends inside the granted directory or fails.
//!
//! Everything here blocks, is bounded by [`Limits`], and keeps no descriptor open between two calls.
//! Logging, auditing and the texts of a language's own errors are the caller's.
#![forbid(unsafe_code)]

mod error;
mod failure;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod grant;
mod kernel;
mod lexical;
mod limits;
mod never_written;
mod operations;
mod operator;
mod place;
mod request;

pub use error::Error;
pub use failure::{Code, Failure};
pub use grant::{Access, Denied, Granted, Reason, Root};
pub use limits::Limits;
pub use never_written::{NEVER_WRITTEN, is_never_written};
pub use operations::{
    Create, Entry, Kind, Listing, Permission, Stat, Time, WriteOptions, WritePlace,
};
pub use operator::{MAX_OPERATOR_DIRECTORIES, Operator};
pub use request::{MAX_ENTRIES, MAX_PATH, Malformed, Request};
