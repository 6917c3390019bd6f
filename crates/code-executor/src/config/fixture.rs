//! A home, a workspace and an environment for tests, gone when the test ends.

use std::fs;
use std::path::{Path, PathBuf};

use crate::config::env::{self, Environment};
use crate::config::{Error, Inputs, Notice, Settings, load};

/// A machine with one user and one workspace.
pub struct Fixture {
    root: tempfile::TempDir,
    variables: Vec<(String, String)>,
    pub config: Option<PathBuf>,
    pub mcp_config: Vec<PathBuf>,
    pub discover: bool,
}

impl Fixture {
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("home")).unwrap();
        fs::create_dir(root.path().join("work")).unwrap();
        let home = root.path().join("home").to_str().unwrap().to_owned();
        let variables =
            vec![(env::HOME.to_owned(), home), ("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
        Self { root, variables, config: None, mcp_config: Vec::new(), discover: false }
    }

    /// The path of a file below the root: `work/...` or `home/...`.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn inputs(&self) -> Inputs {
        Inputs {
            config: self.config.clone(),
            mcp_config: self.mcp_config.clone(),
            directory: self.path("work"),
            environment: self.variables.iter().cloned().collect::<Environment>(),
            discover: self.discover,
            ..Inputs::default()
        }
    }

    pub fn load(&self) -> Result<Settings, Error> {
        load(&self.inputs())
    }

    /// The settings; the test fails if there are none.
    pub fn settings(&self) -> Settings {
        self.load().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The error, with the root's path replaced by `[root]`.
    pub fn error(&self) -> String {
        match self.load() {
            Ok(settings) => panic!("loaded: {settings:?}"),
            Err(error) => self.plain(&error.to_string()),
        }
    }

    /// The messages of the notices, one a line.
    pub fn notices(&self) -> String {
        let settings = self.settings();
        let lines = settings
            .notices
            .iter()
            .map(|Notice { level, message }| format!("{level:?}: {message}"));
        self.plain(&lines.collect::<Vec<_>>().join("\n"))
    }

    /// `code-executor trust` in the workspace.
    pub fn trust(&self) -> String {
        let arguments = crate::cli::TrustArguments { list: false, revoke: false };
        let (rendered, _) = crate::cli::trust::run(arguments, &self.inputs()).unwrap();
        self.plain(&format!("{}{}", rendered.out, rendered.err))
    }

    /// Text without the root's path.
    pub fn plain(&self, text: &str) -> String {
        let canonical = self.root.path().canonicalize().unwrap();
        text.replace(canonical.to_str().unwrap(), "[root]")
            .replace(self.root.path().to_str().unwrap(), "[root]")
    }
}

/// The repository's root.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
