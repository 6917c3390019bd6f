//! What a program wants sent, and the part of it that is.

#[cfg(test)]
mod tests;

use std::fmt;

use bytes::Bytes;
use hyper::{
    HeaderMap, Method,
    header::{self, HeaderName, HeaderValue},
};

use crate::{Config, Error};

/// The most headers of a request.
const MAX_HEADERS: usize = 256;

/// The longest method, in bytes.
const MAX_METHOD: usize = 32;

/// What is done when a server redirects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redirect {
    /// Go where it says, if that is granted.
    #[default]
    Follow,
    /// Give the program the redirect itself.
    Manual,
    /// Fail.
    Error,
}

/// A request as a program makes it.
#[derive(Clone)]
pub struct Request {
    /// The method. The usual ones may be in lower case.
    pub method: String,
    /// An absolute URL.
    pub url: String,
    /// Names and values; each character of a value is one byte (Latin-1). Headers that frame or route
    /// the message (Host, Content-Length, Connection, Proxy-* and their kind) are left out: they are
    /// the host's.
    pub headers: Vec<(String, String)>,
    /// The body, possibly empty.
    pub body: Bytes,
    /// What is done when the server redirects.
    pub redirect: Redirect,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("headers", &self.headers.len())
            .field("body", &self.body.len())
            .field("redirect", &self.redirect)
            .finish_non_exhaustive()
    }
}

/// A request as it may be sent, but for what depends on the server.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Prepared {
    pub(crate) fn new(request: &Request, config: &Config) -> Result<Self, Error> {
        if request.body.len() > config.request_body_bytes {
            let limit = format!("{} bytes", config.request_body_bytes);
            return Err(Error::TooLarge { what: "the request's body", limit });
        }
        let method = method(&request.method)?;
        let headers = headers(&request.headers, config)?;
        Ok(Self { method, headers, body: request.body.clone() })
    }
}

fn method(name: &str) -> Result<Method, Error> {
    const REFUSED: [&str; 3] = ["CONNECT", "TRACE", "TRACK"];
    const NORMALISED: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    if REFUSED.iter().any(|refused| name.eq_ignore_ascii_case(refused)) {
        return Err(bad("CONNECT, TRACE and TRACK are not sent"));
    }
    let is_same = |known: &&&str| name.eq_ignore_ascii_case(known);
    let name = NORMALISED.iter().find(is_same).map_or(name, |known| known);
    let method = Method::from_bytes(name.as_bytes()).ok().filter(|_| name.len() <= MAX_METHOD);
    method.ok_or_else(|| bad("the method is not one; write a name such as GET"))
}

fn headers(given: &[(String, String)], config: &Config) -> Result<HeaderMap, Error> {
    let bytes: usize = given.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > config.request_header_bytes || given.len() > MAX_HEADERS {
        let limit = format!("{} bytes in {MAX_HEADERS} headers", config.request_header_bytes);
        return Err(Error::TooLarge { what: "the request's head", limit });
    }
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| bad("a header's name has a character that no name has"))?;
        let value = header_value(value)?;
        if is_ours(&name) || (name == header::ACCEPT_ENCODING && value != "identity") {
            continue;
        }
        headers.append(name, value);
    }
    let mut default = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    default(header::ACCEPT, "*/*");
    default(header::ACCEPT_ENCODING, "gzip, deflate, br");
    default(header::USER_AGENT, "code-executor");
    Ok(headers)
}

/// Headers that frame the message, route it, or speak to the next hop.
fn is_ours(name: &HeaderName) -> bool {
    const OURS: [&str; 10] = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
        "te",
        "expect",
        "trailer",
        "keep-alive",
        "http2-settings",
    ];
    OURS.contains(&name.as_str()) || name.as_str().starts_with("proxy-")
}

fn header_value(text: &str) -> Result<HeaderValue, Error> {
    let wrong = "a header's value has a line break, a NUL or a character beyond Latin-1";
    let text = text.trim_matches([' ', '\t']);
    let bytes: Result<Vec<u8>, _> = text.chars().map(|c| u8::try_from(u32::from(c))).collect();
    let bytes = bytes.map_err(|_| bad(wrong))?;
    HeaderValue::from_bytes(&bytes).map_err(|_| bad(wrong))
}

fn bad(reason: &'static str) -> Error {
    Error::BadRequest { reason }
}
