//! What is installed for whom: an interpreter's description in, a directory of packages out.

use std::{path::PathBuf, sync::Arc};

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
    pub(crate) _in_use: Arc<InUse>,
}

/// What keeps an environment from being evicted, by this process or another.
#[derive(Debug)]
pub(crate) struct InUse {
    _lock: std::fs::File,
}

impl InUse {
    /// Takes over a shared lock.
    pub(crate) fn new(lock: std::fs::File) -> Self {
        Self { _lock: lock }
    }
}
