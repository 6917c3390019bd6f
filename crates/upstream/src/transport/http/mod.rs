//! MCP over HTTP: Streamable HTTP of both eras, and the older transport of a stream of events with
//! requests beside it. Every request is a task of its own, which ends with its caller's interest;
//! what arrives goes through one bounded inbox. Nothing is sent twice but what a server has refused
//! unread.

mod body;
mod client;
mod event;
mod events;
mod exchange;
mod failed;
mod follow;
mod headers;
mod link;
mod listen;
mod message;
mod older;
mod promoted;
mod renew;
mod reply;
mod session;
mod trust;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use client::Client;
pub use client::plain_client;
pub(crate) use link::{Goodbye, HttpLink};
pub use trust::tls;
