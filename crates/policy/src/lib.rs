//! Who may run what, and within which bounds. Decisions only: no I/O, no clock, no runtime, and
//! nothing here counts or waits; the gateway holds the places that [`Config`] gives a number to.
#![forbid(unsafe_code)]

mod allowlist;
mod config;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod keys;
pub mod limits;
mod permissions;
mod policy;
pub mod remote;
pub mod roles;
pub mod token;

pub use allowlist::{Allowlist, MAX_PATTERN};
pub use config::{Bounds, Config, Error};
pub use policy::{Admitted, Policy};
