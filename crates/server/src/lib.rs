//! The fronts: how clients reach the gateway. Today that is MCP over stdio, in every revision from
//! 2024-11-05 to 2026-07-28.
//!
//! `mcp` says what the tools are called, what they take and how an outcome reads; `session` is one
//! connection from its first byte to its drain; `transport` is bytes and lines. Nothing here decides
//! anything about an execution: that is the gateway's.

#![forbid(unsafe_code)]

mod backend;
mod config;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod http;
mod leave;
mod mcp;
mod session;
pub mod transport;

pub use config::Config;
pub use error::Error;
pub use http::{
    Authorization, Certificate, DEFAULT_PORT, ForwardedHeader, HttpConfig, Identified, Identify,
    LocalUser, McpConfig, Network, Readers, Scrape, Sender, TlsError, TlsFiles, Unidentified,
    serve_http,
};
pub use leave::Leave;
pub use mcp::{definitions, search_text};
pub use session::{serve, serve_stdio};
