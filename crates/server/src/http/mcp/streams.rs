//! What one session has said and its client has not yet read, or may want to read again: a stream for
//! each request, and one for what belongs to none. Connections come and go; streams are read from
//! where a client left off, within bounds.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use rmcp::model::{ClientJsonRpcMessage, ProgressToken, RequestId};
use tokio::sync::{Notify, mpsc};

mod reader;

#[cfg(test)]
mod tests;

pub(super) use reader::Reader;

/// The stream of what belongs to no request.
pub(super) const STANDALONE: u64 = 0;
/// Requests of one session that may be unanswered at once.
const MAX_UNANSWERED: usize = 64;
/// Messages of one stream that are kept; older ones go, but for answers.
const MAX_EVENTS: usize = 128;
/// Streams of one session that are over and may be read again.
const MAX_OVER: usize = 32;
/// What these may hold, in bytes.
const MAX_OVER_BYTES: usize = 4 * 1024 * 1024;
/// What all sessions together may keep, in bytes, before streams that are over go at once.
const MAX_KEPT_BYTES: usize = 64 * 1024 * 1024;

/// Why a request is not taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Another one has this id and is not answered.
    InUse(RequestId),
    /// Too many are not answered.
    Full(usize),
}

/// Why a stream cannot be read on from an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotKept {
    /// There is no such stream, or it never had such an event.
    Never,
    /// The events up to this one are no longer kept.
    Since(u64),
}

/// A request, as far as streams go: its id, and the token under which its progress is told.
pub(super) type Asked = (RequestId, Option<ProgressToken>);

/// The streams of one session.
#[derive(Debug)]
pub(super) struct Streams {
    state: Mutex<State>,
    changed: Notify,
    /// Bytes kept by all sessions.
    kept: Arc<AtomicUsize>,
    /// The way of the session's messages: a request that nobody waits for is taken back by one.
    incoming: mpsc::Sender<ClientJsonRpcMessage>,
}

#[derive(Debug, Default)]
struct State {
    streams: BTreeMap<u64, Stream>,
    requests: HashMap<RequestId, Request>,
    /// The ids of these by their numbers.
    ids: HashMap<i64, RequestId>,
    tokens: HashMap<ProgressToken, u64>,
    latest: u64,
    numbers: i64,
    tickets: u64,
    over: bool,
    /// Nothing more is told that belongs to no request.
    quiet: bool,
}

/// A request that is not answered.
#[derive(Debug)]
struct Request {
    stream: u64,
    /// What the handler knows it by. Its client may use the id again as soon as it has taken the request
    /// back, and what the handler says of the old one then must not go for the new one.
    number: i64,
}

#[derive(Debug, Default)]
struct Stream {
    events: VecDeque<Event>,
    /// The number of its latest event.
    sequence: u64,
    /// The number of the latest event that was handed out.
    read: u64,
    /// The number of the latest event that is no longer kept.
    gone: u64,
    unanswered: Vec<RequestId>,
    tokens: Vec<ProgressToken>,
    /// Who reads it.
    reader: Option<u64>,
    /// Whether its client knows from where to go on.
    resumable: bool,
}

/// One message of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// Its number.
    pub(super) sequence: u64,
    /// The message, in JSON.
    pub(super) json: Bytes,
    /// Whether it answers a request.
    pub(super) answer: bool,
}

impl Streams {
    /// None yet. `kept` counts the bytes of all sessions.
    pub(super) fn new(
        kept: Arc<AtomicUsize>,
        incoming: mpsc::Sender<ClientJsonRpcMessage>,
    ) -> Self {
        let mut state = State::default();
        state.streams.insert(STANDALONE, Stream { resumable: true, ..Stream::default() });
        Self { state: Mutex::new(state), changed: Notify::new(), kept, incoming }
    }

    /// Begins a stream that is over when these requests are answered.
    pub(super) fn begin(self: &Arc<Self>, asked: Vec<Asked>) -> Result<Reader, Refused> {
        let mut state = self.lock();
        if state.requests.len() + asked.len() > MAX_UNANSWERED {
            return Err(Refused::Full(MAX_UNANSWERED));
        }
        for (index, (id, _)) in asked.iter().enumerate() {
            if state.requests.contains_key(id) || asked[..index].iter().any(|(it, _)| it == id) {
                return Err(Refused::InUse(id.clone()));
            }
        }
        state.latest += 1;
        let stream = state.latest;
        let mut begun = Stream::default();
        for (id, token) in asked {
            state.numbers += 1;
            let number = state.numbers;
            state.ids.insert(number, id.clone());
            state.requests.insert(id.clone(), Request { stream, number });
            begun.unanswered.push(id);
            if let Some(token) = token {
                state.tokens.insert(token.clone(), stream);
                begun.tokens.push(token);
            }
        }
        state.streams.insert(stream, begun);
        let reader = state.attach(self, stream, None);
        reader.map_err(|_| Refused::Full(MAX_UNANSWERED))
    }

    /// What the handler knows an unanswered request by.
    pub(super) fn number(&self, id: &RequestId) -> Option<RequestId> {
        self.lock().requests.get(id).map(|request| RequestId::Number(request.number))
    }

    /// The id of an unanswered request that the handler knows by this number.
    pub(super) fn id(&self, number: &RequestId) -> Option<RequestId> {
        let RequestId::Number(number) = number else { return None };
        self.lock().ids.get(number).cloned()
    }

    /// Reads a stream on from an event, or from the first that nobody has read. Whoever read it before
    /// reads no more.
    pub(super) fn resume(
        self: &Arc<Self>,
        stream: u64,
        after: Option<u64>,
    ) -> Result<Reader, NotKept> {
        let reader = self.lock().attach(self, stream, after);
        self.changed.notify_waiters();
        reader
    }

    /// Keeps the answer to the request of a number, for whoever reads its stream.
    pub(super) fn answer(&self, number: &RequestId, json: Bytes) {
        let mut state = self.lock();
        let id = match number {
            RequestId::Number(number) => state.ids.get(number).cloned(),
            RequestId::String(_) => None,
        };
        if let Some((stream, _)) = id.and_then(|id| state.settle(&id)) {
            self.keep(&mut state, stream, json, true);
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// Keeps what is told beside answers: under a token to its request's stream.
    pub(super) fn tell(&self, token: Option<&ProgressToken>, json: Bytes) {
        let mut state = self.lock();
        let stream = match token {
            Some(token) => state.tokens.get(token).copied(),
            None => Some(STANDALONE),
        };
        if let Some(stream) = stream {
            self.keep(&mut state, stream, json, false);
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// A request that will not be answered, since its client has taken it back. What the handler knows it
    /// by.
    pub(super) fn withdraw(&self, id: &RequestId) -> Option<RequestId> {
        let mut state = self.lock();
        let settled = state.settle(id);
        self.trim(&mut state);
        drop(state);
        self.changed.notify_waiters();
        settled.map(|(_, number)| number)
    }

    /// Whether nobody reads and nobody waits for an answer.
    pub(super) fn at_rest(&self) -> bool {
        let state = self.lock();
        state.requests.is_empty() && state.streams.values().all(|stream| stream.reader.is_none())
    }

    /// Nothing more is told but answers: whoever reads the rest is let go.
    pub(super) fn quiet(&self) {
        self.lock().quiet = true;
        self.changed.notify_waiters();
    }

    /// The session is over.
    pub(super) fn end(&self) {
        self.lock().over = true;
        self.changed.notify_waiters();
    }

    fn keep(&self, state: &mut State, stream: u64, json: Bytes, answer: bool) {
        let Some(stream) = state.streams.get_mut(&stream) else { return };
        stream.sequence += 1;
        self.kept.fetch_add(json.len(), Ordering::Relaxed);
        stream.events.push_back(Event { sequence: stream.sequence, json, answer });
        if stream.events.len() > MAX_EVENTS
            && let Some(oldest) = stream.events.iter().position(|event| !event.answer)
            && let Some(gone) = stream.events.remove(oldest)
        {
            stream.gone = stream.gone.max(gone.sequence);
            self.kept.fetch_sub(gone.json.len(), Ordering::Relaxed);
        }
        self.trim(state);
    }

    /// Lets go of streams that are over and are not read, the oldest first.
    fn trim(&self, state: &mut State) {
        let idle = |(number, stream): (&u64, &Stream)| {
            let over = *number != STANDALONE && stream.unanswered.is_empty();
            (over && stream.reader.is_none()).then_some((*number, stream.bytes()))
        };
        let idle: Vec<_> = state.streams.iter().filter_map(idle).collect();
        let mut count = idle.len();
        let mut bytes: usize = idle.iter().map(|(_, bytes)| bytes).sum();
        for (number, size) in idle {
            let all = self.kept.load(Ordering::Relaxed);
            if count <= MAX_OVER && bytes <= MAX_OVER_BYTES && all <= MAX_KEPT_BYTES {
                break;
            }
            self.forget(state, number);
            count -= 1;
            bytes -= size;
        }
    }

    fn forget(&self, state: &mut State, number: u64) {
        if let Some(stream) = state.streams.remove(&number) {
            self.kept.fetch_sub(stream.bytes(), Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        let bytes: usize = self.lock().streams.values().map(Stream::bytes).sum();
        self.kept.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl State {
    fn attach(
        &mut self,
        streams: &Arc<Streams>,
        stream: u64,
        after: Option<u64>,
    ) -> Result<Reader, NotKept> {
        let found = self.streams.get_mut(&stream).ok_or(NotKept::Never)?;
        let next = match after {
            Some(after) if after > found.sequence => return Err(NotKept::Never),
            Some(after) if after < found.gone => return Err(NotKept::Since(found.gone)),
            Some(after) => after + 1,
            None => found.read + 1,
        };
        self.tickets += 1;
        found.reader = Some(self.tickets);
        Ok(Reader { streams: Arc::clone(streams), stream, ticket: self.tickets, next })
    }

    /// A request is over; the stream it belongs to, and what the handler knows it by.
    fn settle(&mut self, id: &RequestId) -> Option<(u64, RequestId)> {
        let Request { stream: of, number } = self.requests.remove(id)?;
        self.ids.remove(&number);
        let stream = self.streams.get_mut(&of)?;
        stream.unanswered.retain(|unanswered| unanswered != id);
        if stream.unanswered.is_empty() {
            for token in stream.tokens.drain(..) {
                if self.tokens.get(&token) == Some(&of) {
                    self.tokens.remove(&token);
                }
            }
        }
        Some((of, RequestId::Number(number)))
    }
}

impl Stream {
    fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.json.len()).sum()
    }
}
