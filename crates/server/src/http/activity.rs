//! What a connection does: it may not stay without a request, nor leave its answers unread.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

use crate::http::places::Place;

/// How long a connection may be without a request, and how long an answer may go unread.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// The requests of one connection that are being answered.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    next: u64,
    answers: HashMap<u64, Stage>,
    idle_since: Instant,
}

/// Who has to do something about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// We do.
    Ours,
    /// The client has to read what it was sent, since then.
    Theirs(Instant),
}

impl Activity {
    pub(super) fn new() -> Self {
        let idle_since = Instant::now();
        Self(Arc::new(Mutex::new(State { next: 0, answers: HashMap::new(), idle_since })))
    }

    /// A request has come.
    pub(super) fn begin(&self) -> Answering {
        self.with(|state| {
            state.next += 1;
            state.answers.insert(state.next, Stage::Ours);
            Answering { activity: self.clone(), number: state.next }
        })
    }

    /// Returns when the client has been waited for long enough.
    pub(super) async fn given_up(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            if self.is_stale(Instant::now(), PATIENCE) {
                return;
            }
        }
    }

    fn is_stale(&self, now: Instant, patience: Duration) -> bool {
        self.with(|state| {
            let too_long = |since: Instant| now.saturating_duration_since(since) >= patience;
            let unread = |stage: &Stage| matches!(stage, Stage::Theirs(since) if too_long(*since));
            match state.answers.is_empty() {
                true => too_long(state.idle_since),
                false => state.answers.values().any(unread),
            }
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// One request, until its answer has been handed over.
#[derive(Debug)]
pub(super) struct Answering {
    activity: Activity,
    number: u64,
}

impl Answering {
    /// The answer, watched until its end.
    pub(super) fn watch(self, mut response: Response) -> Response<Watched> {
        self.is_at(Stage::Theirs(Instant::now()));
        let place = response.extensions_mut().remove::<Arc<Place>>();
        response.map(|body| Watched { body, answering: self, _place: place })
    }

    fn is_at(&self, stage: Stage) {
        self.activity.with(|state| state.answers.insert(self.number, stage));
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.activity.with(|state| {
            state.answers.remove(&self.number);
            state.idle_since = Instant::now();
        });
    }
}

/// The body of an answer. It is asked for more when what was given has left.
#[derive(Debug)]
pub(super) struct Watched {
    body: Body,
    answering: Answering,
    /// What its client has until then.
    _place: Option<Arc<Place>>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.answering.is_at(match polled {
            Poll::Pending => Stage::Ours,
            Poll::Ready(_) => Stage::Theirs(Instant::now()),
        });
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_stale_without_requests_or_with_unread_answers() {
        let activity = Activity::new();
        let (now, minute) = (Instant::now(), Duration::from_secs(60));
        assert!(!activity.is_stale(now, minute));
        assert!(activity.is_stale(now + minute, minute), "nothing was asked");
        let answering = activity.begin();
        assert!(!activity.is_stale(now + 10 * minute, minute), "its program may run");
        let watched = answering.watch(Response::new(Body::from("text")));
        assert!(activity.is_stale(Instant::now() + minute, minute), "nobody reads the answer");
        drop(watched);
        assert!(!activity.is_stale(Instant::now(), minute));
    }
}
