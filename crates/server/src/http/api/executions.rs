//! `/executions`: what was run and runs, to look at and to cancel.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use types::{
    Cancellation, ExecutionEntry, ExecutionId, ExecutionPage, ExecutionQuery, ExecutionState,
    ExecutionsOf, Principal, Refusal, scope,
};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::http::api::execute::may;
use crate::http::api::named::Named;
use crate::http::api::query::{Query, invalid};
use crate::http::app::App;
use crate::http::identity::Caller;
use crate::http::openapi::Refused;
use crate::http::problem::Problem;

/// Executions of a page, at most.
const MOST: u64 = 500;
/// The tenant that stands for all of them.
const EVERYBODY: &str = "*";
/// The longest tenant or subject, in characters.
const MAX_WORD: usize = 256;

/// That an execution is being cancelled.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cancelling {
    /// Which one.
    execution_id: ExecutionId,
    /// How far that is.
    status: Stage,
}

/// How far a cancellation is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stage {
    /// It is being stopped.
    Cancelled,
    /// The gateway that runs it has been asked to stop it.
    Asked,
}

/// What was run and runs, the latest first.
///
/// One's own; with the scope `admin` those of a tenant, of one subject in it, or everybody's. Nothing of
/// code, arguments, results or output is kept.
#[utoipa::path(
    get, path = "/executions", tag = "executions", operation_id = "listExecutions",
    params(
        ("state" = Option<ExecutionState>, Query, description = "Only those that stand so."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 500, description = "At most so many; 50 when absent."),
        ("cursor" = Option<ExecutionId>, Query, description = "Where the page before ended: its `nextCursor`."),
        ("tenant" = Option<String>, Query, max_length = 256, description = "Those of this tenant; everybody's for `*`."),
        ("subject" = Option<String>, Query, max_length = 256, description = "Those of this subject, in the tenant or one's own."),
    ),
    responses((status = 200, description = "A page of them.", body = ExecutionPage), (status = "default", response = Refused)),
)]
pub(crate) async fn list<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<ExecutionPage>, Problem> {
    let keys = ["state", "limit", "cursor", "tenant", "subject"];
    let query = read(&principal, &Query::read(query.as_deref(), &keys)?)?;
    let own = match &query.of {
        ExecutionsOf::Own => true,
        ExecutionsOf::Subject { tenant, subject } => {
            (tenant, subject) == (&principal.tenant, &principal.subject)
        }
        ExecutionsOf::Tenant(_) | ExecutionsOf::Everybody => false,
    };
    if !own {
        may(&principal, scope::ADMIN)?;
    }
    Ok(Json(app.backend.executions(&principal, &query).await?))
}

/// One execution.
#[utoipa::path(
    get, path = "/executions/{id}", tag = "executions", operation_id = "getExecution",
    params(("id" = ExecutionId, Path, description = "Its id.")),
    responses((status = 200, description = "What is known of it.", body = ExecutionEntry), (status = "default", response = Refused)),
)]
pub(crate) async fn one<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    Named(id): Named<String>,
) -> Result<Json<ExecutionEntry>, Problem> {
    let id = of_path(id)?;
    app.backend.execution(&principal, &id).await?.map(Json).ok_or_else(unknown)
}

/// Cancels an execution that waits or runs.
#[utoipa::path(
    delete, path = "/executions/{id}", tag = "executions", operation_id = "cancelExecution",
    params(("id" = ExecutionId, Path, description = "Its id.")),
    responses(
        (status = 202, description = "It is being cancelled.", body = Cancelling),
        (status = "default", response = Refused),
    ),
)]
pub(crate) async fn cancel<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    Named(id): Named<String>,
) -> Result<Response, Problem> {
    let execution_id = of_path(id)?;
    let status = match app.backend.cancel(&principal, &execution_id).await? {
        Cancellation::Cancelled => Stage::Cancelled,
        Cancellation::Asked => Stage::Asked,
        Cancellation::Ended => {
            let what = "the execution has ended already; GET /executions/{id} says how";
            return Err(Problem::new(StatusCode::CONFLICT, "already_ended", what));
        }
        Cancellation::Unknown => return Err(unknown()),
    };
    Ok((StatusCode::ACCEPTED, Json(Cancelling { execution_id, status })).into_response())
}

fn read(principal: &Principal, query: &Query) -> Result<ExecutionQuery, Refusal> {
    let word = |name: &str| match query.text(name) {
        Some(text) if text.chars().count() > MAX_WORD => {
            Err(invalid(format!("`{name}` is longer than {MAX_WORD} characters")))
        }
        found => Ok(found.map(str::to_owned)),
    };
    let of = match (word("tenant")?, word("subject")?) {
        (None, None) => ExecutionsOf::Own,
        (Some(tenant), None) if tenant == EVERYBODY => ExecutionsOf::Everybody,
        (Some(tenant), None) => ExecutionsOf::Tenant(tenant),
        (tenant, Some(subject)) => {
            let tenant = tenant.unwrap_or_else(|| principal.tenant.clone());
            ExecutionsOf::Subject { tenant, subject }
        }
    };
    let state = query.given("state").map(|state| {
        let words = ExecutionState::ALL.map(ExecutionState::as_str).join(", ");
        state.parse().map_err(|()| invalid(format!("`state` must be one of {words}")))
    });
    let limit = query.number("limit", (1, MOST))?.and_then(|limit| u32::try_from(limit).ok());
    Ok(ExecutionQuery {
        of,
        state: state.transpose()?,
        cursor: query.given("cursor").map(str::to_owned),
        limit,
    })
}

/// The id in a path; what is none is nobody's.
fn of_path(id: String) -> Result<ExecutionId, Problem> {
    let is_one = id.len() == 32 && id.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
    let parsed = is_one.then(|| serde_json::from_value(id.into()).ok()).flatten();
    parsed.ok_or_else(unknown)
}

fn unknown() -> Problem {
    let what =
        "there is no execution of that id, or it is somebody else's; GET /executions lists them";
    Problem::new(StatusCode::NOT_FOUND, "not_found", what)
}
