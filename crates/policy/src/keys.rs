//! API keys: `cex_<prefix>_<secret>`. The prefix finds a key and is no secret; of the whole only a
//! hash is kept. A secret is 256 bits at random, so a fast hash is enough: there is nothing to guess.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What every key begins with, for people and for scanners of repositories.
pub const MARK: &str = "cex_";
/// Random bytes of a key.
pub const RANDOM: usize = PREFIX_BYTES + SECRET_BYTES;

const PREFIX_BYTES: usize = 8;
const SECRET_BYTES: usize = 32;
/// Letters of a prefix and of a secret: five bits each.
const PREFIX_LETTERS: usize = 13;
const SECRET_LETTERS: usize = 52;
/// Digits and letters but for `i`, `l`, `o` and `u`, which are read as others.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new key. It is shown once and kept nowhere.
pub struct ApiKey {
    text: String,
}

/// The hash of a whole key.
#[derive(Clone, Copy)]
pub struct KeyHash([u8; 32]);

/// A key as somebody gave it.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// What finds the key.
    pub prefix: &'a str,
    /// What has to be the hash of the key that was found.
    pub hash: KeyHash,
}

impl ApiKey {
    /// A key of these random bytes.
    pub fn of(random: &[u8; RANDOM]) -> Self {
        let (prefix, secret) = random.split_at(PREFIX_BYTES);
        Self { text: format!("{MARK}{}_{}", letters(prefix), letters(secret)) }
    }

    /// The key itself: only to be shown to whoever asked for it.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What finds it.
    pub fn prefix(&self) -> &str {
        &self.text[MARK.len()..MARK.len() + PREFIX_LETTERS]
    }

    /// What is kept of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.text)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ApiKey({})", self.prefix())
    }
}

impl<'a> Presented<'a> {
    /// The key that this is, letter by letter; `None` when it cannot be one.
    pub fn read(text: &'a str) -> Option<Self> {
        let (prefix, secret) = text.strip_prefix(MARK)?.split_once('_')?;
        let is = |part: &str, letters: usize| {
            part.len() == letters && part.bytes().all(|byte| LETTERS.contains(&byte))
        };
        (is(prefix, PREFIX_LETTERS) && is(secret, SECRET_LETTERS))
            .then(|| Self { prefix, hash: KeyHash::of(text) })
    }
}

impl KeyHash {
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// Whether two are the same. It takes as long whatever they hold.
    pub fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// As it is kept.
    pub fn to_text(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// As it was kept; `None` when that is no hash.
    pub fn from_text(text: &str) -> Option<Self> {
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let digits: Vec<u32> = text.bytes().map(|byte| digit(&byte)).collect::<Option<_>>()?;
        let bytes: Vec<u8> = digits
            .chunks_exact(2)
            .filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok())
            .collect();
        bytes.try_into().ok().filter(|_| digits.len() == 64).map(Self)
    }
}

impl From<[u8; 32]> for KeyHash {
    /// The SHA-256 of a whole key.
    fn from(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyHash")
    }
}

/// Whether this may be a prefix, for whoever types one.
pub fn is_prefix(text: &str) -> bool {
    text.len() == PREFIX_LETTERS && text.bytes().all(|byte| LETTERS.contains(&byte))
}

/// Five bits at a time; what is left at the end is filled up with zeros.
fn letters(bytes: &[u8]) -> String {
    let (mut bits, mut held, mut text) = (0_u32, 0, String::new());
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 5 {
            held -= 5;
            text.push(char::from(LETTERS[(bits >> held) as usize & 31]));
        }
    }
    if held > 0 {
        text.push(char::from(LETTERS[(bits << (5 - held)) as usize & 31]));
    }
    text
}

#[cfg(test)]
mod tests;
