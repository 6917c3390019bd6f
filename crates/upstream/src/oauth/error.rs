//! What can go wrong with a login or a token, in words that say what to do. No token, code, URL
//! query or answer's body is in any of them; of a provider's words only its own `error` is.

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server is a program or an API: it has its secrets from its configuration.
    #[error("server `{server}` is not reached by MCP over HTTP, so there is nothing to log in to")]
    NotHttp {
        /// The server.
        server: String,
    },
    /// The operator gives an `Authorization` header.
    #[error(
        "server `{server}` is sent the `Authorization` header of its configuration: take it out to \
         log in instead"
    )]
    OwnHeader {
        /// The server.
        server: String,
    },
    /// A URL that no token may travel to.
    #[error("{what} is at {url}, where a token would not be safe: {reason}")]
    Unsafe {
        /// What is there.
        what: &'static str,
        /// The URL, without its query.
        url: String,
        /// Why not.
        reason: &'static str,
    },
    /// Something could not be asked.
    #[error("{what} at {url} {reason}")]
    Unreachable {
        /// What is there.
        what: &'static str,
        /// The URL, without its query.
        url: String,
        /// Why not.
        reason: String,
    },
    /// What was answered contradicts what was asked.
    #[error("{what} at {url} {reason}: it is not used")]
    Mistrusted {
        /// What is there.
        what: &'static str,
        /// The URL, without its query.
        url: String,
        /// What contradicts.
        reason: String,
    },
    /// The provider would not have a client like us.
    #[error("{0}")]
    NoIdentity(String),
    /// The provider said no.
    #[error("the provider refused {what}: {said}")]
    Refused {
        /// What was asked of it.
        what: &'static str,
        /// Its `error`, and what it says of it.
        said: String,
        /// What of ours it does not know any more.
        lost: Lost,
    },
    /// The browser did not come back in time.
    #[error("nobody logged in within {seconds} s: run it again, or give it longer with --timeout")]
    TimedOut {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The port for the browser's return cannot be had.
    #[error("port {port} of 127.0.0.1 cannot be listened on: {reason}")]
    Port {
        /// The port; 0 means any.
        port: u16,
        /// The system's words.
        reason: String,
    },
    /// The file of the token is at fault.
    #[error("the file of the token {path} {reason}")]
    Store {
        /// Where it is.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What of ours a provider does not know any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Nothing, as far as it says.
    Nothing,
    /// The login (`invalid_grant`).
    Grant,
    /// Us (`invalid_client`).
    Client,
}

/// A provider's own words, fit to be shown: short, and nothing that moves the cursor or hides.
pub(crate) fn shown(text: &str) -> String {
    let hides = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
    };
    text.chars().filter(|character| !hides(*character)).take(200).collect()
}

/// What to type, about a server.
pub(crate) fn command(verb: &str, server: &str) -> String {
    format!("code-executor upstreams {verb} {}", quoted(server))
}

/// A name as a shell reads it.
fn quoted(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if name.bytes().all(plain) && !name.starts_with('-') {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\'', r"'\''"))
}
