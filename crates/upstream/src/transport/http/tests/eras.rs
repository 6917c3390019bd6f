//! Both eras of Streamable HTTP, the older transport, and what tells them apart.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::server::{Asked, Reply, Server, call, call_with, config, event, says};
use crate::HttpStyle;
use crate::tests::support::until;

/// A server of 2026-07-28 with one tool.
fn modern(asked: &Asked) -> Reply {
    match asked.rpc() {
        "server/discover" => Reply::json(&asked.result(json!({
            "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
            "serverInfo": {"name": "fake", "version": "1"},
        }))),
        "tools/list" => Reply::json(&asked.result(json!({"tools": [
            {"name": "echo", "inputSchema": {"type": "object", "properties": {
                "where": {"type": "string", "x-mcp-header": "Region"}}}},
            {"name": "bad", "inputSchema": {"type": "object", "properties": {
                "where": {"type": "object", "x-mcp-header": "Region"}}}},
        ]}))),
        "tools/call" => Reply::json(&asked.result(says("modern"))),
        _ => Reply::status(404, "application/json", "{}"),
    }
}

/// A server of 2025-11-25 with one tool, a session and a stream of its own.
pub(super) fn legacy(asked: &Asked) -> Reply {
    match (asked.method.as_str(), asked.rpc()) {
        ("GET", _) => Reply::status(405, "text/plain", ""),
        ("DELETE", _) => Reply::status(200, "text/plain", ""),
        (_, "initialize") => initialized(asked, "one"),
        (_, "notifications/initialized" | "notifications/cancelled") => Reply::accepted(),
        (_, "tools/call") => Reply::Events(event(&asked.result(says("legacy")))),
        _ => Reply::status(
            400,
            "application/json",
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Server not initialized"}}"#,
        ),
    }
}

pub(super) fn initialized(asked: &Asked, session: &str) -> Reply {
    let answer = asked.result(json!({
        "protocolVersion": "2025-11-25", "capabilities": {"tools": {"listChanged": true}},
        "serverInfo": {"name": "fake", "version": "1"},
    }));
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("mcp-session-id", session.to_owned()),
    ];
    Reply::Full(200, headers, answer.to_string())
}

#[tokio::test]
async fn a_server_of_2026_is_asked_with_headers_and_without_a_session() {
    let server = Server::start(modern).await;
    let hub = server.hub_with(&[("X-Own", "its value")], HttpStyle::Auto, config());
    let tools = hub.tools("fake").await.unwrap();
    let names: Vec<_> = tools.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["echo"], "a tool whose header cannot be one is not offered");
    assert_eq!(call_with(&hub, "echo", json!({"where": "Zürich"})).await.unwrap(), "modern");
    hub.shutdown().await;
    let asked = server.asked();
    assert!(asked.iter().all(|asked| asked.method == "POST"), "{asked:?}");
    assert!(asked.iter().all(|asked| asked.header("mcp-session-id").is_none()));
    assert!(asked.iter().all(|asked| asked.header("x-own") == Some("its value")));
    let call = asked.iter().find(|asked| asked.rpc() == "tools/call").unwrap();
    assert_eq!(call.header("mcp-protocol-version"), Some("2026-07-28"));
    assert_eq!(call.header("mcp-method"), Some("tools/call"));
    assert_eq!(call.header("mcp-name"), Some("echo"));
    assert_eq!(call.header("mcp-param-region"), Some("=?base64?WsO8cmljaA==?="));
    assert_eq!(
        call.body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"],
        "2026-07-28"
    );
}

#[tokio::test]
async fn a_subscription_that_fails_once_is_asked_for_again() {
    let server = Server::start(|asked| match asked.rpc() {
        "server/discover" => Reply::json(&asked.result(json!({
            "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {"listChanged": true}},
            "serverInfo": {"name": "fake", "version": "1"},
        }))),
        "subscriptions/listen" => Reply::status(503, "text/plain", ""),
        _ => modern(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    hub.tools("fake").await.unwrap();
    until("it is asked for again", async || server.count("subscriptions/listen") >= 2).await;
    hub.shutdown().await;
}

#[tokio::test]
async fn a_server_of_2025_has_its_session_from_the_first_request_to_the_goodbye() {
    let server = Server::start(legacy).await;
    let hub = server.hub(HttpStyle::Auto, config());
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    hub.shutdown().await;
    let asked = server.asked();
    let methods: Vec<_> = asked.iter().map(|asked| asked.rpc()).collect();
    assert_eq!(methods[..3], ["server/discover", "initialize", "notifications/initialized"]);
    assert_eq!(asked[1].header("mcp-session-id"), None);
    for asked in &asked[2..] {
        assert_eq!(asked.header("mcp-session-id"), Some("one"), "{asked:?}");
        assert_eq!(asked.header("mcp-protocol-version"), Some("2025-11-25"), "{asked:?}");
    }
    assert_eq!(asked.last().unwrap().method, "DELETE");
}

#[tokio::test]
async fn a_session_that_the_server_forgot_is_begun_again_and_the_call_goes_through() {
    let begun = AtomicUsize::new(0);
    let server = Server::start(move |asked| match asked.rpc() {
        "initialize" => {
            let count = begun.fetch_add(1, Ordering::SeqCst);
            initialized(asked, &format!("session {count}"))
        }
        "tools/call" if asked.header("mcp-session-id") == Some("session 0") => {
            Reply::status(404, "text/plain", "no such session")
        }
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    assert_eq!((server.count("initialize"), server.count("tools/call")), (2, 3));
    hub.shutdown().await;
}

#[tokio::test]
async fn a_stream_that_is_dropped_is_gone_on_with_and_the_call_is_not_repeated() {
    let server = Server::start(|asked| match (asked.method.as_str(), asked.rpc()) {
        (_, "tools/call") => Reply::Events("id: 7\nretry: 10\ndata:\n\n".to_owned()),
        ("GET", _) if asked.header("last-event-id") == Some("7") => {
            let answer = json!({"jsonrpc": "2.0", "id": 0, "result": says("gone on with")});
            Reply::Events(format!("id: 8\n{}", event(&answer)))
        }
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    assert_eq!(call(&hub, "echo").await.unwrap(), "gone on with");
    assert_eq!(server.count("tools/call"), 1);
    hub.shutdown().await;
}

#[tokio::test]
async fn a_call_that_is_given_up_is_cancelled_and_its_stream_closed() {
    let server = Server::start(|asked| match asked.rpc() {
        "tools/call" => Reply::Open(": waiting\n\n".to_owned()),
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    let given_up = tokio::time::timeout(std::time::Duration::from_millis(300), call(&hub, "echo"));
    assert!(given_up.await.is_err());
    until("the server is told", async || {
        server.count("notifications/cancelled") == 1 && server.count("CLOSED") == 1
    })
    .await;
    hub.shutdown().await;
}

#[tokio::test]
async fn the_older_transport_is_found_and_used() {
    // Its answers come on the stream, which this server writes from the beginning.
    let answer =
        |id: u64, result: Value| event(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
    let server = Server::start(move |asked| match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/mcp") => Reply::Open(format!(
            "event: endpoint\ndata: /beside?session=1\n\n{}{}",
            answer(
                2_000_000_002,
                json!({
                "protocolVersion": "2024-11-05", "capabilities": {"tools": {}},
                "serverInfo": {"name": "fake", "version": "1"}})
            ),
            // Too early for anybody to wait for it, so nobody gets it.
            answer(0, says("early")),
        )),
        ("POST", "/beside?session=1") => Reply::accepted(),
        _ => Reply::status(405, "text/plain", "Method Not Allowed"),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    let limit = std::time::Duration::from_millis(300);
    let error = hub.call("fake", "echo", serde_json::Map::new(), limit).await.unwrap_err();
    assert!(error.to_string().contains("did not answer within"), "{error}");
    let beside: Vec<_> = server.asked().into_iter().filter(|asked| asked.path != "/mcp").collect();
    let methods: Vec<_> = beside.iter().map(|asked| asked.rpc()).collect();
    assert_eq!(methods[..3], ["initialize", "notifications/initialized", "tools/call"]);
    hub.shutdown().await;
}

#[tokio::test]
async fn the_older_transport_sends_requests_to_its_own_origin_alone() {
    let server = Server::start(|asked| match asked.method.as_str() {
        "GET" => Reply::Open("event: endpoint\ndata: http://elsewhere.test/beside\n\n".to_owned()),
        _ => Reply::status(404, "text/plain", ""),
    })
    .await;
    let error = call(&server.hub(HttpStyle::Sse, config()), "echo").await.unwrap_err();
    assert!(error.to_string().contains("wants requests sent to `elsewhere.test`"), "{error}");
}
