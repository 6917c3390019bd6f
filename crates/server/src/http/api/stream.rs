//! `POST /execute` for who takes `text/event-stream`: what happens as it happens, and the answer last.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use futures_util::stream;
use tokio::task::JoinHandle;
use tokio_util::sync::DropGuard;
use types::{ExecutionOutcome, Refusal};

use crate::http::api::execute::{Executed, defect};
use crate::http::api::news::{News, written};
use crate::http::problem::Problem;

/// How long a stream is silent at most: what stands in between ends connections that say nothing.
const SILENCE: Duration = Duration::from_secs(15);
/// What is said then.
const STILL_THERE: &str = ": still running\n\n";

/// An execution under way.
pub(super) struct Running {
    /// Comes to its outcome.
    pub(super) execution: JoinHandle<Result<ExecutionOutcome, Refusal>>,
    /// What happens to it.
    pub(super) news: Arc<News>,
    /// Ends the execution once nobody reads any more.
    pub(super) gone: DropGuard,
}

/// Whether the client takes a stream of events.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    ranges.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|it| it.eq_ignore_ascii_case("text/event-stream"));
        let unwanted = parts.any(|part| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.and_then(|weight| weight.parse::<f32>().ok()).is_some_and(|it| it <= 0.0)
        });
        named && !unwanted
    })
}

/// The answer: events once there is one, a problem when nothing was run before.
pub(super) async fn answer(mut running: Running) -> Result<Response, Problem> {
    let first = tokio::select! {
        biased;
        () = running.news.come() => running.news.take().unwrap_or_default(),
        ended = &mut running.execution => {
            let outcome = ended.map_err(|_| defect())?.map_err(Problem::of_gateway)?;
            let mut all = running.news.take().unwrap_or_default();
            all.push_str(&written("ended", &Executed::from(outcome)));
            return Ok(events(Body::from(all)));
        }
    };
    let begun = (Some(running), Some(first));
    let all = stream::unfold(begun, |(running, first)| async move {
        if let Some(first) = first {
            return Some((Ok::<_, Infallible>(first), (running, None)));
        }
        let (text, running) = next(running?).await;
        Some((Ok(text), (running, None)))
    });
    Ok(events(Body::from_stream(all)))
}

/// The next piece of the stream; nothing is left to be run after the last.
async fn next(mut running: Running) -> (String, Option<Running>) {
    loop {
        tokio::select! {
            biased;
            () = running.news.come() => {
                if let Some(text) = running.news.take() {
                    return (text, Some(running));
                }
            }
            ended = &mut running.execution => {
                let mut text = running.news.take().unwrap_or_default();
                match ended.unwrap_or_else(|_| Err(defect())) {
                    Ok(outcome) => text.push_str(&written("ended", &Executed::from(outcome))),
                    Err(refusal) => text.push_str(&written("refused", &Problem::from(refusal))),
                }
                drop(running.gone);
                return (text, None);
            }
            () = tokio::time::sleep(SILENCE) => return (STILL_THERE.to_owned(), Some(running)),
        }
    }
}

fn events(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A proxy that collects what it passes on would make one answer of it again.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_for_who_asks_for_one() {
        let asked = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_str(accept).expect("a value"));
            is_asked_for(&headers)
        };
        assert!(asked("text/event-stream") && asked("application/json, Text/Event-Stream;q=0.5"));
        assert!(!asked("*/*") && !asked("application/json") && !asked("text/event-stream;q=0"));
        assert!(!is_asked_for(&HeaderMap::new()));
    }
}
