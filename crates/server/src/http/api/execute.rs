//! `POST /execute`: runs a program and answers with what came of it.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use gateway::{Client, Over, Progress};
use serde::Serialize;
use serde_json::Value;
use tracing::Instrument;
use types::{ErrorCode, ExecutionOutcome, Language, Principal, Priority, Refusal, scope};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::http::api::body;
use crate::http::api::described::Execute;
use crate::http::api::news::News;
use crate::http::api::stream::{self, Running};
use crate::http::app::App;
use crate::http::identity::{Holder, while_it_lasts};
use crate::http::openapi::Refused;
use crate::http::problem::Problem;
use crate::http::rate;
use crate::http::watch;
use crate::mcp::arguments::{self, Arguments};

/// What the request takes.
const KEYS: [&str; 10] = [
    "code",
    "language",
    "runtime",
    "allowedTools",
    "timeoutMs",
    "permissions",
    "sessionId",
    "resetSession",
    "priority",
    "maxWaitMs",
];
/// Says what `priority` does, for whoever cannot change bodies.
const PRIORITY: &str = "x-priority";

/// The longest wait that can be asked for; the operator's own bound is far below.
const MOST_WAIT_MS: u64 = 86_400_000;

/// The outcome, with the names that clients of the API know besides.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Executed {
    /// Milliseconds, as `executionTimeMs` says more exactly.
    execution_time: u64,
    metrics: Metrics,
    #[serde(flatten)]
    outcome: ExecutionOutcome,
}

/// What the output costs whoever reads it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metrics {
    /// The output, in bytes of UTF-8.
    output_bytes: usize,
    /// The same in o200k tokens, estimated.
    estimated_tokens: usize,
}

/// Runs a program.
///
/// A program that fails is an answer too, with `success: false`. A client that takes
/// `text/event-stream` is told what happens as it happens; the answer comes last, as the event `ended`.
/// A client that goes away has its program ended.
#[utoipa::path(
    post, path = "/execute", tag = "executions", operation_id = "execute",
    params(
        ("X-Priority" = Option<Priority>, Header, description = "As `priority` in the body, which it goes before."),
    ),
    request_body = Execute,
    responses(
        (status = 200, description = "What came of the program.", content(
            (Executed = "application/json"), (String = "text/event-stream"),
        )),
        (status = "default", response = Refused),
    ),
)]
pub(crate) async fn execute<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Holder(principal, leave): Holder,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let (backend, client) = (app.backend.clone(), principal.clone());
    let over = leave.watched();
    let running = async { run(app, (principal, over), headers, body).await.into_response() };
    let mut response = while_it_lasts(leave, running).await;
    rate::tell(response.headers_mut(), &backend.standings(&client));
    response
}

/// Runs the program. A client that goes away has its program ended.
async fn run<B: Backend>(
    app: Arc<App<B>>,
    (principal, over): (Principal, Over),
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    // Whoever may run nothing need not send a program.
    if !principal.may(scope::EXECUTE_PYTHON) {
        may(&principal, scope::EXECUTE_TYPESCRIPT)?;
    }
    let room = app.bodies.enter(&principal);
    let object = body::object(&headers, body, &app.http, room).await?;
    let mut request = read(object, app.config.max_timeout_ms)?;
    if let Some(priority) = priority(&headers)? {
        request.turn.priority = priority;
    }
    request.trace = watch::trace(&headers);
    may(&principal, scope::of_language(request.language))?;
    // Looked at now: the body may have taken its time.
    if app.draining.is_cancelled() {
        let what = "the server is stopping and takes no new executions";
        return Err(Refusal::new(ErrorCode::ShuttingDown, what).into());
    }
    let cancel = app.stop.child_token();
    // Dropped with the connection, it ends the program; the task goes on to put that on record.
    let gone = cancel.clone().drop_guard();
    let client = Client { cancel, over: Some(over) };
    let backend = app.backend.clone();
    if stream::is_asked_for(&headers) {
        let news = Arc::new(News::default());
        let told = Arc::clone(&news);
        let progress = Progress::events(move |event| told.add(event));
        let running = async move { backend.execute(&principal, request, client, progress).await };
        return stream::answer(Running {
            execution: tokio::spawn(running.in_current_span()),
            news,
            gone,
        })
        .await;
    }
    let running =
        async move { backend.execute(&principal, request, client, Progress::unread()).await };
    let outcome = tokio::spawn(running.in_current_span()).await.map_err(|_| defect())?;
    let outcome = outcome.map_err(Problem::of_gateway)?;
    Ok(Json(Executed::from(outcome)).into_response())
}

/// What is said of an execution whose task died.
pub(super) fn defect() -> Refusal {
    Refusal::new(ErrorCode::Internal, "the execution was lost; this is a defect of ours")
}

/// Whether a caller was given a scope.
pub(crate) fn may(principal: &Principal, scope: &str) -> Result<(), Problem> {
    if principal.may(scope) {
        return Ok(());
    }
    Err(Problem::lacking(scope))
}

/// The priority that a header asks for.
fn priority(headers: &HeaderMap) -> Result<Option<Priority>, Problem> {
    let Some(value) = headers.get(PRIORITY) else { return Ok(None) };
    let priority = value.to_str().ok().and_then(Priority::of_word);
    let words = || format!("`X-Priority` must be {}", Priority::WORDS.join(" or "));
    priority.map(Some).ok_or_else(|| Problem::invalid(words()))
}

fn read(
    mut object: serde_json::Map<String, Value>,
    max_timeout_ms: u64,
) -> Result<types::ExecutionRequest, Problem> {
    let language = match object.remove("language") {
        None | Some(Value::Null) => Language::TypeScript,
        Some(Value::String(word)) => match word.as_str() {
            "typescript" | "javascript" => Language::TypeScript,
            "python" => Language::Python,
            _ => return Err(Problem::invalid("`language` must be \"typescript\" or \"python\"")),
        },
        Some(_) => return Err(Problem::invalid("`language` must be a string")),
    };
    let arguments = Arguments::new("POST /execute", object, &KEYS)?;
    let request = arguments::program(language, arguments, max_timeout_ms)?;
    if request.turn.max_wait_ms.is_some_and(|wait| wait > MOST_WAIT_MS) {
        let what = format!("`maxWaitMs` must be at most {MOST_WAIT_MS} (a day)");
        return Err(Problem::invalid(what));
    }
    Ok(request)
}

impl From<ExecutionOutcome> for Executed {
    fn from(outcome: ExecutionOutcome) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a duration")]
        let execution_time = outcome.execution_time_ms.max(0.0).round() as u64;
        let metrics = Metrics {
            output_bytes: outcome.output.len(),
            estimated_tokens: gateway::estimate_tokens(&outcome.output),
        };
        Self { execution_time, metrics, outcome }
    }
}
