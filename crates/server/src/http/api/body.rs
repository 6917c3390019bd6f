//! Reading the body of a request, within its bounds.

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use types::ErrorCode;

use crate::http::HttpConfig;
use crate::http::api::members::Members;
use crate::http::problem::Problem;

/// The longest member that is anything but a text, in bytes: lists of tools and permissions. A tree
/// takes many times the memory of its text.
const MAX_TREE: usize = 256 * 1024;

/// Reads a JSON object. `room` is what all bodies together may take, in KiB.
pub(super) async fn object(
    headers: &HeaderMap,
    body: Body,
    config: &HttpConfig,
    room: &Semaphore,
) -> Result<Map<String, Value>, Problem> {
    read(headers, body, config, room, |bytes| {
        let Members(members) = serde_json::from_slice(bytes).map_err(|error| not_json(&error))?;
        members.into_iter().map(|(name, text)| Ok((name, value(text)?))).collect()
    })
    .await?
}

/// Reads a whole body that says it is JSON, and has it looked at while its room is held.
pub(in crate::http) async fn read<T>(
    headers: &HeaderMap,
    body: Body,
    config: &HttpConfig,
    room: &Semaphore,
    look: impl FnOnce(&[u8]) -> T,
) -> Result<T, Problem> {
    // Anything else a page could send from a form, without being asked for leave first.
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let what = "the body must be JSON, with `Content-Type: application/json`";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "unsupported_media_type", what));
    }
    if headers.get(CONTENT_ENCODING).is_some_and(|value| value != "identity") {
        // A small body could become a large one.
        let what = "the body must not be compressed";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "unsupported_media_type", what));
    }
    let deadline = Instant::now() + config.body_timeout;
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let needed = announced.unwrap_or(config.max_body_bytes).min(config.max_body_bytes);
    let needed = u32::try_from(needed.div_ceil(1024)).unwrap_or(u32::MAX);
    let Ok(Ok(_room)) = timeout_at(deadline, room.acquire_many(needed)).await else {
        let what = "too many bodies are being read; try again later";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        return Err(Problem::new(status, ErrorCode::Busy.as_str(), what));
    };
    let whole = Limited::new(body, config.max_body_bytes).collect();
    let bytes = match timeout_at(deadline, whole).await {
        Ok(Ok(whole)) => whole.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let what = format!("the body is longer than {} bytes", config.max_body_bytes);
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", what));
        }
        Ok(Err(_)) => return Err(Problem::invalid("the body broke off")),
        Err(_) => {
            let limit = config.body_timeout.as_millis();
            let what = format!("the body did not come within {limit} ms");
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", what));
        }
    };
    Ok(look(&bytes))
}

/// A member's value: a text as long as the body may be, anything else shorter.
fn value(raw: &RawValue) -> Result<Value, Problem> {
    let text = raw.get();
    if !text.starts_with('"') && text.len() > MAX_TREE {
        let what = format!("a list or object in the body is longer than {MAX_TREE} bytes");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", what));
    }
    serde_json::from_str(text).map_err(|error| not_json(&error))
}

/// Where the body is wrong, without its words.
fn not_json(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::invalid(match error.classify() {
        serde_json::error::Category::Data => {
            format!("the body must be a JSON object of a few members: line {line}, column {column}")
        }
        _ => format!("the body is not JSON: line {line}, column {column}"),
    })
}
