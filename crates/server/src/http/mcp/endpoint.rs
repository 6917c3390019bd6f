//! `POST`, `GET` and `DELETE` of `/mcp`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use rmcp::ErrorData;
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ConstString, GetExtensions, InitializeResultMethod,
    JsonRpcMessage, JsonRpcRequest,
};
use tokio_util::sync::CancellationToken;
use types::Principal;

use super::config::McpConfig;
use super::conversation::{self, is_initialize, session};
use super::exchange;
use super::message::{self, Messages};
use super::rejected::Rejected;
use super::request::{Era, Head, accepts};
use super::sessions::Sessions;
use super::sse;
use super::streams::{NotKept, STANDALONE};
use crate::backend::Backend;
use crate::http::api::{body, execute};
use crate::http::app::App;
use crate::http::identity::{Caller, Holder, while_it_lasts};
use crate::http::{rate, watch};
use crate::mcp::{Handler, scope_of};
use crate::{Config, Leave};

pub(super) const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// What `/mcp` keeps between requests.
pub(crate) struct Endpoint<B> {
    backend: B,
    config: Arc<Config>,
    /// Answers what belongs to no session.
    handler: Handler<B>,
    pub(super) sessions: Arc<Sessions>,
    stop: CancellationToken,
    draining: CancellationToken,
}

impl<B: Backend> Endpoint<B> {
    /// Everything ends with `stop`; from `draining` on nothing new is taken.
    pub(crate) fn new(
        backend: B,
        config: &Config,
        mcp: McpConfig,
        stop: CancellationToken,
        draining: CancellationToken,
    ) -> Self {
        let config = Arc::new(config.clone());
        let never = CancellationToken::new();
        let handler =
            Handler::new(backend.clone(), Arc::clone(&config), never, draining.child_token());
        let sessions = Sessions::new(mcp, &stop, &draining);
        let handler = handler.of_many().of_anybody();
        Self { backend, config, handler, sessions, stop, draining }
    }

    /// The handler of a session, whose client introduces itself.
    pub(super) fn in_session(&self, ended: CancellationToken) -> Handler<B> {
        let introduced = CancellationToken::new();
        introduced.cancel();
        Handler::new(self.backend.clone(), Arc::clone(&self.config), introduced, ended).of_anybody()
    }
}

/// A message, or several.
pub(crate) async fn post<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Holder(principal, leave): Holder,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let answer = take(&app, (principal, leave.clone()), &headers, body);
    let answering = async { answer.await.unwrap_or_else(IntoResponse::into_response) };
    while_it_lasts(leave, answering).await
}

/// What a session says beside its answers, or what was missed of them.
pub(crate) async fn get<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Holder(principal, leave): Holder,
    headers: HeaderMap,
) -> Response {
    let answer = read(&app.mcp, &principal, &headers);
    let answer = answer.unwrap_or_else(IntoResponse::into_response);
    while_it_lasts(leave, std::future::ready(answer)).await
}

/// The end of a session.
pub(crate) async fn delete<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    headers: HeaderMap,
) -> Response {
    end(&app.mcp, &principal, &headers).unwrap_or_else(IntoResponse::into_response)
}

async fn take<B: Backend>(
    app: &App<B>,
    (principal, leave): (Principal, Leave),
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Rejected> {
    if !accepts(headers, &[JSON, EVENTS]) {
        return Err(unacceptable("`Accept` must name application/json and text/event-stream"));
    }
    let head = Head::read(headers)?;
    let room = app.bodies.enter(&principal);
    let read = body::read(headers, body, &app.http, room, message::read).await??;
    let Messages { mut messages, batch } = read;
    let principal = Arc::new(principal);
    sign(&mut messages, &principal, &leave, headers);
    let endpoint = &app.mcp;
    if endpoint.draining.is_cancelled() {
        return Err(Rejected::busy("the server is stopping and takes no new requests", None));
    }
    for message in &messages {
        if let Some(scope) = scope_needed(message) {
            execute::may(&principal, scope)?;
        }
    }
    let counted = messages.iter().any(|message| scope_needed(message).is_some());
    let mut answer = by_era(endpoint, &principal, &head, messages, batch).await?;
    if counted {
        rate::tell(answer.headers_mut(), &app.backend.standings(&principal));
    }
    Ok(answer)
}

async fn by_era<B: Backend>(
    endpoint: &Endpoint<B>,
    principal: &Principal,
    head: &Head<'_>,
    mut messages: Vec<ClientJsonRpcMessage>,
    batch: bool,
) -> Result<Response, Rejected> {
    let eras: Vec<_> = messages.iter().map(|message| head.era(message)).collect();
    let begins = messages.iter().any(is_initialize);
    if !eras.contains(&Era::Stateless) && (begins || !head.is_stateless()) {
        return conversation::take(endpoint, principal, head, messages, batch).await;
    }
    if batch {
        let what = "batches are not supported since 2025-06-18; send one JSON-RPC message";
        return Err(Rejected::invalid(what, None));
    }
    match messages.pop() {
        Some(JsonRpcMessage::Request(request)) => alone(endpoint, principal, head, request).await,
        // A request is taken back by closing its connection.
        Some(JsonRpcMessage::Notification(_)) | None => Ok(StatusCode::ACCEPTED.into_response()),
        Some(JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_)) => {
            Err(Rejected::invalid("nothing was asked of this client", None))
        }
    }
}

/// Notes in requests who sent them, for how long they may, and where they belong in a trace by the
/// headers that they came with.
fn sign(
    messages: &mut [ClientJsonRpcMessage],
    principal: &Arc<Principal>,
    leave: &Leave,
    headers: &HeaderMap,
) {
    let trace = watch::trace(headers);
    for message in messages {
        let JsonRpcMessage::Request(request) = message else { continue };
        let extensions = request.request.extensions_mut();
        extensions.insert(Arc::clone(principal));
        extensions.insert(leave.clone());
        if let Some(trace) = &trace {
            extensions.insert(trace.clone());
        }
    }
}

/// A request that is complete in itself.
async fn alone<B: Backend>(
    endpoint: &Endpoint<B>,
    principal: &Principal,
    head: &Head<'_>,
    mut request: JsonRpcRequest<ClientRequest>,
) -> Result<Response, Rejected> {
    head.agrees(&request)?;
    if request.request.method() == InitializeResultMethod::VALUE {
        let error = ErrorData::method_not_found::<InitializeResultMethod>();
        return Err(Rejected::new(StatusCode::NOT_FOUND, error, Some(request.id)));
    }
    let listening = match &mut request.request {
        ClientRequest::SubscriptionsListenRequest(listen) => {
            listen.extensions.insert(endpoint.handler.print(principal));
            Some(endpoint.sessions.listen(principal)?)
        }
        _ => None,
    };
    Ok(exchange::answer(endpoint.handler.clone(), request, &endpoint.stop, listening).await)
}

fn read<B: Backend>(
    endpoint: &Endpoint<B>,
    principal: &Principal,
    headers: &HeaderMap,
) -> Result<Response, Rejected> {
    let head = Head::read(headers)?;
    has_sessions(&head)?;
    if !accepts(headers, &[EVENTS]) {
        return Err(unacceptable(
            "`Accept` must name text/event-stream; messages are sent with POST",
        ));
    }
    if endpoint.draining.is_cancelled() {
        return Err(Rejected::busy("the server is stopping", None));
    }
    let session = session(endpoint, principal, &head)?;
    let (stream, after) = match head.last_event.map(sse::position) {
        None => (STANDALONE, None),
        Some(None) => return Err(not_kept(STANDALONE, NotKept::Never)),
        Some(Some((stream, after))) => (stream, Some(after)),
    };
    let reader = session.streams.resume(stream, after).map_err(|why| not_kept(stream, why))?;
    let first = session.primes().then(|| reader.prime());
    Ok(sse::response(first.into_iter().collect(), reader))
}

fn not_kept(stream: u64, why: NotKept) -> Rejected {
    let what = match why {
        NotKept::Never => {
            "the event of `Last-Event-ID` is of no stream that is kept; send the request again"
                .to_owned()
        }
        NotKept::Since(gone) => format!(
            "what came after the event of `Last-Event-ID` is no longer kept; what is left of the stream \
             comes after `{stream}-{gone}`"
        ),
    };
    Rejected::invalid(what, None)
}

fn end<B: Backend>(
    endpoint: &Endpoint<B>,
    principal: &Principal,
    headers: &HeaderMap,
) -> Result<Response, Rejected> {
    let head = Head::read(headers)?;
    has_sessions(&head)?;
    session(endpoint, principal, &head)?;
    if let Some(id) = head.session {
        endpoint.sessions.end(id);
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn has_sessions(head: &Head<'_>) -> Result<(), Rejected> {
    if !head.is_stateless() {
        return Ok(());
    }
    Err(Rejected::method("POST", "the revision 2026-07-28 has no sessions: everything is a POST"))
}

/// What one must have been given leave for to send a message.
fn scope_needed(message: &ClientJsonRpcMessage) -> Option<&'static str> {
    let JsonRpcMessage::Request(request) = message else { return None };
    match &request.request {
        ClientRequest::CallToolRequest(call) => scope_of(&call.params.name),
        _ => None,
    }
}

fn unacceptable(what: &'static str) -> Rejected {
    Rejected::new(StatusCode::NOT_ACCEPTABLE, ErrorData::invalid_request(what, None), None)
}
