//! The stream on which a server of 2025 says what nobody asked: that its tools have changed.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::transport::http::event::Kind;
use crate::transport::http::events::{Events, Next, Place, RESUME_AFTER};
use crate::transport::http::reply::{drain, is_events};
use crate::transport::http::wire::{Answers, Took, Wire};

/// The longest pause before the stream is opened again.
const LONGEST: Duration = Duration::from_secs(60);
/// A stream that stood this long makes up for those before it; so does one that came further.
const GOOD_RUN: Duration = Duration::from_secs(60);

/// Follows the stream until the connection or the session ends, or the server has none.
pub(super) async fn listen(wire: Arc<Wire>, ended: CancellationToken) {
    tokio::select! {
        biased;
        () = ended.cancelled() => {}
        () = follow(&wire) => {}
    }
}

async fn follow(wire: &Wire) {
    let session = wire.session.number();
    let mut place = Place::default();
    let mut pause = RESUME_AFTER;
    let mut missed = false;
    while wire.session.number() == session {
        let (start, before) = (Instant::now(), place.last.clone());
        match wire.get(place.last.as_deref()).await {
            Ok(response) if response.status().is_success() && is_events(&response) => {
                if std::mem::take(&mut missed) && wire.session.announces() {
                    wire.changed().await;
                }
                read(wire, Events::endless(wire, response), &mut place).await;
                // What was said while there was no stream is lost, unless it can be gone on with.
                missed = place.last.is_none();
            }
            // It has no such stream, or no such session: the next request will tell.
            Ok(response) if !may_recover(response.status()) => return drain(response).await,
            Ok(response) => drain(response).await,
            Err(_) => {}
        }
        if start.elapsed() >= GOOD_RUN || place.last != before {
            pause = RESUME_AFTER;
        }
        // The server may have it slower than that, and no faster: `retry: 0` would never rest.
        sleep(place.retry.unwrap_or_default().max(pause)).await;
        pause = (pause * 2).min(LONGEST);
    }
}

/// Reads a stream to its end, or until it is not worth reading.
async fn read(wire: &Wire, mut events: Events, place: &mut Place) {
    let none = HeaderMap::new();
    loop {
        let (event, share) = match events.next().await {
            Next::Event(event, share) => (event, share),
            Next::Oversized(_) => continue,
            Next::End(_) => return,
        };
        place.moves(&event);
        if event.kind == Kind::Message && !event.data.is_empty() {
            let length = event.data.len();
            match wire.take(event.data, share, Answers::None, &none).await {
                Took::Answer | Took::Other => events.meaningful(),
                Took::Stray | Took::Noise => events.noise(length),
            }
        }
        if events.too_noisy() {
            tracing::warn!(server = &*wire.server, "its stream of events holds no messages");
            return;
        }
    }
}

fn may_recover(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
        || status == StatusCode::TOO_MANY_REQUESTS
        || status.is_success()
}
