//! What the doctor found, as JSON has it and as the text is made from.

use serde::Serialize;
use types::{Isolation, IsolationLevel, Language};
use wire::control::Wall;

/// Everything that was looked at.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Our version.
    pub version: &'static str,
    /// Whether everything that was asked for is reachable: the exit status.
    pub ok: bool,
    /// The operator's least level.
    pub min_isolation: IsolationLevel,
    /// Every language.
    pub engines: Vec<Engine>,
    /// What would raise the level here, or make reachable what is not.
    pub advice: Vec<Advice>,
    /// Every Python on this machine.
    pub interpreters: Vec<Interpreter>,
    /// What installs the packages that programs declare, where they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uv: Option<Uv>,
    /// Where settings come from.
    pub configuration: Configuration,
    /// The MCP servers behind us; none are tried with `--skip-upstreams`.
    pub upstreams: Vec<Upstream>,
    /// The audit log.
    pub audit_log: AuditLog,
    /// The clock.
    pub clock: Clock,
    /// What this process may use.
    pub limits: Limits,
    /// The machine.
    pub host: Host,
    /// What was asked for and is not reachable.
    pub problems: Vec<String>,
}

/// One language and what runs it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Engine {
    /// The language.
    pub language: Language,
    /// Whether programs in it can be run.
    pub available: bool,
    /// The engine, such as `quickjs`.
    pub engine: &'static str,
    /// The interpreter's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executable: Option<String>,
    /// The level its programs get.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<IsolationLevel>,
    /// Why it cannot be run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether it is a failure that it cannot be run.
    pub asked_for: bool,
    /// The layers, and what is missing and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isolation: Option<Isolation>,
    /// What was tried from inside.
    pub probes: Vec<Probe>,
}

impl Engine {
    /// What it is called where people read of it.
    pub fn shown(&self) -> &'static str {
        match self.engine {
            "deno" => "the runtime deno",
            _ => self.language.as_str(),
        }
    }
}

/// One attempt of a program to do what it must not.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// Such as `read-file`.
    pub name: String,
    /// The same in words.
    pub what: &'static str,
    /// Whether a real child was kept from it; absent when it could not be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<bool>,
    /// What it met: an error of the system, or its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<String>,
    /// The walls each of which stops it alone.
    pub held_by: Vec<Wall>,
    /// Whether it works here for a process of the same user without a wall.
    pub possible: bool,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Advice {
    /// A layer, or what else it is about.
    pub about: String,
    /// Why it is not there.
    pub why: String,
    /// What to run or to set, one of these.
    pub ways: Vec<String>,
}

/// A Python of this machine.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Interpreter {
    /// Where it was found.
    pub path: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether programs run in it.
    pub used: bool,
    /// Why it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What installs packages.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Uv {
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Why it is nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Where settings come from, the first that says something first.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// Files that were read.
    pub files: Vec<ConfigurationFile>,
    /// Variables that set something. Their values are not told.
    pub variables: Vec<String>,
    /// What was found odd.
    pub notices: Vec<String>,
}

/// A file that was read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationFile {
    /// Where it is.
    pub path: String,
    /// What it may do: `operator`, `trusted` or `untrusted`.
    pub standing: &'static str,
}

/// An MCP server behind us.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Upstream {
    /// Its name.
    pub server: String,
    /// Whether it could be started and asked for its tools.
    pub reachable: bool,
    /// Its tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<usize>,
    /// The MCP revision agreed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol_version: Option<String>,
    /// From its start to its list of tools.
    pub milliseconds: f64,
    /// Why it is not reachable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The audit log.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditLog {
    /// Whether there is to be one.
    pub enabled: bool,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// Whether a file could be written there just now.
    pub writable: bool,
    /// Bytes that are free there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_bytes: Option<u64>,
    /// Why it cannot be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// The clock.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Clock {
    /// Now, in UTC.
    pub now: String,
    /// Whether it can be so.
    pub sane: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What this process may use.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Files it may have open, now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_files: Option<u64>,
    /// Files it may allow itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_files_most: Option<u64>,
    /// Files that it may come to need.
    pub open_files_needed: u64,
    /// Processes of its user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processes: Option<u64>,
    /// Its address space, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_space: Option<u64>,
    /// The machine's memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// What of it can be had now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_bytes: Option<u64>,
    /// Processors.
    pub processors: usize,
}

/// The machine, as far as isolation depends on it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Host {
    /// Its kernel.
    pub kernel: String,
    /// The user we are.
    pub uid: u32,
    /// The container we are in, as far as it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<&'static str>,
    /// Whether a filter of system calls is on us already.
    pub filtered: bool,
    /// The kernel's security modules, where it tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_modules: Option<String>,
}
