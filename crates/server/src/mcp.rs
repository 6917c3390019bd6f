//! The MCP server as clients see it: its tools, what they take, and how an answer reads.

pub(crate) mod arguments;
mod handler;
mod news;
mod present;
mod shown;
mod tools;
mod work;

pub(crate) use handler::Handler;
pub use present::search_text;
pub use tools::definitions;
pub(crate) use tools::scope as scope_of;
pub(crate) use work::Work;
