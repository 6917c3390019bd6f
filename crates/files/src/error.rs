//! What can be wrong with the operator's directories. Each error names the setting and the entry.

use std::{io, path::PathBuf};

use crate::MAX_OPERATOR_DIRECTORIES;

/// Why the operator's directories cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More directories than are held open.
    #[error(
        "{setting} lists {count} directories, the limit is {MAX_OPERATOR_DIRECTORIES}; name a \
         directory that contains several of them"
    )]
    TooMany {
        /// The setting.
        setting: &'static str,
        /// How many it lists.
        count: usize,
    },
    /// The entry is not a path that can be granted.
    #[error("{setting}: {entry:?} {problem}")]
    Unusable {
        /// The setting.
        setting: &'static str,
        /// The entry.
        entry: PathBuf,
        /// What is wrong with it and what to write instead.
        problem: &'static str,
    },
    /// The directory cannot be opened.
    #[error(
        "{setting}: cannot open the directory {entry:?}: {source}; create it, make it readable, or \
         take it off the list"
    )]
    Open {
        /// The setting.
        setting: &'static str,
        /// The entry.
        entry: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The directory holds, or lies in, files of our own.
    #[error(
        "{setting}: {entry:?} overlaps {ours:?}, where code-executor keeps files of its own; name a \
         directory beside it, or move those files"
    )]
    Overlap {
        /// The setting.
        setting: &'static str,
        /// The entry.
        entry: PathBuf,
        /// Our own file or directory.
        ours: PathBuf,
    },
    /// The kernel, or a filter above it, has no `openat2`.
    #[error(
        "{setting} cannot be honoured: the system call openat2 is not available ({source}); it \
         needs Linux 5.6 or newer and a container runtime that lets it through, or leave \
         {setting} empty"
    )]
    NoOpenat2 {
        /// The setting.
        setting: &'static str,
        /// What the kernel said.
        source: io::Error,
    },
    /// `/proc` is not there to read real paths from.
    #[error("{setting} cannot be honoured: /proc/self/fd cannot be used ({source}); mount /proc")]
    NoProc {
        /// The setting.
        setting: &'static str,
        /// Why.
        source: io::Error,
    },
}
