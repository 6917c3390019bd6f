//! What came back for a request, before it is read: its form, and a refusal in the server's words.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tokio::time::timeout;

use crate::transport::http::body::Body;
use crate::transport::lines::{Budget, Framing, Line, Lines};

/// The most of a refusal that is read.
const REFUSAL_LIMIT: usize = 64 * 1024;
/// How long the rest of a body that means nothing is waited for, so that its connection can be
/// used again.
pub(super) const DRAIN: Duration = Duration::from_millis(50);

/// What the body of an answer is.
pub(super) enum Form {
    Json,
    Events,
    Nothing,
    Other(String),
}

/// A refusal as it was read.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) form: String,
    /// The error as the server wrote it, without its id.
    pub(super) message: Option<Value>,
}

impl Refused {
    /// Reads the little of a refusal that may be of use.
    pub(super) async fn read(response: Response, budget: &Budget) -> Self {
        let status = response.status();
        let (form, is_json) = match form(&response) {
            Form::Json => ("JSON".to_owned(), true),
            Form::Events => ("events".to_owned(), false),
            Form::Nothing => ("no content".to_owned(), false),
            Form::Other(form) => (form, false),
        };
        let body = Body::new(response.into(), REFUSAL_LIMIT as u64);
        let mut lines = Lines::framed(Framing::Whole, body, REFUSAL_LIMIT, budget.clone());
        let message = match lines.next().await {
            Line::Whole(bytes, _) if is_json => serde_json::from_slice::<Value>(&bytes).ok(),
            _ => None,
        };
        let message = message.filter(|message| message.get("error").is_some_and(Value::is_object));
        Self { status, form, message }
    }

    /// Whether a session is what it has not got. Some servers answer 400 for that.
    pub(super) fn is_about_the_session(&self) -> bool {
        let words = self.message.as_ref().and_then(|said| said.pointer("/error/message"));
        let words = words.and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        self.status == StatusCode::NOT_FOUND
            || (self.status == StatusCode::BAD_REQUEST && words.contains("session"))
    }
}

/// Whether what came back is a stream of events.
pub(super) fn is_events(response: &Response) -> bool {
    matches!(form(response), Form::Events)
}

/// What the body of an answer is.
pub(super) fn form(response: &Response) -> Form {
    let Some(kind) = response.headers().get(CONTENT_TYPE) else {
        return match response.content_length() {
            Some(0) => Form::Nothing,
            _ if response.status() == StatusCode::NO_CONTENT => Form::Nothing,
            _ => Form::Other("something without a content type".to_owned()),
        };
    };
    let kind = kind.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => Form::Json,
        "text/event-stream" => Form::Events,
        "text/html" => Form::Other("HTML".to_owned()),
        kind if kind.len() <= 64 && kind.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Form::Other(format!("`{kind}`"))
        }
        _ => Form::Other("something of an unknown content type".to_owned()),
    }
}

/// Reads a short body to its end, so that its connection can be used again.
pub(super) async fn drain(mut response: Response) {
    let rest = async { while let Ok(Some(_)) = response.chunk().await {} };
    let _ = timeout(DRAIN, rest).await;
}
