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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is not a token in its compact form, or holds what none may.
    Malformed,
    /// It says who has logged in, and gives no access.
    Identity,
    /// Its algorithm is not one that is allowed for its issuer.
    Algorithm,
    /// It is of no issuer that is configured.
    Issuer,
    /// Its issuer has no such key.
    UnknownKey,
    /// The key did not sign it.
    Signature,
    /// It is meant for somebody else.
    Audience,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYet,
    /// It is bound to a key of its sender, which nobody here asks for.
    Bound,
    /// What it says of its bearer cannot be used.
    Claims,
    /// Its issuer says that it does not hold.
    Inactive,
}

impl Wrong {
    /// The reason in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Identity => "id_token",
            Self::Algorithm => "algorithm",
            Self::Issuer => "issuer",
            Self::UnknownKey => "unknown_signing_key",
            Self::Signature => "signature",
            Self::Audience => "audience",
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
            Self::Bound => "bound",
            Self::Claims => "claims",
            Self::Inactive => "inactive",
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
