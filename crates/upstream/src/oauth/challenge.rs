//! What a server says in `WWW-Authenticate` when it wants a login, or a wider one.

use crate::transport::cut;

/// The longest header that is looked at, in bytes.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// The most scopes that are kept of anybody's list.
pub(crate) const MAX_SCOPES: usize = 128;
/// The longest scope.
const MAX_SCOPE_BYTES: usize = 256;

/// A challenge of the scheme `Bearer`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Challenge {
    /// Where the server describes its protection.
    pub(crate) resource_metadata: Option<String>,
    /// The scopes it wants.
    pub(crate) scopes: Vec<String>,
    /// Its `error`.
    pub(crate) error: Option<String>,
}

impl Challenge {
    /// Reads the header; several of them are joined by commas. None when there is no `Bearer` in it.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let header = cut(header, MAX_HEADER_BYTES);
        let mut rest = Words(header);
        let mut challenge = None::<Self>;
        let mut ours = false;
        while let Some(word) = rest.word() {
            let Some(value) = rest.value() else {
                // A word without a value begins a challenge; only the first of ours counts.
                ours = word.eq_ignore_ascii_case("bearer") && challenge.is_none();
                if ours {
                    challenge = Some(Self::default());
                }
                continue;
            };
            if let Some(challenge) = challenge.as_mut().filter(|_| ours) {
                challenge.take(word, value);
            }
        }
        challenge
    }

    fn take(&mut self, name: &str, value: String) {
        match name.to_ascii_lowercase().as_str() {
            "resource_metadata" => self.resource_metadata = Some(value),
            "scope" => self.scopes = scopes(value.split(' ')),
            "error" => self.error = Some(value),
            _ => {}
        }
    }
}

/// What of these can be scopes, each once, in their order.
pub(crate) fn scopes<'a>(from: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let may_be = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    let mut scopes = Vec::new();
    for scope in from {
        let good = !scope.is_empty() && scope.len() <= MAX_SCOPE_BYTES && scope.bytes().all(may_be);
        if good && scopes.len() < MAX_SCOPES && !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    scopes
}

/// The words of the header that were not read yet.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    /// The next token. What can be none is passed over.
    fn word(&mut self) -> Option<&'a str> {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(c);
        loop {
            let start = self.0.find(is_token)?;
            if let Some(quote) = self.0[..start].find('"') {
                // A quoted text where none belongs: its words are not the header's.
                self.0 = &self.0[quote..];
                self.quoted();
                continue;
            }
            let rest = &self.0[start..];
            let end = rest.find(|c| !is_token(c)).unwrap_or(rest.len());
            self.0 = &rest[end..];
            return Some(&rest[..end]);
        }
    }

    /// The value, when the word is a parameter's name.
    fn value(&mut self) -> Option<String> {
        let rest = self.0.trim_start_matches([' ', '\t']).strip_prefix('=')?;
        let rest = rest.trim_start_matches([' ', '\t']);
        self.0 = rest;
        if rest.starts_with('"') {
            return Some(self.quoted());
        }
        let end = rest.find([',', ' ', '\t']).unwrap_or(rest.len());
        self.0 = &rest[end..];
        Some(rest[..end].to_owned())
    }

    /// Reads from an opening quote to the closing one, or to the end.
    fn quoted(&mut self) -> String {
        let mut text = String::new();
        let mut characters = self.0.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    self.0 = &self.0[at + 1..];
                    return text;
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                other => text.push(other),
            }
        }
        self.0 = "";
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Challenge;

    #[test]
    fn a_challenge_is_read_wherever_it_stands() {
        let headers = [
            r#"Bearer error="insufficient_scope", scope="a b", resource_metadata="https://h/x""#,
            r#"bearer resource_metadata="https://h/x",scope="a b" , error=insufficient_scope"#,
            r#"Basic realm="scope=\"no\"", Bearer scope="a b a", error = "insufficient_scope", resource_metadata="https://h/x", Digest scope="c""#,
            r#"Negotiate abc==, BEARER realm="Bearer scope=z", scope="a b", error="insufficient_scope", resource_metadata="https://h/x""#,
        ];
        for header in headers {
            let challenge = Challenge::parse(header).expect(header);
            assert_eq!(challenge.scopes, ["a", "b"], "{header}");
            assert_eq!(challenge.error.as_deref(), Some("insufficient_scope"), "{header}");
            assert_eq!(challenge.resource_metadata.as_deref(), Some("https://h/x"), "{header}");
        }
        assert_eq!(Challenge::parse("Bearer"), Some(Challenge::default()));
        assert_eq!(Challenge::parse(r#"Basic realm="Bearer""#), None);
        assert_eq!(Challenge::parse(""), None);
    }

    proptest! {
        #[test]
        fn no_header_is_too_much(header in "[Bearscop=\", \\\\é]{0,200}") {
            let _ = Challenge::parse(&header);
            let _ = Challenge::parse(&format!("Bearer {header}"));
        }
    }
}
