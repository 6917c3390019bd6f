//! Traces, sent to a collector by OTLP over HTTP. Switched on by the variables that OpenTelemetry has
//! for it, and by nothing else.
//!
//! `variables` is what they say, `sampler` which traces are kept, `encode` the bytes, `export` the
//! queue and the sending.

mod encode;
mod export;
mod sampler;
mod variables;

pub use export::Exporter;
pub use variables::{Wanted, wanted};
