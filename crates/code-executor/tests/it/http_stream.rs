//! An execution followed as it happens: what it prints and calls, how it ends, and who leaves early.

use std::io::{BufRead, BufReader, Read, Write};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fake, HttpServer, Workspace, wait_until};

use crate::support::workspace;

/// The events of a stream, by name.
fn events(text: &str) -> Vec<(String, Value)> {
    let blocks = text.split("\n\n").filter_map(|block| block.split_once('\n'));
    let read = blocks.map(|(name, data)| {
        let name = name.strip_prefix("event: ").expect("a name");
        let data = data.strip_prefix("data: ").expect("data");
        (name.to_owned(), serde_json::from_str(data).expect("JSON"))
    });
    read.collect()
}

fn streamed(server: &HttpServer, body: &Value) -> testkit::Answer {
    server.request("POST", "/execute", &[("Accept", "text/event-stream")], &body.to_string())
}

fn server() -> (Workspace, HttpServer) {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let server = HttpServer::start(&workspace);
    (workspace, server)
}

#[test]
fn a_program_is_followed_from_its_start_to_its_end() {
    let (_workspace, server) = server();
    let code = "console.log('before'); await callMCPTool('mcp__fake__echo', { text: 'x' }); \
                console.log('after\\nevent: forged'); 7";
    let answer = streamed(&server, &json!({"code": code, "allowedTools": ["mcp__fake__*"]}));
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    let events = events(&answer.body);
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["started", "output", "callStarted", "callEnded", "output", "ended"],
        "{}",
        answer.body
    );
    let data = |at: usize| &events[at].1;
    let ended = data(5);
    assert_eq!(data(0)["executionId"], ended["executionId"]);
    assert_eq!(data(1)["text"], "before\n");
    assert_eq!(data(2), &json!({"call": 1, "tool": "mcp__fake__echo"}));
    assert_eq!((&data(3)["status"], &data(3)["call"]), (&json!("ok"), &json!(1)));
    assert_eq!(data(4)["text"], "after\nevent: forged\n");
    assert_eq!(ended["output"], "before\nafter\nevent: forged\n");
    assert_eq!((&ended["success"], &ended["result"]), (&json!(true), &json!(7)));
    assert!(ended["executionTime"].is_u64() && ended["metrics"].is_object(), "{ended}");
}

#[test]
fn what_is_refused_is_a_problem_and_no_stream() {
    let (_workspace, server) = server();
    for (body, status) in [
        (json!({"code": "1", "timeoutMs": 0}), 400),
        (json!({"code": "1", "permissions": {"env": true}}), 400),
    ] {
        let answer = streamed(&server, &body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let failed = streamed(&server, &json!({"code": "console.log(1); throw new Error('no')"}));
    let last = events(&failed.body).pop().expect("an end");
    assert_eq!((last.0.as_str(), &last.1["success"]), ("ended", &json!(false)));
}

#[test]
fn output_comes_while_the_program_runs_and_who_leaves_ends_it() {
    let (workspace, server) = server();
    let mut stream = server.connect();
    let body = json!({"code": "console.log('begun'); for (;;) {}", "timeoutMs": 60_000});
    let body = body.to_string();
    let head = format!(
        "POST /execute HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let mut lines = BufReader::new(stream.try_clone().expect("a stream"));
    let mut line = String::new();
    while !line.contains("begun") {
        line.clear();
        assert_ne!(lines.read_line(&mut line).expect("a line in time"), 0, "it ended");
    }
    drop((stream, lines));
    let active = || server.get("/health").json()["connectionPool"]["active"].as_u64();
    wait_until(DEFAULT_WAIT, "the program has ended", || active() == Some(0));
    wait_until(DEFAULT_WAIT, "its end is on record", || {
        let records = workspace.audit_records();
        records.iter().any(|record| record.to_string().contains("CancelledError"))
    });
}

#[test]
fn a_reader_that_stops_reading_holds_nothing_up() {
    let (_workspace, server) = server();
    let mut stream = server.connect();
    let code = "for (let n = 0; n < 900; n++) { console.log('x'.repeat(1000)); \
                try { await callMCPTool('mcp__fake__echo', { text: 'x' }) } catch {} }";
    let body = json!({"code": code, "timeoutMs": 60_000}).to_string();
    let head = format!(
        "POST /execute HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\
         Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let health = || server.get("/health").json()["connectionPool"]["active"].as_u64();
    wait_until(DEFAULT_WAIT, "the program runs", || health() == Some(1));
    wait_until(DEFAULT_WAIT, "the program has ended", || health() == Some(0));
    let mut all = String::new();
    stream.read_to_string(&mut all).expect("what waited");
    assert!(all.contains("event: ended"), "the end is told");
}
