//! Why a file cannot be used, in words that say what to do.

use std::path::PathBuf;

/// Why a file could not be read or written. No text of a file is in any of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refuses it.
    #[error("{} cannot be {what}: {reason}", path.display())]
    System {
        /// The file or directory.
        path: PathBuf,
        /// `read`, `written`, `locked`.
        what: &'static str,
        /// What the system says.
        reason: String,
    },
    /// Somebody else may have written it, or it is no plain file or directory.
    #[error("{} is not used: {reason}", path.display())]
    Foreign {
        /// The file or directory.
        path: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// It is not what we write, or not all of it.
    #[error("{} is damaged or of another version", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// It is, or would be, too large.
    #[error("{} would hold {size} bytes, more than the limit of {limit}", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// There are as many files as there may be.
    #[error(
        "{} holds {limit} files, the most it may: remove those of servers that are no longer used",
        path.display()
    )]
    TooMany {
        /// The directory.
        path: PathBuf,
        /// How many there may be.
        limit: usize,
    },
}
