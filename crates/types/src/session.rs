//! Sessions: interpreters that stay alive between the programs of one client.

use serde::{Deserialize, Serialize};

use crate::Language;

/// The longest id of a session, in bytes.
const MAX_ID: usize = 128;

/// A session's name, as its client chose it: 1 to 128 letters, digits and `.`, `_`, `:`, `-`, and not `.`
/// or `..` alone. It means something to that client alone.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9._:-]+$")]
pub struct SessionId(String);

impl SessionId {
    /// What an id is, for messages.
    pub const WORDS: &str =
        "1 to 128 letters, digits and `.`, `_`, `:`, `-`, and not `.` or `..` alone";

    /// Reads an id.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        let is_one = (1..=MAX_ID).contains(&text.len()) && text.bytes().all(fits);
        // In the path of a URL these are steps and no names: nobody could look at it or end it.
        (is_one && !matches!(text, "." | "..")).then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// That a program is to run in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionUse {
    /// Which.
    pub id: SessionId,
    /// Whether what there is of it is thrown away first.
    pub reset: bool,
    /// Whether the client said which tools may be called. One that did not means those of the session.
    pub names_tools: bool,
}

/// How a session stands after a program that ran in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionStanding {
    /// The session.
    pub id: SessionId,
    /// Which program of the session this was, counted from 1: with 1 it began.
    pub call: u64,
    /// When it ends if nothing runs in it until then, RFC 3339 in UTC; absent when it is lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// Why it ended with this program, and everything in it is gone; absent when it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<String>,
}

/// A session, as its client can look at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionEntry {
    /// Its id.
    pub id: SessionId,
    /// The language of its programs.
    pub language: Language,
    /// Whether a program runs in it now. Between programs it is stopped.
    pub running: bool,
    /// Programs that have run in it.
    pub calls: u64,
    /// When it began, RFC 3339 in UTC.
    pub started_at: String,
    /// When it ends if nothing runs in it until then.
    pub expires_at: String,
    /// The tools its programs may call, as its first one named them.
    pub allowed_tools: Vec<String>,
    /// CPU time of its programs in milliseconds, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<f64>,
    /// Memory of its programs in bytes as the last one left it, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
}

/// What became of a session that its client ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// There was none.
    Unknown,
    /// Nothing is left of it.
    Gone,
    /// It has ended, and its process is not gone yet.
    Leaving,
}

/// The sessions of a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SessionList {
    /// Those there are, the one used last first.
    pub sessions: Vec<SessionEntry>,
}

#[cfg(test)]
mod tests {
    use super::SessionId;

    #[test]
    fn an_id_is_short_and_plain() {
        for good in ["a", "...", ".a", "main", "A.b_c:d-9", &"x".repeat(128)] {
            assert_eq!(SessionId::parse(good).map(|id| id.to_string()).as_deref(), Some(good));
        }
        for bad in ["", ".", "..", " ", "a b", "a/b", "../x", "é", "a\n", "a%2f", &"x".repeat(129)]
        {
            assert_eq!(SessionId::parse(bad), None, "{bad:?}");
        }
    }
}
