//! `.mcp.json`: the servers behind us, in the dialects of the clients that have such files. Finding
//! out what a file names starts nothing and reads no variable; only a trusted file is expanded into
//! servers to start or to reach.

mod dialect;
mod entry;
mod env_file;
mod expand;
mod fields;
mod ourselves;
pub mod question;
mod reading;
mod servers;
mod web;

pub use dialect::{Named, Owner, named};
pub use entry::Entry;
pub use expand::Surroundings;
pub use servers::{Defined, Servers, wanted};

#[cfg(test)]
mod tests;
