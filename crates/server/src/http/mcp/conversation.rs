//! What is sent in a session: how one begins, and how its requests are answered.

use std::sync::Arc;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, JsonRpcMessage, ProtocolVersion};
use types::Principal;

use super::endpoint::{Endpoint, JSON};
use super::exchange::AT_ONCE;
use super::rejected::Rejected;
use super::request::{Head, SESSION};
use super::session::Session;
use super::sessions::Sessions;
use super::sse;
use super::streams::{Event, Reader};
use crate::backend::Backend;

/// Takes messages that belong to a session, or begin one.
pub(super) async fn take<B: Backend>(
    endpoint: &Endpoint<B>,
    principal: &Principal,
    head: &Head<'_>,
    messages: Vec<ClientJsonRpcMessage>,
    batch: bool,
) -> Result<Response, Rejected> {
    if messages.iter().any(is_initialize) {
        if messages.len() > 1 || head.session.is_some() {
            let what = "`initialize` begins a session: it comes alone and without `Mcp-Session-Id`";
            return Err(Rejected::invalid(what, None));
        }
        return begin(endpoint, principal, messages).await;
    }
    let session = session(endpoint, principal, head)?;
    if batch && session.version() != Some(&ProtocolVersion::V_2025_03_26) {
        let what = "batches are a matter of 2025-03-26, and this session is of another revision; \
                    send one JSON-RPC message";
        return Err(Rejected::invalid(what, None));
    }
    let Some(reader) = session.take(messages).await? else {
        return Ok(StatusCode::ACCEPTED.into_response());
    };
    Ok(answer(&session, reader, batch).await)
}

/// Begins a session with what its client says of itself.
async fn begin<B: Backend>(
    endpoint: &Endpoint<B>,
    principal: &Principal,
    messages: Vec<ClientJsonRpcMessage>,
) -> Result<Response, Rejected> {
    let (id, session) = endpoint.sessions.begin(principal, |ended| endpoint.in_session(ended))?;
    // Whoever goes away before the id is told cannot use it.
    let unknown = Unknown { sessions: &endpoint.sessions, id: Some(id) };
    let reader = session.take(messages).await?;
    let Some(mut reader) = reader else { return Err(Rejected::no_session()) };
    let Some(event) = reader.next().await else { return Err(Rejected::no_session()) };
    reader.finish();
    let mut response = json(&event);
    if session.version().is_some()
        && let Some(id) = unknown.tell()
        && let Ok(id) = HeaderValue::from_str(&id)
    {
        response.headers_mut().insert(SESSION, id);
    }
    Ok(response)
}

/// A session of which nobody knows yet.
struct Unknown<'a> {
    sessions: &'a Sessions,
    id: Option<String>,
}

impl Unknown<'_> {
    fn tell(mut self) -> Option<String> {
        self.id.take()
    }
}

impl Drop for Unknown<'_> {
    fn drop(&mut self) {
        if let Some(id) = &self.id {
            self.sessions.end(id);
        }
    }
}

/// The answer of a session: plain JSON when it is there at once, and a stream that can be taken up
/// again when it is not.
async fn answer(session: &Session, mut reader: Reader, batch: bool) -> Response {
    let mut first = Vec::new();
    let next = match batch {
        true => None,
        false => tokio::time::timeout(AT_ONCE, reader.next()).await.ok(),
    };
    if let Some(Some(event)) = &next
        && event.answer
    {
        reader.finish();
        return json(event);
    }
    match next {
        Some(Some(event)) => first.push(reader.numbered(&event)),
        _ if session.primes() => first.push(reader.prime()),
        _ => {}
    }
    sse::response(first, reader)
}

/// The session that a head names.
pub(super) fn session<B: Backend>(
    endpoint: &Endpoint<B>,
    principal: &Principal,
    head: &Head<'_>,
) -> Result<Arc<Session>, Rejected> {
    let Some(id) = head.session else {
        let what = "the header `Mcp-Session-Id` is missing: `initialize` first, or say the revision \
                    2026-07-28 with every request";
        return Err(Rejected::invalid(what, None));
    };
    let session = endpoint.sessions.find(id, principal)?;
    head.known_version()?;
    Ok(session)
}

/// Whether a message begins a session.
pub(super) fn is_initialize(message: &ClientJsonRpcMessage) -> bool {
    let JsonRpcMessage::Request(request) = message else { return false };
    matches!(request.request, ClientRequest::InitializeRequest(_))
}

fn json(event: &Event) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(JSON))], event.json.clone()).into_response()
}
