//! Nothing, but for the fuzzer: what reads configuration, which otherwise is the binary's alone.
#![forbid(unsafe_code)]
#![cfg_attr(fuzzing, expect(dead_code, unused_imports, reason = "the fuzzer drives a part"))]

#[cfg(fuzzing)]
mod cli;
#[cfg(fuzzing)]
mod compose;
#[cfg(fuzzing)]
mod config;
#[cfg(fuzzing)]
mod demo_server;
#[cfg(fuzzing)]
mod identity;
#[cfg(fuzzing)]
mod roles;
#[cfg(fuzzing)]
mod state;
#[cfg(fuzzing)]
mod telemetry;

#[cfg(fuzzing)]
pub use config::fuzzing;
