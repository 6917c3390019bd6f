//! Errors as RFC 9457 has them: `application/problem+json` with a stable code of ours.

use std::time::Duration;

use axum::Json;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use types::{ErrorCode, Refusal};

use crate::http::metadata::Challenge;
use crate::http::refusals::Unrecorded;

/// Seconds after which a request that found no room may be tried again.
const AGAIN_SECONDS: u64 = 1;

/// An answer that says no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// Where the kind of problem is described, on this server.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: Box<str>,
    /// The kind in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What happened, and what to do.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// The stable code.
    code: &'static str,
    /// When to try again, which stands in a header.
    #[serde(skip)]
    retry_after: Option<Duration>,
    /// How to get what is missing, which stands in a header.
    #[serde(skip)]
    challenge: Option<Challenge>,
    /// Whether it is in the audit log already.
    #[serde(skip)]
    on_record: bool,
}

impl Problem {
    /// A problem that has no code in the vocabulary of executions.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/errors/{code}").into(),
            title: title(status),
            status: status.as_u16(),
            detail: detail.into().into(),
            code,
            retry_after: None,
            challenge: None,
            on_record: false,
        }
    }

    /// One that the gateway has put on record.
    pub(crate) fn of_gateway(refusal: Refusal) -> Self {
        Self { on_record: true, ..Self::from(refusal) }
    }

    /// The caller was not given this scope.
    pub(crate) fn lacking(scope: &str) -> Self {
        let what = format!("the key or token lacks the scope `{scope}`");
        let problem = Self::new(StatusCode::FORBIDDEN, "insufficient_scope", what);
        problem.with_challenge(Challenge::Lacks(scope.to_owned()))
    }

    /// With how to get what is missing.
    pub(crate) fn with_challenge(mut self, challenge: Challenge) -> Self {
        self.challenge = Some(challenge);
        self
    }

    /// The request cannot be understood.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidRequest.as_str(), detail)
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let problem = Self::new(status(refusal.code), refusal.code.as_str(), refusal.message);
        Self { retry_after: refusal.retry_after, ..problem }
    }
}

impl IntoResponse for Problem {
    fn into_response(mut self) -> Response {
        let status = self.status();
        let challenge = self.challenge.take();
        let unrecorded = Unrecorded(self.code);
        let is_to_be_recorded = !self.on_record && is_refusal(status);
        // Whole seconds, and not one before it is worth it.
        let again = self.retry_after.map(|wait| wait.as_millis().div_ceil(1000).max(1));
        let again = again.map(|seconds| u64::try_from(seconds).unwrap_or(u64::MAX));
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            let again = again.unwrap_or(AGAIN_SECONDS);
            headers.entry(RETRY_AFTER).or_insert(HeaderValue::from(again));
        }
        if is_to_be_recorded {
            response.extensions_mut().insert(unrecorded);
        }
        if let Some(challenge) = challenge {
            response.extensions_mut().insert(challenge);
        }
        response
    }
}

/// Whether an answer refuses what a caller wants, and not only says that there is no such thing.
pub(crate) fn is_refusal(status: StatusCode) -> bool {
    let nothing = [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
    status == StatusCode::SERVICE_UNAVAILABLE
        || (status.is_client_error() && !nothing.contains(&status))
}

/// The HTTP status of a refusal: the one place that maps them.
pub(crate) fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::InvalidRequest
        | ErrorCode::PermissionUnsupported
        | ErrorCode::InvalidArguments
        | ErrorCode::DependencyRefused => StatusCode::BAD_REQUEST,
        ErrorCode::CodeTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::Forbidden | ErrorCode::ToolNotAllowed | ErrorCode::ToolChanged => {
            StatusCode::FORBIDDEN
        }
        ErrorCode::ToolNotFound => StatusCode::NOT_FOUND,
        ErrorCode::RateLimited
        | ErrorCode::QuotaExceeded
        | ErrorCode::TooManyCalls
        | ErrorCode::SessionLimit => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Busy
        | ErrorCode::LimitsUnavailable
        | ErrorCode::IsolationUnavailable
        | ErrorCode::AuditUnavailable
        | ErrorCode::StateUnavailable
        | ErrorCode::LanguageUnavailable
        | ErrorCode::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::UpstreamUnavailable | ErrorCode::ToolError | ErrorCode::DependencyFailed => {
            StatusCode::BAD_GATEWAY
        }
        ErrorCode::UpstreamTimeout => StatusCode::GATEWAY_TIMEOUT,
        ErrorCode::Cancelled
        | ErrorCode::SessionMismatch
        | ErrorCode::SessionBusy
        | ErrorCode::SessionLost => StatusCode::CONFLICT,
        ErrorCode::ResultTooLarge | ErrorCode::SandboxFailed | ErrorCode::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Error")
}
