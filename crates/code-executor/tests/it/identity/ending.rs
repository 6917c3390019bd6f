//! What was begun with a key ends with the key: programs, streams, answers that are waited for.

use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use serde_json::{Value, json};
use testkit::{Answer, DEFAULT_WAIT, HttpServer, wait_until};

use super::{asked, key, keys, prefix};
use crate::support::workspace;

const EVENTS: &str = "application/json, text/event-stream";

/// A program that would go on for longer than anybody waits here.
fn long() -> Value {
    let code = "console.log('begun'); await new Promise(done => setTimeout(done, 200_000))";
    json!({"code": code, "timeoutMs": 250_000})
}

fn post(server: &HttpServer, path: &str, key: &str, more: &[(&str, &str)], body: &Value) -> Answer {
    let bearer = format!("Bearer {key}");
    let mut headers = vec![("Authorization", bearer.as_str())];
    headers.extend(more);
    server.request("POST", path, &headers, &body.to_string())
}

/// A session of MCP.
fn session(server: &HttpServer, key: &str) -> String {
    let us = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": us});
    let message = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let begun = post(server, "/mcp", key, &[("Accept", EVENTS)], &message);
    begun.header("mcp-session-id").expect("a session").to_owned()
}

fn running(server: &HttpServer, key: &str) -> usize {
    let listed = asked(server, "GET", "/executions?state=running", key, "").json();
    listed["executions"].as_array().map_or(0, Vec::len)
}

fn ended(answer: ScopedJoinHandle<'_, Answer>) -> Answer {
    wait_until(DEFAULT_WAIT, "it ends", || answer.is_finished());
    answer.join().expect("an answer")
}

#[test]
fn a_key_that_is_taken_back_takes_all_with_it() {
    let workspace = workspace();
    let (bad, good) = (key(&workspace, "bad", &[]), key(&workspace, "good", &[]));
    let server = HttpServer::start(&workspace);
    let id = session(&server, &bad);
    let (server, bad, good) = (&server, bad.as_str(), good.as_str());
    let in_session = [("Accept", EVENTS), ("Mcp-Session-Id", id.as_str())];
    let bearer = format!("Bearer {bad}");
    thread::scope(|scope| {
        let stays = scope.spawn(|| post(server, "/execute", good, &[], &long()));
        let plain = scope.spawn(|| post(server, "/execute", bad, &[], &long()));
        let followed = [("Accept", "text/event-stream")];
        let followed = scope.spawn(move || post(server, "/execute", bad, &followed, &long()));
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                          "params": {"name": "executeTypescript", "arguments": long()}});
        let call = scope.spawn(move || post(server, "/mcp", bad, &in_session, &call));
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Accept", "text/event-stream"),
            ("Mcp-Session-Id", id.as_str()),
        ];
        let told = scope.spawn(move || server.request("GET", "/mcp", &headers, ""));
        wait_until(DEFAULT_WAIT, "they run", || {
            running(server, bad) == 3 && running(server, good) == 1
        });
        assert!(!told.is_finished());
        let begun = Instant::now();
        keys(&workspace, &["revoke", prefix(bad)]).expect_success();
        let plain = ended(plain);
        assert_eq!((plain.status, plain.body.contains("begun")), (401, false), "{}", plain.body);
        let followed = ended(followed).body;
        assert!(followed.contains("started") && !followed.contains("ended"), "{followed}");
        let call = ended(call);
        assert!(!call.body.contains("begun"), "{}", call.body);
        assert_eq!(ended(told).status, 200);
        let over = || {
            let records = workspace.audit_records();
            records.iter().filter(|record| record["event"] == "end").count()
        };
        wait_until(DEFAULT_WAIT, "the programs have ended", || over() == 3);
        assert!(begun.elapsed() < DEFAULT_WAIT, "{:?}", begun.elapsed());
        assert_eq!(running(server, good), 1, "the other key's goes on");
        let listed = asked(server, "GET", "/executions?state=running", good, "").json();
        let id = listed["executions"][0]["executionId"].as_str().expect("an id").to_owned();
        asked(server, "DELETE", &format!("/executions/{id}"), good, "");
        assert_eq!(ended(stays).status, 200);
    });
}

#[test]
fn a_key_whose_time_is_over_takes_all_with_it() {
    let workspace = workspace();
    let short = key(&workspace, "short", &["--expires", "4s"]);
    let server = HttpServer::start(&workspace);
    let begun = Instant::now();
    let answer = post(&server, "/execute", &short, &[("Accept", "text/event-stream")], &long());
    assert!(answer.body.contains("begun") && !answer.body.contains("ended"), "{}", answer.body);
    assert!(begun.elapsed() < DEFAULT_WAIT);
}
