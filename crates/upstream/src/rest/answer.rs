//! From an API's response to the result of a tool call.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::rest::base64;
use crate::rest::media::{essence, is_json, is_xml};
use crate::transport::cut;

/// How much of the body of a refusal is passed on.
const REFUSAL: usize = 16 * 1024;

/// The longest JSON that is given as text as well.
const TEXT_TOO: usize = 64 * 1024;

/// A response that was read to its end.
pub(crate) struct Answered<'a> {
    /// The tool, for the address of a resource.
    pub(crate) tool: &'a str,
    pub(crate) status: u16,
    pub(crate) phrase: &'a str,
    /// Of the body, as the API says; empty when it does not.
    pub(crate) media: &'a str,
    pub(crate) body: &'a [u8],
    /// Whether the body goes on: only the beginning of a refusal is read.
    pub(crate) cut_off: bool,
}

/// The result as JSON text of one line. What is no success is the tool's error, in the API's own
/// words. A JSON body is not parsed here: it is copied as it stands.
pub(crate) fn result(answered: &Answered<'_>) -> String {
    if !(200..300).contains(&answered.status) {
        return refusal(answered);
    }
    let essence = essence(answered.media);
    if answered.body.is_empty() {
        return json!({"content": [{"type": "text", "text": ""}]}).to_string();
    }
    if is_json(&essence)
        && let Ok(value) = serde_json::from_slice::<&RawValue>(answered.body)
    {
        return structured(value.get());
    }
    json!({"content": [block(&essence, answered)]}).to_string()
}

/// A result of ours: there was no answer, for this reason.
pub(crate) fn failure(reason: &str) -> String {
    json!({"content": [{"type": "text", "text": reason}], "isError": true}).to_string()
}

/// A JSON value, and its text beside it unless that is long.
fn structured(value: &str) -> String {
    let content = match value.len() <= TEXT_TOO {
        true => json!([{"type": "text", "text": value}]),
        false => json!([]),
    };
    // Between its values JSON may have line breaks, and within them it has none.
    let line = value.replace(['\n', '\r'], " ");
    format!("{{\"content\":{content},\"structuredContent\":{line}}}")
}

fn block(essence: &str, answered: &Answered<'_>) -> Value {
    let body = answered.body;
    if is_text(essence) {
        return json!({"type": "text", "text": text(body, answered.media)});
    }
    if essence.is_empty()
        && let Ok(text) = std::str::from_utf8(body)
    {
        return json!({"type": "text", "text": text});
    }
    let data = base64::encode(body);
    let media = if essence.is_empty() { "application/octet-stream" } else { essence };
    match media.split('/').next() {
        Some("image") => json!({"type": "image", "data": data, "mimeType": media}),
        Some("audio") => json!({"type": "audio", "data": data, "mimeType": media}),
        _ => {
            let uri = format!("openapi:{}", crate::rest::style::encoded(answered.tool));
            let resource = json!({"uri": uri, "mimeType": media, "blob": data});
            json!({"type": "resource", "resource": resource})
        }
    }
}

fn is_text(essence: &str) -> bool {
    essence.starts_with("text/")
        || is_json(essence)
        || is_xml(essence)
        || matches!(
            essence,
            "application/javascript"
                | "application/yaml"
                | "application/x-yaml"
                | "application/x-ndjson"
                | "application/jsonl"
                | "application/x-www-form-urlencoded"
                | "application/graphql"
                | "application/sql"
                | "image/svg+xml"
        )
}

fn text(body: &[u8], media: &str) -> String {
    let media = media.to_ascii_lowercase();
    let is_latin1 =
        ["iso-8859-1", "latin1", "windows-1252"].iter().any(|name| media.contains(name));
    match std::str::from_utf8(body) {
        Err(_) if is_latin1 => body.iter().map(|byte| char::from(*byte)).collect(),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
    }
}

fn refusal(answered: &Answered<'_>) -> String {
    let Answered { status, phrase, .. } = answered;
    let phrase: String = cut(phrase, 100).chars().filter(|c| !c.is_control()).collect();
    let mut said = format!("the API answered {status} {phrase}").trim_end().to_owned();
    if matches!(status, 401 | 403) {
        said.push_str(" (the operator sets its credentials in `headers` of the server's entry)");
    }
    if matches!(status, 300..400) {
        said.push_str(" (a redirect that is not followed)");
    }
    let essence = essence(answered.media);
    let readable = is_text(&essence) || essence.is_empty();
    if readable && !answered.body.is_empty() {
        let text = text(answered.body, answered.media);
        let body = cut(&text, REFUSAL);
        let more = if answered.cut_off || body.len() < text.len() { " […]" } else { "" };
        said.push_str(&format!(":\n{body}{more}"));
    }
    failure(&said)
}

/// How much of a response's body is worth reading.
pub(crate) fn worth(status: u16, limit: usize) -> usize {
    if (200..300).contains(&status) { limit } else { REFUSAL.min(limit) }
}
