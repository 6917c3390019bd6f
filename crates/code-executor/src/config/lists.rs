//! The files that name servers: which there are, and in which order they count.

use std::path::{Path, PathBuf};

use crate::config::error::{Notice, Problem, shown_path};
use crate::config::inputs::Inputs;
use crate::config::layer::Origin;
use crate::config::mcp::Owner;
use crate::config::reference::Key;
use crate::config::sources::{self, File, MCP_NAME, Standing};
use crate::config::trust::Store;
use crate::config::values::Values;
use crate::config::{document, env};

/// The most files that may be named.
const MAX_FILES: usize = 32;
/// The largest file of another client: Claude Code keeps more than servers in its own.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Where clients keep servers in a project, beside [`MCP_NAME`].
const IN_PROJECTS: [&str; 2] = [".cursor/mcp.json", ".vscode/mcp.json"];
/// Where they keep them at home.
const AT_HOME: [&str; 3] = [".claude.json", ".cursor/mcp.json", ".codex/config.toml"];
/// Where VS Code keeps them, below the directory of the operator's files, and in a Mac's home.
const OF_VS_CODE: [&str; 2] =
    ["Code/User/mcp.json", "Library/Application Support/Code/User/mcp.json"];

/// A file that names servers.
#[derive(Clone, PartialEq)]
pub struct List {
    /// The file.
    pub file: File,
    /// Whose it is.
    pub owner: Owner,
}

/// The files in the order in which they count, and what went wrong with each that cannot be read.
#[derive(Default)]
pub struct Lists {
    /// The files.
    pub lists: Vec<List>,
    /// What is wrong with those that were named.
    pub problems: Vec<Problem>,
    /// What is wrong with those that were come upon.
    pub notices: Vec<Notice>,
}

/// Finds them: those that are named, or else the workspace's; then, if they are looked for, those of
/// other clients, in the project before at home. `config` is the standing of the configuration file.
pub fn find(inputs: &Inputs, values: &Values, config: Option<Standing>, trust: &Store) -> Lists {
    let mut found = Lists::default();
    found.named(inputs, values, config, trust);
    if values.boolean(Key::McpDiscovery) || inputs.discover {
        found.discovered(inputs, trust);
    }
    found
}

/// The files of a workspace in which servers stand, for `code-executor trust`.
pub fn of_workspace(
    directory: &Path,
    named: Option<Vec<PathBuf>>,
    discovers: bool,
) -> Vec<PathBuf> {
    let own = directory.join(MCP_NAME);
    let mut files = named.unwrap_or_else(|| vec![own.clone()]);
    if discovers {
        let others = IN_PROJECTS.map(|name| directory.join(name));
        files.extend(std::iter::once(own).chain(others));
    }
    let mut seen = Vec::new();
    files.retain(|file| {
        let file = sources::canonical(file);
        let is_new = !seen.contains(&file);
        seen.push(file);
        is_new
    });
    files
}

/// Whether `file` belongs to the workspace `directory`, as far as trust goes.
pub fn is_of_workspace(file: &Path, directory: &Path) -> bool {
    file.parent() == Some(directory) || IN_PROJECTS.iter().any(|name| file == directory.join(name))
}

/// Whose file it is that a workspace has there.
pub fn owner_of(file: &Path) -> Owner {
    let is_clients = IN_PROJECTS.iter().any(|name| file.ends_with(name));
    if is_clients { Owner::Another } else { Owner::Ours }
}

/// The directory that relative paths of a list are taken from: its own, or the project's when it
/// lies in a client's.
pub fn base(file: &Path) -> &Path {
    let own = file.parent().unwrap_or(Path::new("/"));
    let is_clients = IN_PROJECTS.iter().any(|name| file.ends_with(name));
    own.parent().filter(|_| is_clients).unwrap_or(own)
}

/// The project a list belongs to; that of whoever works in `directory` when it is in none.
pub fn workspace<'a>(file: &'a Path, inputs: &'a Inputs) -> &'a Path {
    let is_projects =
        file.ends_with(MCP_NAME) || IN_PROJECTS.iter().any(|name| file.ends_with(name));
    let base = base(file);
    let is_home = || inputs.home().is_some_and(|home| home == base);
    if is_projects && !is_home() { base } else { &inputs.directory }
}

impl Lists {
    fn named(&mut self, inputs: &Inputs, values: &Values, config: Option<Standing>, trust: &Store) {
        if !inputs.mcp_config.is_empty() {
            let named = inputs.mcp_config.iter();
            return self.all(named.map(|path| sources::required(&inputs.absolute(path))).collect());
        }
        match (values.paths(Key::McpConfigPath), values.origin(Key::McpConfigPath)) {
            // The trust in a workspace file does not cover the bytes of another file.
            (Some(paths), Origin::File(place)) if config == Some(Standing::Trusted) => {
                let file = |path: &PathBuf| {
                    sources::hashed(path, trust)?.ok_or_else(|| {
                        let shown = shown_path(path);
                        let what = format!("`mcpConfigPath` names {shown}, which does not exist");
                        Problem::at(place, what)
                    })
                };
                self.all(paths.iter().map(file).collect());
            }
            (Some(paths), _) => {
                self.all(paths.iter().map(|path| sources::required(path)).collect());
            }
            (None, _) => {
                let file = sources::workspace_file(inputs, MCP_NAME, trust);
                self.all(file.transpose().into_iter().collect());
            }
        }
    }

    fn all(&mut self, files: Vec<Result<File, Problem>>) {
        if files.len() > MAX_FILES {
            let what =
                format!("{} files with servers are named; the limit is {MAX_FILES}", files.len());
            self.problems.push(Problem::new(what));
        }
        for file in files.into_iter().take(MAX_FILES) {
            match file {
                Ok(file) => self.lists.push(List { file, owner: Owner::Ours }),
                Err(problem) => self.problems.push(problem),
            }
        }
    }

    /// What other clients have. A file that cannot be read costs nobody a start.
    fn discovered(&mut self, inputs: &Inputs, trust: &Store) {
        let home = inputs.home();
        let mut at_home: Vec<PathBuf> = AT_HOME
            .iter()
            .chain(&OF_VS_CODE[1..])
            .filter_map(|name| Some(home.as_ref()?.join(name)))
            .collect();
        at_home.extend(inputs.config_home().map(|place| place.join(OF_VS_CODE[0])));
        if let Some(codex) = inputs.environment.absolute_path(env::CODEX_HOME) {
            at_home.push(codex.join("config.toml"));
        }
        let homes: Vec<_> = at_home.iter().map(|path| sources::canonical(path)).collect();
        for name in std::iter::once(MCP_NAME).chain(IN_PROJECTS) {
            let path = inputs.directory.join(name);
            // Whoever works in the home directory finds their own files there.
            if !homes.contains(&sources::canonical(&path)) {
                self.come_upon(sources::hashed(&path, trust));
            }
        }
        for path in at_home {
            let bytes = document::read_up_to(&path, MAX_BYTES);
            let file = |bytes| File { path: path.clone(), bytes, standing: Standing::Operator };
            self.come_upon(bytes.map(|bytes| bytes.map(file)));
        }
    }

    fn come_upon(&mut self, file: Result<Option<File>, Problem>) {
        match file {
            Ok(Some(file)) if !self.has(&file.path) => {
                self.lists.push(List { file, owner: Owner::Another });
            }
            Ok(_) => {}
            Err(problem) => {
                let message = format!("no servers are taken from there: {}", problem.line());
                self.notices.push(Notice::warning(message));
            }
        }
    }

    fn has(&self, path: &Path) -> bool {
        let path = sources::canonical(path);
        self.lists.iter().any(|list| sources::canonical(&list.file.path) == path)
    }
}
