//! `GET /health`, `/live` and `/ready`: how we are.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use types::HealthReport;

use crate::backend::Backend;
use crate::http::app::App;
use crate::http::identity::Caller;

/// The whole report for a caller we know, a bare status for anybody else.
pub(crate) async fn health<B: Backend>(
    State(app): State<Arc<App<B>>>,
    caller: Result<Caller, Response>,
) -> Response {
    let report = app.backend.health().await;
    let status = if report.healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = match caller {
        Ok(_) => whole(&report),
        Err(_) => json!({"status": word(&report)}),
    };
    (status, Json(body)).into_response()
}

/// The process runs.
pub(crate) async fn live() -> Json<Value> {
    Json(json!({"status": "live"}))
}

/// Executions are taken.
pub(crate) async fn ready<B: Backend>(State(app): State<Arc<App<B>>>) -> Response {
    let report = app.backend.health().await;
    if report.healthy && !app.draining.is_cancelled() {
        return Json(json!({"status": "ready"})).into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "not ready"}))).into_response()
}

/// The report, and beside it the names that clients of the older API know.
fn whole(report: &HealthReport) -> Value {
    let by_server: BTreeMap<_, _> = report
        .upstreams
        .iter()
        .filter_map(|upstream| Some((upstream.server.clone(), upstream.tools?)))
        .collect();
    let mut all = json!(report);
    all["status"] = json!(word(report));
    all["servers"] = json!(report.upstreams.len());
    all["totalTools"] = json!(by_server.values().sum::<usize>());
    all["toolsByServer"] = json!(by_server);
    all
}

fn word(report: &HealthReport) -> &'static str {
    if report.healthy { "healthy" } else { "unhealthy" }
}
