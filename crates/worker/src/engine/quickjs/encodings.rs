//! Bytes as text and text as bytes, in the encodings that Node names. Nothing fails: what is no text
//! in an encoding becomes replacement characters or is left out, as in Node.

/// How bytes stand for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; broken sequences become U+FFFD.
    Utf8,
    /// A byte for a character; ISO 8859-1.
    Latin1,
    /// The same, with the upper bit dropped when it is read.
    Ascii,
    /// Two bytes for a code unit, the lower one first.
    Utf16,
    /// Two hexadecimal digits for a byte.
    Hex,
    /// Base64 with padding.
    Base64,
    /// Base64 for URLs, without padding.
    Base64Url,
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const FOR_URLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Encoding {
    /// The encoding of this name. In the prelude's own, lower-case spelling.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "utf8" => Self::Utf8,
            "latin1" => Self::Latin1,
            "ascii" => Self::Ascii,
            "utf16le" => Self::Utf16,
            "hex" => Self::Hex,
            "base64" => Self::Base64,
            "base64url" => Self::Base64Url,
            _ => return None,
        })
    }

    /// The text that the bytes stand for.
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect(),
            Self::Ascii => bytes.iter().map(|&byte| char::from(byte & 0x7f)).collect(),
            Self::Utf16 => {
                let units =
                    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                char::decode_utf16(units).map(|char| char.unwrap_or('\u{fffd}')).collect()
            }
            Self::Hex => {
                let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value & 15)]);
                bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte)]).collect()
            }
            Self::Base64 => to_base64(bytes, STANDARD, true),
            Self::Base64Url => to_base64(bytes, FOR_URLS, false),
        }
    }

    /// The bytes that stand for the text.
    pub fn encode(self, text: String) -> Vec<u8> {
        match self {
            Self::Utf8 => text.into_bytes(),
            Self::Latin1 | Self::Ascii => {
                text.encode_utf16().map(|unit| unit.to_le_bytes()[0]).collect()
            }
            Self::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Hex => {
                let value = |byte: u8| char::from(byte).to_digit(16);
                let pair = |pair: &[u8]| {
                    let (high, low) = (value(pair[0])?, value(pair[1])?);
                    u8::try_from(high << 4 | low).ok()
                };
                text.as_bytes().chunks_exact(2).map_while(pair).collect()
            }
            Self::Base64 | Self::Base64Url => from_base64(text.as_bytes()),
        }
    }
}

fn to_base64(bytes: &[u8], alphabet: &[u8; 64], padded: bool) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            if at <= chunk.len() {
                text.push(char::from(alphabet[(group >> (18 - 6 * at) & 63) as usize]));
            } else if padded {
                text.push('=');
            }
        }
    }
    text
}

/// Both alphabets, with or without padding; what belongs to neither is passed over.
fn from_base64(text: &[u8]) -> Vec<u8> {
    let value = |byte: &u8| {
        Some(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        })
    };
    let digits: Vec<u8> = text.iter().take_while(|&&byte| byte != b'=').filter_map(value).collect();
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for group in digits.chunks(4) {
        let digit = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let [_, first, second, third] =
            (digit(0) << 18 | digit(1) << 12 | digit(2) << 6 | digit(3)).to_be_bytes();
        bytes.extend(&[first, second, third][..group.len().saturating_sub(1)]);
    }
    bytes
}

#[cfg(test)]
mod tests;
