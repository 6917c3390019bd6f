//! One line to one message, or to the answer that says why it is none.
//!
//! `tools/call` is taken apart by hand: the library tries some twenty kinds of request in turn on a
//! buffered copy, and a program of a megabyte is worth parsing once. The rest is the library's.

use std::borrow::Cow;

use rmcp::{
    ErrorData,
    model::{
        CallToolRequest, CallToolRequestParams, ClientJsonRpcMessage, ClientRequest, JsonObject,
        JsonRpcMessage, RequestId, RequestMetaObject, ServerJsonRpcMessage,
    },
};
use serde::Deserialize;
use serde_json::{Value, error::Category, value::RawValue};

use crate::transport::scan::find_id;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What a line turned out to be.
#[derive(Debug)]
pub(crate) enum Decoded {
    /// A message for the session.
    Message(Box<ClientJsonRpcMessage>),
    /// Not a message; this is to be answered.
    Reply(Box<ServerJsonRpcMessage>),
    /// Nothing: a blank line, or a notification nobody knows.
    Nothing,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    jsonrpc: Option<Cow<'a, str>>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

/// Decodes one line, without its line feed.
pub(crate) fn decode(line: &[u8]) -> Decoded {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return Decoded::Nothing;
    }
    match envelope(line) {
        Ok(message) => message.map_or(Decoded::Nothing, |it| Decoded::Message(Box::new(it))),
        Err(reply) => Decoded::Reply(reply),
    }
}

/// The answer to a line that is too long to be kept.
pub(super) fn too_long(limit: usize, id: Option<RequestId>) -> ServerJsonRpcMessage {
    let message = format!(
        "the message is longer than {limit} bytes, the most one line may have; \
         send a shorter program, and large data through a tool"
    );
    ServerJsonRpcMessage::error(ErrorData::invalid_request(message, None), id)
}

/// The answer to what cannot be decoded.
type Undecodable = Box<ServerJsonRpcMessage>;

fn undecodable(error: ErrorData, id: Option<RequestId>) -> Undecodable {
    Box::new(ServerJsonRpcMessage::error(error, id))
}

fn envelope(line: &[u8]) -> Result<Option<ClientJsonRpcMessage>, Undecodable> {
    if line.first() == Some(&b'[') {
        let message = "batches are not supported; send one JSON-RPC message per line";
        return Err(undecodable(ErrorData::invalid_request(message, None), None));
    }
    let envelope: Envelope<'_> = serde_json::from_slice(line)
        .map_err(|error| undecodable(unreadable(line, &error), find_id(line)))?;
    let id = envelope.id.map(|raw| serde_json::from_str::<RequestId>(raw.get()));
    let id = id.transpose().map_err(|_| {
        let message = "`id` must be a string or an integer";
        undecodable(ErrorData::invalid_request(message, None), None)
    })?;
    if envelope.jsonrpc.as_deref() != Some("2.0") {
        let message = "`jsonrpc` must be \"2.0\"";
        return Err(undecodable(ErrorData::invalid_request(message, None), id));
    }
    match (envelope.method.as_deref(), id) {
        (Some("tools/call"), Some(id)) => match call(envelope.params) {
            Ok(request) => Ok(Some(JsonRpcMessage::request(request, id))),
            Err(message) => Err(undecodable(ErrorData::invalid_params(message, None), Some(id))),
        },
        (method, id) => other(line, method, id),
    }
}

fn other(
    line: &[u8],
    method: Option<&str>,
    id: Option<RequestId>,
) -> Result<Option<ClientJsonRpcMessage>, Undecodable> {
    match (serde_json::from_slice(line), method, id) {
        (Ok(message), ..) => Ok(Some(message)),
        (Err(_), Some(_), None) => Ok(None),
        (Err(_), Some(method), id) => {
            let message = format!("the params of `{}` do not fit its schema", shorten(method));
            Err(undecodable(ErrorData::invalid_params(message, None), id))
        }
        (Err(_), None, id) => {
            let message = "not a JSON-RPC message: it has neither `method` nor `result` or `error`";
            Err(undecodable(ErrorData::invalid_request(message, None), id))
        }
    }
}

fn call(params: Option<&RawValue>) -> Result<ClientRequest, String> {
    let params = params.ok_or("`params` is missing; `tools/call` needs `name`")?;
    let mut params: JsonObject = serde_json::from_str(params.get())
        .map_err(|error| format!("`params` is not a usable object: {}", syntax(&error)))?;
    let name = match params.remove("name") {
        Some(Value::String(name)) => name,
        Some(_) => return Err("`params.name` must be a string".to_owned()),
        None => return Err("`params.name` is missing; `tools/call` needs it".to_owned()),
    };
    let mut call = CallToolRequestParams::new(name);
    match params.remove("arguments") {
        Some(Value::Object(arguments)) => call = call.with_arguments(arguments),
        Some(Value::Null) | None => {}
        Some(_) => return Err("`params.arguments` must be an object".to_owned()),
    }
    let mut request = CallToolRequest::new(call);
    match params.remove("_meta") {
        Some(Value::Object(meta)) => {
            request.extensions.insert(RequestMetaObject::from(meta));
        }
        Some(Value::Null) | None => {}
        Some(_) => return Err("`params._meta` must be an object".to_owned()),
    }
    Ok(request.into())
}

fn unreadable(line: &[u8], error: &serde_json::Error) -> ErrorData {
    if std::str::from_utf8(line).is_err() {
        return ErrorData::parse_error("the message is not valid UTF-8", None);
    }
    match error.classify() {
        Category::Syntax | Category::Eof => {
            ErrorData::parse_error(format!("the message is not valid JSON: {error}"), None)
        }
        // The library's words for these quote the value, which is the client's own business.
        Category::Data | Category::Io => ErrorData::invalid_request(
            "not a JSON-RPC message: expected an object with `jsonrpc`, `id`, `method`, `params`",
            None,
        ),
    }
}

fn syntax(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Syntax | Category::Eof => error.to_string(),
        Category::Data | Category::Io => "expected an object".to_owned(),
    }
}

fn shorten(name: &str) -> Cow<'_, str> {
    const KEPT: usize = 64;
    if name.chars().count() <= KEPT {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.chars().take(KEPT).chain(['…']).collect())
}
