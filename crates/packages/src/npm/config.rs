//! What the operator decides: who may have packages, and how much of them.

use std::{collections::BTreeMap, ffi::OsString, fmt, path::PathBuf, time::Duration};

use super::{
    Error,
    specifier::{Specifier, is_jsr_name, is_npm_name},
};
use crate::Mode;

const MIB: u64 = 1024 * 1024;

/// The longest list of allowed packages.
const MAX_ALLOWED: usize = 10_000;

/// The operator's settings. Where packages come from is not among them: that is what npm and Deno are
/// configured to on this machine.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// Which packages programs may import: names, `@scope/*`, and for JSR the same after `jsr:`.
    pub mode: Mode,
    /// Where packages and resolutions are kept. Absolute; made when needed, for us alone.
    pub cache: PathBuf,
    /// The operator's environment: `NPM_CONFIG_*`, `JSR_URL`, what `.npmrc` names, proxies, `HOME`.
    pub environment: BTreeMap<OsString, OsString>,
    /// How long an installation may take, its waits on others included.
    pub install_timeout: Duration,
    /// How long a resolution is used before the registry is asked again.
    pub resolution_age: Duration,
    /// Packages of one program, those that come along included.
    pub max_packages: usize,
    /// Size of one program's packages, unpacked. An installation needs as much memory for a moment.
    pub max_bytes: u64,
    /// Files and directories of one program's packages.
    pub max_files: u64,
    /// Programs' packages that are kept; those used longest ago make room.
    pub max_cached_environments: usize,
    /// Size of all packages that are kept.
    pub max_cache_bytes: u64,
    /// Installations at the same time.
    pub max_parallel_installs: usize,
    /// Installations that wait for their turn.
    pub max_waiting: usize,
}

impl Config {
    /// Defaults, with packages off, for this cache directory and this process's environment.
    pub fn new(cache: PathBuf) -> Self {
        Self {
            mode: Mode::Off,
            cache,
            environment: std::env::vars_os().collect(),
            install_timeout: Duration::from_secs(120),
            resolution_age: Duration::from_secs(24 * 60 * 60),
            max_packages: 200,
            max_bytes: 256 * MIB,
            max_files: 30_000,
            max_cached_environments: 64,
            max_cache_bytes: 2048 * MIB,
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
            if !is_entry(name) {
                let reason = format!(
                    "`{}` is not a package's name; write it such as `ms`, `@scope/name`, `@scope/*` \
                     or `jsr:@scope/name`, without a version",
                    name.escape_debug()
                );
                return Err(wrong("allow", reason));
            }
        }
        Ok(())
    }

    /// Whether a package may be imported.
    pub(super) fn allows(&self, specifier: &Specifier) -> bool {
        let package = specifier.package();
        match &self.mode {
            Mode::Off => false,
            Mode::Any => true,
            Mode::Allowlist(allowed) => allowed.iter().any(|each| {
                *each == package
                    || each.strip_suffix('*').is_some_and(|scope| package.starts_with(scope))
            }),
        }
    }
}

/// Whether this can stand in a list of packages.
fn is_entry(entry: &str) -> bool {
    // Any name will do for the star.
    let name = entry.strip_suffix("/*").map(|scope| format!("{scope}/any"));
    let name = name.as_deref().unwrap_or(entry);
    match name.strip_prefix("jsr:") {
        Some(name) => is_jsr_name(name),
        None => is_npm_name(name) && (name == entry || name.starts_with('@')),
    }
}

/// Without the environment, which holds secrets.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("mode", &self.mode)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
