//! The only way to the network on a guest's behalf.
//!
//! A request goes out when the program's grant and the operator's both name its host and port, and
//! when every address that the host's name leads to is a public one that is not this host's. What is
//! dialled is the address that was checked: a [`Checked`] has no other maker, and [`Network`] takes
//! nothing else. Each redirect begins again from the URL. Headers that frame a message are the host's
//! to write, what comes back is bounded in every direction, and nothing (no cookie, no connection, no
//! TLS session) is carried from one execution to another. No proxy is used.

#![forbid(unsafe_code)]

mod address;
mod body;
mod clock;
mod config;
mod connection;
mod decode;
mod egress;
mod error;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod grant;
mod host;
mod network;
mod record;
mod redirect;
mod request;
mod response;
mod rule;
mod session;
mod target;
mod tls;

pub use address::{Checked, is_metadata, is_public};
pub use body::Body;
pub use config::{Addresses, Config, InvalidConfig};
pub use egress::Egress;
pub use error::{Cause, Error};
pub use grant::{Grant, InvalidGrant, MAX_RULES};
pub use network::{Network, SystemNetwork};
pub use record::{Observer, Record};
pub use request::{Redirect, Request};
pub use response::Response;
pub use rule::{HostRule, InvalidRule};
pub use session::Session;
