//! The command line: what may be typed, how outcomes look on a terminal, which exit code they get.
//! A file per command.

mod arguments;
pub mod direct;
pub mod doctor;
mod duration;
pub mod exec;
mod exit;
pub mod floor;
pub mod keys;
pub mod policy;
pub mod render;
pub mod schema;
pub mod serve;
pub mod state;
pub mod tokens;
pub mod tools;
pub mod trust;
pub mod upstreams;
pub mod wrappers;

pub use arguments::{
    Arguments, BenchDirectArguments, BenchFloorArguments, Command, DoctorArguments, Engine,
    ExecArguments, SchemaArguments, ServeArguments, Spoken, TokensArguments, ToolsArguments,
    ToolsCommand, TrustArguments,
};
pub use exit::Exit;

#[cfg(test)]
mod tests;
