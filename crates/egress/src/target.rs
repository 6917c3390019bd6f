//! Where a request goes: a URL, read once, from which everything else is taken.
//!
//! Host header, server name, port, address and request line all come from this one reading; no other
//! parser ever sees the text. What parsers are known to disagree about (control characters,
//! backslashes, credentials, odd spellings of addresses) is refused rather than repaired.

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use url::{Position, Url};

use crate::{Error, host::Host};

/// The longest URL, in bytes.
pub(crate) const MAX_URL: usize = 16 * 1024;

/// How the server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// Scheme, host and port: whom credentials and connections belong to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    pub(crate) scheme: Scheme,
    pub(crate) host: Host,
    pub(crate) port: u16,
}

/// A URL that may be fetched as far as its text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    url: Url,
    origin: Origin,
}

impl Target {
    /// Reads a URL that a program wrote.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        check_text(text)?;
        let url = Url::parse(text).map_err(|_| bad("it is not a valid absolute URL"))?;
        let target = Self::from_url(url)?;
        target.check_beginning(text)?;
        Ok(target)
    }

    /// Reads what a server redirects to.
    pub(crate) fn join(&self, location: &str) -> Result<Self, Error> {
        check_text(location)?;
        let mut url =
            self.url.join(location).map_err(|_| bad("the redirect leads to no valid URL"))?;
        if url.fragment().is_none() {
            url.set_fragment(self.url.fragment());
        }
        let target = Self::from_url(url)?;
        let host = target.origin.host.to_string();
        let is_address = matches!(target.origin.host, Host::Address(_));
        if is_address && target.origin.host != self.origin.host && !location.contains(&host) {
            return Err(bad(NOT_CANONICAL));
        }
        Ok(target)
    }

    fn from_url(mut url: Url) -> Result<Self, Error> {
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(bad("only http and https are spoken")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("it holds a user name or a password; send a header instead"));
        }
        let host = match url.host() {
            Some(host) => Host::from_url(&host).map_err(bad)?,
            None => return Err(bad("it has no host")),
        };
        if let Host::Address(IpAddr::V6(address)) = host
            && address.to_ipv4_mapped().is_some()
        {
            return Err(bad(NOT_CANONICAL));
        }
        let port = match url.port_or_known_default() {
            Some(0) | None => return Err(bad("port 0 is none")),
            Some(port) => port,
        };
        // Without its final dot, so that every later use sees the host that was checked.
        url.set_host(Some(&host.to_string())).map_err(|_| bad("its host cannot be used"))?;
        Ok(Self { url, origin: Origin { scheme, host, port } })
    }

    /// The text begins as a URL is written, and an address in it is spelled the one canonical way.
    fn check_beginning(&self, text: &str) -> Result<(), Error> {
        let rest = text
            .get(..self.url.scheme().len())
            .filter(|scheme| scheme.eq_ignore_ascii_case(self.url.scheme()))
            .and_then(|scheme| text[scheme.len()..].strip_prefix("://"))
            .filter(|rest| !rest.starts_with('/'))
            .ok_or_else(|| bad("write it as http://host/ or https://host/"))?;
        if matches!(self.origin.host, Host::Address(_)) {
            let host = self.origin.host.to_string();
            let after = rest.get(..host.len()).filter(|own| own.eq_ignore_ascii_case(&host));
            let next = after.and_then(|own| rest[own.len()..].chars().next());
            if after.is_none() || !matches!(next, None | Some(':' | '/' | '?' | '#')) {
                return Err(bad(NOT_CANONICAL));
            }
        }
        Ok(())
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// As a response shows it: without a fragment.
    pub(crate) fn shown(&self) -> String {
        self.url[..Position::AfterQuery].to_owned()
    }

    /// What stands in the request line.
    pub(crate) fn path_and_query(&self) -> &str {
        &self.url[Position::BeforePath..Position::AfterQuery]
    }

    /// What stands in the Host header.
    pub(crate) fn authority(&self) -> &str {
        &self.url[Position::BeforeHost..Position::AfterPort]
    }
}

const NOT_CANONICAL: &str =
    "an IP address is written in its canonical form, such as 1.1.1.1 or [2606:4700:4700::1111]";

fn check_text(text: &str) -> Result<(), Error> {
    if text.len() > MAX_URL {
        return Err(Error::TooLarge { what: "the URL", limit: format!("{MAX_URL} bytes") });
    }
    if text.chars().any(char::is_control) {
        return Err(bad("it holds a control character"));
    }
    if text.contains('\\') {
        return Err(bad("it holds a backslash; percent-encode it as %5C"));
    }
    if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
        return Err(bad("it begins or ends with white space"));
    }
    Ok(())
}

fn bad(reason: &'static str) -> Error {
    Error::BadUrl { reason }
}
