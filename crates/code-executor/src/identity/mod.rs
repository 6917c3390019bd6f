//! Who asks over HTTP: keys of the database and tokens of configured issuers, joined.
//!
//! What was looked up is known for a while, so that a request costs a hash and no database. Wrong
//! credentials are counted by where they come from before they are looked at, slowed down, and
//! recorded. Nothing of a credential is kept but its hash, and none is passed on to any server.

mod assemble;
mod callers;
mod known;
mod stored;
mod wrong;

pub use assemble::{Place, callers};
pub use callers::{Callers, Parts};
pub use stored::{now, state_of};
