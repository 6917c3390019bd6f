//! Servers that do not keep to MCP, or to HTTP: each costs its caller an error that says what
//! happened, and nothing of what the server's url, its headers or its answers hold.

use std::time::Duration;

use serde_json::json;

use super::eras::legacy;
use super::server::{Asked, Reply, Server, call, call_with, config, event, says};
use crate::{Config, HttpStyle};

/// What a call says when the server answers calls so, and everything else well.
async fn called(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> String {
    let server = Server::start(move |asked| match asked.rpc() {
        "tools/call" if asked.body["params"]["name"] == "broken" => reply(asked),
        _ => legacy(asked),
    })
    .await;
    let config = Config { max_result_bytes: 64 * 1024, ..config() };
    let hub = server.hub_with(&[("X-Secret", "s3cret")], HttpStyle::Auto, config);
    let words = match call(&hub, "broken").await {
        Ok(text) => format!("answered {text}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(server.count("tools/call"), 1, "it is not repeated");
    for hidden in ["s3cret", "/mcp", "hidden"] {
        assert!(!words.contains(hidden), "`{hidden}` in: {words}");
    }
    // Whatever it did, the next call goes through.
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    hub.shutdown().await;
    words
}

#[tokio::test]
async fn wrong_answers_are_errors_that_say_what_came() {
    let html = called(|_| Reply::status(200, "text/html", "<p>hidden")).await;
    assert!(html.contains("answered HTML and no MCP message (HTTP 200)"), "{html}");
    let down = called(|_| Reply::status(500, "text/plain; charset=x", "hidden")).await;
    assert!(down.contains("answered HTTP 500 (`text/plain`)"), "{down}");
    let empty = called(|_| Reply::accepted()).await;
    assert!(empty.contains("answered nothing (HTTP 202)"), "{empty}");
    let no_json = called(|_| Reply::status(200, "application/json", "hidden {")).await;
    assert!(no_json.contains("is no MCP message"), "{no_json}");
    let refused = called(|_| {
        let error =
            json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32602, "message": "no"}});
        Reply::status(400, "application/json", &error.to_string())
    })
    .await;
    assert!(refused.contains("refused `broken`: no (JSON-RPC error -32602)"), "{refused}");
    let nonsense = called(|_| Reply::Bytes(b"hidden hidden\r\n\r\n".to_vec())).await;
    assert!(nonsense.contains("broke before an answer came"), "{nonsense}");
}

#[tokio::test]
async fn answers_that_break_off_are_errors_that_leave_it_open_what_happened() {
    let short = called(|_| {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{";
        Reply::Bytes(head.into())
    })
    .await;
    assert!(short.contains("broke off in the middle"), "{short}");
    assert!(short.contains("whether it took effect is unknown"), "{short}");
    let ended = called(|_| Reply::Events(": nothing\n\n".to_owned())).await;
    assert!(ended.contains("ended without the answer"), "{ended}");
    let chunked = called(|_| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
                    Transfer-Encoding: chunked\r\n\r\nff\r\ndata: {";
        Reply::Bytes(head.into())
    })
    .await;
    assert!(chunked.contains("broke off before the answer"), "{chunked}");
}

#[tokio::test]
async fn answers_to_other_requests_reach_nobody() {
    let stray = json!({"jsonrpc": "2.0", "id": 4711, "result": says("hidden")});
    let (one, two) = (stray.clone(), stray);
    let at_once = called(move |_| Reply::json(&one)).await;
    assert!(at_once.contains("answered another request than the one"), "{at_once}");
    let by_events = called(move |_| Reply::Events(event(&two))).await;
    assert!(by_events.contains("answered another request than the one"), "{by_events}");
}

#[tokio::test]
async fn two_calls_whose_answers_are_swapped_both_fail() {
    let server = Server::start(|asked| match asked.rpc() {
        "tools/call" => {
            let other = 1 - asked.body["id"].as_i64().unwrap();
            let text = asked.body["params"]["arguments"]["text"].as_str().unwrap();
            Reply::json(&json!({"jsonrpc": "2.0", "id": other, "result": says(text)}))
        }
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    let (one, two) = tokio::join!(
        call_with(&hub, "echo", json!({"text": "mine"})),
        call_with(&hub, "echo", json!({"text": "yours"})),
    );
    for error in [one.unwrap_err(), two.unwrap_err()] {
        assert!(error.to_string().contains("answered another request"), "{error}");
    }
    hub.shutdown().await;
}

#[tokio::test]
async fn what_is_too_long_is_refused_and_not_kept() {
    let large = called(|asked| Reply::json(&asked.result(says(&"x".repeat(100_000))))).await;
    assert!(large.contains("larger than the limit of 65536 bytes"), "{large}");
    let event =
        called(|asked| Reply::Events(event(&asked.result(says(&"x".repeat(100_000)))))).await;
    assert!(event.contains("larger than the limit of 65536 bytes"), "{event}");
    let endless = called(|_| Reply::Endless("application/json".into(), vec![b' '; 4096])).await;
    assert!(endless.contains("larger than the limit of 65536 bytes"), "{endless}");
    let comments =
        called(|_| Reply::Endless("text/event-stream".into(), b": hi\n\n".repeat(99))).await;
    assert!(comments.contains("its stream of events is longer than 262144 bytes"), "{comments}");
    let one_event = called(|_| Reply::Endless("text/event-stream".into(), vec![b'x'; 4096])).await;
    assert!(one_event.contains("longer than 262144 bytes"), "{one_event}");
}

/// Why a server that answers everything so cannot be used.
async fn unusable(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> String {
    let server = Server::start(reply).await;
    let hub = server.hub(HttpStyle::Auto, config());
    let words = call(&hub, "echo").await.unwrap_err().to_string();
    assert!(!words.contains("/mcp") && !words.contains("hidden"), "{words}");
    words
}

#[tokio::test]
async fn servers_that_cannot_be_used_say_why() {
    let html = unusable(|_| Reply::status(200, "text/html", "<p>hidden")).await;
    assert!(html.contains("answered HTML and no MCP message (HTTP 200)"), "{html}");
    let down = unusable(|_| Reply::status(503, "text/html", "<p>hidden")).await;
    assert!(down.contains("answered HTTP 503 (HTML)"), "{down}");
    let missing = unusable(|_| Reply::status(404, "text/plain", "hidden")).await;
    assert!(missing.contains("answered HTTP 404"), "{missing}");
    assert!(missing.contains("by the older transport"), "{missing}");
    let elsewhere = unusable(|_| {
        Reply::Full(307, vec![("location", "http://10.0.0.1:81/hidden".to_owned())], String::new())
    })
    .await;
    assert!(elsewhere.contains("redirects to `http://10.0.0.1:81`"), "{elsewhere}");
    let circle =
        unusable(|_| Reply::Full(308, vec![("location", "/mcp".to_owned())], String::new())).await;
    assert!(circle.contains("redirects more than 3 times"), "{circle}");
    let locked = unusable(|_| Reply::status(401, "text/plain", "hidden")).await;
    assert!(locked.contains("it wants a login"), "{locked}");
}

#[tokio::test]
async fn credentials_of_ones_own_that_are_refused_are_named_as_that() {
    let server = Server::start(|_| Reply::status(401, "text/plain", "")).await;
    let hub = server.hub_with(&[("authorization", "Bearer s3cret")], HttpStyle::Auto, config());
    let error = call(&hub, "echo").await.unwrap_err().to_string();
    assert!(error.contains("refused the `Authorization` that its `headers` give"), "{error}");
    assert!(!error.contains("s3cret"), "{error}");
}

#[tokio::test]
async fn redirects_within_the_origin_are_followed() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/mcp" => Reply::Full(307, vec![("location", "/mcp/".to_owned())], String::new()),
        _ => legacy(asked),
    })
    .await;
    let hub = server.hub(HttpStyle::Auto, config());
    assert_eq!(call(&hub, "echo").await.unwrap(), "legacy");
    hub.shutdown().await;
}

#[tokio::test]
async fn servers_that_are_not_there_say_why() {
    let words = async |url: &str| {
        let server = Server::start(legacy).await.at(url);
        let short = Config { start_timeout: Duration::from_secs(5), ..config() };
        call(&server.hub(HttpStyle::Auto, short), "echo").await.unwrap_err().to_string()
    };
    let closed = words("http://127.0.0.1:1/mcp?token=s3cret").await;
    assert!(
        closed.contains("cannot connect to `127.0.0.1:1`: the connection was refused"),
        "{closed}"
    );
    assert!(!closed.contains("s3cret"), "{closed}");
    let unknown = words("http://no-such-host.invalid/mcp").await;
    assert!(unknown.contains("cannot connect to `no-such-host.invalid`"), "{unknown}");
    let scheme = words("ftp://127.0.0.1/mcp").await;
    assert!(scheme.contains("`ftp` is not http or https"), "{scheme}");
}

#[tokio::test]
async fn a_silent_server_is_given_up_and_does_not_hold_up_the_goodbye() {
    let server = Server::start(|_| Reply::Silence).await;
    let short = Config { start_timeout: Duration::from_millis(300), ..config() };
    let hub = server.hub(HttpStyle::Auto, short);
    let error = call(&hub, "echo").await.unwrap_err().to_string();
    assert!(error.contains("did not answer the handshake within 300 ms"), "{error}");
    hub.shutdown().await;
}
