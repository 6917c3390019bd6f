//! Reading the body of a request, within its bounds.

use axum::body::{Body, HttpBody};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use types::ErrorCode;

use crate::http::HttpConfig;
use crate::http::api::members::Members;
use crate::http::api::room::{Full, Share};
use crate::http::problem::Problem;

/// The longest member that is anything but a text, in bytes: lists of tools and permissions. A tree
/// takes many times the memory of its text.
const MAX_TREE: usize = 256 * 1024;

/// Reads a JSON object.
pub(super) async fn object(
    headers: &HeaderMap,
    body: Body,
    config: &HttpConfig,
    room: Share,
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
    mut room: Share,
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
    // What was announced is the least that will come.
    if body.size_hint().lower() > config.max_body_bytes as u64 {
        return Err(too_long(config));
    }
    let whole = tokio::time::timeout(config.body_timeout, collected(body, config, &mut room)).await;
    let bytes = whole.map_err(|_| {
        let limit = config.body_timeout.as_millis();
        let what = format!("the body did not come within {limit} ms");
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", what)
    })??;
    Ok(look(&bytes))
}

/// The bytes of a body, for which room is taken as they come.
async fn collected(
    mut body: Body,
    config: &HttpConfig,
    room: &mut Share,
) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::invalid("the body broke off"))?;
        let Ok(data) = frame.into_data() else { continue };
        let length = bytes.len() + data.len();
        if length > config.max_body_bytes {
            return Err(too_long(config));
        }
        room.grow(length).map_err(full)?;
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

fn too_long(config: &HttpConfig) -> Problem {
    let what = format!("the body is longer than {} bytes", config.max_body_bytes);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", what)
}

fn full(full: Full) -> Problem {
    let what = match full {
        Full::All(most) => {
            format!(
                "bodies that are being read have {most} bytes in all, the most they may; try again"
            )
        }
        Full::Own(most) => {
            format!(
                "bodies of yours that are being read have {most} bytes in all, the most they may; \
                 send fewer at once"
            )
        }
    };
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Busy.as_str(), what)
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
