//! From the entries of a trusted file to the servers the hub is told about.

use std::path::Path;
use std::time::Duration;

use upstream::{Reached, ServerConfig};

use crate::config::env::Environment;
use crate::config::error::Notice;
use crate::config::layer::resolve;
use crate::config::mcp::entry::{Entry, Program, Role};
use crate::config::mcp::expand::expand;
use crate::config::mcp::ourselves::{Kinship, kinship};

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

/// The programs a file would start, ourselves left out, without starting or filling in anything.
pub fn programs<'a>(
    entries: &'a [Entry],
    surroundings: Surroundings<'_>,
) -> Vec<(&'a str, &'a Program)> {
    let program = |entry: &'a Entry| match &entry.role {
        Role::Program(program) => Some((entry.name.as_str(), program)),
        _ => None,
    };
    entries
        .iter()
        .filter_map(program)
        .filter(|(_, program)| surroundings.kinship(program) != Kinship::Ourselves)
        .collect()
}

/// Fills in the entries of a trusted file.
pub fn servers(entries: Vec<Entry>, surroundings: Surroundings<'_>) -> Servers {
    let mut all = Servers::default();
    for Entry { name, role } in entries {
        match role {
            Role::OptedOut => {}
            Role::Remote => all.broken(name, "HTTP transport is not supported yet".to_owned()),
            Role::Unusable(reason) => all.broken(name, reason),
            Role::Program(program) => all.program(name, &program, surroundings),
        }
    }
    all
}

impl Servers {
    fn broken(&mut self, name: String, reason: String) {
        self.notices.push(Notice::warning(format!("server {name}: {reason}")));
        self.broken.push((name, reason));
    }

    fn program(&mut self, name: String, program: &Program, surroundings: Surroundings<'_>) {
        let kinship = surroundings.kinship(program);
        if kinship == Kinship::Ourselves {
            let message = format!("server {name} is ourselves and was left out");
            return self.notices.push(Notice::info(message));
        }
        let start_timeout = program.start_timeout_ms.map(Duration::from_millis);
        match filled(program, surroundings) {
            Ok(mut server) => {
                // `code-executor demo-server` works where we were started by path, too.
                let executable = surroundings.executable.and_then(Path::to_str);
                if let (Kinship::DemoServer, "code-executor", Some(executable)) =
                    (kinship, server.command.as_str(), executable)
                {
                    server.command = executable.to_owned();
                }
                self.servers.push(ServerConfig {
                    start_timeout,
                    ..ServerConfig::new(name, Reached::Program(server))
                });
            }
            Err(reason) => self.broken(name, reason),
        }
    }
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
        .map(|(name, value)| Ok((name.clone(), fill(value)?)))
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
