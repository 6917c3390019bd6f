//! What is installed for whom: an interpreter's description in, a directory of packages out.

use std::{path::PathBuf, sync::Arc};

use crate::cache::{FileLock, Kept};

/// The interpreter that packages are chosen for, as the sandbox found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterpreterInfo {
    /// The executable. `uv` runs it outside the sandbox to learn its tags.
    pub executable: PathBuf,
    /// Major, minor and micro version.
    pub version: (u8, u8, u8),
    /// The tag of its extension modules, such as `cpython-311-x86_64-linux-gnu`.
    pub abi_tag: String,
    /// Such as `linux-x86_64`.
    pub platform_tag: String,
    /// `sys.prefix`, where `pip` looks for the environment's own `pip.conf`.
    pub prefix: PathBuf,
}

/// How far a preparation is. Every one ends with [`Progress::Ready`] or an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Finding the versions that fit together.
    Resolving,
    /// Fetching the wheels that are not at hand.
    Downloading {
        /// All packages of the environment.
        packages: usize,
    },
    /// Unpacking them.
    Installing {
        /// All packages of the environment.
        packages: usize,
    },
    /// The environment is there.
    Ready {
        /// All packages of the environment.
        packages: usize,
    },
}

impl Progress {
    /// What is going on, for a message.
    pub(crate) fn doing(self) -> &'static str {
        match self {
            Self::Resolving => "resolving",
            Self::Downloading { .. } => "downloading",
            Self::Installing { .. } => "installing",
            Self::Ready { .. } => "finishing",
        }
    }
}

/// An installed environment, kept from being evicted for as long as a clone of it lives.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Names what is installed: the same key is the same files at the same place. It is a new one
    /// when an environment was evicted and had to be installed again, so that whoever has the old
    /// directory mounted is never taken for one who has the new one.
    pub key: String,
    /// What goes onto `sys.path`: read-only, absolute. `.pth` files in it are just files.
    pub site_packages: PathBuf,
    /// Every installed package as `name==version`, sorted.
    pub packages: Vec<String>,
    pub(crate) _in_use: Arc<FileLock>,
}

impl From<Kept> for Environment {
    fn from(kept: Kept) -> Self {
        let Kept { key, path, packages, lock } = kept;
        Self { key, site_packages: path, packages, _in_use: Arc::new(lock) }
    }
}
