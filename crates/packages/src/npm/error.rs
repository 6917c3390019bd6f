//! What stands between a program and its packages. Errors are shared by all who waited for one
//! installation, so they clone. No message holds a credential.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use types::ErrorCode;

use super::scan::MAX_SPECIFIERS;

/// Why a program has no packages.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// An import that asks for more than names and versions.
    #[error("the import `{specifier}` {reason}")]
    Specifier {
        /// It, or its beginning.
        specifier: String,
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// More imports than may be.
    #[error("the program imports {count} packages, the limit is {MAX_SPECIFIERS}; import fewer")]
    TooManyImports {
        /// How many.
        count: usize,
    },
    /// Packages are off.
    #[error(
        "the program imports packages ({}), which are switched off; the operator can allow them \
         with executors.typescript.deno.packages.mode", packages.join(", ")
    )]
    Off {
        /// What was imported, a few of them at most.
        packages: Vec<String>,
    },
    /// Packages that are not on the operator's list.
    #[error(
        "the program imports packages that are not allowed: {}; the operator can add them to \
         executors.typescript.deno.packages.allow", packages.join(", ")
    )]
    NotAllowed {
        /// Those packages.
        packages: Vec<String>,
    },
    /// A setting of ours that cannot be.
    #[error("executors.typescript.deno.packages.{setting}: {reason}")]
    Setting {
        /// The setting's last name.
        setting: &'static str,
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// A setting of npm or Deno that cannot be used.
    #[error("the registry settings in {origin} cannot be used: {reason}")]
    Registries {
        /// The file or variable.
        origin: String,
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// A registry has no such package.
    #[error(
        "the package `{package}` does not exist in {registry}; look at how its name is written"
    )]
    NoPackage {
        /// Its name.
        package: String,
        /// The registry's address.
        registry: String,
    },
    /// A registry does not give a package to us.
    #[error(
        "{registry} refuses `{package}` (HTTP {status}): {}",
        if *has_credentials {
            "the credentials that the operator's .npmrc or environment has for it are not accepted"
        } else {
            "the operator's .npmrc or environment has no credentials for it"
        }
    )]
    Denied {
        /// The package's name.
        package: String,
        /// The registry's address.
        registry: String,
        /// What it answered.
        status: u16,
        /// Whether credentials were sent.
        has_credentials: bool,
    },
    /// A registry does not answer, or not as a registry.
    #[error("{registry} does not give `{package}`: {reason}")]
    Registry {
        /// The package's name.
        package: String,
        /// The registry's address.
        registry: String,
        /// What happened.
        reason: String,
    },
    /// No set of versions fits, or what came cannot be used.
    #[error("cannot install {wanted} from {registries}: {reason}")]
    Install {
        /// What was imported.
        wanted: String,
        /// Which registries were asked.
        registries: String,
        /// What Deno says, in short.
        reason: String,
    },
    /// The sandbox that installs could not be had.
    #[error("cannot install {wanted}: {reason}")]
    Sandbox {
        /// What was imported.
        wanted: String,
        /// What happened, and what to do.
        reason: String,
    },
    /// More packages than may be.
    #[error(
        "{wanted} needs more than {limit} packages, the limit; import fewer, or raise \
         executors.typescript.deno.packages.maxPackages"
    )]
    TooManyPackages {
        /// What was imported.
        wanted: String,
        /// The limit.
        limit: usize,
    },
    /// More bytes or files than may be.
    #[error(
        "the packages of {wanted} take more than {limit} {unit}; import fewer, or raise \
         executors.typescript.deno.packages.{setting}"
    )]
    TooLarge {
        /// What was imported.
        wanted: String,
        /// The limit.
        limit: u64,
        /// Of what.
        unit: &'static str,
        /// The setting's last name.
        setting: &'static str,
    },
    /// What came out of the sandbox is no directory of packages.
    #[error("the packages of {wanted} hold {path}, which {what}; ask their publishers")]
    Unsafe {
        /// What was imported.
        wanted: String,
        /// The path.
        path: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The time was over.
    #[error(
        "installing {wanted} took longer than {} s; try again, or raise \
         executors.typescript.deno.packages.installTimeoutMs", limit.as_secs_f64()
    )]
    Timeout {
        /// What was imported.
        wanted: String,
        /// The limit.
        limit: Duration,
    },
    /// Too many others wait.
    #[error("{waiting} programs already wait for their packages, the limit is that; try again")]
    Busy {
        /// How many wait, which is the limit.
        waiting: usize,
    },
    /// The cache directory cannot be used.
    #[error(
        "cannot {action} {}: {source}; make it usable or set \
         executors.typescript.deno.packages.cache", path.display()
    )]
    Cache {
        /// Such as `create`.
        action: &'static str,
        /// What it was done to.
        path: PathBuf,
        /// Why it failed.
        source: Arc<io::Error>,
    },
}

impl Error {
    /// The code under which every front reports it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Specifier { .. } | Self::TooManyImports { .. } => ErrorCode::InvalidRequest,
            Self::Off { .. }
            | Self::NotAllowed { .. }
            | Self::TooManyPackages { .. }
            | Self::TooLarge { .. } => ErrorCode::DependencyRefused,
            Self::Busy { .. } => ErrorCode::Busy,
            Self::Setting { .. }
            | Self::Registries { .. }
            | Self::NoPackage { .. }
            | Self::Denied { .. }
            | Self::Registry { .. }
            | Self::Install { .. }
            | Self::Sandbox { .. }
            | Self::Unsafe { .. }
            | Self::Timeout { .. }
            | Self::Cache { .. } => ErrorCode::DependencyFailed,
        }
    }

    pub(super) fn cache(
        action: &'static str,
        path: &std::path::Path,
        source: impl Into<io::Error>,
    ) -> Self {
        Self::Cache { action, path: path.to_owned(), source: Arc::new(source.into()) }
    }
}

/// What the cache says in the words of Python's packages.
impl From<crate::Error> for Error {
    fn from(error: crate::Error) -> Self {
        match error {
            crate::Error::Cache { action, path, source } => Self::Cache { action, path, source },
            other => Self::cache("use", std::path::Path::new("the cache"), io::Error::other(other)),
        }
    }
}
