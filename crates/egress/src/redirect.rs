//! What becomes of a request that is redirected, by the rules of fetch.

#[cfg(test)]
mod tests;

use hyper::{HeaderMap, Method, StatusCode, header};

use crate::{Error, request::Prepared, target::Target};

/// Where an answer sends the request, if it is a redirect.
pub(crate) fn location(
    from: &Target,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<Target>, Error> {
    if !is_redirect(status) {
        return Ok(None);
    }
    let Some(location) = headers.get(header::LOCATION) else { return Ok(None) };
    let text = std::str::from_utf8(location.as_bytes())
        .map_err(|_| Error::BadUrl { reason: "the redirect leads to no valid URL" })?;
    from.join(text).map(Some)
}

/// Whether it is one of the statuses that fetch follows.
pub(crate) fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// The request as it goes on. Credentials stay with the origin that they were meant for, and do not
/// come back when a later redirect leads there again.
pub(crate) fn rewrite(request: &mut Prepared, status: StatusCode, from: &Target, to: &Target) {
    let becomes_get = match status.as_u16() {
        301 | 302 => request.method == Method::POST,
        303 => request.method != Method::GET && request.method != Method::HEAD,
        _ => false,
    };
    if becomes_get {
        request.method = Method::GET;
        request.body = bytes::Bytes::new();
        for name in [
            header::CONTENT_ENCODING,
            header::CONTENT_LANGUAGE,
            header::CONTENT_LOCATION,
            header::CONTENT_TYPE,
        ] {
            request.headers.remove(name);
        }
    }
    if from.origin() != to.origin() {
        for name in [header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION] {
            request.headers.remove(name);
        }
    }
}
