//! The MCP client hub: starts the configured upstream servers when they are first needed, keeps
//! their connections, lists their tools and calls them.
//!
//! What holds everywhere here:
//! - Nothing is started by [`Hub::new`]; a server starts on its first use, once, however many ask.
//! - A server that is down, hangs, floods or prints rubbish costs its own callers an error and
//!   nobody else anything. Every wait has a deadline and every buffer a limit.
//! - A call is sent at most once. A call that was in flight when its server died is an error.
//! - Arguments, answers, environment values and standard error appear in no error text of ours.
//!   rmcp logs whole messages: whoever installs a subscriber keeps the target `rmcp` at `error`.
//! - No server outlives us: each runs under a [`guard`] that kills its descendants when we die.
//!
//! Nothing here knows the catalog, policy or guests; names of tools are the servers' own.

#![forbid(unsafe_code)]

mod answer;
mod breaker;
mod call;
mod changes;
mod config;
mod connection;
mod content;
mod environment;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod guard;
mod handshake;
mod hub;
mod life;
mod list;
pub mod oauth;
mod open;
mod pages;
mod patience;
mod process;
mod progress;
mod rest;
mod server;
mod task;
mod trace;
mod transport;

#[cfg(test)]
mod tests;

pub use config::{Config, Document, Http, HttpStyle, OpenApi, Program, Reached, ServerConfig};
pub use error::Error;
pub use hub::Hub;
pub use list::{RawTool, ToolList};
pub use patience::Limit;
pub use server::{Listed, Listing};
pub use trace::traced;
pub use transport::http::plain_client;
pub use transport::http::tls;
