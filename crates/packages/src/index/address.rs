//! The address of an index: told to `uv` without its credentials, shown to nobody with them.

use std::{ffi::OsString, fmt};

use super::{Error, Said, Settings};

/// An index, its credentials kept apart.
pub(super) struct Address {
    /// Without credentials.
    pub(super) url: String,
    pub(super) username: Option<String>,
    pub(super) password: Option<String>,
}

impl Address {
    /// Takes an address apart. It may also be an absolute path.
    pub(super) fn parse(said: &Said) -> Result<Self, Error> {
        let wrong =
            |reason: &str| Error::Index { origin: said.origin.clone(), reason: reason.to_owned() };
        let text = said.value.as_str();
        if text.chars().any(|each| each.is_control() || each.is_whitespace()) {
            return Err(wrong("an address holds a blank or a control character; remove it"));
        }
        let plain = |url: &str| Self { url: url.to_owned(), username: None, password: None };
        if text.starts_with('/') || text.starts_with("file:///") {
            return Ok(plain(text));
        }
        let Some(parts) = Parts::of(text) else {
            return Err(wrong(
                "an address is neither http, https nor an absolute path; write it such as \
                 https://host/simple",
            ));
        };
        let port = parts.host.rsplit_once(':').filter(|_| !parts.host.ends_with(']'));
        if port.is_some_and(|(_, port)| !port.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(wrong(
                "an address has a port that is no number; in a password write `/` as %2F, `#` as \
                 %23 and `?` as %3F",
            ));
        }
        let Some(userinfo) = parts.userinfo else { return Ok(plain(text)) };
        let (username, password) = match userinfo.split_once(':') {
            Some((username, password)) => (username, Some(password)),
            None => (userinfo, None),
        };
        Ok(Self {
            url: format!("{}://{}{}", parts.scheme, parts.host, parts.rest),
            username: Some(decode(username)),
            password: password.map(decode),
        })
    }

    /// Hands the credentials over under the name that the index has in `uv`'s configuration file.
    pub(super) fn tell(&self, name: &str, settings: &mut Settings) {
        let name = name.to_ascii_uppercase();
        let mut set = |what: &str, value: &str| {
            let variable = OsString::from(format!("UV_INDEX_{name}_{what}"));
            settings.variables.insert(variable, OsString::from(value));
        };
        if let Some(username) = &self.username {
            set("USERNAME", username);
            // A token is often given as the name alone.
            if self.password.as_deref().is_none_or(str::is_empty) {
                settings.mask.hide(username);
            }
        }
        if let Some(password) = &self.password {
            set("PASSWORD", password);
            settings.mask.hide(password);
        }
    }
}

/// For messages: credentials are shown to be there, and no more.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = display(&self.url);
        match url.split_once("://") {
            Some((scheme, rest)) if self.username.is_some() => write!(f, "{scheme}://****@{rest}"),
            _ => f.write_str(&url),
        }
    }
}

/// An address for messages, without credentials, query and fragment.
pub(super) fn display(url: &str) -> String {
    let Some(parts) = Parts::of(url) else { return url.to_owned() };
    let path = parts.rest.split(['?', '#']).next().unwrap_or_default();
    let masked = if parts.userinfo.is_some() { "****@" } else { "" };
    format!("{}://{masked}{}{path}", parts.scheme, parts.host)
}

/// The password in an address, as it is and as it is written there.
pub(super) fn secrets(url: &str) -> Vec<String> {
    let Some(userinfo) = Parts::of(url).and_then(|parts| parts.userinfo) else {
        return Vec::new();
    };
    let secret = match userinfo.split_once(':') {
        Some((_, password)) if !password.is_empty() => password,
        Some((username, _)) => username,
        None => userinfo,
    };
    vec![secret.to_owned(), decode(secret)]
}

/// Where something is served, as `host:port`.
pub(super) fn host(url: &str) -> Option<&str> {
    Parts::of(url).map(|parts| parts.host)
}

struct Parts<'a> {
    scheme: &'a str,
    userinfo: Option<&'a str>,
    host: &'a str,
    /// Path, query and fragment.
    rest: &'a str,
}

impl<'a> Parts<'a> {
    /// The parts of an address over HTTP.
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (userinfo, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(userinfo), host),
            None => (None, authority),
        };
        (!host.is_empty()).then_some(Self { scheme, userinfo, host, rest })
    }
}

/// What percent signs stand for.
fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
