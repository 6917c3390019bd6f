//! Every environment variable the product reads, and a snapshot of them. Nothing else in the
//! binary asks the operating system for a variable.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use crate::config::reference::{SETTINGS, Setting};

/// The configuration file, by name. The operator's word.
pub const CONFIG_PATH: &str = "CODE_EXECUTOR_CONFIG_PATH";
/// What is logged: a level or a `tracing` filter.
pub const LOG: &str = "CODE_EXECUTOR_LOG";
/// How it is logged: `text` or `json`.
pub const LOG_FORMAT: &str = "CODE_EXECUTOR_LOG_FORMAT";
/// Set by the upstream hub for every server it starts, so that a copy of us among them starts no
/// upstream of its own.
pub const NESTED: &str = "CODE_EXECUTOR_UPSTREAM";
/// The user's home directory.
pub const HOME: &str = "HOME";
/// Where the operator's files live, `~/.config` when unset.
pub const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";
/// Where state lives, `~/.local/state` when unset.
pub const XDG_STATE_HOME: &str = "XDG_STATE_HOME";
/// Where what can be had again lives, `~/.cache` when unset.
pub const XDG_CACHE_HOME: &str = "XDG_CACHE_HOME";
/// Where Codex keeps its own, `~/.codex` when unset.
pub const CODEX_HOME: &str = "CODEX_HOME";
/// Set to anything: no colours.
pub const NO_COLOR: &str = "NO_COLOR";

/// Names from the product's first version, still read. The regular name wins over these.
pub mod first_version {
    /// `security.allowedProjects`, separated by `:`.
    pub const ALLOWED_PROJECTS: &str = "ALLOWED_PROJECTS";
    /// `security.enableAuditLog`.
    pub const ENABLE_AUDIT_LOG: &str = "ENABLE_AUDIT_LOG";
    /// `security.auditLogPath`.
    pub const AUDIT_LOG_PATH: &str = "AUDIT_LOG_PATH";
    /// `executors.typescript.denoPath`.
    pub const DENO_PATH: &str = "DENO_PATH";
    /// `executors.python.pythonPath`.
    pub const PYTHON_PATH: &str = "PYTHON_PATH";
    /// `mcpConfigPath`.
    pub const MCP_CONFIG_PATH: &str = "MCP_CONFIG_PATH";
}

/// What the variables of inputs start with.
const INPUT: &str = "CODE_EXECUTOR_INPUT_";
/// What every regular name starts with.
const PREFIX: &str = "CODE_EXECUTOR_";

/// A snapshot of the environment. An empty value counts as unset, as compose files write it.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// This process's environment. Variables that are not UTF-8 are left out.
    pub fn of_this_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value of a variable, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a variable is set, even if it is empty.
    pub fn is_set(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// The value of a variable as a path.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// The value of a variable as an absolute path; the XDG rules say to ignore a relative one.
    pub fn absolute_path(&self, name: &str) -> Option<PathBuf> {
        self.path(name).filter(|path| path.is_absolute())
    }

    /// The variable that sets `setting` here, and its value: the regular name, then the old one.
    pub fn of_setting(&self, setting: &Setting) -> Option<(String, &str)> {
        let regular = setting.has_variable().then(|| variable(setting.path));
        regular
            .into_iter()
            .chain(setting.first_version_variable.map(str::to_owned))
            .find_map(|name| self.get(&name).map(|value| (name.clone(), value)))
    }

    /// Names that start like ours and mean nothing, in order. Their values are not looked at.
    pub fn unknown(&self) -> Vec<&str> {
        let known = known_variables();
        self.variables
            .keys()
            .map(String::as_str)
            .filter(|name| name.starts_with(PREFIX) && !name.starts_with(INPUT))
            .filter(|name| !known.iter().any(|known| known == name))
            .collect()
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self { variables: pairs.into_iter().collect() }
    }
}

impl fmt::Debug for Environment {
    /// Values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

/// The regular variable of a setting: `security.maxTimeoutMs` is
/// `CODE_EXECUTOR_SECURITY_MAX_TIMEOUT_MS`.
pub fn variable(path: &str) -> String {
    let mut name = PREFIX.to_owned();
    for character in path.chars() {
        if character == '.' {
            name.push('_');
            continue;
        }
        if character.is_ascii_uppercase() {
            name.push('_');
        }
        name.push(character.to_ascii_uppercase());
    }
    name
}

/// The variable that answers `${input:ID}` of a list of servers: `github-token` is
/// `CODE_EXECUTOR_INPUT_GITHUB_TOKEN`.
pub fn input_variable(id: &str) -> String {
    let sign = |character: char| match character.is_ascii_alphanumeric() {
        true => character.to_ascii_uppercase(),
        false => '_',
    };
    INPUT.chars().chain(id.chars().take(100).map(sign)).collect()
}

/// Every name that starts with our prefix and is read somewhere.
pub fn known_variables() -> Vec<String> {
    let settings = SETTINGS.iter().filter(|setting| setting.has_variable());
    settings
        .map(|setting| variable(setting.path))
        .chain([CONFIG_PATH, LOG, LOG_FORMAT, NESTED].map(str::to_owned))
        .collect()
}
