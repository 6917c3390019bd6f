//! One message to a server, and all that comes back for it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Response};
use rmcp::model::{RequestId, ServerJsonRpcMessage};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::transport::http::body::{Body, End};
use crate::transport::http::client::Ask;
use crate::transport::http::events::{Events, Next};
use crate::transport::http::failed::{Failed, UNKNOWN};
use crate::transport::http::headers::LAST_EVENT;
use crate::transport::http::message::{INITIALIZE, Message};
use crate::transport::http::reply::{Form, Refused, drain, form, is_events};
use crate::transport::http::wire::{Answers, Item, Took, Wire};
use crate::transport::lines::{Framing, Line, Lines};
use crate::transport::parse::{Parsed, error_of};
use crate::transport::pending::{Fault, Note};

/// Both are to be accepted by whoever sends a request.
const BOTH: HeaderValue = HeaderValue::from_static("application/json, text/event-stream");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EVENTS: HeaderValue = HeaderValue::from_static("text/event-stream");

/// How much longer than the largest answer the stream of one request may be: it carries progress
/// and other messages too.
const STREAM_FACTOR: u64 = 4;

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
        headers.extend(message.trace.clone());
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
    pub(super) async fn too_large(&self, message: &Message) -> Result<(), Failed> {
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

    pub(super) fn stream_limit(&self) -> u64 {
        (self.limit as u64).saturating_mul(STREAM_FACTOR)
    }

    pub(super) fn body(&self, response: Response) -> Body {
        Body::new(response.into(), self.stream_limit())
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
