//! What the hub promises, over HTTP: lists that change, servers at rest, circuits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use types::{UpstreamCircuit, UpstreamState, UpstreamTransport};

use super::eras::legacy;
use super::server::{Asked, Reply, Server, call, config, event, says};
use crate::tests::support::until;
use crate::{Config, Error, HttpStyle, Hub};

const CHANGED: &str = "notifications/tools/list_changed";

/// A list with one tool, by this name.
fn one_tool(asked: &Asked, name: &str) -> Value {
    asked.result(json!({"tools": [{"name": name, "inputSchema": {"type": "object"}}]}))
}

/// Whether the hub, asked again and again, comes to know a tool by this name.
async fn knows(hub: &Hub, name: &str) -> bool {
    hub.tools("fake").await.unwrap().tools.iter().any(|tool| tool.name == name)
}

#[tokio::test]
async fn a_change_told_on_the_stream_of_2025_is_seen_by_the_next_who_looks() {
    let changed = Arc::new(AtomicBool::new(false));
    let (now, told) = (Arc::clone(&changed), AtomicBool::new(false));
    let server = Server::start(move |asked| match (asked.method.as_str(), asked.rpc()) {
        // A stream that ends at once, and is opened again at once.
        ("GET", _) => {
            let tell = now.load(Ordering::SeqCst) && !told.swap(true, Ordering::SeqCst);
            let change = event(&json!({"jsonrpc": "2.0", "method": CHANGED}));
            Reply::Events(format!("retry: 20\n\n{}", if tell { change } else { String::new() }))
        }
        (_, "tools/list") => {
            let name = if now.load(Ordering::SeqCst) { "after" } else { "before" };
            Reply::json(&one_tool(asked, name))
        }
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    assert!(knows(&hub, "before").await);
    let asked = server.count("tools/list");
    assert!(knows(&hub, "before").await);
    assert_eq!(server.count("tools/list"), asked, "nothing changed, and it was asked for again");
    changed.store(true, Ordering::SeqCst);
    until("the change", async || knows(&hub, "after").await).await;
    hub.shutdown().await;
}

#[tokio::test]
async fn a_change_told_by_a_subscription_of_2026_is_seen_by_the_next_who_looks() {
    let server = Server::start(|asked| match asked.rpc() {
        "server/discover" => Reply::json(&asked.result(json!({
            "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {"listChanged": true}},
            "serverInfo": {"name": "fake", "version": "1"},
        }))),
        "subscriptions/listen" => {
            let meta = json!({"io.modelcontextprotocol/subscriptionId": asked.body["id"]});
            let tell = |method: &str, more: Value| {
                let mut params = json!({"_meta": meta});
                params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                event(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
            };
            let granted = json!({"notifications": {"toolsListChanged": true}});
            Reply::Open(format!(
                "{}{}",
                tell("notifications/subscriptions/acknowledged", granted),
                tell(CHANGED, json!({})),
            ))
        }
        "tools/list" => Reply::json(&one_tool(asked, "a")),
        "tools/call" => Reply::json(&asked.result(says("modern"))),
        _ => Reply::status(404, "application/json", "{}"),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    assert!(knows(&hub, "a").await);
    until("the change", async || {
        knows(&hub, "a").await
            && server.count("tools/list") + server.count("subscriptions/listen") > 2
    })
    .await;
    // It has been told once: nothing is asked for again and again.
    let asked = server.count("tools/list");
    for _ in 0..20 {
        knows(&hub, "a").await;
    }
    assert!(server.count("tools/list") <= asked + 1);
    hub.shutdown().await;
}

#[tokio::test]
async fn a_session_nobody_uses_is_ended_and_the_next_call_begins_another() {
    let server = Server::start(legacy).await;
    let idle = Config { idle_shutdown: Duration::from_millis(200), ..config() };
    let hub = server.hub(HttpStyle::Auto, idle);
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    until("its end", async || server.count("DELETE") == 1).await;
    until("its rest", async || hub.status()[0].state == UpstreamState::Idle).await;
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    assert_eq!(server.count("initialize"), 2);
    hub.shutdown().await;
}

#[tokio::test]
async fn a_server_that_breaks_down_opens_the_circuit_and_comes_back() {
    let broken = Arc::new(AtomicBool::new(false));
    let now = Arc::clone(&broken);
    let server = Server::start(move |asked| {
        if now.load(Ordering::SeqCst) {
            return Reply::status(500, "text/html", "<html>oops</html>");
        }
        legacy(asked)
    })
    .await;
    let limits = Config {
        breaker_failures: 3,
        breaker_pause: Duration::from_millis(100),
        breaker_max_pause: Duration::from_millis(100),
        ..config()
    };
    let hub = server.hub(HttpStyle::Auto, limits);
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    assert_eq!(hub.status()[0].transport, Some(UpstreamTransport::Http));
    broken.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        assert!(matches!(call(&hub, "echo").await, Err(Error::Failed { .. })));
    }
    assert_eq!(hub.status()[0].circuit, UpstreamCircuit::Open);
    let calls = server.count("tools/call");
    assert!(call(&hub, "echo").await.is_err());
    assert_eq!(server.count("tools/call"), calls, "it was called with the circuit open");
    broken.store(false, Ordering::SeqCst);
    until("its return", async || call(&hub, "echo").await.is_ok()).await;
    assert_eq!(hub.status()[0].circuit, UpstreamCircuit::Closed);
    hub.shutdown().await;
}
