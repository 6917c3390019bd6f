//! From one line to one message. Answers to our own requests are kept as they stand; everything
//! else becomes the type rmcp has for it.

use rmcp::model::{
    CustomResult, ErrorCode, ErrorData, RequestId, ServerJsonRpcMessage, ServerResult,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::transport::pending::{Fault, Pending, Reading};
use crate::transport::scan::Scanner;

/// The longest error message of a server that is passed on.
const MESSAGE_LIMIT: usize = 8 * 1024;
/// Bytes of an answer's limit that allow one value: a value costs far more in memory than the two
/// bytes it may be on the wire.
const BYTES_PER_VALUE: usize = 16;

/// What a line was.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// A message to hand on.
    Message(ServerJsonRpcMessage),
    /// An answer that cannot be handed on.
    Refused(RequestId, Fault),
    /// An answer nobody waits for any more.
    Late,
    /// No JSON-RPC message, or none that means anything here.
    Noise,
}

/// Reads a line whose answers may be as long as `limit`.
pub(crate) fn parse(line: &[u8], limit: usize, pending: &Pending) -> Parsed {
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(line) else {
        return unreadable(line, pending);
    };
    if envelope.method.is_some() {
        return serde_json::from_slice(line).map_or(Parsed::Noise, Parsed::Message);
    }
    let id = envelope.id.and_then(|id| serde_json::from_str::<RequestId>(id.get()).ok());
    let Some(id) = id else { return Parsed::Noise };
    let Some((id, reading)) = expected(id, pending) else { return Parsed::Late };
    if let Some(error) = envelope.error {
        return Parsed::Message(ServerJsonRpcMessage::error(error_data(error), Some(id)));
    }
    let Some(result) = envelope.result else {
        return Parsed::Refused(id, Fault::Unreadable);
    };
    let most = most_values(limit);
    if line.len() / 2 > most && values(line) > most {
        return Parsed::Refused(id, Fault::TooManyValues);
    }
    let result = match reading {
        Reading::AsIs => serde_json::from_str::<Value>(result.get())
            .map(|value| ServerResult::CustomResult(CustomResult::new(value))),
        Reading::Typed => serde_json::from_str(result.get()),
    };
    match result {
        Ok(result) => Parsed::Message(ServerJsonRpcMessage::response(result, id)),
        Err(_) => Parsed::Refused(id, Fault::Unreadable),
    }
}

/// The error in a message that has no id, and so does not say which request it is about.
pub(crate) fn anonymous_error(line: &[u8]) -> Option<ErrorData> {
    let envelope = serde_json::from_slice::<Envelope<'_>>(line).ok()?;
    let nameless = envelope.id.is_none_or(|id| id.get() == "null");
    envelope.error.filter(|_| nameless && envelope.method.is_none()).map(error_data)
}

/// The request an id answers: some servers send a number back as a string.
pub(crate) fn expected(id: RequestId, pending: &Pending) -> Option<(RequestId, Reading)> {
    if let Some(reading) = pending.reading(&id) {
        return Some((id, reading));
    }
    let RequestId::String(text) = &id else { return None };
    let number = RequestId::Number(text.parse().ok()?);
    pending.reading(&number).map(|reading| (number, reading))
}

/// How many values an answer may hold.
pub(crate) fn most_values(limit: usize) -> usize {
    (limit / BYTES_PER_VALUE).max(1024)
}

/// Cuts text at a character boundary.
pub(crate) fn cut(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(default)]
    method: Option<IgnoredAny>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

fn unreadable(line: &[u8], pending: &Pending) -> Parsed {
    let mut scanner = Scanner::default();
    scanner.feed(line);
    let found = scanner.finish();
    match found.id.filter(|_| !found.has_method).and_then(|id| expected(id, pending)) {
        Some((id, _)) => Parsed::Refused(id, Fault::Unreadable),
        None => Parsed::Noise,
    }
}

fn values(line: &[u8]) -> usize {
    let mut scanner = Scanner::default();
    scanner.feed(line);
    scanner.finish().values
}

fn error_data(error: &RawValue) -> ErrorData {
    read_error(&serde_json::from_str::<Value>(error.get()).unwrap_or_default())
}

/// The error in a message that has one.
pub(crate) fn error_of(message: &Value) -> ErrorData {
    read_error(message.get("error").unwrap_or(&Value::Null))
}

/// A server's error, read leniently: its code and message are all that is passed on.
fn read_error(error: &Value) -> ErrorData {
    let code = error.get("code").and_then(Value::as_i64).and_then(|code| i32::try_from(code).ok());
    let message = error.get("message").and_then(Value::as_str).unwrap_or("no message was given");
    let code = code.map_or(ErrorCode::INTERNAL_ERROR, ErrorCode);
    ErrorData::new(code, cut(message, MESSAGE_LIMIT).to_owned(), None)
}
