//! Tests of the room as a whole, against fake servers that are real processes.

mod backoff;
mod calls;
mod config;
mod content;
mod guard;
mod lists;
mod rest;
mod starts;
pub(crate) mod support;
