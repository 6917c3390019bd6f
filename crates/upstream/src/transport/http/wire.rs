//! What all requests of one connection share, and what becomes of the bytes that arrive.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use reqwest::Url;
use reqwest::header::HeaderMap;
use rmcp::model::{RequestId, ServerJsonRpcMessage, ServerResult};
use serde_json::Value;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::bytes::BytesMut;
use tokio_util::sync::CancellationToken;

use crate::transport::cut;
use crate::transport::deliver::{PARSE_INLINE, answered_id};
use crate::transport::http::client::Client;
use crate::transport::http::failed::Failed;
use crate::transport::http::message::{INITIALIZE, Message};
use crate::transport::http::promoted::Promoted;
use crate::transport::http::session::Session;
use crate::transport::lines::{Budget, Share};
use crate::transport::parse::{Parsed, anonymous_error, expected, parse};
use crate::transport::pending::{Fault, Note, Pending};

/// What all requests of one connection share.
pub(super) struct Wire {
    pub(super) server: Arc<str>,
    pub(super) client: Client,
    /// The largest answer, in bytes.
    pub(super) limit: usize,
    pub(super) budget: Budget,
    pub(super) pending: Arc<Pending>,
    pub(super) inbox: mpsc::Sender<Item>,
    pub(super) session: Session,
    pub(super) promoted: Promoted,
    /// Where requests go in the older transport; nowhere else is it set.
    pub(super) beside: OnceLock<Url>,
    /// Ends the stream on which the server says what nobody asked: a session has one.
    pub(super) listening: Mutex<CancellationToken>,
    /// Held while a session is begun again.
    pub(super) renewing: tokio::sync::Mutex<()>,
    pub(super) under_way: UnderWay,
    /// What is left for replies to requests of the server's.
    pub(super) replies: Arc<Semaphore>,
    pub(super) closed: CancellationToken,
    pub(super) fault: Arc<OnceLock<&'static str>>,
    /// Whether the handshake is done, for messages that come on no stream of a request.
    pub(super) shaken: AtomicBool,
    /// Whether `initialize` was answered as by a server of the older transport.
    pub(super) looks_older: AtomicBool,
}

/// One thing that arrived.
pub(super) enum Item {
    /// A message of the handshake.
    Shaken(Value),
    /// A request of the handshake that failed.
    Refused(RequestId, String),
    /// The server cannot be reached.
    Failed(String),
    /// A message after the handshake, or why there is none.
    Parsed(Parsed, Note),
    /// The one stream of the older transport has ended.
    End,
}

/// Whose answers a stream may carry.
#[derive(Clone, Copy)]
pub(super) enum Answers<'a> {
    /// That of one request, whose stream it is.
    To(&'a Message),
    /// Those of all: it is the only stream there is.
    All,
    /// None.
    None,
}

/// What a message on a stream was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Took {
    /// The answer that was waited for.
    Answer,
    /// Something else that means something.
    Other,
    /// The answer to another request, which has no place here.
    Stray,
    /// Nothing.
    Noise,
}

impl Wire {
    /// Hands on one message as it came.
    pub(super) async fn take(
        &self,
        bytes: BytesMut,
        share: Option<Share>,
        answers: Answers<'_>,
        headers: &HeaderMap,
    ) -> Took {
        let shaking = match answers {
            Answers::To(message) => message.shaking,
            Answers::All | Answers::None => !self.shaken.load(Ordering::Acquire),
        };
        if shaking {
            return self.take_shaking(&bytes, answers, headers).await;
        }
        let length = bytes.len();
        let note = Note { bytes: length, _share: share, fault: None };
        let id = match answers {
            Answers::To(message) => message.id.clone(),
            Answers::All | Answers::None => None,
        };
        let (limit, pending) = (self.limit, Arc::clone(&self.pending));
        let parsed = if length <= PARSE_INLINE {
            parsed(&bytes, limit, &pending, id)
        } else {
            let work = tokio::task::spawn_blocking(move || parsed(&bytes, limit, &pending, id));
            work.await.unwrap_or(Parsed::Noise)
        };
        let (took, parsed) = self.sort(parsed, answers);
        if matches!(took, Took::Answer | Took::Other) {
            self.hand_on(Item::Parsed(parsed, note)).await;
        }
        took
    }

    /// Refuses the answer to a request of a stream's.
    pub(super) async fn refuse(&self, id: &RequestId, fault: Fault) {
        self.hand_on(Item::Parsed(Parsed::Refused(id.clone(), fault), Note::default())).await;
    }

    /// Refuses an answer that was too large to keep, to whoever waits for it.
    pub(super) async fn refuse_large(&self, id: RequestId) {
        if let Some((id, _)) = expected(id, &self.pending) {
            self.refuse(&id, Fault::TooLarge).await;
        }
    }

    /// Says something as if the server had.
    pub(super) async fn say(&self, message: &Value) {
        if let Ok(message) = serde_json::from_value(message.clone()) {
            self.hand_on(Item::Parsed(Parsed::Message(message), Note::default())).await;
        }
    }

    /// Tells whoever waits for a request that there is no answer.
    pub(super) async fn fail(&self, message: &Message, failed: Failed) {
        let Some(id) = &message.id else {
            tracing::debug!(server = &*self.server, reason = failed.reason, "a message was lost");
            return;
        };
        match (message.shaking, failed.hopeless) {
            (false, _) => self.refuse(id, Fault::Failed(failed.reason.into())).await,
            (true, false) => self.hand_on(Item::Refused(id.clone(), failed.reason)).await,
            (true, true) => self.hand_on(Item::Failed(failed.reason)).await,
        }
    }

    /// Puts something into the inbox. When nobody empties it any more, there is nobody to tell.
    pub(super) async fn hand_on(&self, item: Item) {
        let _ = self.inbox.send(item).await;
    }

    async fn take_shaking(&self, bytes: &[u8], answers: Answers<'_>, headers: &HeaderMap) -> Took {
        let Ok(message) = serde_json::from_slice::<Value>(bytes) else { return Took::Noise };
        if !message.is_object() {
            return Took::Noise;
        }
        let answers_it = message.get("method").is_none();
        if answers_it && let Answers::To(asked) = answers {
            let id = message.get("id").filter(|id| !id.is_null());
            let id = id.and_then(|id| serde_json::from_value::<RequestId>(id.clone()).ok());
            if id.as_ref().is_some_and(|id| !same(id, asked.id.as_ref())) {
                return Took::Stray;
            }
            if asked.is(INITIALIZE) {
                self.session.begun(headers, &message);
            }
            let item = match id {
                Some(_) => Item::Shaken(message),
                // An error without an id, on the stream of the request it is about.
                None => match (anonymous_error(bytes), &asked.id) {
                    (Some(error), Some(id)) => {
                        let words = format!("it refused: {}", cut(&error.message, 200));
                        Item::Refused(id.clone(), words)
                    }
                    _ => return Took::Noise,
                },
            };
            self.hand_on(item).await;
            return Took::Answer;
        }
        if answers_it && matches!(answers, Answers::All) {
            self.session.begun(headers, &message);
        }
        self.hand_on(Item::Shaken(message)).await;
        Took::Other
    }

    /// What a parsed message is on this stream.
    fn sort(&self, parsed: Parsed, answers: Answers<'_>) -> (Took, Parsed) {
        let id = match &parsed {
            Parsed::Message(message) => answered_id(message),
            Parsed::Refused(id, _) => Some(id),
            Parsed::Late => return (late(answers), parsed),
            Parsed::Noise => return (Took::Noise, parsed),
        };
        let took = match (id, answers) {
            (None, _) => Took::Other,
            (Some(_), Answers::All) => Took::Answer,
            (Some(id), Answers::To(message)) if Some(id) == message.id.as_ref() => Took::Answer,
            (Some(_), _) => Took::Stray,
        };
        let parsed = match (answers, parsed) {
            (Answers::To(asked), Parsed::Message(message))
                if took == Took::Answer && asked.lists_tools() && asked.is_modern() =>
            {
                Parsed::Message(self.learned(message))
            }
            (_, parsed) => parsed,
        };
        (took, parsed)
    }

    /// What a list of tools says of their headers is remembered.
    fn learned(&self, mut message: ServerJsonRpcMessage) -> ServerJsonRpcMessage {
        if let ServerJsonRpcMessage::Response(response) = &mut message
            && let ServerResult::CustomResult(result) = &mut response.result
        {
            self.promoted.learn(&mut result.0);
        }
        message
    }
}

/// An answer nobody waits for. In the one stream of all requests there may be such.
fn late(answers: Answers<'_>) -> Took {
    match answers {
        Answers::All => Took::Other,
        Answers::To(_) | Answers::None => Took::Stray,
    }
}

/// Reads a message; an error without an id is about the request whose stream it comes on.
fn parsed(bytes: &[u8], limit: usize, pending: &Pending, id: Option<RequestId>) -> Parsed {
    match (parse(bytes, limit, pending), id) {
        (Parsed::Noise, Some(id)) => match anonymous_error(bytes) {
            Some(error) => Parsed::Message(ServerJsonRpcMessage::error(error, Some(id))),
            None => Parsed::Noise,
        },
        (parsed, _) => parsed,
    }
}

/// Whether a server's id means a request: some send a number back as a string.
fn same(given: &RequestId, asked: Option<&RequestId>) -> bool {
    match (given, asked) {
        (RequestId::String(text), Some(RequestId::Number(number))) => text.parse() == Ok(*number),
        (given, asked) => Some(given) == asked,
    }
}

/// The requests that have not been answered, each with what ends it.
#[derive(Default)]
pub(super) struct UnderWay(Mutex<HashMap<RequestId, CancellationToken>>);

impl UnderWay {
    /// Enters a request; what is given ends it.
    pub(super) fn enter(&self, id: &RequestId, closed: &CancellationToken) -> CancellationToken {
        let token = closed.child_token();
        self.lock().insert(id.clone(), token.clone());
        token
    }

    pub(super) fn done(&self, id: &RequestId) {
        self.lock().remove(id);
    }

    /// Ends a request: its stream is closed.
    pub(super) fn cancel(&self, id: &RequestId) {
        if let Some(token) = self.lock().remove(id) {
            token.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RequestId, CancellationToken>> {
        // No code panics while it holds the lock, and a map is whole between calls.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
