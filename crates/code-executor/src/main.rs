//! The binary: one MCP server in front of all the others.
//!
//! Before anything else it looks whether it was started as one of its own helpers; then it parses
//! the command line, loads the configuration whole, and runs one command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::Parser;

mod cli;
mod compose;
mod config;
mod demo_server;
mod identity;
mod operating;
mod roles;
mod state;
mod telemetry;

#[global_allocator]
static ALLOCATOR: worker::Allocator = worker::Allocator;

fn main() -> ExitCode {
    let mut raw = std::env::args_os().skip(1);
    match raw.next() {
        Some(first) if first == wire::control::WORKER_ARGUMENT => worker::main(raw),
        Some(first) if first == compose::GUARD_ARGUMENT => upstream::guard::main(raw),
        _ => {}
    }
    match run(cli::Arguments::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("{error}");
            cli::Exit::Configuration.into()
        }
    }
}

fn run(arguments: cli::Arguments) -> Result<cli::Exit, config::Error> {
    use cli::Command;

    let command = arguments.command.unwrap_or(Command::Serve(cli::ServeArguments::default()));
    let inputs = config::Inputs {
        config: arguments.config,
        mcp_config: arguments.mcp_config,
        discover: arguments.discover,
        answering: command.answering(),
        ..config::Inputs::of_this_process()?
    };
    let logs = telemetry::start(&inputs.environment, command.logged())?;
    let written = match command {
        Command::Trust(arguments) => {
            let (rendered, exit) = cli::trust::run(arguments, &inputs)?;
            rendered.write().map(|()| exit)
        }
        Command::Schema(arguments) => cli::schema::run(arguments, &mut std::io::stdout().lock()),
        Command::DemoServer => {
            return Ok(finished(demo_server::run().map(|()| cli::Exit::Success)));
        }
        Command::Serve(arguments) => {
            let settings = settings(&inputs)?;
            logs.set_level(settings.telemetry.log_level.as_deref());
            return Ok(block_on(cli::serve::run(arguments, settings, inputs, logs)));
        }
        Command::Exec(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::exec::run(arguments, settings, &inputs)));
        }
        Command::Tools(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::tools::run(arguments, settings, &inputs)));
        }
        Command::Upstreams(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::upstreams::run(arguments, settings, &inputs)));
        }
        Command::Wrappers(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::wrappers::run(arguments, settings, &inputs)));
        }
        Command::Tokens(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::tokens::run(arguments, settings, &inputs)));
        }
        Command::Doctor(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::doctor::run(arguments, settings, &inputs)));
        }
        Command::Keys(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::keys::run(arguments, settings, &inputs)));
        }
        Command::Policy(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::policy::run(arguments, settings)));
        }
        Command::State(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::state::run(arguments, settings)));
        }
        Command::BenchFloor(arguments) => {
            let settings = settings(&inputs)?;
            return Ok(block_on(cli::floor::run(arguments, settings)));
        }
        Command::BenchDirect(arguments) => {
            return Ok(block_on(cli::direct::run(arguments)));
        }
    };
    Ok(finished(written.map_err(Into::into)))
}

fn settings(inputs: &config::Inputs) -> Result<config::Settings, config::Error> {
    let settings = config::load(inputs)?;
    telemetry::announce(&settings.notices);
    for source in &settings.sources {
        tracing::info!(file = %source.path.display(), standing = ?source.standing, "configuration");
    }
    Ok(settings)
}

fn block_on(command: impl Future<Output = anyhow::Result<cli::Exit>>) -> cli::Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return finished(Err(error.into())),
    };
    let exit = finished(runtime.block_on(command));
    // A read of standard input cannot be interrupted; it must not keep us.
    runtime.shutdown_background();
    exit
}

fn finished(result: anyhow::Result<cli::Exit>) -> cli::Exit {
    result.unwrap_or_else(|error| {
        if error.is::<audit::Error>() || error.is::<sandbox::Error>() {
            // Their texts hold their causes already.
            eprintln!("code-executor: {error}");
            return cli::Exit::Unavailable;
        }
        if let Some(roles::Unread::Away(away)) = error.downcast_ref() {
            eprintln!("code-executor: {error}");
            return if away.is_passing() {
                cli::Exit::Unavailable
            } else {
                cli::Exit::Configuration
            };
        }
        eprintln!("code-executor: {error:#}");
        match error.is::<compose::InvalidSetting>() {
            true => cli::Exit::Configuration,
            false => cli::Exit::Internal,
        }
    })
}
