//! From the entries of a trusted file to the servers the hub is told about.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use upstream::{Reached, ServerConfig};

use crate::config::error::{Notice, Place};
use crate::config::mcp::entry::{Entry, Program, Role};
use crate::config::mcp::expand::Surroundings;
use crate::config::mcp::ourselves::{self, Kinship};
use crate::config::mcp::{env_file, web};

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Servers {
    /// Servers to start when they are needed.
    pub servers: Vec<ServerConfig>,
    /// Servers that cannot be started, and why.
    pub broken: Vec<(String, String)>,
    /// Where each of both is defined.
    pub defined: Vec<Defined>,
    /// Files that say with what servers are started.
    pub env_files: Vec<PathBuf>,
    /// What the operator should know.
    pub notices: Vec<Notice>,
    /// Every name so far, those that are not for us included.
    names: BTreeMap<String, Entry>,
}

/// Where a server is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defined {
    /// Its name.
    pub name: String,
    /// The place in the file.
    pub place: Place,
}

/// The servers a file would start or reach, ourselves left out, without starting or filling in
/// anything.
pub fn wanted<'a>(entries: &'a [Entry], surroundings: Surroundings<'_>) -> Vec<&'a Entry> {
    let is_wanted = |entry: &&Entry| match &entry.role {
        Role::Program(program) => kinship(program, surroundings) != Kinship::Ourselves,
        Role::Http(_) | Role::OpenApi(_) => true,
        Role::OptedOut | Role::Unusable(_) => false,
    };
    entries.iter().filter(is_wanted).collect()
}

impl Servers {
    /// Fills in the entries of a trusted file and puts them behind those of the files before it.
    pub fn add(&mut self, entries: Vec<Entry>, surroundings: Surroundings<'_>) {
        for entry in entries {
            if let Some(first) = self.names.get(&entry.name) {
                let notice = again(first, &entry);
                self.notices.push(notice);
                continue;
            }
            self.names.insert(entry.name.clone(), entry.clone());
            if let Some(reached) = self.reached(&entry, surroundings) {
                self.keep(entry, reached);
            }
        }
    }

    /// How a server is reached, unless it is none for us.
    fn reached(
        &mut self,
        entry: &Entry,
        surroundings: Surroundings<'_>,
    ) -> Option<Result<Reached, String>> {
        Some(match &entry.role {
            Role::OptedOut => return None,
            Role::Unusable(reason) => Err(reason.clone()),
            Role::Http(http) => web::server(http, surroundings).map(Reached::Http),
            Role::OpenApi(api) => web::api(api, surroundings).map(Reached::OpenApi),
            Role::Program(program) => match kinship(program, surroundings) {
                Kinship::Ourselves => {
                    let message = format!("server {} is ourselves and was left out", entry.name);
                    self.notices.push(Notice::info(message));
                    return None;
                }
                kinship => {
                    // One that cannot be named is told with the server.
                    let file = program.env_file.as_ref();
                    self.env_files.extend(file.and_then(|it| surroundings.fill_path(it).ok()));
                    started(program, kinship, surroundings).map(Reached::Program)
                }
            },
        })
    }

    fn keep(&mut self, entry: Entry, reached: Result<Reached, String>) {
        let Entry { name, place, .. } = entry;
        if let Err(reason) = &reached {
            self.notices.push(Notice::warning(format!("server {name}, {place}: {reason}")));
        }
        self.defined.push(Defined { name: name.clone(), place });
        match reached {
            Ok(reached) => self.servers.push(ServerConfig {
                start_timeout: entry.start_timeout_ms.map(Duration::from_millis),
                call_timeout: entry.call_timeout_ms.map(Duration::from_millis),
                ..ServerConfig::new(name, reached)
            }),
            Err(reason) => self.broken.push((name, reason)),
        }
    }
}

/// What is said of a server that is defined once more.
fn again(first: &Entry, second: &Entry) -> Notice {
    let (name, before, after) = (&first.name, &first.place, &second.place);
    let message =
        format!("server {name} is defined at {before} and again at {after}: the first counts");
    match first.role == second.role {
        true => Notice::info(message),
        false => Notice::warning(message),
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
    let mut command = surroundings.fill(&program.command)?;
    if command.contains('/') {
        let path = surroundings.resolve(&command);
        command = path.into_os_string().into_string().map_err(|_| "its path is not UTF-8")?;
    }
    let args = program.args.iter().map(|text| surroundings.fill(text)).collect::<Result<_, _>>()?;
    let mut env = BTreeMap::new();
    if let Some(file) = &program.env_file {
        env.extend(env_file::read(&surroundings.fill_path(file)?)?);
    }
    for name in &program.handed {
        let value = surroundings.environment.get(name);
        env.extend(value.map(|value| (name.clone(), value.to_owned())));
    }
    for (name, value) in &program.env {
        env.insert(name.clone(), surroundings.fill_value(value)?);
    }
    let cwd = program.cwd.as_ref().map(|cwd| surroundings.fill_path(cwd)).transpose()?;
    Ok(upstream::Program { command, args, env, cwd })
}

fn kinship(program: &Program, surroundings: Surroundings<'_>) -> Kinship {
    let search = surroundings.environment.get("PATH").unwrap_or_default();
    ourselves::kinship(program, surroundings.executable, search)
}
