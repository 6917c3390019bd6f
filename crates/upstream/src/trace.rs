//! The place in a trace that requests to servers carry: in `_meta`, as MCP has it, and in the headers
//! of requests over HTTP.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rmcp::service::PeerRequestOptions;
use serde_json::Value;
use types::TraceContext;

/// The member of `_meta`, and the header, that names the span.
const PARENT: &str = "traceparent";
/// The same for what vendors have to say.
const STATE: &str = "tracestate";

tokio::task_local! {
    static CONTEXT: Option<TraceContext>;
}

/// Does `work`, whose requests to servers say that they belong below this span.
pub fn traced<F: Future>(
    context: Option<TraceContext>,
    work: F,
) -> impl Future<Output = F::Output> {
    CONTEXT.scope(context, work)
}

/// What a request that is sent now says besides.
pub(crate) fn options() -> PeerRequestOptions {
    let mut options = PeerRequestOptions::no_options();
    let context = CONTEXT.try_with(Clone::clone).ok().flatten();
    options.meta = context.map(|TraceContext { parent, state }| {
        let mut meta = rmcp::model::RequestMetaObject::default();
        meta.set_traceparent(parent.to_string());
        if let Some(state) = state {
            meta.set_tracestate(state.as_ref());
        }
        meta
    });
    options
}

/// The headers for a message that says so in its `_meta`.
pub(crate) fn headers(message: &Value) -> HeaderMap {
    let Some(meta) = message.pointer("/params/_meta") else { return HeaderMap::new() };
    let header = |(name, value): (&'static str, String)| {
        Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
    };
    fields(meta).filter_map(header).collect()
}

/// Names and values of the headers for a request whose `_meta` says so.
pub(crate) fn fields(meta: &Value) -> impl Iterator<Item = (&'static str, String)> {
    let text = |name: &str| meta.get(name).and_then(Value::as_str);
    // Only what was put there by `options`, and so can be a header.
    let context = TraceContext::read(text(PARENT), text(STATE));
    let all = context.map(|TraceContext { parent, state }| {
        let state = state.map(|state| (STATE, state.to_string()));
        [Some((PARENT, parent.to_string())), state]
    });
    all.into_iter().flatten().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use types::TraceContext;

    use super::{headers, options, traced};

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[tokio::test]
    async fn a_request_says_where_it_belongs_in_meta_and_in_headers() {
        assert!(options().meta.is_none(), "outside of a trace nothing is said");
        let context = TraceContext::read(Some(PARENT), Some("vendor=1"));
        let meta = traced(context, async { options().meta }).await.unwrap();
        let message = json!({"method": "tools/call", "params": {"_meta": meta}});
        let headers = headers(&message);
        assert_eq!(headers["traceparent"], PARENT);
        assert_eq!(headers["tracestate"], "vendor=1");
    }
}
