//! What the HTTP server takes at most, and that no caller takes the room of others.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use testkit::{DEFAULT_WAIT, HttpServer, Workspace, run, wait_until};

use crate::support::workspace;

/// A key of this subject.
fn key(workspace: &Workspace, subject: &str, scope: &str) -> String {
    let create = ["keys", "create", "--name", subject, "--subject", subject, "--scope", scope];
    run(workspace.command(&create), DEFAULT_WAIT).expect_success().stdout.trim().to_owned()
}

/// A request whose body does not come, but for these bytes.
fn begun(server: &HttpServer, path: &str, key: &str, length: u64, body: &[u8]) -> TcpStream {
    let mut stream = server.connect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\
         Accept: application/json, text/event-stream\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    // It may have been refused by now.
    let _ = stream.write_all(body);
    stream
}

fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn one_callers_slow_bodies_hold_up_nobody() {
    let workspace = workspace();
    let (slow, other) = (
        key(&workspace, "slow", "execute:typescript"),
        key(&workspace, "other", "execute:typescript"),
    );
    let server = HttpServer::start(&workspace);
    let most = 8 * 1024 * 1024;
    // Bodies that are only announced take nothing; those that come, no more than the caller's part.
    let announced: Vec<_> = (0..64).map(|_| begun(&server, "/mcp", &slow, most, b"")).collect();
    let part = vec![b' '; 8 * 1024 * 1024 - 1];
    let mut sent = Vec::new();
    let refused = loop {
        assert!(sent.len() < 40, "there is room without end");
        sent.push(begun(&server, "/execute", &slow, most, &part));
        let mut more = begun(&server, "/execute", &slow, most, b" ");
        more.set_read_timeout(Some(Duration::from_millis(300))).expect("a timeout");
        let said = answer(&mut more);
        if !said.is_empty() {
            break said;
        }
    };
    assert!(
        refused.starts_with("HTTP/1.1 503") && refused.contains("bodies of yours"),
        "{refused}"
    );
    let body = json!({"code": "console.log('mine')"}).to_string();
    let bearer = format!("Bearer {other}");
    let ran = server.request("POST", "/execute", &[("Authorization", &bearer)], &body);
    assert!(ran.status == 200 && ran.body.contains("mine"), "{}", ran.body);
    drop((announced, sent));
    let bearer = format!("Bearer {slow}");
    wait_until(DEFAULT_WAIT, "there is room again", || {
        server.request("POST", "/execute", &[("Authorization", &bearer)], &body).status == 200
    });
}

#[test]
fn what_will_not_be_taken_is_refused_before_it_comes() {
    let workspace = workspace();
    let reader = key(&workspace, "reader", "tools:read");
    let server = HttpServer::start(&workspace);
    let refused = answer(&mut begun(&server, "/execute", &reader, 1_000, b""));
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    assert!(refused.contains("insufficient_scope"), "{refused}");
    let refused = answer(&mut begun(&server, "/mcp", &reader, 10_000_000_000, b""));
    assert!(refused.starts_with("HTTP/1.1 413"), "{refused}");
    assert!(refused.contains("body_too_large"), "{refused}");
}

#[test]
fn heads_have_their_bound_and_paths_their_letters() {
    let server = HttpServer::start(&workspace());
    let get = |length: usize| {
        let filling = "x".repeat(length);
        server.request("GET", "/live", &[("X-Filling", &filling)], "")
    };
    assert_eq!(get(65_000).status, 200);
    let long = get(65_536);
    assert_eq!((long.status, &long.json()["code"]), (431, &json!("head_too_large")));
    for path in ["/executions/%ff", "/tools/info/%ff/a", "/errors/%ff"] {
        let answer = server.get(path);
        assert_eq!((answer.status, &answer.json()["code"]), (400, &json!("invalid_request")));
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
    }
    assert_eq!(server.get("/docs").body, server.get("/docs").body);
}
