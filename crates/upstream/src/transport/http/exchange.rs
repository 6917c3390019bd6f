//! One message to a server, and all that comes back for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Response, StatusCode};
use rmcp::model::{RequestId, ServerJsonRpcMessage};
use serde_json::Value;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::transport::NOISE_LIMIT;
use crate::transport::http::body::{Body, End};
use crate::transport::http::client::Ask;
use crate::transport::http::event::{Event, Kind};
use crate::transport::http::failed::{Failed, UNKNOWN};
use crate::transport::http::headers::LAST_EVENT;
use crate::transport::http::message::{INITIALIZE, Message};
use crate::transport::http::wire::{Answers, Item, Took, Wire};
use crate::transport::lines::{Budget, Framing, Line, Lines, Share};
use crate::transport::parse::{Parsed, error_of};
use crate::transport::pending::{Fault, Note};

/// Both are to be accepted by whoever sends a request.
const BOTH: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// The most of a refusal that is read.
const REFUSAL_LIMIT: usize = 64 * 1024;
/// How much longer than the largest answer the stream of one request may be: it carries progress
/// and other messages too.
const STREAM_FACTOR: u64 = 4;
/// How long to wait before a stream that was dropped is gone on with, unless the server says.
pub(super) const RESUME_AFTER: Duration = Duration::from_secs(1);
/// How often in a row a stream may be gone on with that brings nothing.
const FRUITLESS: usize = 5;
/// How long the rest of a body that means nothing is waited for, so that its connection can be
/// used again.
const DRAIN: Duration = Duration::from_millis(50);

/// What the body of an answer is.
enum Form {
    Json,
    Events,
    Nothing,
    Other(String),
}

/// A refusal as it was read.
struct Refused {
    status: StatusCode,
    form: String,
    /// The error as the server wrote it, without its id.
    message: Option<Value>,
}

impl Wire {
    /// Sends a message and stays with it until it is answered. Dropping this ends it.
    pub(super) async fn exchange(self: &Arc<Self>, message: &Message) {
        if let Err(failed) = self.attempt(message).await {
            self.fail(message, failed).await;
        }
    }

    async fn attempt(self: &Arc<Self>, message: &Message) -> Result<(), Failed> {
        let mut renewed = false;
        loop {
            let (session, has_id) = self.session.number();
            let response = self.post(message).await?;
            if response.status().is_success() {
                return self.answered(message, response).await;
            }
            let refused = Refused::read(response, &self.budget).await;
            // A session that is not known any more: nothing was done, so nothing is done twice.
            if has_id && !renewed && !message.shaking && refused.is_about_the_session() {
                renewed = true;
                self.renew(session).await?;
                continue;
            }
            return self.refused(message, refused).await;
        }
    }

    /// Sends a message; gives the head of what came back.
    pub(super) async fn post(&self, message: &Message) -> Result<Response, Failed> {
        let mut headers = HeaderMap::new();
        if !message.is_modern() && !message.is(INITIALIZE) {
            headers.extend(self.session.headers());
        }
        headers.extend(message.headers.clone());
        headers.insert(ACCEPT, BOTH);
        headers.insert(CONTENT_TYPE, JSON);
        let url = self.beside.get().unwrap_or_else(|| self.client.url());
        let body = Some(message.body.clone());
        self.client.send(Ask { method: Method::POST, url, headers, body }).await
    }

    /// Asks for a stream of events, going on after `last` when there is one.
    pub(super) async fn get(&self, last: Option<&str>) -> Result<Response, Failed> {
        let mut headers = self.session.headers();
        headers.insert(ACCEPT, EVENTS);
        if let Some(last) = last.and_then(|last| HeaderValue::from_str(last).ok()) {
            headers.insert(LAST_EVENT, last);
        }
        self.client
            .send(Ask { method: Method::GET, url: self.client.url(), headers, body: None })
            .await
    }

    /// Tells the server that its session is over, where there is one.
    pub(super) async fn end_session(&self) {
        if !self.session.number().1 {
            return;
        }
        let (headers, url) = (self.session.headers(), self.client.url());
        if let Ok(response) =
            self.client.send(Ask { method: Method::DELETE, url, headers, body: None }).await
        {
            drain(response).await;
        }
    }

    /// Reads what came back with a status that says yes.
    async fn answered(&self, message: &Message, response: Response) -> Result<(), Failed> {
        let form = form(&response);
        if message.id.is_none() || self.beside.get().is_some() {
            // A notification, or a request whose answer comes on another stream.
            drain(response).await;
            return Ok(());
        }
        match form {
            Form::Json => self.answered_at_once(message, response).await,
            Form::Events => self.answered_by_events(message, response).await,
            Form::Nothing => Err(Failed::this(format!(
                "it answered nothing (HTTP {}): {UNKNOWN}",
                response.status().as_u16()
            ))),
            Form::Other(form) => Err(Failed::this(format!(
                "it answered {form} and no MCP message (HTTP {}): check that its url is that of \
                 an MCP server",
                response.status().as_u16()
            ))),
        }
    }

    async fn answered_at_once(&self, message: &Message, response: Response) -> Result<(), Failed> {
        let headers = response.headers().clone();
        let body = self.body(response);
        let mut lines = Lines::framed(Framing::Whole, body, self.limit + 1024, self.budget.clone());
        match lines.next().await {
            Line::Whole(bytes, share) => {
                match self.take(bytes, share, Answers::To(message), &headers).await {
                    Took::Answer => Ok(()),
                    Took::Stray => Err(Failed::this(format!(
                        "it answered another request than the one it was asked: {UNKNOWN}"
                    ))),
                    Took::Other | Took::Noise => {
                        Err(Failed::this(format!("its answer is no MCP message: {UNKNOWN}")))
                    }
                }
            }
            Line::Oversized(_) => self.too_large(message).await,
            Line::End => match lines.source().end() {
                End::TooLong => self.too_large(message).await,
                End::Whole => Err(Failed::this(format!("its answer is empty: {UNKNOWN}"))),
                End::Not | End::Broken => {
                    Err(Failed::this(format!("its answer broke off in the middle: {UNKNOWN}")))
                }
            },
        }
    }

    /// Follows the stream of a request to its answer, however often it is dropped on the way, as
    /// long as the server says where to go on.
    async fn answered_by_events(
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
            sleep(place.retry.unwrap_or(RESUME_AFTER)).await;
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

    /// Takes note of a refusal, in the server's words where it has any.
    async fn refused(&self, message: &Message, refused: Refused) -> Result<(), Failed> {
        let Refused { status, form, message: said } = refused;
        let code = status.as_u16();
        if message.is(INITIALIZE) && status.is_client_error() {
            self.looks_older.store(true, Ordering::Release);
        }
        let Some(id) = &message.id else {
            return Err(Failed::this(format!("it answered HTTP {code}")));
        };
        match said {
            Some(mut said) if message.shaking => {
                said["id"] = serde_json::to_value(id).unwrap_or_default();
                self.hand_on(Item::Shaken(said)).await;
                Ok(())
            }
            Some(said) => {
                let answer = ServerJsonRpcMessage::error(error_of(&said), Some(id.clone()));
                self.hand_on(Item::Parsed(Parsed::Message(answer), Note::default())).await;
                Ok(())
            }
            None if status.is_server_error() && !message.shaking => {
                Err(Failed::this(format!("it answered HTTP {code} ({form}): {UNKNOWN}")))
            }
            None => Err(Failed::this(format!("it answered HTTP {code} ({form})"))),
        }
    }

    /// Refuses an answer that is larger than it may be.
    async fn too_large(&self, message: &Message) -> Result<(), Failed> {
        match &message.id {
            Some(id) if !message.shaking => self.refuse(id, Fault::TooLarge).await,
            // The handshake has no other words for it.
            _ => {
                let limit = self.limit;
                let reason = format!("its answer is larger than {limit} bytes, the limit");
                return Err(Failed::this(reason));
            }
        }
        Ok(())
    }

    fn stream_limit(&self) -> u64 {
        (self.limit as u64).saturating_mul(STREAM_FACTOR)
    }

    fn body(&self, response: Response) -> Body {
        Body::new(response.into(), self.stream_limit())
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
    fn new(wire: &Wire, response: Response) -> Self {
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
    async fn drain(&mut self) {
        let end = async { while !matches!(self.lines.next().await, Line::End) {} };
        let _ = timeout(DRAIN, end).await;
    }
}

impl Refused {
    /// Reads the little of a refusal that may be of use.
    async fn read(response: Response, budget: &Budget) -> Self {
        let status = response.status();
        let (form, is_json) = match form(&response) {
            Form::Json => ("JSON".to_owned(), true),
            Form::Events => ("events".to_owned(), false),
            Form::Nothing => ("no content".to_owned(), false),
            Form::Other(form) => (form, false),
        };
        let body = Body::new(response.into(), REFUSAL_LIMIT as u64);
        let mut lines = Lines::framed(Framing::Whole, body, REFUSAL_LIMIT, budget.clone());
        let message = match lines.next().await {
            Line::Whole(bytes, _) if is_json => serde_json::from_slice::<Value>(&bytes).ok(),
            _ => None,
        };
        let message = message.filter(|message| message.get("error").is_some_and(Value::is_object));
        Self { status, form, message }
    }

    /// Whether a session is what it has not got. Some servers answer 400 for that.
    fn is_about_the_session(&self) -> bool {
        let words = self.message.as_ref().and_then(|said| said.pointer("/error/message"));
        let words = words.and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        self.status == StatusCode::NOT_FOUND
            || (self.status == StatusCode::BAD_REQUEST && words.contains("session"))
    }
}

/// Whether what came back is a stream of events.
pub(super) fn is_events(response: &Response) -> bool {
    matches!(form(response), Form::Events)
}

fn form(response: &Response) -> Form {
    let Some(kind) = response.headers().get(CONTENT_TYPE) else {
        return match response.content_length() {
            Some(0) => Form::Nothing,
            _ if response.status() == StatusCode::NO_CONTENT => Form::Nothing,
            _ => Form::Other("something without a content type".to_owned()),
        };
    };
    let kind = kind.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Form::Json,
        "text/event-stream" => Form::Events,
        "text/html" => Form::Other("HTML".to_owned()),
        kind if kind.len() <= 64 && kind.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Form::Other(format!("`{kind}`"))
        }
        _ => Form::Other("something of an unknown content type".to_owned()),
    }
}

/// The first answer that came back, whole.
pub(super) async fn message_of(wire: &Wire, response: Response) -> Option<Value> {
    if !is_events(&response) {
        let body = wire.body(response);
        let mut lines = Lines::framed(Framing::Whole, body, wire.limit, wire.budget.clone());
        let Line::Whole(bytes, _share) = lines.next().await else { return None };
        return serde_json::from_slice(&bytes).ok();
    }
    let mut events = Events::new(wire, response);
    while let Next::Event(event, _share) = events.next().await {
        let message = serde_json::from_slice::<Value>(&event.data).ok();
        if let Some(message) = message.filter(|message| message.get("method").is_none()) {
            return Some(message);
        }
    }
    None
}

/// Reads a short body to its end, so that its connection can be used again.
pub(super) async fn drain(mut response: Response) {
    let rest = async { while let Ok(Some(_)) = response.chunk().await {} };
    let _ = timeout(DRAIN, rest).await;
}

/// The request that a message is, for whoever keeps a list of those under way.
pub(super) async fn run(
    wire: Arc<Wire>,
    message: Message,
    id: RequestId,
    ended: CancellationToken,
) {
    tokio::select! {
        biased;
        () = ended.cancelled() => {}
        () = wire.exchange(&message) => {}
    }
    wire.under_way.done(&id);
}
