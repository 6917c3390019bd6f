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
mod config;
mod error;
mod grant;
mod host;
mod rule;
mod target;

pub use address::Checked;
pub use config::{Config, InvalidConfig};
pub use error::{Cause, Error};
pub use grant::{Grant, InvalidGrant, MAX_RULES};
pub use rule::{HostRule, InvalidRule};
