//! A message on its way to a server: its bytes, and what HTTP has to know of it.

use reqwest::header::{HeaderMap, HeaderValue};
use rmcp::model::RequestId;
use serde_json::Value;
use tokio_util::bytes::Bytes;

use crate::trace;
use crate::transport::http::headers::{self, VERSION};
use crate::transport::http::promoted::Promoted;

/// The method that begins a session.
pub(super) const INITIALIZE: &str = "initialize";
/// The method that lists tools.
const LIST_TOOLS: &str = "tools/list";

/// A message on its way to a server.
#[derive(Clone)]
pub(super) struct Message {
    /// The request's id; a notification and an answer have none.
    pub(super) id: Option<RequestId>,
    pub(super) method: Option<String>,
    /// What its own revision of MCP wants in headers; empty before 2026-07-28.
    pub(super) headers: HeaderMap,
    /// Where it belongs in a trace.
    pub(super) trace: HeaderMap,
    pub(super) body: Bytes,
    /// Whether it belongs to the handshake.
    pub(super) shaking: bool,
}

impl Message {
    /// Reads what HTTP has to know.
    pub(super) fn new(
        message: &Value,
        promoted: &Promoted,
        shaking: bool,
    ) -> Result<Self, serde_json::Error> {
        let method = message.get("method").and_then(Value::as_str);
        let id = message.get("id").filter(|_| method.is_some());
        Ok(Self {
            id: id.and_then(|id| serde_json::from_value(id.clone()).ok()),
            method: method.map(str::to_owned),
            headers: modern(message, promoted),
            trace: trace::headers(message),
            body: serde_json::to_vec(message)?.into(),
            shaking,
        })
    }

    /// Whether it says its revision itself, as since 2026-07-28: there is no session then.
    pub(super) fn is_modern(&self) -> bool {
        self.headers.contains_key(VERSION)
    }

    pub(super) fn is(&self, method: &str) -> bool {
        self.method.as_deref() == Some(method)
    }

    pub(super) fn lists_tools(&self) -> bool {
        self.is(LIST_TOOLS)
    }
}

fn modern(message: &Value, promoted: &Promoted) -> HeaderMap {
    let version = message.pointer("/params/_meta/io.modelcontextprotocol~1protocolVersion");
    let version = version.and_then(Value::as_str).and_then(|text| HeaderValue::from_str(text).ok());
    let Some(version) = version else { return HeaderMap::new() };
    let mut headers = headers::of(message, promoted);
    headers.insert(VERSION, version);
    headers
}
