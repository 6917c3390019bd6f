//! The command line: what may be typed, how outcomes look on a terminal, which exit code they get.
//! Commands that run programs are assembled elsewhere; `trust` and `schema` live here whole.

mod arguments;
mod duration;
mod exit;
pub mod render;
pub mod schema;
pub mod trust;

pub use arguments::{
    Arguments, BenchFloorArguments, Command, Detail, ExecArguments, SchemaArguments,
    SearchArguments, ToolsArguments, ToolsCommand, TrustArguments,
};
pub use exit::Exit;

#[cfg(test)]
mod tests;
