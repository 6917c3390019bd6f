//! Logs: to standard error and nowhere else, since standard output belongs to the protocol.
//! Code, arguments, results and values of variables are never logged.

use std::io::{self, IsTerminal};

use tracing::{Level as LogLevel, Metadata};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, fmt, registry};

use crate::config::env::{self, Environment};
use crate::config::{Error, Level, Notice, Problem};

/// The target of notices, so that those about the start are seen at the default level.
const NOTICE: &str = "notice";

/// Starts logging, from this level on where the operator says nothing else. A bad filter or format
/// is a bad configuration.
pub fn start(environment: &Environment, level: &str) -> Result<(), Error> {
    let filter = filter(environment, level)?;
    let terminal = io::stderr().is_terminal();
    let colours = terminal && environment.get(env::NO_COLOR).is_none();
    let plain =
        fmt::layer().with_writer(io::stderr).with_ansi(colours).with_target(false).compact();
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match environment.get(env::LOG_FORMAT) {
        // A person who looks at a terminal knows what time it is.
        None | Some("text") if terminal => plain.without_time().boxed(),
        None | Some("text") => plain.boxed(),
        Some("json") => fmt::layer().json().flatten_event(true).with_writer(io::stderr).boxed(),
        Some(_) => {
            let problem = Problem::in_variable(env::LOG_FORMAT, "it must be text or json");
            return Err(problem.into());
        }
    };
    let started = registry().with(lines).with(filter).with(filter_fn(may_be_logged)).try_init();
    started.map_err(|error| Problem::new(format!("logging cannot be started: {error}")).into())
}

/// Logs what loading the configuration had to say, once.
pub fn announce(notices: &[Notice]) {
    for Notice { level, message } in notices {
        match level {
            Level::Info => tracing::event!(target: NOTICE, LogLevel::INFO, "{message}"),
            Level::Warning => tracing::event!(target: NOTICE, LogLevel::WARN, "{message}"),
        }
    }
}

/// What the operator wants to see.
fn filter(environment: &Environment, level: &str) -> Result<EnvFilter, Error> {
    let directives = match environment.get(env::LOG) {
        None => format!("{level},{NOTICE}=info"),
        Some(text) => text.to_owned(),
    };
    EnvFilter::builder().parse(directives).map_err(|_| {
        Problem::in_variable(env::LOG, "it must be a level or a filter")
            .hint("a level is error, warn, info, debug or trace; a filter is warn,upstream=debug")
            .into()
    })
}

/// rmcp logs whole messages, arguments and answers included: only its errors, whatever the filter.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    !metadata.target().starts_with("rmcp") || *metadata.level() == LogLevel::ERROR
}

#[cfg(test)]
mod tests;
