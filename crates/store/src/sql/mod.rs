//! What is kept in a database: keys, executions, what was used of quotas, policies.
//!
//! One file of SQLite, or PostgreSQL by URL, with the same behaviour. What holds everywhere here:
//! - A database is opened, and brought to our version, when it is first used; one that went away is
//!   opened again by the next use. Every use is bounded in time.
//! - Statements are written once where both databases take the same words, and beside each other
//!   where they do not.
//! - Times are milliseconds since 1970, and texts are bounded when they come in.
//! - No secret is kept: of a key its hash, of a program its hash and its length.

mod backup;
mod database;
mod error;
mod executions;
mod file;
mod instances;
mod keys;
mod migrate;
mod policies;
mod pools;
mod quotas;
mod retention;
mod target;
#[cfg(test)]
mod tests;
mod text;

pub use database::{Database, Options};
pub use error::Error;
pub use executions::{Execution, Executions, Whose};
pub use instances::Instances;
pub use keys::{Key, KeyFilter, Keys};
pub use policies::{KEPT_VERSIONS, Policies, PolicyVersion, Put};
pub use quotas::{Quotas, Usage};
pub use retention::Purged;
