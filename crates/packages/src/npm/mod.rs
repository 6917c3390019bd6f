//! What a program for Deno imports from npm and JSR, resolved and installed by Deno itself.
//!
//! Deno does so in a sandbox of its own, which has no network: whatever it wants of a registry, it
//! asks of the host, by path. Here such a path becomes a request to the operator's registry, with the
//! operator's credentials, and what comes of it goes back: so no credential is ever where a package is
//! unpacked. What was unpacked comes out as files, which are looked at, bounded and kept here.
//!
//! What a program may choose is names and versions; where they come from is the operator's `.npmrc`
//! and environment, and nothing else. Nothing of a package is run, neither here nor there.

mod client;
mod config;
mod door;
mod error;
mod files;
mod mirror;
mod npmrc;
mod packument;
mod preparation;
mod registries;
mod scan;
mod specifier;
mod work;

/// Reads a document as a registry may send it, for whoever tries what it may hold.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_document(body: &[u8]) {
    let _ = packument::rewrite(body, "http://127.0.0.1:4873", "name");
}

pub use client::MakeTls;
pub use config::Config;
pub use door::{Npm, Packages};
pub use error::Error;
pub use files::Piece;
pub use mirror::Answer;
pub use scan::{Imports, MAX_SPECIFIERS, imports};
pub use specifier::{Registry, Specifier};
pub use work::{Ended, Installer, Work};
