//! Keeps credentials out of what anybody reads: the known ones by their text, unknown ones by their
//! place in an address.

#[cfg(test)]
mod tests;

use std::fmt;

/// What stands for a secret.
const HIDDEN: &str = "****";

/// Shorter texts occur by chance; they are hidden by their place only.
const SHORTEST: usize = 4;

/// The secrets of one set of settings.
#[derive(Default)]
pub(crate) struct Mask {
    /// Longest first, so that no part of one is left over.
    secrets: Vec<String>,
}

impl Mask {
    /// Adds a secret, as it is; what it looks like in an address is added with it.
    pub(crate) fn hide(&mut self, secret: &str) {
        let encoded =
            percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC)
                .to_string();
        for text in [secret.to_owned(), encoded] {
            if text.len() >= SHORTEST && !self.secrets.contains(&text) {
                self.secrets.push(text);
            }
        }
        self.secrets.sort_by_key(|text| std::cmp::Reverse(text.len()));
    }

    /// The text without secrets.
    pub(crate) fn apply(&self, text: &str) -> String {
        let mut text = hide_userinfo(text);
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), HIDDEN);
            }
        }
        text
    }
}

/// Without the secrets.
impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mask").finish_non_exhaustive()
    }
}

/// Hides what stands before the `@` of every address in a text.
fn hide_userinfo(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        hidden.push_str(before);
        let is_end = |each: char| {
            each.is_whitespace() || matches!(each, '/' | '?' | '#' | '`' | '"' | '\'' | '<' | '>')
        };
        let end = after.find(is_end).unwrap_or(after.len());
        let (authority, after) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((_, host)) => {
                hidden.push_str(HIDDEN);
                hidden.push('@');
                hidden.push_str(host);
            }
            None => hidden.push_str(authority),
        }
        rest = after;
    }
    hidden.push_str(rest);
    hidden
}
