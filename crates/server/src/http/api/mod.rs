//! The REST API: a file per resource.

pub(super) mod body;
pub(super) mod execute;
pub(super) mod health;
mod members;
pub(super) mod query;
pub(super) mod tools;
