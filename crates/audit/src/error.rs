//! What can go wrong with the log. Errors are shared by all who wait for one sync, so they clone.

use std::{io, path::PathBuf, sync::Arc};

/// Why a record is not in the log.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A size outside its bounds.
    #[error("{field} of the audit log is {value}; it must be between {min} and {max}")]
    OutOfBounds {
        /// The setting's name.
        field: &'static str,
        /// What it was.
        value: u64,
        /// The smallest value.
        min: u64,
        /// The largest value.
        max: u64,
    },
    /// The path names no file.
    #[error(
        "the audit log path {} is a directory; name a file in it, such as {}", path.display(),
        path.join("audit.log").display()
    )]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The directory cannot be made or read.
    #[error(
        "cannot use the audit log directory {}: {source}; make it writable or set another audit \
         log path", path.display()
    )]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// A segment cannot be created.
    #[error(
        "cannot create the audit log segment {}: {source}; make its directory writable or set \
         another audit log path", path.display()
    )]
    Create {
        /// The segment.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// A record could not be written.
    #[error("cannot write to the audit log {}: {source}; free space or set another audit log path",
        path.display())]
    Write {
        /// The segment.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// Only the beginning of a record could be written.
    #[error(
        "the audit log {} took {written} of a record's {length} bytes; free space or set another \
         audit log path", path.display()
    )]
    Torn {
        /// The segment.
        path: PathBuf,
        /// Bytes that were written.
        written: usize,
        /// Bytes of the record.
        length: usize,
    },
    /// A record was written but has not reached the disk.
    #[error("cannot sync the audit log {}: {source}; check the disk", path.display())]
    Sync {
        /// The segment.
        path: PathBuf,
        /// Why.
        source: Arc<io::Error>,
    },
    /// The segments together have reached their bound.
    #[error(
        "the audit log in {} holds {total} bytes, the limit is {max}; archive or remove old \
         segments, or raise the limit", directory.display()
    )]
    Full {
        /// Where the segments are.
        directory: PathBuf,
        /// Bytes of all segments.
        total: u64,
        /// The limit.
        max: u64,
    },
    /// A record could not be put into words; a defect of ours.
    #[error("cannot serialise an audit record: {source}")]
    Serialise {
        /// Why.
        source: Arc<serde_json::Error>,
    },
    /// The thread that syncs cannot be started or has stopped.
    #[error("the audit log's sync thread is not running: {reason}")]
    NoSyncThread {
        /// Why.
        reason: String,
    },
}
