//! The headers MCP has over HTTP, by which whatever stands between can route a request unread.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::oauth::base64;
use crate::transport::http::promoted::Promoted;

/// The revision of MCP.
pub(super) const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
/// The session, in revisions that have any.
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
/// Where a dropped stream goes on.
pub(super) const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");

const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");
const PARAMETER: &str = "mcp-param-";

/// What is written around a value that no header could carry.
const WRAPPED: (&str, &str) = ("=?base64?", "?=");

/// What a request of 2026-07-28 says in its headers besides its revision.
pub(super) fn of(message: &Value, promoted: &Promoted) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(method) = message.get("method").and_then(Value::as_str) else { return headers };
    headers.extend(HeaderValue::from_str(method).ok().map(|method| (METHOD, method)));
    let parameter = |key: &str| message.get("params").and_then(|params| params.get(key));
    let name = match method {
        "tools/call" | "prompts/get" => parameter("name"),
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" => parameter("uri"),
        _ => None,
    };
    let Some(name) = name.and_then(Value::as_str) else { return headers };
    headers.extend(value(name).map(|name| (NAME, name)));
    if method == "tools/call"
        && let Some(arguments) = parameter("arguments")
    {
        for (header, argument) in promoted.of(name, arguments) {
            let key = HeaderName::from_bytes(format!("{PARAMETER}{header}").as_bytes());
            headers.extend(key.ok().zip(value(&argument)));
        }
    }
    headers
}

/// Any text as a header's value.
fn value(text: &str) -> Option<HeaderValue> {
    let bare = text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) && text.trim() == text;
    let looks_wrapped = text.starts_with(WRAPPED.0) && text.ends_with(WRAPPED.1);
    if bare && !looks_wrapped {
        return HeaderValue::from_str(text).ok();
    }
    HeaderValue::from_str(&format!("{}{}{}", WRAPPED.0, base64(text.as_bytes()), WRAPPED.1)).ok()
}
