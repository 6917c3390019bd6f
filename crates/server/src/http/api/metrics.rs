//! `GET /metrics`: Prometheus text, for administrators, or for whoever the operator lets read it.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use types::scope;

use crate::backend::Backend;
use crate::http::api::execute::may;
use crate::http::app::App;
use crate::http::identity::{Caller, Sender};
use crate::http::openapi::Refused;
use crate::http::problem::Problem;

/// What Prometheus calls its text.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The metrics of this process, and who may read them.
#[derive(Clone)]
pub struct Scrape {
    /// Makes the text.
    pub render: Arc<dyn Fn() -> String + Send + Sync>,
    /// Who may read it.
    pub readers: Readers,
}

/// Who may read the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Readers {
    /// Whoever has the scope `admin`.
    #[default]
    Administrators,
    /// The same, and whoever connects from this machine.
    ThisMachine,
    /// Whoever can connect.
    Anybody,
}

impl Readers {
    /// Whether an address may read them without saying who it is.
    fn include(self, sender: Sender) -> bool {
        match self {
            Self::Administrators => false,
            Self::ThisMachine => sender.is_near(),
            Self::Anybody => true,
        }
    }
}

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scrape").field("readers", &self.readers).finish_non_exhaustive()
    }
}

/// What is counted and measured, as Prometheus reads it.
#[utoipa::path(
    get, path = "/metrics", tag = "health", operation_id = "metrics",
    responses(
        (status = 200, description = "The metrics.", body = String, content_type = "text/plain"),
        (status = "default", response = Refused),
    ),
)]
pub(crate) async fn metrics<B: Backend>(
    State(app): State<Arc<App<B>>>,
    sender: Option<Extension<Sender>>,
    caller: Result<Caller, Response>,
) -> Response {
    let Some(Scrape { render, readers }) = app.http.scrape.clone() else {
        let what = "no metrics are recorded here";
        return Problem::new(StatusCode::NOT_FOUND, "not_found", what).into_response();
    };
    if !sender.is_some_and(|Extension(sender)| readers.include(sender)) {
        match caller {
            Err(refusal) => return refusal,
            Ok(Caller(principal)) => {
                if let Err(problem) = may(&principal, scope::ADMIN) {
                    return problem.into_response();
                }
            }
        }
    }
    // It looks at every server and reads files of the kernel's.
    match tokio::task::spawn_blocking(move || render()).await {
        Ok(text) => ([(CONTENT_TYPE, TEXT)], text).into_response(),
        Err(_) => {
            let what = "the metrics could not be put together; this is a defect of ours";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", what).into_response()
        }
    }
}
