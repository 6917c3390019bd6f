//! Granted directories on real file systems, against programs that want out of them.
#![forbid(unsafe_code)]

mod escapes;
mod listing;
mod metadata;
mod names;
mod races;
mod reading;
mod removing;
mod special;
mod spellings;
mod support;
mod writing;
