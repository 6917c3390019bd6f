//! Reading a stream: from wherever its client left off, until it is over or somebody else reads it.

use std::sync::Arc;

use axum::body::Bytes;

use super::{Event, STANDALONE, Streams};
use crate::http::mcp::session::take_back;
use crate::http::mcp::sse;

/// Whoever reads a stream. Dropped before its client knows where to go on, it takes back what is
/// unanswered: nobody could ever ask for the answer.
#[derive(Debug)]
pub(in crate::http::mcp) struct Reader {
    pub(super) streams: Arc<Streams>,
    pub(super) stream: u64,
    pub(super) ticket: u64,
    pub(super) next: u64,
}

impl Reader {
    /// The next message; none when the stream or the session is over or somebody else reads it.
    /// Dropping the future loses nothing.
    pub(in crate::http::mcp) async fn next(&mut self) -> Option<Event> {
        let streams = Arc::clone(&self.streams);
        loop {
            let mut changed = std::pin::pin!(streams.changed.notified());
            changed.as_mut().enable();
            match self.look() {
                Look::Found(event) => return Some(event),
                Look::Over => return None,
                Look::Wait => changed.await,
            }
        }
    }

    /// From here on the client knows where to go on. What it has to be told for that.
    pub(in crate::http::mcp) fn prime(&self) -> Bytes {
        let mut state = self.streams.lock();
        if let Some(stream) = state.streams.get_mut(&self.stream) {
            stream.resumable = true;
        }
        sse::priming(self.stream, self.next - 1)
    }

    /// A message as it is written, with the id by which it can be had again.
    pub(in crate::http::mcp) fn numbered(&self, event: &Event) -> Bytes {
        let mut state = self.streams.lock();
        if let Some(stream) = state.streams.get_mut(&self.stream) {
            stream.resumable = true;
        }
        sse::numbered(self.stream, event.sequence, &event.json)
    }

    /// Everything was handed over in one piece: nothing of the stream is kept.
    pub(in crate::http::mcp) fn finish(self) {
        let mut state = self.streams.lock();
        self.streams.forget(&mut state, self.stream);
    }

    fn look(&mut self) -> Look {
        let mut state = self.streams.lock();
        let (over, quiet) = (state.over, state.quiet);
        let Some(stream) = state.streams.get_mut(&self.stream) else { return Look::Over };
        if stream.reader != Some(self.ticket) {
            return Look::Over;
        }
        let mut events = stream.events.iter();
        if let Some(event) = events.find(|event| event.sequence >= self.next) {
            self.next = event.sequence + 1;
            stream.read = stream.read.max(event.sequence);
            return Look::Found(event.clone());
        }
        let silent = match self.stream {
            STANDALONE => quiet,
            _ => stream.unanswered.is_empty(),
        };
        if over || silent { Look::Over } else { Look::Wait }
    }
}

enum Look {
    Found(Event),
    Wait,
    Over,
}

impl sse::Source for Reader {
    async fn next(&mut self) -> Option<Bytes> {
        let event = Self::next(self).await?;
        Some(self.numbered(&event))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.streams.lock();
        let mut lost = Vec::new();
        if let Some(stream) = state.streams.get_mut(&self.stream)
            && stream.reader == Some(self.ticket)
        {
            stream.reader = None;
            if !stream.resumable {
                lost = stream.unanswered.clone();
            }
        }
        let any = !lost.is_empty();
        let lost: Vec<_> = lost.iter().filter_map(|id| state.settle(id)).collect();
        if any {
            self.streams.forget(&mut state, self.stream);
        }
        self.streams.trim(&mut state);
        drop(state);
        for (_, number) in lost {
            take_back(&self.streams.incoming, number);
        }
    }
}
