//! The body of a `POST`: one message, or the batch that the revision of 2025-03-26 had.

use axum::http::StatusCode;
use rmcp::ErrorData;
use rmcp::model::{ClientJsonRpcMessage, ErrorCode, JsonRpcMessage};
use serde_json::value::RawValue;

use super::rejected::Rejected;
use crate::transport::{Decoded, decode};

/// The most messages of a batch.
const MAX_BATCH: usize = 32;
/// The most commas, arrays and objects in a body: its tree takes many times the memory of its text.
const MAX_PARTS: usize = 64 * 1024;

/// What a body holds.
#[derive(Debug)]
pub(super) struct Messages {
    /// At least one, unless there are notifications only that nobody knows.
    pub(super) messages: Vec<ClientJsonRpcMessage>,
    /// Whether they came as a batch, be it of one.
    pub(super) batch: bool,
}

/// Reads a body.
pub(super) fn read(body: &[u8]) -> Result<Messages, Rejected> {
    let body = body.trim_ascii();
    if body.is_empty() {
        let error = ErrorData::parse_error("the body is empty; send one JSON-RPC message", None);
        return Err(Rejected::new(StatusCode::BAD_REQUEST, error, None));
    }
    if !few_parts(body) {
        let what = format!(
            "the message has more than {MAX_PARTS} values; send large data through a tool, and lists \
             as text"
        );
        let error = ErrorData::invalid_request(what, None);
        return Err(Rejected::new(StatusCode::PAYLOAD_TOO_LARGE, error, None));
    }
    if body.first() != Some(&b'[') {
        return Ok(Messages { messages: one(body)?.into_iter().collect(), batch: false });
    }
    let parts: Vec<&RawValue> = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = format!("the batch is not valid JSON: line {line}, column {column}");
        Rejected::new(StatusCode::BAD_REQUEST, ErrorData::parse_error(what, None), None)
    })?;
    if parts.is_empty() || parts.len() > MAX_BATCH {
        let what = format!("a batch has 1 to {MAX_BATCH} messages, this one has {}", parts.len());
        return Err(Rejected::invalid(what, None));
    }
    let mut messages = Vec::with_capacity(parts.len());
    for part in parts {
        messages.extend(one(part.get().as_bytes())?);
    }
    Ok(Messages { messages, batch: true })
}

fn one(text: &[u8]) -> Result<Option<ClientJsonRpcMessage>, Rejected> {
    match decode(text) {
        Decoded::Message(message) => Ok(Some(*message)),
        Decoded::Nothing => Ok(None),
        Decoded::Reply(reply) => Err(Rejected::reply(status(&reply), *reply)),
    }
}

/// Params of a well-formed message that do not fit are the method's business, not the transport's.
fn status(reply: &rmcp::model::ServerJsonRpcMessage) -> StatusCode {
    match reply {
        JsonRpcMessage::Error(error) if error.error.code == ErrorCode::INVALID_PARAMS => {
            StatusCode::OK
        }
        _ => StatusCode::BAD_REQUEST,
    }
}

/// Whether what is outside of strings is few enough values.
fn few_parts(body: &[u8]) -> bool {
    let (mut parts, mut in_string, mut escaped) = (0, false, false);
    for byte in body {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b',' | b'[' | b'{' => parts += 1,
            _ => {}
        }
    }
    parts <= MAX_PARTS
}

#[cfg(test)]
mod tests {
    use super::{few_parts, read};

    #[test]
    fn one_message_or_a_batch_of_them() {
        let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        let alone = read(ping.as_bytes()).unwrap();
        assert!(alone.messages.len() == 1 && !alone.batch);
        let batch = read(format!("[{ping},{ping}]").as_bytes()).unwrap();
        assert!(batch.messages.len() == 2 && batch.batch);
        let many = format!("[{}]", vec![ping; 33].join(","));
        for bad in ["", " ", "[]", "[1]", "{", "[", "7", many.as_str()] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
        let unknown = read(br#"{"jsonrpc":"2.0","method":"notifications/of-tomorrow"}"#).unwrap();
        assert!(unknown.messages.len() <= 1);
    }

    #[test]
    fn a_tree_of_many_values_is_not_grown() {
        assert!(few_parts(format!("\"{}\"", "[,{".repeat(100_000)).as_bytes()));
        assert!(few_parts(br#"{"a": "\"[[[", "b": [1, 2]}"#));
        assert!(!few_parts("[".repeat(100_000).as_bytes()));
    }
}
