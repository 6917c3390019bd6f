//! The stream of one request, followed to its answer.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::HeaderMap;
use tokio::time::sleep;

use crate::transport::NOISE_LIMIT;
use crate::transport::http::body::End;
use crate::transport::http::event::Kind;
use crate::transport::http::events::{Events, Next, Place, RESUME_AFTER};
use crate::transport::http::failed::{Failed, UNKNOWN};
use crate::transport::http::message::Message;
use crate::transport::http::reply::{Form, drain, form};
use crate::transport::http::wire::{Answers, Took, Wire};

/// How often in a row a stream may be gone on with that brings nothing.
const FRUITLESS: usize = 5;
/// How soon a stream is gone on with, whatever the server says.
const RESUME_AT_ONCE: Duration = Duration::from_millis(100);

impl Wire {
    /// Follows the stream of a request to its answer, however often it is dropped on the way, as
    /// long as the server says where to go on.
    pub(super) async fn answered_by_events(
        &self,
        message: &Message,
        response: Response,
    ) -> Result<(), Failed> {
        let headers = response.headers().clone();
        let mut events = Events::new(self, response);
        let mut place = Place::default();
        let mut fruitless = 0;
        loop {
            let before = place.last.clone();
            let ended = self.follow(&mut events, &mut place, message, &headers).await?;
            let Some(ended) = ended else { return Ok(()) };
            if place.last.is_none() || message.is_modern() {
                return Err(Failed::this(format!("{}: {UNKNOWN}", ended.words())));
            }
            fruitless = if place.last == before { fruitless + 1 } else { 0 };
            if fruitless >= FRUITLESS {
                return Err(Failed::this(format!(
                    "its stream of events ended {FRUITLESS} times without the answer: {UNKNOWN}"
                )));
            }
            sleep(place.retry.unwrap_or(RESUME_AFTER).max(RESUME_AT_ONCE)).await;
            match self.get(place.last.as_deref()).await {
                Ok(response) if response.status().is_success() => match form(&response) {
                    Form::Events => events = Events::new(self, response),
                    _ => return Err(cannot_go_on()),
                },
                Ok(response) if response.status().is_server_error() => drain(response).await,
                Ok(_) => return Err(cannot_go_on()),
                Err(failed) => tracing::debug!(reason = failed.reason, "a stream is not resumed"),
            }
        }
    }

    /// Reads a stream to the answer, which is `None`, or to its end.
    async fn follow(
        &self,
        events: &mut Events,
        place: &mut Place,
        message: &Message,
        headers: &HeaderMap,
    ) -> Result<Option<Ended>, Failed> {
        let mut strays = false;
        loop {
            let (event, share) = match events.next().await {
                Next::Event(event, share) => (event, share),
                Next::Oversized(_) => return self.too_large(message).await.map(|()| None),
                Next::End(End::TooLong) => {
                    return Err(Failed::this(format!(
                        "its stream of events is longer than {} bytes, the limit: {UNKNOWN}",
                        self.stream_limit()
                    )));
                }
                Next::End(_) if strays => return Ok(Some(Ended::Strays)),
                Next::End(End::Whole) => return Ok(Some(Ended::Whole)),
                Next::End(End::Not | End::Broken) => return Ok(Some(Ended::Broken)),
            };
            place.moves(&event);
            if event.kind != Kind::Message || event.data.is_empty() {
                continue;
            }
            let length = event.data.len();
            match self.take(event.data, share, Answers::To(message), headers).await {
                Took::Answer => {
                    events.drain().await;
                    return Ok(None);
                }
                Took::Other => events.meaningful(),
                Took::Stray => {
                    strays = true;
                    events.noise(length);
                }
                Took::Noise => events.noise(length),
            }
            if events.too_noisy() {
                return Err(Failed::this(format!(
                    "its stream of events has more than {NOISE_LIMIT} bytes that are no messages"
                )));
            }
        }
    }
}

/// How a stream ended without the answer.
enum Ended {
    Whole,
    Broken,
    Strays,
}

impl Ended {
    fn words(&self) -> &'static str {
        match self {
            Self::Whole => "its stream of events ended without the answer",
            Self::Broken => "its stream of events broke off before the answer",
            Self::Strays => "it answered another request than the one it was asked",
        }
    }
}

fn cannot_go_on() -> Failed {
    Failed::this(format!(
        "its stream of events ended before the answer and cannot be gone on with: {UNKNOWN}"
    ))
}
