//! What the operator decides: who may have packages, from where, and how much of them.

use std::{collections::BTreeMap, ffi::OsString, fmt, path::PathBuf, time::Duration};

use crate::{Error, declaration::normalise};

const MIB: u64 = 1024 * 1024;

/// The longest list of allowed packages.
const MAX_ALLOWED: usize = 10_000;

/// Which packages programs may declare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mode {
    /// None: a program that declares one is refused.
    #[default]
    Off,
    /// These, by name, and whatever these depend on themselves.
    Allowlist(Vec<String>),
    /// Any that the indexes have.
    Any,
}

/// Whether installed modules are compiled ahead, outside the sandbox.
///
/// Without it every execution compiles what it imports, since it cannot write to the environment.
/// Compiling runs no code of a package, but it shows its source to the interpreter's compiler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bytecode {
    /// Only where the packages were chosen by the operator, with [`Mode::Allowlist`].
    #[default]
    Allowlisted,
    /// Whatever was declared.
    Always,
    /// Nothing.
    Never,
}

/// The operator's settings. Where packages come from is not among them: that is what `pip` and `uv`
/// are configured to on this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// Which packages programs may declare.
    pub mode: Mode,
    /// The `uv` executable, by its whole path or by its name on `PATH`; `uv` when absent.
    pub uv: Option<PathBuf>,
    /// Where environments, locks and downloads are kept. Absolute; made when needed, for us alone.
    pub cache: PathBuf,
    /// The operator's environment: `PIP_*`, `UV_*`, proxies, certificates, `HOME`, `PATH`.
    pub environment: BTreeMap<OsString, OsString>,
    /// Whether modules are compiled ahead.
    pub bytecode: Bytecode,
    /// How long a preparation may take, its waits on others included.
    pub install_timeout: Duration,
    /// How long a resolution is used before the index is asked again.
    pub resolution_age: Duration,
    /// Packages of one environment, those that come along included.
    pub max_packages: usize,
    /// Size of one environment, unpacked.
    pub max_bytes: u64,
    /// Files and directories of one environment.
    pub max_files: u64,
    /// Environments that are kept; the one used longest ago makes room.
    pub max_cached_environments: usize,
    /// Size of all environments that are kept, and, apart from it, of the downloads.
    pub max_cache_bytes: u64,
    /// Preparations that run `uv` at the same time.
    pub max_parallel_installs: usize,
    /// Preparations that wait for their turn.
    pub max_waiting: usize,
}

impl Config {
    /// Defaults, with packages off, for this cache directory and this process's environment.
    pub fn new(cache: PathBuf) -> Self {
        Self {
            mode: Mode::Off,
            uv: None,
            cache,
            environment: std::env::vars_os().collect(),
            bytecode: Bytecode::default(),
            install_timeout: Duration::from_secs(300),
            resolution_age: Duration::from_secs(24 * 60 * 60),
            max_packages: 100,
            max_bytes: 1024 * MIB,
            max_files: 100_000,
            max_cached_environments: 32,
            max_cache_bytes: 4096 * MIB,
            max_parallel_installs: 2,
            max_waiting: 64,
        }
    }

    /// Checks what can be checked without looking at the machine.
    pub fn validate(&self) -> Result<(), Error> {
        let wrong = |setting: &'static str, reason: String| Error::Setting { setting, reason };
        if !self.cache.is_absolute() {
            return Err(wrong("cache", format!("{} is not absolute", self.cache.display())));
        }
        let Mode::Allowlist(names) = &self.mode else { return Ok(()) };
        if names.len() > MAX_ALLOWED {
            let reason = format!("{} packages are named, the limit is {MAX_ALLOWED}", names.len());
            return Err(wrong("allow", reason));
        }
        for name in names {
            if normalise(name).is_none() {
                let reason = format!(
                    "`{}` is not a package's name; write the name alone, without a version",
                    name.escape_debug()
                );
                return Err(wrong("allow", reason));
            }
        }
        Ok(())
    }
}

/// Without the environment, which holds secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("mode", &self.mode)
            .field("uv", &self.uv)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
