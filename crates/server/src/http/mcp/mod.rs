//! MCP over Streamable HTTP, at `/mcp`: the stateless revision of 2026-07-28, in which a request is
//! complete in itself, and those before, which have sessions.
//!
//! `endpoint` is the three methods, `request` what a head says and whether the body agrees, `message`
//! the body, `exchange` one request without a session, `conversation` those in one, `sessions` who has which, `session` one of
//! them, `streams` what it has said and not yet sent, `sse` how that looks on the wire, `rejected`
//! what is answered to what is not taken. Dispatch is `crate::mcp`'s, as over standard input.

mod config;
mod conversation;
mod endpoint;
mod exchange;
mod message;
mod rejected;
mod request;
mod session;
mod sessions;
mod sse;
mod streams;

pub use config::McpConfig;
pub(crate) use endpoint::{Endpoint, delete, get, post};
