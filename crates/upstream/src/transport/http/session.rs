//! What a handshake has agreed on: the revision, and the session, until the server forgets it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;
use tokio_util::bytes::Bytes;

use crate::transport::http::headers::{SESSION, VERSION};

/// The longest id of a session.
const ID_LIMIT: usize = 4096;

/// What has been agreed on. Empty with servers of 2026-07-28, whose requests say it all themselves.
#[derive(Default)]
pub(super) struct Session(Mutex<Agreed>);

#[derive(Default, Clone)]
struct Agreed {
    id: Option<HeaderValue>,
    version: Option<HeaderValue>,
    /// Whether the server announces changes of its list of tools.
    announces: bool,
    /// Counts the sessions there have been.
    count: u64,
    /// The request that began it, for the next one.
    initialize: Option<Bytes>,
}

impl Session {
    /// Remembers how to begin a session.
    pub(super) fn will_begin(&self, initialize: Bytes) {
        self.lock().initialize = Some(initialize);
    }

    /// The request that begins a session, when one was begun.
    pub(super) fn beginning(&self) -> Option<Bytes> {
        self.lock().initialize.clone()
    }

    /// Takes note of the answer to `initialize` and of the headers it came with.
    pub(super) fn begun(&self, headers: &HeaderMap, answer: &Value) {
        let Some(result) = answer.get("result") else { return };
        let mut agreed = self.lock();
        let id = headers.get(SESSION).filter(|id| id.len() <= ID_LIMIT);
        agreed.id = id.cloned();
        let version = result.get("protocolVersion").and_then(Value::as_str);
        agreed.version = version.and_then(|version| HeaderValue::from_str(version).ok());
        let announces = result.pointer("/capabilities/tools/listChanged");
        agreed.announces = announces == Some(&Value::Bool(true));
        agreed.count += 1;
    }

    /// Whether a handshake of the older kind has been made.
    pub(super) fn is_legacy(&self) -> bool {
        self.lock().version.is_some()
    }

    /// Whether the server announces changes of its list of tools.
    pub(super) fn announces(&self) -> bool {
        self.lock().announces
    }

    /// The number of the session, and whether it has an id that can be forgotten.
    pub(super) fn number(&self) -> (u64, bool) {
        let agreed = self.lock();
        (agreed.count, agreed.id.is_some())
    }

    /// The headers of every request within it.
    pub(super) fn headers(&self) -> HeaderMap {
        let agreed = self.lock();
        let mut headers = HeaderMap::new();
        headers.extend(agreed.id.clone().map(|id| (SESSION, id)));
        headers.extend(agreed.version.clone().map(|version| (VERSION, version)));
        headers
    }

    fn lock(&self) -> MutexGuard<'_, Agreed> {
        // No code panics while it holds the lock, and each field is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
