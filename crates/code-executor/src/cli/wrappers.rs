//! `code-executor wrappers generate`: every tool as a module that editors and type checkers can read.

mod arguments;
mod disk;
mod generate;
mod manifest;
mod report;
mod watch;

pub use arguments::WrappersArguments;

use crate::cli::Exit;
use crate::config::{Inputs, Settings};

/// Does what was asked for.
pub async fn run(
    arguments: WrappersArguments,
    settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let arguments::WrappersCommand::Generate(arguments) = arguments.command;
    match arguments.watch {
        true => watch::run(&arguments, settings, inputs).await,
        false => generate::run(&arguments, settings, inputs).await,
    }
}
