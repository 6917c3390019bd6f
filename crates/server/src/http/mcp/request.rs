//! What the head of a request says, and whether its body agrees: proxies route by the head.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rmcp::ErrorData;
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, GetMeta, JsonRpcMessage, JsonRpcRequest, ProtocolVersion,
    RequestId,
};

use super::rejected::Rejected;

/// Which session it belongs to.
pub(super) const SESSION: &str = "mcp-session-id";
const VERSION: &str = "mcp-protocol-version";
const METHOD: &str = "mcp-method";
const NAME: &str = "mcp-name";
const LAST_EVENT: &str = "last-event-id";
/// How a name that is no header value is written: `=?base64?...?=`.
const ENCODED: (&str, &str) = ("=?base64?", "?=");

/// The head of a request, as far as the protocol goes.
#[derive(Debug)]
pub(super) struct Head<'a> {
    /// The revision it is in.
    pub(super) version: Option<&'a str>,
    /// The session it belongs to.
    pub(super) session: Option<&'a str>,
    /// The event after which a stream is to go on.
    pub(super) last_event: Option<&'a str>,
    method: Option<&'a str>,
    name: Option<&'a str>,
}

/// How a message is to be handled.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Era {
    /// By itself.
    Stateless,
    /// As part of a session, which it may begin.
    Session,
}

impl<'a> Head<'a> {
    /// Reads it. A header that comes twice is an error: two readers could take two of them.
    pub(super) fn read(headers: &'a HeaderMap) -> Result<Self, Rejected> {
        let sole = |name: &str| {
            let mut values = headers.get_all(name).iter();
            let Some(value) = values.next() else { return Ok(None) };
            match (value.to_str(), values.next()) {
                (Ok(value), None) => Ok(Some(value)),
                (Err(_), _) => {
                    Err(Rejected::mismatch(format!("the header `{name}` is not ASCII"), None))
                }
                (_, Some(_)) => {
                    Err(Rejected::mismatch(format!("the header `{name}` comes twice"), None))
                }
            }
        };
        Ok(Self {
            version: sole(VERSION)?,
            session: sole(SESSION)?,
            last_event: sole(LAST_EVENT)?,
            method: sole(METHOD)?,
            name: sole(NAME)?,
        })
    }

    /// Whether it is of a revision without sessions.
    pub(super) fn is_stateless(&self) -> bool {
        self.version.is_some_and(|version| version >= ProtocolVersion::NO_INITIALIZE.as_str())
    }

    /// How a message is to be handled. What says its revision itself, or has it in the head, needs no
    /// session.
    pub(super) fn era(&self, message: &ClientJsonRpcMessage) -> Era {
        let JsonRpcMessage::Request(request) = message else {
            return if self.is_stateless() { Era::Stateless } else { Era::Session };
        };
        let own = request.request.get_meta().protocol_version();
        match (&request.request, own) {
            (ClientRequest::InitializeRequest(_), None) => Era::Session,
            (ClientRequest::InitializeRequest(_), Some(own)) if own.has_initialize() => {
                Era::Session
            }
            (ClientRequest::DiscoverRequest(_), _) => Era::Stateless,
            (_, Some(own)) if own.has_initialize() && self.session.is_some() => Era::Session,
            (_, Some(_)) => Era::Stateless,
            (_, None) if self.is_stateless() => Era::Stateless,
            (_, None) => Era::Session,
        }
    }

    /// Checks a request that is handled by itself.
    pub(super) fn agrees(&self, request: &JsonRpcRequest<ClientRequest>) -> Result<(), Rejected> {
        let id = || Some(request.id.clone());
        let meta = request.request.get_meta();
        let missing = meta.missing_required_keys(&ProtocolVersion::V_2026_07_28);
        if !missing.is_empty() {
            let what = format!(
                "the request's `params._meta` is missing or has malformed {}; send these with every \
                 request, or `initialize` a session first",
                missing.join(", ")
            );
            let error = ErrorData::invalid_params(what, None);
            return Err(Rejected::new(StatusCode::BAD_REQUEST, error, id()));
        }
        let own = meta.protocol_version();
        match (self.version, own.as_ref().map(ProtocolVersion::as_str)) {
            (Some(head), Some(own)) if head == own => {}
            (Some(_), _) => {
                let what =
                    "the header `MCP-Protocol-Version` and the revision in `params._meta` differ";
                return Err(Rejected::mismatch(what, id()));
            }
            (None, _) => {
                let what = "the header `MCP-Protocol-Version` is missing; it repeats the revision in \
                            `params._meta`";
                return Err(Rejected::mismatch(what, id()));
            }
        }
        self.names(&request.request, id())
    }

    /// Checks what repeats the method and what it is about.
    fn names(&self, request: &ClientRequest, id: Option<RequestId>) -> Result<(), Rejected> {
        match self.method {
            Some(method) if method == request.method() => {}
            Some(_) => {
                let what = "the header `Mcp-Method` and the message's `method` differ";
                return Err(Rejected::mismatch(what, id));
            }
            None => {
                let what = "the header `Mcp-Method` is missing; it repeats the message's `method`";
                return Err(Rejected::mismatch(what, id));
            }
        }
        let (field, named) = match request {
            ClientRequest::CallToolRequest(call) => ("name", call.params.name.as_ref()),
            ClientRequest::GetPromptRequest(get) => ("name", get.params.name.as_str()),
            ClientRequest::ReadResourceRequest(read) => ("uri", read.params.uri.as_str()),
            _ => return Ok(()),
        };
        match self.name.map(decoded) {
            Some(Some(name)) if name == named => Ok(()),
            Some(_) => {
                let what =
                    format!("the header `Mcp-Name` and the message's `params.{field}` differ");
                Err(Rejected::mismatch(what, id))
            }
            None => {
                let what = format!(
                    "the header `Mcp-Name` is missing; it repeats the message's `params.{field}`"
                );
                Err(Rejected::mismatch(what, id))
            }
        }
    }

    /// Checks the revision that a request of a session names, if it names one.
    pub(super) fn known_version(&self) -> Result<(), Rejected> {
        let Some(version) = self.version else { return Ok(()) };
        let mut known = ProtocolVersion::KNOWN_VERSIONS.iter();
        if known.any(|known| known.has_initialize() && known.as_str() == version) {
            return Ok(());
        }
        let what = "the header `MCP-Protocol-Version` names no revision with sessions that is known \
                    here; it repeats what `initialize` was answered";
        Err(Rejected::invalid(what, None))
    }
}

/// Whether a client can read what it will be answered.
pub(super) fn accepts(headers: &HeaderMap, wanted: &[&str]) -> bool {
    let named = |wanted: &&str| {
        let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let mut ranges = values.flat_map(|value| value.split(','));
        ranges.any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default();
            let whole = wanted.split_once('/').map_or("", |(whole, _)| whole);
            let fits = kind.eq_ignore_ascii_case(wanted)
                || kind == "*/*"
                || kind.strip_suffix("/*").is_some_and(|kind| kind.eq_ignore_ascii_case(whole));
            fits && parts.all(|part| !matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    wanted.iter().all(named)
}

fn decoded(name: &str) -> Option<String> {
    let Some(inner) = name.strip_prefix(ENCODED.0).and_then(|rest| rest.strip_suffix(ENCODED.1))
    else {
        return Some(name.to_owned());
    };
    String::from_utf8(BASE64_STANDARD.decode(inner).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{Head, accepts, decoded};

    #[test]
    fn a_client_says_what_it_can_read() {
        let accepted = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("accept", HeaderValue::from_static(value));
            accepts(&headers, &["application/json", "text/event-stream"])
        };
        assert!(accepted("application/json, text/event-stream"));
        assert!(accepted("TEXT/event-stream;q=0.5,application/*"));
        assert!(accepted("*/*"));
        for one in ["application/json", "text/event-stream", "text/html", "", "*/*;q=0"] {
            assert!(!accepted(one), "{one}");
        }
        assert!(!accepts(&HeaderMap::new(), &["application/json"]));
    }

    #[test]
    fn a_header_that_comes_twice_is_none() {
        let mut headers = HeaderMap::new();
        headers.append("mcp-method", HeaderValue::from_static("tools/list"));
        assert!(Head::read(&headers).is_ok());
        headers.append("mcp-method", HeaderValue::from_static("tools/list"));
        assert!(Head::read(&headers).is_err());
    }

    #[test]
    fn a_name_may_be_wrapped() {
        assert_eq!(decoded("plain").as_deref(), Some("plain"));
        assert_eq!(decoded("=?base64?w6TDtg==?=").as_deref(), Some("äö"));
        assert_eq!(decoded("=?base64?%%?="), None);
    }
}
