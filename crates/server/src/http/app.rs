//! The routes, and what every request goes through on its way to one.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use tokio_util::sync::CancellationToken;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};

use crate::Config;
use crate::backend::Backend;
use crate::http::api::room::Room;
use crate::http::guard::{Guard, guard};
use crate::http::identity::Identify;
use crate::http::places::Places;
use crate::http::problem::Problem;
use crate::http::watch::watch;
use crate::http::{HttpConfig, api, forwarded, mcp, metadata, openapi, pages, refusals};

/// Bytes from which an answer is compressed for a client that takes gzip.
const WORTH_COMPRESSING: u16 = 2_048;

/// What every handler needs.
pub(crate) struct App<B> {
    pub(crate) backend: B,
    pub(crate) mcp: mcp::Endpoint<B>,
    pub(crate) config: Config,
    pub(crate) http: HttpConfig,
    pub(crate) guard: Guard,
    pub(crate) identify: Arc<dyn Identify>,
    /// Room for bodies that are being read.
    pub(crate) bodies: Arc<Room>,
    /// Requests that are answered, by who is behind a proxy.
    pub(crate) crowd: Arc<Places>,
    /// Cancelled when executions have to end.
    pub(crate) stop: CancellationToken,
    /// Cancelled when no new work is taken.
    pub(crate) draining: CancellationToken,
}

impl<B: Backend> App<B> {
    /// The whole API.
    pub(crate) fn router(self) -> Router {
        let app = Arc::new(self);
        let worth = SizeAbove::new(WORTH_COMPRESSING).and(NotForContentType::SSE);
        Router::new()
            .route("/execute", post(api::execute::execute::<B>))
            .route("/mcp", post(mcp::post::<B>).get(mcp::get::<B>).delete(mcp::delete::<B>))
            .route("/executions", get(api::executions::list::<B>))
            .route(
                "/executions/{id}",
                get(api::executions::one::<B>).delete(api::executions::cancel::<B>),
            )
            .route("/sessions", get(api::sessions::list::<B>))
            .route("/sessions/{id}", get(api::sessions::one::<B>).delete(api::sessions::end::<B>))
            .route("/tools", get(api::tools::list::<B>))
            .route("/tools/search", get(api::tools::search::<B>))
            .route("/tools/info/{server}/{tool}", get(api::tools::info::<B>))
            .route("/health", get(api::health::health::<B>))
            .route("/live", get(api::health::live))
            .route("/metrics", get(api::metrics::metrics::<B>))
            .route("/ready", get(api::health::ready::<B>))
            .route("/openapi.json", get(openapi::document))
            .route("/docs", get(pages::docs))
            .route("/docs/style.css", get(pages::style))
            .route("/errors/{code}", get(pages::error))
            .route(metadata::OF_ALL, get(metadata::of_all::<B>))
            .route(metadata::OF_MCP, get(metadata::of_mcp::<B>))
            .fallback(nowhere)
            .method_not_allowed_fallback(no_such_method)
            .layer(middleware::from_fn_with_state(Arc::clone(&app), metadata::challenge::<B>))
            .layer(middleware::from_fn_with_state(Arc::clone(&app), refusals::record::<B>))
            .layer(middleware::from_fn_with_state(Arc::clone(&app), forwarded::place::<B>))
            .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::<B>))
            .layer(middleware::from_fn(harmless))
            .layer(middleware::from_fn(watch))
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(worth))
            .with_state(app)
    }
}

/// No answer is to be kept, guessed at or shown as a page.
async fn harmless(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    headers.insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("no-referrer"),
    );
    response
}

async fn nowhere() -> Problem {
    let what = "there is nothing at this path; GET /docs shows what there is, and /openapi.json says it to \
                programs";
    Problem::new(StatusCode::NOT_FOUND, "not_found", what)
}

async fn no_such_method() -> Problem {
    let what = "this path takes another method; the header `Allow` names it";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", what)
}
