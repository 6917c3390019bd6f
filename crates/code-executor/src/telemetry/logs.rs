//! Logs: to standard error and nowhere else, since standard output belongs to the protocol.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use tracing::{Level as LogLevel, Metadata};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, fmt, registry, reload};

use crate::config::env::{self, Environment};
use crate::config::{Error, Level, Notice, Problem};
use crate::telemetry::lines::JsonLines;

/// The target of notices, so that those about the start are seen at the default level.
const NOTICE: &str = "notice";

/// A way to change what is logged while we run.
#[derive(Clone)]
pub struct Logs {
    set: Arc<dyn Fn(EnvFilter) + Send + Sync>,
    /// Without any, a setting decides.
    said_by_variable: bool,
    fallback: String,
}

impl Logs {
    /// Logs from this level on, unless the variable says what is logged; without one, from the level
    /// that the command has by itself.
    pub fn set_level(&self, level: Option<&str>) {
        if self.said_by_variable {
            return;
        }
        let level = level.unwrap_or(&self.fallback);
        if let Ok(filter) = EnvFilter::builder().parse(with_notices(level)) {
            (self.set)(filter);
        }
    }
}

/// Starts logging, from this level on where the operator says nothing else. A bad filter or format
/// is a bad configuration.
pub fn start(environment: &Environment, level: &str) -> Result<Logs, Error> {
    let (filter, handle) = reload::Layer::new(filter(environment, level)?);
    let terminal = io::stderr().is_terminal();
    let colours = terminal && environment.get(env::NO_COLOR).is_none();
    let plain =
        fmt::layer().with_writer(io::stderr).with_ansi(colours).with_target(false).compact();
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match environment.get(env::LOG_FORMAT) {
        // A person who looks at a terminal knows what time it is.
        None | Some("text") if terminal => plain.without_time().boxed(),
        None | Some("text") => plain.boxed(),
        Some("json") => fmt::layer().json().event_format(JsonLines).with_writer(io::stderr).boxed(),
        Some(_) => {
            let problem = Problem::in_variable(env::LOG_FORMAT, "it must be text or json");
            return Err(problem.into());
        }
    };
    let started = registry().with(lines).with(filter).with(filter_fn(may_be_logged)).try_init();
    started.map_err(|error| Problem::new(format!("logging cannot be started: {error}")))?;
    // It fails only when there is nothing to log to any more.
    let set = move |filter| drop(handle.reload(filter));
    Ok(Logs {
        set: Arc::new(set),
        said_by_variable: environment.get(env::LOG).is_some(),
        fallback: level.to_owned(),
    })
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
        None => with_notices(level),
        Some(text) => text.to_owned(),
    };
    EnvFilter::builder().parse(directives).map_err(|_| {
        Problem::in_variable(env::LOG, "it must be a level or a filter")
            .hint("a level is error, warn, info, debug or trace; a filter is warn,upstream=debug")
            .into()
    })
}

fn with_notices(level: &str) -> String {
    format!("{level},{NOTICE}=info")
}

/// rmcp logs whole messages, arguments and answers included: only its errors, whatever the filter.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    !metadata.target().starts_with("rmcp") || *metadata.level() == LogLevel::ERROR
}

#[cfg(test)]
mod tests;
