//! Server-sent events: how messages look on the wire, and the comment that keeps a silent connection.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;

/// How long a stream is silent before it says that it is still there. Proxies give up at a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Where events come from, one at a time. Dropped, its reader is gone.
pub(super) trait Source: Send + 'static {
    /// The next event, as it is written; none when there will be no more. Dropping the future loses
    /// nothing.
    fn next(&mut self) -> impl Future<Output = Option<Bytes>> + Send;
}

/// An event without an id, which cannot be had again.
pub(super) fn plain(message: &[u8]) -> Bytes {
    write(b"event: message\ndata: ", message)
}

/// An event with its id.
pub(super) fn numbered(stream: u64, sequence: u64, message: &[u8]) -> Bytes {
    write(format!("event: message\nid: {stream}-{sequence}\ndata: ").as_bytes(), message)
}

/// An event without a message, from which a client learns where to go on.
pub(super) fn priming(stream: u64, sequence: u64) -> Bytes {
    Bytes::from(format!("id: {stream}-{sequence}\ndata: \n\n"))
}

/// An id, taken apart.
pub(super) fn position(id: &str) -> Option<(u64, u64)> {
    let (stream, sequence) = id.split_once('-')?;
    Some((stream.parse().ok()?, sequence.parse().ok()?))
}

/// An answer that is these events, and then those of the source.
pub(super) fn response(first: Vec<Bytes>, source: impl Source) -> Response {
    let events = unfold((first.into_iter(), source), async |(mut first, mut source)| {
        let next = match first.next() {
            Some(event) => event,
            None => match tokio::time::timeout(KEEP_ALIVE, source.next()).await {
                Ok(event) => event?,
                Err(_) => Bytes::from_static(b": still here\n\n"),
            },
        };
        Some((Ok::<_, std::convert::Infallible>(next), (first, source)))
    });
    let mut response = Body::from_stream(events).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // Some proxies collect an answer before they pass it on.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// JSON as it is written has no line breaks, so a message is one line.
fn write(head: &[u8], message: &[u8]) -> Bytes {
    Bytes::from([head, message, b"\n\n"].concat())
}

#[cfg(test)]
mod tests {
    use super::{numbered, position};

    #[test]
    fn an_id_says_where_to_go_on() {
        assert_eq!(numbered(7, 2, b"{}"), "event: message\nid: 7-2\ndata: {}\n\n");
        assert_eq!(position("7-2"), Some((7, 2)));
        for bad in ["", "7", "-", "7-", "x-1", "7-2-1", "99999999999999999999-1"] {
            assert_eq!(position(bad), None, "{bad}");
        }
    }
}
