//! Reading the body of a request, within its bounds.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::http::HttpConfig;
use crate::http::problem::Problem;

/// Reads a JSON object.
pub(super) async fn object(
    headers: &HeaderMap,
    body: Body,
    config: &HttpConfig,
) -> Result<Map<String, Value>, Problem> {
    // Anything else a page could send from a form, without being asked for leave first.
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let what = "the body must be JSON, with `Content-Type: application/json`";
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            what,
        ));
    }
    let whole = Limited::new(body, config.max_body_bytes).collect();
    let bytes = match timeout(config.body_timeout, whole).await {
        Ok(Ok(whole)) => whole.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let what = format!("the body is longer than {} bytes", config.max_body_bytes);
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", what));
        }
        Ok(Err(_)) => return Err(Problem::invalid("the body broke off")),
        Err(_) => {
            let what =
                format!("the body did not come within {} ms", config.body_timeout.as_millis());
            return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body_timeout", what));
        }
    };
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Problem::invalid("the body must be a JSON object")),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            let what = format!("the body is not JSON: line {line}, column {column}");
            Err(Problem::invalid(what))
        }
    }
}
