//! What is answered to a request that is not taken: a JSON-RPC error with the status that fits.

use axum::Json;
use axum::http::header::{ALLOW, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rmcp::ErrorData;
use rmcp::model::{RequestId, ServerJsonRpcMessage};

use crate::http::problem::{Problem, is_refusal};
use crate::http::refusals::Unrecorded;

/// A request that is not taken.
#[derive(Debug)]
pub(super) enum Rejected {
    /// By the protocol.
    Message(Box<Message>),
    /// By what holds for every path: its body, its scope.
    Problem(Box<Problem>),
}

/// An error of the protocol.
#[derive(Debug)]
pub(super) struct Message {
    status: StatusCode,
    body: ServerJsonRpcMessage,
    allow: Option<&'static str>,
}

impl Rejected {
    /// An error with the id of what it answers.
    pub(super) fn new(status: StatusCode, error: ErrorData, id: Option<RequestId>) -> Self {
        Self::reply(status, ServerJsonRpcMessage::error(error, id))
    }

    /// An answer that is there already.
    pub(super) fn reply(status: StatusCode, body: ServerJsonRpcMessage) -> Self {
        Self::Message(Box::new(Message { status, body, allow: None }))
    }

    /// The request cannot be understood.
    pub(super) fn invalid(message: impl Into<String>, id: Option<RequestId>) -> Self {
        let error = ErrorData::invalid_request(message.into(), None);
        Self::new(StatusCode::BAD_REQUEST, error, id)
    }

    /// Head and body say different things.
    pub(super) fn mismatch(message: impl Into<String>, id: Option<RequestId>) -> Self {
        let error = ErrorData::header_mismatch(message.into(), None);
        Self::new(StatusCode::BAD_REQUEST, error, id)
    }

    /// There is no such session for this caller.
    pub(super) fn no_session() -> Self {
        let message =
            "there is no such session: it has ended, or was never yours; `initialize` again";
        let error = ErrorData::invalid_request(message, None);
        Self::new(StatusCode::NOT_FOUND, error, None)
    }

    /// There is no room, or there will be none.
    pub(super) fn busy(message: impl Into<String>, id: Option<RequestId>) -> Self {
        let error = ErrorData::internal_error(message.into(), None);
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error, id)
    }

    /// The path is asked in another way.
    pub(super) fn method(allow: &'static str, message: &'static str) -> Self {
        let error = ErrorData::invalid_request(message, None);
        let body = ServerJsonRpcMessage::error(error, None);
        let status = StatusCode::METHOD_NOT_ALLOWED;
        Self::Message(Box::new(Message { status, body, allow: Some(allow) }))
    }
}

impl From<Problem> for Rejected {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        let message = match self {
            Self::Message(message) => *message,
            Self::Problem(problem) => return problem.into_response(),
        };
        let mut response = (message.status, Json(message.body)).into_response();
        if is_refusal(message.status) {
            let code = match message.status {
                StatusCode::SERVICE_UNAVAILABLE => types::ErrorCode::Busy,
                _ => types::ErrorCode::InvalidRequest,
            };
            response.extensions_mut().insert(Unrecorded(code.as_str()));
        }
        let headers = response.headers_mut();
        if let Some(allow) = message.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        if message.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
