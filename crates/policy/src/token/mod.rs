//! Tokens of an authorization server, as a resource server takes them: read, checked against a key,
//! and turned into who asks. Pure: keys, claims and the time are given.
//!
//! What decides is never in the token alone. The algorithm has to be one that the operator allows and
//! that fits the key; keys come from the issuer's set and from nowhere that a header points to.

mod algorithm;
mod claims;
mod compact;
mod key;

pub use algorithm::Algorithm;
pub use claims::{Checked, Expected, Mapping, TenantOf, check};
pub use compact::Compact;
pub use key::{Key, KeySet};

/// Why a token is not taken: for records and logs of the operator, never for who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is not a token in its compact form, or holds what none may.
    #[error("malformed")]
    Malformed,
    /// Its algorithm is not one that is allowed for its issuer.
    #[error("algorithm")]
    Algorithm,
    /// It is of no issuer that is configured.
    #[error("issuer")]
    Issuer,
    /// Its issuer has no such key.
    #[error("unknown_key")]
    UnknownKey,
    /// The key did not sign it.
    #[error("signature")]
    Signature,
    /// It is meant for somebody else.
    #[error("audience")]
    Audience,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// Its time has not come.
    #[error("not_yet")]
    NotYet,
    /// It is bound to a key of its sender, which nobody here asks for.
    #[error("bound")]
    Bound,
    /// What it says of its bearer cannot be used.
    #[error("claims")]
    Claims,
    /// Its issuer says that it does not hold.
    #[error("inactive")]
    Inactive,
}

#[cfg(test)]
pub(crate) mod tests;
