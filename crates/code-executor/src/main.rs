//! The binary: one MCP server in front of all the others.
#![forbid(unsafe_code)]
#![expect(dead_code, unused_imports, reason = "the commands that run programs are not here yet")]

use std::process::ExitCode;

use clap::Parser;

mod cli;
mod config;
mod telemetry;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    match run(arguments) {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("{error}");
            cli::Exit::Configuration.into()
        }
    }
}

fn run(arguments: cli::Arguments) -> Result<cli::Exit, config::Error> {
    let inputs = config::Inputs::of_this_process(arguments.config, arguments.mcp_config)?;
    telemetry::start(&inputs.environment)?;
    let written = match arguments.command {
        Some(cli::Command::Trust(arguments)) => {
            let (rendered, exit) = cli::trust::run(arguments, &inputs)?;
            rendered.write().map(|()| exit)
        }
        Some(cli::Command::Schema(arguments)) => {
            cli::schema::run(arguments, &mut std::io::stdout().lock())
        }
        _ => {
            let settings = config::load(&inputs)?;
            telemetry::announce(&settings.notices);
            Ok(cli::Exit::Unavailable)
        }
    };
    Ok(written.unwrap_or(cli::Exit::Internal))
}
