//! Names made of what they stand for: a hash over parts that cannot run into one another.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// How many bytes of the hash a name keeps.
const KEPT: usize = 16;

/// A hash in the making.
#[derive(Debug)]
pub(crate) struct Digest {
    hash: Sha256,
}

impl Digest {
    /// Begins one; names for different purposes are never the same.
    pub(crate) fn new(purpose: &str) -> Self {
        let mut digest = Self { hash: Sha256::new() };
        digest.add(purpose);
        digest
    }

    /// Adds a part.
    pub(crate) fn add(&mut self, part: &str) -> &mut Self {
        self.hash.update((part.len() as u64).to_le_bytes());
        self.hash.update(part.as_bytes());
        self
    }

    /// The name, in hexadecimal digits.
    pub(crate) fn finish(self) -> String {
        let mut name = String::with_capacity(KEPT * 2);
        for byte in self.hash.finalize().iter().take(KEPT) {
            let _ = write!(name, "{byte:02x}");
        }
        name
    }
}
