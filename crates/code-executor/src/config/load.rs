//! From files, environment and command line to the settings: read, layered, narrowed, checked.

mod servers;

pub use servers::servers_of;
use types::IsolationLevel;

use crate::config::document::{self, Node};
use crate::config::env::known_variables;
use crate::config::error::{Error, Notice, Problem, nearest, shown_path};
use crate::config::inputs::Inputs;
use crate::config::layer::{Given, Origin, Reader};
use crate::config::mcp::Servers;
use crate::config::reference::Key;
use crate::config::settings::Settings;
use crate::config::sources::{self, File, Found, Source};
use crate::config::trust::Store;
use crate::config::values::Values;

/// What an operator who wants level L0 is told at every start.
const NOT_ISOLATED: &str = "programs run even where nothing holds them: `security.minIsolation` is \
                            `L0`, and whoever writes a program may do what this user may";

/// Loads and checks everything. Nothing has been started when this returns, and nothing is bound.
pub fn load(inputs: &Inputs) -> Result<Settings, Error> {
    let (mut loading, found) = Loading::begin(inputs)?;
    let values = loading.values(&found)?;
    let file_standing = found.operator.as_ref().map(|file| file.standing);
    let servers = loading.servers(&values, file_standing);
    loading.unknown_variables();
    let Loading { mut problems, mut notices, sources, .. } = loading;
    let Servers { servers, broken, defined, env_files, notices: about_servers, .. } = servers;
    notices.extend(about_servers);
    let settings = Settings::assemble(inputs, &values, servers, &mut problems);
    for rule in &settings.reach.set_aside {
        notices
            .push(Notice::warning(format!("`security.allowNetwork`: {rule}; it grants nothing")));
    }
    match Error::from_problems(problems) {
        Some(error) => Err(error),
        None => {
            if settings.min_isolation == IsolationLevel::L0 {
                notices.push(Notice::warning(NOT_ISOLATED));
            }
            Ok(Settings {
                broken_servers: broken,
                defined,
                env_files,
                notices,
                sources,
                ..settings
            })
        }
    }
}

/// What one file says, checked, whatever its standing: for `code-executor trust`.
pub fn workspace_layer(inputs: &Inputs, file: &File) -> Result<Vec<Given>, Error> {
    let reader = Reader { environment: &inputs.environment, home: inputs.home() };
    let root = document::parse(&file.path, &file.bytes)?;
    let mut problems = Vec::new();
    let layer = reader.file(&root, &mut problems);
    Error::from_problems(problems).map_or(Ok(layer), Err)
}

/// Whether servers of other clients are looked for.
pub fn discovers(inputs: &Inputs) -> Result<bool, Error> {
    let (mut loading, found) = Loading::begin(inputs)?;
    let values = loading.values(&found)?;
    Ok(inputs.discover || values.boolean(Key::McpDiscovery))
}

/// The record of trusted files. Without one, or with one that cannot be relied on, nothing is.
fn trusted(inputs: &Inputs, notices: &mut Vec<Notice>) -> Store {
    let Some(directory) = inputs.state_directory() else { return Store::absent() };
    Store::read(&directory).unwrap_or_else(|problem| {
        notices.push(Notice::warning(format!("no workspace is trusted: {}", problem.line())));
        Store::absent()
    })
}

/// A load under way.
struct Loading<'a> {
    inputs: &'a Inputs,
    trust: Store,
    problems: Vec<Problem>,
    notices: Vec<Notice>,
    sources: Vec<Source>,
}

impl<'a> Loading<'a> {
    /// Finds the configuration files.
    fn begin(inputs: &'a Inputs) -> Result<(Self, Found), Problem> {
        let mut notices = Vec::new();
        let trust = trusted(inputs, &mut notices);
        let found = sources::configuration(inputs, &trust)?;
        let loading = Self { inputs, trust, problems: Vec::new(), notices, sources: Vec::new() };
        Ok((loading, found))
    }

    /// Files and environment, layered. A file that is no JSON at all ends the load: nothing that
    /// could be said about the rest would help.
    fn values(&mut self, found: &Found) -> Result<Values, Problem> {
        let reader = Reader { environment: &self.inputs.environment, home: self.inputs.home() };
        let mut values = Values::fallbacks();
        if let Some(file) = &found.operator {
            let root = self.parse(file)?;
            values.replace(reader.file(&root, &mut self.problems));
        }
        values.replace(reader.environment(&self.inputs.directory, &mut self.problems));
        self.order(&mut values);
        if let Some(file) = &found.workspace {
            let root = self.parse(file)?;
            let left = values.narrow(reader.file(&root, &mut self.problems));
            if !left.is_empty() {
                let keys: Vec<_> = left.iter().map(|setting| setting.path).collect();
                self.notices.push(Notice::warning(format!(
                    "{} is not trusted and can only narrow: {} ignored. Run `code-executor trust` \
                     in that directory if you trust it",
                    shown_path(&file.path),
                    keys.join(", "),
                )));
            }
            // A maximum that a workspace lowered takes the default with it.
            values.lower(Key::DefaultTimeoutMs, values.integer(Key::MaxTimeoutMs));
        }
        Ok(values)
    }

    fn parse(&mut self, file: &File) -> Result<Node, Problem> {
        self.sources.push(Source { path: file.path.clone(), standing: file.standing });
        document::parse(&file.path, &file.bytes)
    }

    /// The default timeout must not exceed the maximum. One that nobody chose is lowered instead.
    fn order(&mut self, values: &mut Values) {
        let (default, most) =
            (values.integer(Key::DefaultTimeoutMs), values.integer(Key::MaxTimeoutMs));
        if default <= most {
            return;
        }
        match values.origin(Key::DefaultTimeoutMs) {
            Origin::Fallback => values.lower(Key::DefaultTimeoutMs, most),
            origin => {
                let what =
                    format!("`security.defaultTimeoutMs` is above `security.maxTimeoutMs`, {most}");
                let problem = match origin {
                    Origin::File(place) => Problem::at(place, what),
                    Origin::Variable(name) => Problem::in_variable(name, what),
                    Origin::Fallback => Problem::new(what),
                };
                self.problems.push(problem.hint("lower the one or raise the other"));
            }
        }
    }

    /// A misspelt variable would otherwise be silently without effect.
    fn unknown_variables(&mut self) {
        let known = known_variables();
        for name in self.inputs.environment.unknown() {
            let near = nearest(name, known.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            let message = format!("the environment variable {name} means nothing here{hint}");
            self.notices.push(Notice::warning(message));
        }
    }
}

#[cfg(test)]
mod tests;
