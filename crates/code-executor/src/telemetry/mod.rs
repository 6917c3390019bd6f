//! What an operator sees of a running host: log lines, metrics, traces. Code, arguments, results,
//! output and values of variables are in none of them.

mod lines;
mod logs;
mod metrics;
mod process;
pub mod traces;

pub use logs::{Logs, announce, start};
pub use metrics::Metrics;
