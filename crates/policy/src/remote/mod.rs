//! What has to be asked of others before it can be decided: the only rooms here that use the network
//! and a clock. Every wait has an end, every answer a bound, and nothing follows a redirect.

mod discovery;
mod http;
mod introspection;
mod issuer;
mod jwks;
mod tokens;

pub use http::{Asker, Unreachable, is_safe};
pub use introspection::Introspection;
pub use issuer::IssuerConfig;
pub use jwks::Patience;
pub use tokens::{Failure, Tokens};

#[cfg(test)]
mod tests;
