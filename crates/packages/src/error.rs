//! What stands between a program and its packages. Errors are shared by all who waited for one
//! preparation, so they clone. No message holds a credential.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use types::ErrorCode;

/// Why a program has no environment.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The block cannot be understood or asks for more than names and versions.
    #[error("{place}: {reason}")]
    Declaration {
        /// Such as `the script block, line 3`.
        place: String,
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// Packages are off.
    #[error(
        "the program declares packages ({}), which are switched off; the operator can allow them \
         with executors.python.dependencies.mode", packages.join(", ")
    )]
    Off {
        /// What was declared, a few of them at most.
        packages: Vec<String>,
    },
    /// Packages that are not on the operator's list.
    #[error(
        "the program declares packages that are not allowed: {}; the operator can add them to \
         executors.python.dependencies.allow", packages.join(", ")
    )]
    NotAllowed {
        /// Those packages, by their normalised names.
        packages: Vec<String>,
    },
    /// The program wants another Python.
    #[error(
        "the program requires Python {required}, this one is {version}; change requires-python or \
         set executors.python.pythonPath"
    )]
    RequiresPython {
        /// What `requires-python` says.
        required: String,
        /// What there is.
        version: String,
    },
    /// A setting of ours that cannot be.
    #[error("executors.python.dependencies.{setting}: {reason}")]
    Setting {
        /// The setting's last name.
        setting: &'static str,
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// A setting of `pip` or `uv` that cannot be used.
    #[error("the package index settings in {origin} cannot be used: {reason}")]
    Index {
        /// The file or variable.
        origin: String,
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// There is no usable `uv`.
    #[error("packages need uv: {reason}")]
    Uv {
        /// Why not, and what to do.
        reason: String,
    },
    /// No set of versions fits, or the index does not give it.
    #[error("cannot resolve {wanted} with {indexes}: {reason}")]
    Resolve {
        /// What was declared.
        wanted: String,
        /// Which indexes were asked, without credentials.
        indexes: String,
        /// What uv found, in short.
        reason: String,
    },
    /// The resolved set could not be fetched or unpacked.
    #[error("cannot install {wanted} with {indexes}: {reason}")]
    Install {
        /// What was declared.
        wanted: String,
        /// Which indexes were asked, without credentials.
        indexes: String,
        /// What uv found, in short.
        reason: String,
    },
    /// More packages than may be.
    #[error(
        "{wanted} resolves to {packages} packages, the limit is {limit}; declare fewer, or raise \
         executors.python.dependencies.maxPackages"
    )]
    TooManyPackages {
        /// What was declared.
        wanted: String,
        /// How many it came to.
        packages: usize,
        /// The limit.
        limit: usize,
    },
    /// More bytes or files than may be.
    #[error(
        "the packages of {wanted} take more than {limit} {unit}; declare fewer, or raise \
         executors.python.dependencies.{setting}"
    )]
    TooLarge {
        /// What was declared.
        wanted: String,
        /// The limit.
        limit: u64,
        /// Of what.
        unit: &'static str,
        /// The setting's last name.
        setting: &'static str,
    },
    /// A package holds what no wheel should.
    #[error("{wanted} installs {path}, {what}; ask its publisher for a proper wheel")]
    Unsafe {
        /// What was declared.
        wanted: String,
        /// The path below `site-packages`.
        path: String,
        /// What it is.
        what: &'static str,
    },
    /// The time was over.
    #[error(
        "preparing {wanted} took longer than {} s while {phase}; try again, or raise \
         executors.python.dependencies.installTimeoutMs", limit.as_secs_f64()
    )]
    Timeout {
        /// What was declared.
        wanted: String,
        /// What was going on.
        phase: &'static str,
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
        "cannot {action} {}: {source}; make it usable or set executors.python.dependencies.cache",
        path.display()
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
            Self::Declaration { .. } => ErrorCode::InvalidRequest,
            Self::Off { .. }
            | Self::NotAllowed { .. }
            | Self::RequiresPython { .. }
            | Self::TooManyPackages { .. }
            | Self::TooLarge { .. } => ErrorCode::DependencyRefused,
            Self::Busy { .. } => ErrorCode::Busy,
            Self::Setting { .. }
            | Self::Index { .. }
            | Self::Uv { .. }
            | Self::Resolve { .. }
            | Self::Install { .. }
            | Self::Unsafe { .. }
            | Self::Timeout { .. }
            | Self::Cache { .. } => ErrorCode::DependencyFailed,
        }
    }

    pub(crate) fn cache(
        action: &'static str,
        path: &std::path::Path,
        source: impl Into<io::Error>,
    ) -> Self {
        Self::Cache { action, path: path.to_owned(), source: Arc::new(source.into()) }
    }
}
