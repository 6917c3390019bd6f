//! `GET /health`, `/live` and `/ready`: how we are.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use types::HealthReport;
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::http::app::App;
use crate::http::identity::Caller;
use crate::http::openapi::Refused;

/// How we are in a word.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Status {
    /// The word.
    status: &'static str,
}

/// The report, and beside it the names that clients of the older API know.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Whole {
    /// `healthy` or `unhealthy`.
    status: &'static str,
    /// How many servers there are.
    servers: usize,
    /// How many tools of theirs are known.
    total_tools: usize,
    /// The same for each server.
    tools_by_server: BTreeMap<String, usize>,
    #[serde(flatten)]
    report: HealthReport,
}

/// As much as the caller may see.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Answer {
    /// All of it.
    Whole(Box<Whole>),
    /// A bare word.
    Bare(Status),
}

/// The whole report for a caller we know, a bare status for anybody else.
#[utoipa::path(
    get, path = "/health", tag = "health", operation_id = "health",
    responses(
        (status = 200, description = "Executions are taken.", body = Answer),
        (status = 503, description = "They are refused.", body = Answer),
        (status = "default", response = Refused),
    ),
)]
pub(crate) async fn health<B: Backend>(
    State(app): State<Arc<App<B>>>,
    caller: Result<Caller, Response>,
) -> Response {
    let (healthy, body) = match caller {
        Ok(Caller(principal)) => {
            let report = app.backend.health_to(&principal).await;
            (report.healthy, Answer::Whole(Box::new(whole(report))))
        }
        Err(_) => {
            let healthy = app.backend.is_healthy();
            (healthy, Answer::Bare(Status { status: word(healthy) }))
        }
    };
    let status = if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

/// The process runs.
#[utoipa::path(
    get, path = "/live", tag = "health", operation_id = "live",
    responses((status = 200, description = "It does.", body = Status), (status = "default", response = Refused)),
)]
pub(crate) async fn live() -> Json<Status> {
    Json(Status { status: "live" })
}

/// Executions are taken.
#[utoipa::path(
    get, path = "/ready", tag = "health", operation_id = "ready",
    responses(
        (status = 200, description = "They are.", body = Status),
        (status = 503, description = "They are not.", body = Status),
        (status = "default", response = Refused),
    ),
)]
pub(crate) async fn ready<B: Backend>(State(app): State<Arc<App<B>>>) -> Response {
    if app.backend.is_healthy() && !app.draining.is_cancelled() {
        return Json(Status { status: "ready" }).into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, Json(Status { status: "not ready" })).into_response()
}

fn whole(report: HealthReport) -> Whole {
    let upstreams = report.upstreams.iter();
    let tools_by_server: BTreeMap<_, _> =
        upstreams.filter_map(|it| Some((it.server.clone(), it.tools?))).collect();
    Whole {
        status: word(report.healthy),
        servers: report.upstreams.len(),
        total_tools: tools_by_server.values().sum(),
        tools_by_server,
        report,
    }
}

fn word(healthy: bool) -> &'static str {
    if healthy { "healthy" } else { "unhealthy" }
}
