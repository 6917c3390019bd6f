//! What is kept between runs. In files, of servers: their tools as they were last listed, which is a
//! cache, and as they were approved, which is the operator's state. In a database ([`sql`]): keys,
//! executions, and what was used of quotas.
//!
//! What holds of the files:
//! - A file is read only where it is ours alone, plain, whole, of our format and within its bound.
//!   Anything else is an error that names it, or, in the cache, as good as absent.
//! - A file is replaced whole or not at all, readable by its owner alone; several processes may
//!   read and write at once.
//! - Nothing of how a server is reached is written: files are called by a hash over it.
//!
//! Nothing here knows servers, catalogs or policy, and nothing but the database is asynchronous.
#![forbid(unsafe_code)]

mod approvals;
mod cache;
mod change;
mod definition;
mod digest;
mod directory;
mod error;
mod sealed;
pub mod sql;
#[cfg(test)]
mod testing;

pub use approvals::{Approvals, Record, Verdict};
pub use cache::{Cache, Listed};
pub use change::{Change, Property, PropertyChange, SchemaChange, compare};
pub use definition::Definition;
pub use digest::{Digest, Fingerprint};
pub use directory::Stamp;
pub use error::Error;
pub use sql::Database;
