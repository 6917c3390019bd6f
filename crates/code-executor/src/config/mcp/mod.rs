//! `.mcp.json`: the servers behind us, in the dialects of the clients that have such files. Finding
//! out what a file names starts nothing and reads no variable; only a trusted file is expanded into
//! servers to start or to reach.

mod dialect;
mod entry;
mod expand;
mod fields;
mod ourselves;
mod servers;
mod web;

pub use dialect::entries;
pub use entry::Entry;
pub use servers::{Servers, Surroundings, servers, wanted};

#[cfg(test)]
mod tests;
