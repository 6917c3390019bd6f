//! The published attacks on an HTTP server, fired at ours: origins, sessions, streams of others,
//! bombs, and what a stranger learns.

use serde_json::{Value, json};
use testkit::{Answer, DEFAULT_WAIT, HttpServer, Workspace, run};

use crate::support::workspace;

/// What an MCP client may say first.
fn initialize() -> String {
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "attacker", "version": "1"},
    }})
    .to_string()
}

/// A request to `/mcp` as a client of the era with sessions sends it.
fn mcp(server: &HttpServer, method: &str, more: &[(&str, &str)], body: &str) -> Answer {
    let mut headers = vec![("Accept", "application/json, text/event-stream")];
    headers.extend_from_slice(more);
    server.request(method, "/mcp", &headers, body)
}

/// A session of whoever has this key.
fn session(server: &HttpServer, key: &str) -> String {
    let answer = mcp(server, "POST", &[("Authorization", key)], &initialize());
    answer.header("mcp-session-id").expect("an id").to_owned()
}

fn key(workspace: &Workspace, name: &str) -> String {
    let arguments = ["keys", "create", "--json", "--name", name];
    let created = run(workspace.command(&arguments), DEFAULT_WAIT).expect_success().stdout;
    let created: Value = serde_json::from_str(&created).expect("JSON");
    format!("Bearer {}", created["key"].as_str().expect("the key"))
}

#[test]
fn pages_of_other_origins_get_nothing_by_any_method() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://evil.example:9091",
        "http://localhost@evil.example",
    ] {
        for (method, path) in [
            ("POST", "/execute"),
            ("POST", "/mcp"),
            ("GET", "/mcp"),
            ("DELETE", "/mcp"),
            ("OPTIONS", "/mcp"),
            ("OPTIONS", "/execute"),
            ("GET", "/tools"),
            ("GET", "/executions"),
        ] {
            let headers = [
                ("Origin", origin),
                ("Access-Control-Request-Method", "POST"),
                ("Accept", "application/json, text/event-stream"),
            ];
            let answer = server.request(method, path, &headers, &initialize());
            assert_eq!(answer.status, 403, "{method} {path} from {origin}: {}", answer.body);
            for header in [
                "access-control-allow-origin",
                "access-control-allow-credentials",
                "mcp-session-id",
            ] {
                assert_eq!(answer.header(header), None, "{method} {path} from {origin}");
            }
        }
    }
    assert_eq!(server.get("/tools").status, 200, "whoever is no page");
}

#[test]
fn a_session_is_the_servers_to_name_and_nobody_else_can() {
    let workspace = workspace();
    let (ada, ben) = (key(&workspace, "ada"), key(&workspace, "ben"));
    let server = HttpServer::start(&workspace);
    let fixed = [
        ("Authorization", ada.as_str()),
        ("Mcp-Session-Id", "attacker"),
        ("Cookie", "sid=attacker"),
    ];
    let begun = mcp(&server, "POST", &fixed, &initialize());
    assert_ne!(begun.header("mcp-session-id"), Some("attacker"), "{}", begun.body);
    assert_eq!(begun.header("set-cookie"), None, "there are no cookies");
    let ids: Vec<String> = (0..4).map(|_| session(&server, &ada)).collect();
    for id in &ids {
        assert!(id.len() >= 22, "{id} has less than 128 bits");
        assert_eq!(ids.iter().filter(|other| *other == id).count(), 1);
    }
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}).to_string();
    let of = |key: &str, id: &str, method: &str| {
        let headers = [("Authorization", key), ("Mcp-Session-Id", id)];
        mcp(&server, method, &headers, if method == "POST" { &ping } else { "" }).status
    };
    assert_eq!(of(&ada, &ids[0], "POST"), 200);
    for method in ["POST", "GET", "DELETE"] {
        assert_eq!(of(&ben, &ids[0], method), 404, "{method} by somebody else");
    }
    let alone = mcp(&server, "POST", &[("Mcp-Session-Id", &ids[0])], &ping);
    assert_eq!(alone.status, 401, "an id is no credential");
    let address = format!("/mcp?Mcp-Session-Id={}&sessionId={}", ids[0], ids[0]);
    let by_address = server.request("POST", &address, &[("Authorization", &ben)], &ping);
    assert_ne!(by_address.status, 200, "{}", by_address.body);
    assert!(matches!(of(&ada, &ids[0], "DELETE"), 200 | 202 | 204));
    assert_eq!(of(&ada, &ids[0], "POST"), 404, "it is over");
}

#[test]
fn nobody_goes_on_with_the_stream_of_somebody_else() {
    let workspace = workspace();
    let (ada, ben) = (key(&workspace, "ada"), key(&workspace, "ben"));
    let server = HttpServer::start(&workspace);
    let (hers, his) = (session(&server, &ada), session(&server, &ben));
    let call = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {
        "name": "executeTypescript",
        "arguments": {"code": "await new Promise((go) => setTimeout(go, 300)); 'her secret'"},
    }});
    let headers = [("Authorization", ada.as_str()), ("Mcp-Session-Id", hers.as_str())];
    let answer = mcp(&server, "POST", &headers, &call.to_string());
    assert!(answer.body.contains("her secret"), "{}", answer.body);
    let id = answer.body.lines().find_map(|line| line.strip_prefix("id:")).unwrap_or("1-1").trim();
    for (key, session) in [(&ben, &his), (&ben, &hers)] {
        let headers = [
            ("Authorization", key.as_str()),
            ("Mcp-Session-Id", session.as_str()),
            ("Last-Event-ID", id),
        ];
        let taken = mcp(&server, "GET", &headers, "");
        assert!(matches!(taken.status, 400 | 403 | 404), "{}: {}", taken.status, taken.body);
        assert!(!taken.body.contains("her secret"));
    }
}

#[test]
fn bombs_are_not_let_in() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    let head = |path: &str, more: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Accept: application/json, text/event-stream\r\n\
             Content-Type: application/json\r\n{more}\r\n\r\n"
        )
    };
    for path in ["/execute", "/mcp"] {
        let announced = server.raw(head(path, "Content-Length: 10000000000").as_bytes());
        assert_eq!(announced.status, 413, "{path}: {}", announced.body);
        let packed =
            [("Content-Encoding", "gzip"), ("Accept", "application/json, text/event-stream")];
        let packed = server.request("POST", path, &packed, "\u{1f}\u{8b}");
        assert_eq!(packed.status, 415, "{path}: {}", packed.body);
        for bomb in [
            format!("[{}1]", "1,".repeat(1_000_000)),
            format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("{{\"code\":{}1{}}}", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
        ] {
            let answer = mcp_or(&server, path, &bomb);
            assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
        }
    }
    for chunks in
        ["ffffffffffffffff1\r\nx", "5;x\ny\r\n12345\r\n0\r\n\r\n", "-1\r\nx", "5\nhello\n0\n\n"]
    {
        let text = head("/execute", "Transfer-Encoding: chunked") + chunks;
        let answer = server.raw(text.as_bytes());
        assert!(matches!(answer.status, 0 | 400), "{chunks:?}: {} {}", answer.status, answer.body);
    }
    assert_eq!(server.get("/live").status, 200, "it goes on");
}

fn mcp_or(server: &HttpServer, path: &str, body: &str) -> Answer {
    let headers = [("Accept", "application/json, text/event-stream")];
    server.request("POST", path, &headers, body)
}

#[test]
fn no_answer_is_a_page_that_runs_something() {
    let workspace = workspace();
    let server = HttpServer::start(&workspace);
    let code = json!({"code": "console.log('<img src=x onerror=alert(1)>')"});
    let answers = [
        server.post("/execute", &code),
        server.get("/tools?server=%3Cscript%3Ealert(1)%3C/script%3E"),
        server.get("/errors/%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
        server.get("/nowhere/%3Cimg%20src=x%20onerror=alert(1)%3E"),
        server.get("/docs"),
        server.get("/errors/busy"),
    ];
    for answer in answers {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("script-src"), "{policy}");
        if answer.header("content-type").is_some_and(|it| it.starts_with("text/html")) {
            assert!(!answer.body.contains("<script"), "a page of ours needs none");
        }
    }
}

#[test]
fn a_stranger_learns_that_it_runs_and_nothing_else() {
    let workspace = workspace();
    let ada = key(&workspace, "ada-of-acme");
    let server = HttpServer::start(&workspace);
    server.request("GET", "/tools", &[("Authorization", &ada)], "");
    let folder = workspace.path("").to_string_lossy().into_owned();
    for path in ["/health", "/live", "/ready", "/docs", "/openapi.json", "/errors/busy"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        for told in ["mcp__fake", "ada-of-acme", folder.as_str()] {
            assert!(!answer.body.contains(told), "{path} tells {told}");
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    assert!(!server.get("/health").body.contains(version));
    for path in ["/metrics", "/tools", "/executions", "/tools/search?q=x"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 401, "{path}: {}", answer.body);
    }
    assert_eq!(server.get("/debug").status, 404);
}
