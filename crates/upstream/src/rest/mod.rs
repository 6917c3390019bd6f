//! HTTP APIs without MCP: an OpenAPI document becomes the tools of a server that runs in this
//! process. The hub talks to it as to any other, so all of its bounds hold.
//!
//! Most of it is pure: from bytes to a [`document`], from that to operations and tools ([`api`]),
//! from arguments to a request, from a response to an answer. [`load`] and [`server`] do the I/O,
//! all of it through `egress`.

mod answer;
mod api;
mod base;
mod base64;
mod definitions;
mod distinct;
mod document;
mod error;
mod filter;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub(crate) mod load;
mod media;
mod multipart;
mod operations;
mod parameter;
mod path;
mod refusal;
mod request;
mod schema;
pub(crate) mod server;
mod style;
mod tool;
mod yaml;

#[cfg(test)]
mod tests;
