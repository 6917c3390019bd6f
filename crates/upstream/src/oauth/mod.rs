//! OAuth 2.1 towards servers over HTTP: who we are to a provider, the login, the tokens it gives and
//! how they are renewed. Knows HTTP and files of its own; nothing of MCP but where its
//! authorization rules send it.

#[expect(dead_code, reason = "the transport over HTTP comes next")]
mod authorization;
mod config;
mod secret;

#[expect(unused_imports, reason = "the transport over HTTP comes next")]
pub(crate) use authorization::Authorization;
pub use config::{Grant, OAuth};
pub use secret::Secret;
