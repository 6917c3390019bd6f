//! What is told of every request: its time and status as metrics, its id in log lines and in the
//! answer, its place in a trace.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use gateway::metrics::{HTTP_REQUEST_SECONDS, HTTP_REQUESTS};
use tracing::Instrument;
use types::TraceContext;

/// The header by which a client, or a proxy before us, calls a request, and finds it in our logs.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest such id that is taken over.
const MAX_ID: usize = 128;

/// What stands for the route where there is none.
const NO_ROUTE: &str = "(none)";

/// The middleware.
pub(crate) async fn watch(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = word(request.method());
    let id = id(request.headers());
    let span = tracing::error_span!("request", requestId = id.as_str());
    let mut response = next.run(request).instrument(span).await;
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let status = response.status().as_u16().to_string();
    let labels = [("route", route.clone()), ("method", method.to_owned()), ("status", status)];
    metrics::counter!(HTTP_REQUESTS, &labels).increment(1);
    metrics::histogram!(HTTP_REQUEST_SECONDS, "route" => route).record(began.elapsed());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().entry(REQUEST_ID).or_insert(id);
    }
    response
}

/// A request's place in a trace, as its headers have it.
pub(crate) fn trace(headers: &HeaderMap) -> Option<TraceContext> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    TraceContext::read(text("traceparent"), text("tracestate"))
}

/// The client's own id where it is plain, or one of ours.
fn id(headers: &HeaderMap) -> String {
    let plain = |text: &&str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
        (1..=MAX_ID).contains(&text.len()) && text.bytes().all(fits)
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(plain);
    given.map_or_else(new_id, str::to_owned)
}

/// Different for each request of this process, and hardly ever that of another.
fn new_id() -> String {
    static START: OnceLock<u64> = OnceLock::new();
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let start = START.get_or_init(|| RandomState::new().build_hasher().finish());
    format!("{start:016x}-{:x}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// A method as a label: whatever a client makes up is one of them.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{id, trace};

    #[test]
    fn an_id_of_the_clients_is_kept_when_it_is_plain() {
        let of = |text: &'static [u8]| {
            let mut headers = HeaderMap::new();
            headers.insert("x-request-id", HeaderValue::from_bytes(text).unwrap());
            id(&headers)
        };
        assert_eq!(of(b"build-42"), "build-42");
        for bad in [&b""[..], b"a b", b"a\"b", b"\xff", &[b'x'; 129]] {
            assert_ne!(of(bad).as_bytes(), bad);
        }
        assert_ne!(id(&HeaderMap::new()), id(&HeaderMap::new()));
    }

    #[test]
    fn a_bad_traceparent_counts_as_none() {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", HeaderValue::from_static("00-1-2-3"));
        assert_eq!(trace(&headers), None);
    }
}
