//! The REST API: a file per resource.

pub(super) mod body;
pub(super) mod described;
pub(super) mod execute;
pub(super) mod executions;
pub(super) mod health;
mod members;
pub(super) mod metrics;
pub(super) mod named;
mod news;
pub(super) mod query;
pub(super) mod room;
pub(super) mod sessions;
mod stream;
pub(super) mod tools;
