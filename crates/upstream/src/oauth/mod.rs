//! OAuth 2.1 towards servers over HTTP: who we are to a provider, the login, the tokens it gives and
//! how they are renewed. Knows HTTP and files of its own; nothing of MCP but where its
//! authorization rules send it.

mod authorization;
mod callback;
mod challenge;
mod config;
mod discovery;
mod encode;
mod error;
mod granted;
mod http;
mod identity;
mod login;
mod logout;
mod metadata;
mod place;
mod secret;
mod store;
mod token;
mod trusted;

pub(crate) use authorization::Authorization;
pub use config::{Grant, OAuth};
pub(crate) use encode::base64;
pub use error::{Error, Lost};
pub use granted::Granted;
pub use login::{Begun, Login, login};
pub use logout::{LoggedOut, logout};
pub use secret::Secret;

/// The principal of whoever runs this host.
pub(crate) const LOCAL: &str = "local";
