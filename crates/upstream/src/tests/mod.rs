//! Tests of the room as a whole, against fake servers that are real processes.

mod breaker;
mod calls;
mod config;
mod content;
mod guard;
mod idle;
mod lists;
mod progress;
mod recovery;
mod rest;
mod starts;
pub(crate) mod support;
