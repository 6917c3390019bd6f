//! What a program does in its granted directories, one file per kind of operation.

mod copying;
mod creating;
mod listing;
mod metadata;
mod reading;
mod removing;
mod renaming;
mod writing;

pub use listing::{Entry, Listing};
pub use metadata::{Kind, Permission, Stat, Time};
pub use writing::{Create, WriteOptions, WritePlace};
