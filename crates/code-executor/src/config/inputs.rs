//! What loading starts from: the command line, the working directory, the environment.

use std::path::{Path, PathBuf};

use crate::config::env::{self, Environment};
use crate::config::error::Problem;
use crate::config::{Answering, Error, layer};

/// What loading starts from. Tests build their own.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--mcp-config`, as often as it is given.
    pub mcp_config: Vec<PathBuf>,
    /// `--discover`.
    pub discover: bool,
    /// Who can be asked for what files do not hold.
    pub answering: Answering,
    /// The working directory, absolute.
    pub directory: PathBuf,
    /// The environment.
    pub environment: Environment,
    /// Our own executable, where it is known.
    pub executable: Option<PathBuf>,
}

impl Inputs {
    /// This process's inputs, without what is said on the command line.
    pub fn of_this_process() -> Result<Self, Error> {
        let directory = std::env::current_dir().map_err(|error| {
            Problem::new(format!("the working directory cannot be found: {error}"))
        })?;
        Ok(Self {
            directory,
            environment: Environment::of_this_process(),
            executable: std::env::current_exe().ok(),
            ..Self::default()
        })
    }

    /// The home directory.
    pub fn home(&self) -> Option<PathBuf> {
        self.environment.absolute_path(env::HOME)
    }

    /// Where the operator's files live.
    pub fn config_home(&self) -> Option<PathBuf> {
        let default = || Some(self.home()?.join(".config"));
        self.environment.absolute_path(env::XDG_CONFIG_HOME).or_else(default)
    }

    /// Where our state lives.
    pub fn state_directory(&self) -> Option<PathBuf> {
        let default = || Some(self.home()?.join(".local/state"));
        let state = self.environment.absolute_path(env::XDG_STATE_HOME).or_else(default)?;
        Some(state.join("code-executor"))
    }

    /// Where our own configuration lives, beside other programs'.
    pub fn config_directory(&self) -> Option<PathBuf> {
        Some(self.config_home()?.join("code-executor"))
    }

    /// Where what can be had again lives.
    pub fn cache_directory(&self) -> Option<PathBuf> {
        let default = || Some(self.home()?.join(".cache"));
        let cache = self.environment.absolute_path(env::XDG_CACHE_HOME).or_else(default)?;
        Some(cache.join("code-executor"))
    }

    /// A path from the command line or the environment, made absolute.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        match path.to_str() {
            Some(text) => layer::resolve(text, &self.directory, self.home().as_deref()),
            None => self.directory.join(path),
        }
    }
}
