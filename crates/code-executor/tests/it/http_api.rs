//! The HTTP API as its clients meet it: programs, tools, health, and every kind of bad request.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fake, HttpServer, Workspace, run, wait_until};

use crate::support::workspace;

fn server() -> (Workspace, HttpServer) {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let server = HttpServer::start(&workspace);
    (workspace, server)
}

#[test]
fn programs_of_both_languages_are_run() {
    let (workspace, server) = server();
    let answer = server.post("/execute", &json!({"code": "console.log(2 + 2); 'done'"}));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let outcome = answer.json();
    assert_eq!(outcome["output"], "4\n");
    assert_eq!(outcome["result"], "done");
    assert_eq!(outcome["success"], true);
    assert_eq!(outcome["truncated"], false);
    assert!(outcome["executionTime"].is_u64(), "{outcome}");
    assert_eq!(outcome["metrics"], json!({"outputBytes": 2, "estimatedTokens": 1}));
    assert!(outcome["isolation"]["level"].is_string(), "{outcome}");
    let python = json!({"code": "print(6 * 7)", "language": "python"});
    assert_eq!(server.post("/execute", &python).json()["output"], "42\n");
    assert!(workspace.audit_records().len() >= 4, "two programs, begun and ended");
}

#[test]
fn programs_call_tools_and_fail_in_words() {
    let (_workspace, server) = server();
    let code = "console.log(await callMCPTool('mcp__fake__echo', { text: 'through' }))";
    let allowed = json!({"code": code, "allowedTools": ["mcp__fake__*"]});
    let outcome = server.post("/execute", &allowed).json();
    assert_eq!(outcome["output"], "through\n", "{outcome}");
    let refused = server.post("/execute", &json!({"code": code}));
    assert_eq!(refused.status, 200, "a program that fails is an outcome");
    let outcome = refused.json();
    assert_eq!(outcome["success"], false);
    assert!(outcome["error"]["message"].as_str().is_some_and(|it| it.contains("allowedTools")));
    let slow = json!({"code": "console.log('so far'); for (;;) {}", "timeoutMs": 300});
    let outcome = server.post("/execute", &slow).json();
    assert_eq!((&outcome["output"], &outcome["limit"]), (&json!("so far\n"), &json!("timeout")));
}

#[test]
fn tools_are_listed_found_and_described() {
    let (_workspace, server) = server();
    let all = server.get("/tools").json();
    let names = |answer: &Value| -> Vec<String> {
        let tools = answer["tools"].as_array().expect("a list");
        tools.iter().map(|tool| tool["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(names(&all).contains(&"mcp__fake__echo".to_owned()), "{all}");
    assert_eq!(all["total"], names(&all).len());
    let found = server.get("/tools/search?q=echo&limit=1&detail=name").json();
    assert_eq!(names(&found), ["mcp__fake__echo"]);
    assert!(found["metrics"]["upFront"]["tools"].as_u64() >= Some(5), "{found}");
    let full = server.get("/tools/search?q=echo&limit=1&detail=full").json();
    assert!(full["tools"][0]["declaration"].as_str().is_some_and(|it| it.contains("text")));
    for name in ["echo", "mcp__fake__echo"] {
        let info = server.get(&format!("/tools/info/fake/{name}"));
        assert_eq!(info.json()["name"], "mcp__fake__echo", "{}", info.body);
    }
    for path in ["/tools/info/fake/nothing", "/tools/info/nobody/echo", "/tools/info/fake/x%2Fy"] {
        let answer = server.get(path);
        assert_eq!((answer.status, &answer.json()["code"]), (404, &json!("tool_not_found")));
    }
}

#[test]
fn health_is_told_in_all_its_shapes() {
    let (_workspace, server) = server();
    assert_eq!(server.get("/live").json(), json!({"status": "live"}));
    wait_until(DEFAULT_WAIT, "it is ready", || server.get("/ready").status == 200);
    let health = server.get("/health").json();
    assert_eq!((&health["status"], &health["healthy"]), (&json!("healthy"), &json!(true)));
    assert_eq!(health["servers"], 1);
    assert!(health["connectionPool"]["max"].is_u64() && health["uptime"].is_number(), "{health}");
    server.get("/tools");
    let health = server.get("/health").json();
    assert_eq!(health["toolsByServer"]["fake"], health["totalTools"], "{health}");
}

#[test]
fn bad_requests_are_problems_with_words() {
    let (_workspace, server) = server();
    let post = |body: &str| server.request("POST", "/execute", &[], body);
    let cases = [
        (post("{"), 400, "invalid_request", "line 1"),
        (post("[1]"), 400, "invalid_request", "object"),
        (post("{\"code\": \"1\", \"code\": \"2\"}"), 400, "invalid_request", "few members"),
        (post("{\"cod\": 1}"), 400, "invalid_request", "did you mean `code`"),
        (post("{}"), 400, "invalid_request", "`code` is missing"),
        (post("{\"code\": 7}"), 400, "invalid_request", "must be a string, got 7"),
        (post("{\"code\": \"1\", \"language\": \"ruby\"}"), 400, "invalid_request", "python"),
        (post("{\"code\": \"1\", \"timeoutMs\": 0}"), 400, "invalid_request", "timeoutMs"),
        (server.get("/nothing"), 404, "not_found", "/docs"),
        (server.get("/execute"), 405, "method_not_allowed", "Allow"),
        (server.get("/tools/search"), 400, "invalid_request", "`q` is missing"),
        (server.get("/tools/search?q=a&limit=9999"), 400, "invalid_request", "from 1 to 100"),
        (
            server.request("POST", "/execute", &[("Content-Type", "text/plain")], "{}"),
            415,
            "unsupported_media_type",
            "application/json",
        ),
        (
            server.request("GET", "/health", &[("Host", "evil.example")], ""),
            421,
            "misdirected",
            "server.hosts",
        ),
        (
            server.request("GET", "/tools", &[("Sec-Fetch-Site", "cross-site")], ""),
            403,
            "origin_not_allowed",
            "another site",
        ),
        (server.get("/tools?detail=full&limit=101"), 400, "invalid_request", "from 1 to 100"),
        (
            server.request("GET", "/health", &[("Origin", "http://evil.example")], ""),
            403,
            "origin_not_allowed",
            "server.origins",
        ),
    ];
    for (answer, status, code, said) in cases {
        assert_eq!(answer.status, status, "{said}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let problem = answer.json();
        assert_eq!((&problem["code"], &problem["status"]), (&json!(code), &json!(status)));
        assert!(problem["detail"].as_str().is_some_and(|it| it.contains(said)), "{problem}");
    }
}

#[test]
fn a_flood_of_bytes_is_cut_off() {
    let workspace = workspace().with_setting("server", json!({"maxBodyBytes": 65_536}));
    let server = HttpServer::start(&workspace);
    let long = json!({"code": "x".repeat(100_000)}).to_string();
    let answer = server.request("POST", "/execute", &[], &long);
    assert_eq!((answer.status, &answer.json()["code"]), (413, &json!("body_too_large")));
    let head =
        format!("GET /live HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "y".repeat(200_000));
    assert_eq!(server.raw(head.as_bytes()).status, 431, "a head without end");
    let many: String = (0..500).map(|n| format!("H{n}: v\r\n")).collect();
    let tree = format!("{{\"code\": \"1\", \"permissions\": [{}1]}}", "1,".repeat(20_000));
    assert_eq!(server.request("POST", "/execute", &[], &tree).status, 400, "it is no object");
    let head = format!("GET /live HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    assert_eq!(server.raw(head.as_bytes()).status, 431, "too many headers");
    for garbage in [&b"\x16\x03\x01\x02\x00\x01\x00"[..], b"GET\r\n\r\n", b"\0\0\0\0\r\n\r\n"] {
        let answer = server.raw(garbage);
        assert!(matches!(answer.status, 0 | 400), "{answer:?}");
    }
    assert_eq!(server.get("/live").status, 200, "it goes on");
}

#[test]
fn a_client_that_leaves_ends_its_program() {
    let (workspace, server) = server();
    let mut stream = server.connect();
    let body =
        json!({"code": "console.log('begun'); for (;;) {}", "timeoutMs": 60_000}).to_string();
    let head = format!(
        "POST /execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let active = || server.get("/health").json()["connectionPool"]["active"].as_u64();
    let recorded = |what: &str| {
        workspace.audit_records().iter().any(|record| record.to_string().contains(what))
    };
    wait_until(DEFAULT_WAIT, "the program runs", || recorded("\"start\""));
    drop(stream);
    wait_until(DEFAULT_WAIT, "the program has ended", || active() == Some(0));
    wait_until(DEFAULT_WAIT, "its end is on record", || recorded("CancelledError"));
}

#[test]
fn a_stop_lets_what_runs_come_to_its_end() {
    let (_workspace, server) = server();
    let mut stream = server.connect();
    let code = "await new Promise(done => setTimeout(done, 500)); console.log('to the end')";
    let body = json!({"code": code}).to_string();
    let head = format!(
        "POST /execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let active = || server.get("/health").json()["connectionPool"]["active"].as_u64();
    wait_until(DEFAULT_WAIT, "the program runs", || active() == Some(1));
    let pid = Pid::from_raw(server.pid().cast_signed()).expect("a pid");
    kill_process(pid, Signal::TERM).expect("it runs");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.contains("to the end"), "{answer}");
    let started = Instant::now();
    while std::net::TcpStream::connect(server.address()).is_ok() {
        assert!(started.elapsed() < Duration::from_secs(30), "it still accepts connections");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn without_keys_it_listens_on_this_machine_alone() {
    let workspace = workspace();
    let finished = run(workspace.command(&["serve", "--http", "0.0.0.0:0"]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(64), "{}", finished.stderr);
    assert!(finished.stderr.contains("listen on 127.0.0.1"), "{}", finished.stderr);
    let finished = run(workspace.command(&["serve", "--http", "nowhere"]), DEFAULT_WAIT);
    assert_eq!(finished.code(), Some(2), "{}", finished.stderr);
    assert!(finished.stderr.contains("such as 127.0.0.1:9091"), "{}", finished.stderr);
}

#[test]
fn a_connection_that_says_nothing_does_not_stay() {
    let (_workspace, server) = server();
    let mut silent = server.connect();
    let mut half = server.connect();
    half.write_all(b"GET /live HTTP/1.1\r\nHost: loc").expect("it listens");
    let mut nothing = Vec::new();
    silent.read_to_end(&mut nothing).expect("it is closed, not reset");
    let mut told = Vec::new();
    half.read_to_end(&mut told).expect("it is closed, not reset");
    assert!(nothing.is_empty(), "nothing was asked");
}
