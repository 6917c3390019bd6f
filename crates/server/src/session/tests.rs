//! Whole sessions over in-memory streams, with a gateway that needs no sandbox.

mod fake;
mod requests;
mod stopping;
