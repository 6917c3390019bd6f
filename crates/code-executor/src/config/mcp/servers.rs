//! From the entries of a trusted file to the servers the hub is told about.

use std::path::Path;
use std::time::Duration;

use upstream::{Reached, ServerConfig};

use crate::config::env::Environment;
use crate::config::error::Notice;
use crate::config::layer::resolve;
use crate::config::mcp::entry::{Entry, Program, Role};
use crate::config::mcp::expand::{expand, expand_value};
use crate::config::mcp::ourselves::{Kinship, kinship};
use crate::config::mcp::web;

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Servers {
    /// Servers to start when they are needed.
    pub servers: Vec<ServerConfig>,
    /// Servers that cannot be started, and why.
    pub broken: Vec<(String, String)>,
    /// What the operator should know.
    pub notices: Vec<Notice>,
}

/// What servers are resolved against.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The directory of the file.
    pub base: &'a Path,
    /// Answers `${NAME}`.
    pub environment: &'a Environment,
    /// Our own executable.
    pub executable: Option<&'a Path>,
}

/// The servers a file would start or reach, ourselves left out, without starting or filling in
/// anything.
pub fn wanted<'a>(entries: &'a [Entry], surroundings: Surroundings<'_>) -> Vec<&'a Entry> {
    let is_wanted = |entry: &&Entry| match &entry.role {
        Role::Program(program) => surroundings.kinship(program) != Kinship::Ourselves,
        Role::Http(_) => true,
        Role::OptedOut | Role::Unusable(_) => false,
    };
    entries.iter().filter(is_wanted).collect()
}

/// Fills in the entries of a trusted file.
pub fn servers(entries: Vec<Entry>, surroundings: Surroundings<'_>) -> Servers {
    let mut all = Servers::default();
    for entry in entries {
        let reached = match &entry.role {
            Role::OptedOut => continue,
            Role::Unusable(reason) => Err(reason.clone()),
            Role::Http(http) => web::filled(http, surroundings.environment).map(Reached::Http),
            Role::Program(program) => match surroundings.kinship(program) {
                Kinship::Ourselves => {
                    let message = format!("server {} is ourselves and was left out", entry.name);
                    all.notices.push(Notice::info(message));
                    continue;
                }
                kinship => started(program, kinship, surroundings).map(Reached::Program),
            },
        };
        all.keep(&entry, reached);
    }
    all
}

impl Servers {
    fn keep(&mut self, entry: &Entry, reached: Result<Reached, String>) {
        let name = entry.name.clone();
        match reached {
            Ok(reached) => self.servers.push(ServerConfig {
                start_timeout: entry.start_timeout_ms.map(Duration::from_millis),
                call_timeout: entry.call_timeout_ms.map(Duration::from_millis),
                ..ServerConfig::new(name, reached)
            }),
            Err(reason) => {
                self.notices.push(Notice::warning(format!("server {name}: {reason}")));
                self.broken.push((name, reason));
            }
        }
    }
}

fn started(
    program: &Program,
    kinship: Kinship,
    surroundings: Surroundings<'_>,
) -> Result<upstream::Program, String> {
    let mut started = filled(program, surroundings)?;
    // `code-executor demo-server` works where we were started by path, too.
    let executable = surroundings.executable.and_then(Path::to_str);
    if let (Kinship::DemoServer, "code-executor", Some(executable)) =
        (kinship, started.command.as_str(), executable)
    {
        started.command = executable.to_owned();
    }
    Ok(started)
}

fn filled(program: &Program, surroundings: Surroundings<'_>) -> Result<upstream::Program, String> {
    let fill = |text: &String| expand(text, surroundings.environment);
    let mut command = fill(&program.command)?;
    if command.contains('/') {
        let path = resolve(&command, surroundings.base, surroundings.home());
        command = path.into_os_string().into_string().map_err(|_| "its path is not UTF-8")?;
    }
    let args = program.args.iter().map(fill).collect::<Result<_, _>>()?;
    let env = program
        .env
        .iter()
        .map(|(name, value)| Ok((name.clone(), expand_value(value, surroundings.environment)?)))
        .collect::<Result<_, String>>()?;
    let cwd = program.cwd.as_ref().map(fill).transpose()?;
    let cwd = cwd.map(|cwd| resolve(&cwd, surroundings.base, surroundings.home()));
    Ok(upstream::Program { command, args, env, cwd })
}

impl<'a> Surroundings<'a> {
    fn kinship(&self, program: &Program) -> Kinship {
        let search = self.environment.get("PATH").unwrap_or_default();
        kinship(program, self.executable, search)
    }

    fn home(&self) -> Option<&'a Path> {
        self.environment.get(crate::config::env::HOME).map(Path::new)
    }
}
