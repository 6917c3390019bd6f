//! Servers that would have us do more and more: each thing they can ask for has an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::eras::{initialized, legacy};
use super::server::{Asked, Reply, Server, call, config, event};
use crate::HttpStyle;
use crate::tests::support::until;

/// Whether this is the reply to a request of the server's.
fn is_reply(asked: &Asked) -> bool {
    asked.method == "POST" && asked.body.get("method").is_none()
}

#[tokio::test]
async fn replies_that_the_server_does_not_take_do_not_pile_up() {
    let server = Server::start(|asked| match asked.method.as_str() {
        "GET" => {
            let ping = |id| event(&json!({"jsonrpc": "2.0", "id": id, "method": "ping"}));
            Reply::Open((0..300).map(ping).collect())
        }
        // It takes no reply: each hangs as long as we let it.
        _ if is_reply(asked) => Reply::Silence,
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    let replies = || server.asked().iter().filter(|asked| is_reply(asked)).count();
    until("replies", async || replies() >= 8).await;
    for _ in 0..20 {
        assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    }
    assert_eq!(replies(), 8, "each reply is a request of ours");
    hub.shutdown().await;
}

#[tokio::test]
async fn a_session_that_is_begun_again_leaves_no_stream_of_the_one_before() {
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let server = Server::start(move |asked| match (asked.method.as_str(), asked.rpc()) {
        ("GET", _) => Reply::Open(": here\n\n".to_owned()),
        (_, "initialize") => initialized(asked, &count.fetch_add(1, Ordering::SeqCst).to_string()),
        // Every session takes one call.
        (_, "tools/call") if answered_before(asked, &count) => {
            Reply::status(404, "text/plain", "no such session")
        }
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    for _ in 0..6 {
        assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
        // The next call finds its session forgotten.
        begun.fetch_add(1, Ordering::SeqCst);
    }
    assert_eq!(server.count("initialize"), 6);
    let streams = || server.count("GET").saturating_sub(server.count("CLOSED"));
    until("the streams but one to end", async || server.count("GET") >= 2 && streams() == 1).await;
    hub.shutdown().await;
}

/// Whether a call comes in another session than the last that was begun.
fn answered_before(asked: &Asked, count: &AtomicUsize) -> bool {
    let session = asked.header("mcp-session-id").and_then(|id| id.parse::<usize>().ok());
    session.is_none_or(|session| session + 1 != count.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_server_that_wants_no_pause_has_one_all_the_same() {
    let server = Server::start(|asked| match (asked.method.as_str(), asked.rpc()) {
        ("GET", _) if asked.header("last-event-id") == Some("call") => {
            Reply::Events("retry: 0\n\n".to_owned())
        }
        ("GET", _) => Reply::Events("retry: 0\n\n".to_owned()),
        (_, "tools/call") => Reply::Events("id: call\nretry: 0\ndata:\n\n".to_owned()),
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    let start = std::time::Instant::now();
    let error = call(&hub, "echo").await.unwrap_err().to_string();
    assert!(error.contains("ended 5 times without the answer"), "{error}");
    assert!(start.elapsed() >= Duration::from_millis(400), "{:?}", start.elapsed());
    let own = |asked: &Asked| asked.method == "GET" && asked.header("last-event-id").is_none();
    let own = server.asked().iter().filter(|asked| own(asked)).count();
    let most = 2 + start.elapsed().as_secs() as usize;
    assert!(own <= most, "the stream was opened {own} times");
    hub.shutdown().await;
}

#[tokio::test]
async fn a_tool_that_wants_more_headers_than_a_request_can_have_is_not_offered() {
    let properties: serde_json::Map<String, Value> = (0..40_000)
        .map(|n| (format!("a{n}"), json!({"type": "string", "x-mcp-header": format!("A{n}")})))
        .collect();
    let schema = json!({"type": "object", "properties": properties});
    let server = Server::start(move |asked| match asked.rpc() {
        "server/discover" => Reply::json(&asked.result(json!({
            "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
            "serverInfo": {"name": "fake", "version": "1"},
        }))),
        "tools/list" => Reply::json(&asked.result(json!({"tools": [
            {"name": "greedy", "inputSchema": schema}, {"name": "echo", "inputSchema": {}},
        ]}))),
        _ => Reply::status(404, "application/json", "{}"),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    let tools = hub.tools("fake").await.unwrap();
    let names: Vec<_> = tools.tools.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["echo"]);
    hub.shutdown().await;
}
