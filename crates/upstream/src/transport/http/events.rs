//! The events of one stream, and where it stands.

use std::time::Duration;

use reqwest::Response;
use rmcp::model::RequestId;
use tokio::time::timeout;

use crate::transport::NOISE_LIMIT;
use crate::transport::http::body::{Body, End};
use crate::transport::http::event::Event;
use crate::transport::http::reply::DRAIN;
use crate::transport::http::wire::Wire;
use crate::transport::lines::{Framing, Line, Lines, Share};

/// How long to wait before a stream that was dropped is gone on with, unless the server says.
pub(super) const RESUME_AFTER: Duration = Duration::from_secs(1);

/// Where a stream stands.
#[derive(Default)]
pub(super) struct Place {
    pub(super) last: Option<String>,
    pub(super) retry: Option<Duration>,
}

impl Place {
    pub(super) fn moves(&mut self, event: &Event) {
        if event.id.is_some() {
            self.last.clone_from(&event.id);
        }
        self.retry = event.retry.or(self.retry);
    }
}

/// The events of one answer.
pub(super) struct Events {
    lines: Lines<Body>,
    noise: usize,
}

/// What a stream has next.
pub(super) enum Next {
    Event(Event, Option<Share>),
    /// One that is larger than it may be, and the request it would have answered.
    Oversized(Option<RequestId>),
    End(End),
}

impl Events {
    /// The stream of one request.
    pub(super) fn new(wire: &Wire, response: Response) -> Self {
        Self::over(wire, wire.body(response))
    }

    /// A stream that may stay open for ever.
    pub(super) fn endless(wire: &Wire, response: Response) -> Self {
        Self::over(wire, Body::new(response.into(), u64::MAX))
    }

    fn over(wire: &Wire, body: Body) -> Self {
        let limit = wire.limit + 1024;
        Self { lines: Lines::framed(Framing::Event, body, limit, wire.budget.clone()), noise: 0 }
    }

    pub(super) async fn next(&mut self) -> Next {
        match self.lines.next().await {
            Line::Whole(piece, share) => {
                let length = piece.len();
                let event = Event::read(piece);
                if event.data.is_empty() {
                    self.noise(length);
                }
                Next::Event(event, share)
            }
            Line::Oversized(id) => Next::Oversized(id),
            Line::End => Next::End(self.lines.source().end()),
        }
    }

    /// Counts bytes that mean nothing.
    pub(super) fn noise(&mut self, bytes: usize) {
        self.noise = self.noise.saturating_add(bytes.max(1));
    }

    /// Something that means something was read.
    pub(super) fn meaningful(&mut self) {
        self.noise = 0;
    }

    pub(super) fn too_noisy(&self) -> bool {
        self.noise > NOISE_LIMIT
    }

    /// Waits a moment for the end, so that the connection can be used again.
    pub(super) async fn drain(&mut self) {
        let end = async { while !matches!(self.lines.next().await, Line::End) {} };
        let _ = timeout(DRAIN, end).await;
    }
}
