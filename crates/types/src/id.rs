//! Identifiers. Opaque to everyone but their maker.

use serde::{Deserialize, Serialize};

/// One execution: 32 lowercase hexadecimal digits, the first 12 of which are its start time in
/// milliseconds, so that ids sort by time.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
#[schema(pattern = "^[0-9a-f]{32}$")]
pub struct ExecutionId(String);

impl ExecutionId {
    /// Builds an id from a millisecond timestamp and 80 random bits.
    pub fn from_parts(unix_ms: u64, random: [u8; 10]) -> Self {
        let mut text = format!("{:012x}", unix_ms & 0xffff_ffff_ffff);
        for byte in random {
            text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        }
        Self(text)
    }

    /// Reads an id.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (text.len() == 32 && text.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
