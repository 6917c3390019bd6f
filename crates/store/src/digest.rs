//! Hashes: of a tool's definition, whatever order its members stand in, and of what reaches a
//! server.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A hash in the making, over parts that cannot run into one another.
#[derive(Debug, Clone)]
pub struct Fingerprint(Sha256);

impl Digest {
    /// Of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl Fingerprint {
    /// Begins one; hashes for different purposes are never the same.
    #[must_use]
    pub fn new(purpose: &str) -> Self {
        Self(Sha256::new()).part(purpose)
    }

    /// Adds a part.
    #[must_use]
    pub fn part(mut self, part: impl AsRef<[u8]>) -> Self {
        self.add(part.as_ref());
        self
    }

    /// Adds as many parts as there are, and how many.
    #[must_use]
    pub fn parts<P: AsRef<[u8]>>(mut self, parts: impl IntoIterator<Item = P>) -> Self {
        let mut count = 0u64;
        for part in parts {
            self.add(part.as_ref());
            count += 1;
        }
        self.0.update(count.to_le_bytes());
        self
    }

    /// Adds a JSON value. The order of an object's members makes no difference.
    #[must_use]
    pub fn json(mut self, value: Option<&Value>) -> Self {
        match value {
            Some(value) => feed(&mut self.0, value),
            None => self.0.update(b"-"),
        }
        self
    }

    /// The hash.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }

    fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
    }
}

/// Each kind of value begins with a letter of its own and says how long it is.
fn feed(hash: &mut Sha256, value: &Value) {
    let mut text = |letter: &[u8], text: &str| {
        hash.update(letter);
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    match value {
        Value::Null => hash.update(b"0"),
        Value::Bool(true) => hash.update(b"t"),
        Value::Bool(false) => hash.update(b"f"),
        Value::Number(number) => text(b"n", &number.to_string()),
        Value::String(string) => text(b"s", string),
        Value::Array(items) => {
            hash.update(b"a");
            hash.update((items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| feed(hash, item));
        }
        Value::Object(members) => {
            hash.update(b"o");
            hash.update((members.len() as u64).to_le_bytes());
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            for (name, member) in members {
                hash.update((name.len() as u64).to_le_bytes());
                hash.update(name.as_bytes());
                feed(hash, member);
            }
        }
    }
}

impl AsRef<[u8]> for Digest {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a digest is 64 hexadecimal digits";
        let digits = text.as_bytes();
        if digits.len() != 64 || digits.iter().any(u8::is_ascii_uppercase) {
            return Err(WRONG);
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(digits.chunks(2)) {
            let digit = |digit: u8| char::from(digit).to_digit(16).ok_or(WRONG);
            // Two digits of sixteen fit a byte.
            *byte = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
        }
        Ok(Self(digest))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
