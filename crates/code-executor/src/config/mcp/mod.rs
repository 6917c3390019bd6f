//! `.mcp.json`: the servers behind us, in the `mcpServers` dialect. Finding out what a file names
//! starts nothing and reads no variable; only a trusted file is expanded into servers to start.

mod entry;
mod expand;
mod ourselves;
mod servers;

pub use entry::{Entry, entries};
pub use servers::{Servers, Surroundings, programs, servers};

#[cfg(test)]
mod tests;
