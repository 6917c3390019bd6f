//! A private place to run our binary in: home, working directory, configuration, audit log.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{Era, Fake, McpProcess};

/// A temporary folder with everything our binary reads or writes, and nothing of the machine's.
#[derive(Debug)]
pub struct Workspace {
    folder: TempDir,
    binary: PathBuf,
    security: Map<String, Value>,
    settings: Map<String, Value>,
    servers: Map<String, Value>,
}

impl Workspace {
    /// A fresh place for this binary, which a test knows as `env!("CARGO_BIN_EXE_code-executor")`.
    pub fn new(binary: &str) -> Self {
        let folder = match tempfile::Builder::new().prefix("code-executor-test-").tempdir() {
            Ok(folder) => folder,
            Err(error) => panic!("cannot make a temporary folder: {error}"),
        };
        let workspace = Self {
            folder,
            binary: PathBuf::from(binary),
            security: Map::new(),
            settings: Map::new(),
            servers: Map::new(),
        };
        for name in ["home", "project", "state", "tmp"] {
            make_folder(&workspace.path(name));
        }
        let audit_path = workspace.audit_path();
        workspace.with_security("auditLogPath", json!(audit_path))
    }

    /// Sets one key of the configuration's `security` section.
    pub fn with_security(mut self, key: &str, value: Value) -> Self {
        self.security.insert(key.to_owned(), value);
        self
    }

    /// Sets one top-level key of the configuration.
    pub fn with_setting(mut self, key: &str, value: Value) -> Self {
        self.settings.insert(key.to_owned(), value);
        self
    }

    /// Adds an upstream server: its entry in `.mcp.json`.
    pub fn with_server(mut self, name: &str, entry: Value) -> Self {
        self.servers.insert(name.to_owned(), entry);
        self
    }

    /// Adds our binary's demo server as an upstream.
    pub fn with_demo(self) -> Self {
        let entry = json!({ "command": self.binary, "args": ["demo-server"] });
        self.with_server("demo", entry)
    }

    /// Adds a fake upstream that misbehaves in one way.
    pub fn with_fake(self, name: &str, fake: Fake) -> Self {
        let entry = fake.entry(&self.path("fakes"));
        self.with_server(name, entry)
    }

    /// The binary under test.
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// Uses another copy of the binary.
    pub fn with_binary(mut self, binary: PathBuf) -> Self {
        self.binary = binary;
        self
    }

    /// A path inside the workspace.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The working directory of whatever runs here.
    pub fn project(&self) -> PathBuf {
        self.path("project")
    }

    /// The home directory of whatever runs here.
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// Where the configuration is, once written.
    pub fn config_path(&self) -> PathBuf {
        self.path("config.json")
    }

    /// Where the upstream servers are named, once written.
    pub fn servers_path(&self) -> PathBuf {
        self.path("mcp.json")
    }

    /// Where the audit log is asked to be.
    pub fn audit_path(&self) -> PathBuf {
        self.path("state/audit.log")
    }

    /// Writes a file below the workspace, its folders included.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        if let Some(parent) = path.parent() {
            make_folder(parent);
        }
        match fs::write(&path, text) {
            Ok(()) => path,
            Err(error) => panic!("cannot write {}: {error}", path.display()),
        }
    }

    /// Every record of the audit log, whichever segments it is written in.
    pub fn audit_records(&self) -> Vec<Value> {
        let mut files: Vec<PathBuf> = files_below(&self.path("state"));
        files.sort();
        let mut records = Vec::new();
        for file in files {
            let text = fs::read_to_string(&file).unwrap_or_default();
            records.extend(text.lines().filter_map(|line| serde_json::from_str(line).ok()));
        }
        records
    }

    /// A command that runs the binary here: its environment cleared but for what is named.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.write_configuration();
        let mut command = self.bare_command(arguments);
        command.env("CODE_EXECUTOR_CONFIG_PATH", self.config_path());
        command
    }

    /// The same without configuration: the binary finds its own.
    pub fn bare_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(arguments).current_dir(self.project()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.home()).env("TMPDIR", self.path("tmp"));
        command.env("XDG_CONFIG_HOME", self.home().join(".config"));
        command.env("XDG_STATE_HOME", self.home().join(".local/state"));
        command.env("XDG_CACHE_HOME", self.home().join(".cache"));
        command.env("XDG_DATA_HOME", self.home().join(".local/share"));
        command
    }

    /// Writes the configuration and `.mcp.json` as they stand.
    pub fn write_configuration(&self) {
        let mut config = self.settings.clone();
        config.insert("version".to_owned(), json!(1));
        config.insert("security".to_owned(), Value::Object(self.security.clone()));
        config.entry("mcpConfigPath").or_insert_with(|| json!(self.servers_path()));
        self.write("config.json", Value::Object(config).to_string());
        if !self.servers_path().exists() || !self.servers.is_empty() {
            self.write("mcp.json", json!({ "mcpServers": self.servers }).to_string());
        }
    }

    /// Starts the MCP server here and greets it the way most clients do today.
    pub fn serve(&self) -> McpProcess {
        self.serve_as(Era::Legacy)
    }

    /// Starts the MCP server here and greets it in the way of an era.
    pub fn serve_as(&self, era: Era) -> McpProcess {
        let mut process = McpProcess::spawn(self.command(&[]), era);
        process.initialize();
        process
    }
}

fn make_folder(path: &Path) {
    if let Err(error) = fs::create_dir_all(path) {
        panic!("cannot create {}: {error}", path.display());
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files.extend(files_below(&entry.path())),
            _ => files.push(entry.path()),
        }
    }
    files
}
