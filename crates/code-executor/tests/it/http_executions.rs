//! Executions over HTTP once they run: listed, looked at, cancelled.

use std::io::{BufRead, BufReader, Read, Write};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, HttpServer, wait_until};

use crate::support::workspace;

/// What is listed, the latest first.
fn listed(server: &HttpServer, query: &str) -> Vec<Value> {
    let page = server.get(&format!("/executions{query}"));
    assert_eq!(page.status, 200, "{}", page.body);
    page.json()["executions"].as_array().expect("a list").clone()
}

#[test]
fn what_was_run_is_listed_page_by_page() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    let ids: Vec<_> = (0..3)
        .map(|n| {
            let outcome = server.post("/execute", &json!({"code": format!("console.log({n})")}));
            outcome.json()["executionId"].as_str().expect("an id").to_owned()
        })
        .collect();
    wait_until(DEFAULT_WAIT, "all are listed", || listed(&server, "").len() == 3);
    let first = server.get("/executions?limit=2&state=succeeded").json();
    let of = |page: &Value, at: usize| page["executions"][at]["executionId"].clone();
    assert_eq!((of(&first, 0), of(&first, 1)), (json!(ids[2]), json!(ids[1])));
    let cursor = first["nextCursor"].as_str().expect("there is more");
    let second = server.get(&format!("/executions?limit=2&cursor={cursor}")).json();
    assert_eq!(of(&second, 0), ids[0]);
    assert_eq!(second["nextCursor"], Value::Null);
    let one = server.get(&format!("/executions/{}", ids[0])).json();
    assert_eq!((&one["state"], &one["outputBytes"]), (&json!("succeeded"), &json!(2)));
    let text = one.to_string();
    assert!(!text.contains("console"), "nothing of the program is kept: {text}");
    assert!(listed(&server, "?state=failed").is_empty());
    for (method, path, status, code) in [
        ("GET", "/executions/x".to_owned(), 404, "not_found"),
        ("GET", format!("/executions/{}", "0".repeat(32)), 404, "not_found"),
        ("DELETE", format!("/executions/{}", "0".repeat(32)), 404, "not_found"),
        ("DELETE", format!("/executions/{}", ids[0]), 409, "already_ended"),
        ("GET", "/executions?cursor=x".to_owned(), 400, "invalid_request"),
        ("GET", "/executions?state=gone".to_owned(), 400, "invalid_request"),
        ("POST", "/executions".to_owned(), 405, "method_not_allowed"),
    ] {
        let answer = server.request(method, &path, &[], "");
        assert_eq!((answer.status, &answer.json()["code"]), (status, &json!(code)), "{path}");
    }
}

#[test]
fn what_runs_is_cancelled_by_its_id() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    let mut stream = server.connect();
    let body = json!({"code": "console.log('begun'); for (;;) {}", "timeoutMs": 60_000});
    let body = body.to_string();
    let head = format!(
        "POST /execute HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\
         Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    let id = loop {
        line.clear();
        assert_ne!(lines.read_line(&mut line).expect("a line in time"), 0, "it ended");
        let data = line.strip_prefix("data: ").and_then(|it| serde_json::from_str(it).ok());
        if let Some(id) = data.as_ref().and_then(|data: &Value| data["executionId"].as_str()) {
            break id.to_owned();
        }
    };
    let running = server.get(&format!("/executions/{id}")).json();
    assert_eq!(running["state"], "running", "{running}");
    let answer = server.request("DELETE", &format!("/executions/{id}"), &[], "");
    assert_eq!(answer.status, 202, "{}", answer.body);
    assert_eq!(answer.json(), json!({"executionId": id, "status": "cancelled"}));
    let mut rest = String::new();
    lines.read_to_string(&mut rest).expect("its end");
    assert!(rest.contains("event: ended") && rest.contains("CancelledError"), "{rest}");
    wait_until(DEFAULT_WAIT, "it is known to be cancelled", || {
        server.get(&format!("/executions/{id}")).json()["state"] == "cancelled"
    });
}
