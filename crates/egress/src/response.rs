//! A server's answer, as a program sees it.

use std::fmt;

use hyper::{
    HeaderMap, StatusCode,
    ext::ReasonPhrase,
    header::{self, HeaderName},
    http::Extensions,
};

use crate::Body;

/// The head of an answer, with its body to be read.
pub struct Response {
    /// The status.
    pub status: u16,
    /// The phrase beside it, as the server wrote it.
    pub status_text: String,
    /// The URL that answered, after redirects and without a fragment.
    pub url: String,
    /// Whether a redirect led there.
    pub redirected: bool,
    /// Names in lower case and values, in Latin-1, without those that speak to the next hop only.
    /// Content-Encoding and Content-Length are missing where the body was decompressed.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Body,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Whether the body was decompressed on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    Kept,
    Removed,
}

pub(crate) fn shown_headers(headers: &HeaderMap, coding: Coding) -> Vec<(String, String)> {
    const NEXT_HOP: [HeaderName; 6] = [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::TRAILER,
        header::TE,
        header::UPGRADE,
        HeaderName::from_static("keep-alive"),
    ];
    let is_shown = |name: &HeaderName| {
        let is_untrue = coding == Coding::Removed
            && (name == header::CONTENT_ENCODING || name == header::CONTENT_LENGTH);
        !is_untrue && !NEXT_HOP.contains(name) && !name.as_str().starts_with("proxy-")
    };
    headers
        .iter()
        .filter(|(name, _)| is_shown(name))
        .map(|(name, value)| (name.as_str().to_owned(), latin1(value.as_bytes())))
        .collect()
}

pub(crate) fn status_text(status: StatusCode, extensions: &Extensions) -> String {
    match extensions.get::<ReasonPhrase>() {
        Some(phrase) => latin1(phrase.as_bytes()),
        None => status.canonical_reason().unwrap_or_default().to_owned(),
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
