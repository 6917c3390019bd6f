//! MCP over HTTP as it looks on the wire: both eras, streams that are taken up again, requests that are
//! taken back, and every kind of bad request.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};
use testkit::{Answer, DEFAULT_WAIT, Fake, HttpServer, Workspace, wait_until};

use crate::support::{OUR_TOOLS, workspace};

mod callers;
mod clients;
mod lists;
mod suite;

const ACCEPT: (&str, &str) = ("Accept", "application/json, text/event-stream");
const STATELESS: &str = "2026-07-28";
const LEGACY: &str = "2025-11-25";
/// A program that says that it runs and then never ends.
const ENDLESS: &str = "console.log('begun'); for (;;) {}";

/// Headers of a request; the status, the error's code and what it says.
type Case<'a> = (&'a [(&'a str, &'a str)], u16, i64, &'a str);

fn server() -> (Workspace, HttpServer) {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let server = HttpServer::start(&workspace);
    (workspace, server)
}

/// Sends a message with these headers beside what every message has.
fn post(server: &HttpServer, headers: &[(&str, &str)], message: &Value) -> Answer {
    let mut all = vec![ACCEPT];
    all.extend(headers);
    server.request("POST", "/mcp", &all, &message.to_string())
}

fn message(id: i64, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn execute(id: i64, code: &str) -> Value {
    let arguments = json!({"code": code, "timeoutMs": 60_000});
    let params = json!({"name": "executeTypescript", "arguments": arguments});
    message(id, "tools/call", params)
}

/// A request of the stateless revision with its headers.
fn stateless(server: &HttpServer, mut request: Value) -> Answer {
    introduce(&mut request);
    let method = request["method"].as_str().unwrap_or_default().to_owned();
    let mut headers = vec![("MCP-Protocol-Version", STATELESS), ("Mcp-Method", &method)];
    if let Some(name) = request["params"]["name"].as_str() {
        headers.push(("Mcp-Name", name));
    }
    post(server, &headers, &request)
}

fn introduce(request: &mut Value) {
    request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!(STATELESS);
    request["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({});
}

/// A session of an older revision.
struct Session<'a> {
    server: &'a HttpServer,
    id: String,
    version: &'static str,
}

impl<'a> Session<'a> {
    fn begin(server: &'a HttpServer, version: &'static str) -> Self {
        let answer = post(server, &[], &initialize(version));
        assert_eq!(answer.json()["result"]["protocolVersion"], version, "{}", answer.body);
        let id = answer.header("mcp-session-id").expect("an id").to_owned();
        let session = Self { server, id, version };
        let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        assert_eq!(session.post(&initialized).status, 202);
        session
    }

    fn headers(&self) -> [(&str, &str); 2] {
        [("Mcp-Session-Id", &self.id), ("MCP-Protocol-Version", self.version)]
    }

    fn post(&self, message: &Value) -> Answer {
        post(self.server, &self.headers(), message)
    }

    /// Sends a message and leaves its answer to be read.
    fn open(&self, message: &Value) -> TcpStream {
        open(self.server, "POST", &self.headers(), &message.to_string())
    }

    fn get(&self, last_event: Option<&str>) -> TcpStream {
        let mut headers = self.headers().to_vec();
        headers.extend(last_event.map(|id| ("Last-Event-ID", id)));
        open(self.server, "GET", &headers, "")
    }

    fn delete(&self) -> Answer {
        self.server.request("DELETE", "/mcp", &self.headers(), "")
    }
}

/// The messages of a stream.
fn events(answer: &Answer) -> Vec<Value> {
    let data = answer.body.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter_map(|json| serde_json::from_str(json).ok()).collect()
}

/// The answer itself, be it plain or, when it was not there at once, the last message of a stream.
fn answered(answer: &Answer) -> Value {
    match answer.header("content-type") {
        Some("text/event-stream") => events(answer).pop().unwrap_or_default(),
        _ => answer.json(),
    }
}

fn initialize(version: &str) -> Value {
    let client = json!({"name": "raw", "version": "1"});
    let params = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client});
    message(0, "initialize", params)
}

/// A request on a connection of its own, whose answer is not read yet.
fn open(server: &HttpServer, method: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
    let mut stream = server.connect();
    let mut head = format!(
        "{method} /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{}: {}\r\n",
        ACCEPT.0, ACCEPT.1
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        let length = body.len();
        head.push_str(&format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).expect("it listens");
    stream
}

/// Reads until this was said; all that was.
#[track_caller]
fn until(stream: &mut TcpStream, said: &str) -> String {
    let (mut heard, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&heard);
        if text.contains(said) {
            return text.into_owned();
        }
        let read = stream.read(&mut piece).unwrap_or_default();
        assert!(read > 0, "it ended before it said {said}: {text}");
        heard.extend(&piece[..read]);
    }
}

fn recorded(workspace: &Workspace, what: &str) -> bool {
    workspace.audit_records().iter().any(|record| record.to_string().contains(what))
}

#[track_caller]
fn wait_for_the_end(workspace: &Workspace, server: &HttpServer) {
    let active = || server.get("/health").json()["connectionPool"]["active"].as_u64();
    wait_until(DEFAULT_WAIT, "nothing runs", || active() == Some(0));
    wait_until(DEFAULT_WAIT, "its end is on record", || recorded(workspace, "CancelledError"));
}

#[test]
fn a_request_is_complete_in_itself() {
    let (_workspace, server) = server();
    let found = stateless(&server, message(1, "server/discover", json!({}))).json();
    let versions = found["result"]["supportedVersions"].to_string();
    assert!(versions.contains(STATELESS) && versions.contains(LEGACY), "{found}");
    let listed = stateless(&server, message(2, "tools/list", json!({}))).json();
    let names: Vec<_> = listed["result"]["tools"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tool| tool["name"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(names, OUR_TOOLS);
    let ran = stateless(&server, execute(3, "console.log(2 + 2)"));
    assert_eq!(answered(&ran)["result"]["structuredContent"]["output"], "4\n", "{}", ran.body);
    assert_eq!(ran.header("mcp-session-id"), None);
    let unknown = stateless(&server, message(4, "tools/of-tomorrow", json!({})));
    assert_eq!((unknown.status, &unknown.json()["error"]["code"]), (404, &json!(-32601)));
}

#[test]
fn head_and_body_of_a_request_agree() {
    let (_workspace, server) = server();
    let mut call = execute(1, "1");
    introduce(&mut call);
    let version = ("MCP-Protocol-Version", STATELESS);
    let method = ("Mcp-Method", "tools/call");
    let name = ("Mcp-Name", "executeTypescript");
    let cases: [Case<'_>; 9] = [
        (&[version, method, name], 200, 0, ""),
        (&[version, method, ("Mcp-Name", "=?base64?ZXhlY3V0ZVR5cGVzY3JpcHQ=?=")], 200, 0, ""),
        (&[method, name], 400, -32020, "MCP-Protocol-Version"),
        (&[("MCP-Protocol-Version", LEGACY), method, name], 400, -32020, "differ"),
        (&[version, name], 400, -32020, "Mcp-Method"),
        (&[version, ("Mcp-Method", "tools/list"), name], 400, -32020, "differ"),
        (&[version, method], 400, -32020, "Mcp-Name"),
        (&[version, method, ("Mcp-Name", "health")], 400, -32020, "params.name"),
        (&[version, method, method, name], 400, -32020, "twice"),
    ];
    for (headers, status, code, said) in cases {
        let answer = post(&server, headers, &call);
        assert_eq!(answer.status, status, "{headers:?}: {}", answer.body);
        if code != 0 {
            let error = answer.json()["error"].clone();
            assert_eq!(error["code"], code);
            assert!(error["message"].as_str().is_some_and(|it| it.contains(said)), "{error}");
        }
    }
    let bare = message(1, "tools/list", json!({}));
    let answer = post(&server, &[version, ("Mcp-Method", "tools/list")], &bare);
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!(-32602)));
    let tomorrow = "2999-01-01";
    call["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!(tomorrow);
    let answer = post(&server, &[("MCP-Protocol-Version", tomorrow), method, name], &call);
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!(-32022)));
    assert!(answer.body.contains(STATELESS), "what is supported: {}", answer.body);
    for other in ["GET", "DELETE"] {
        let answer = server.request(other, "/mcp", &[ACCEPT, version], "");
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    }
}

#[test]
fn progress_is_told_while_a_program_runs() {
    let (_workspace, server) = server();
    let code = "console.log('a first line'); \
                await new Promise((done) => setTimeout(done, 120)); \
                await callMCPTool('mcp__fake__echo', { text: 'x' }); console.log('done')";
    let mut call = execute(1, code);
    call["params"]["arguments"]["allowedTools"] = json!(["mcp__fake__*"]);
    call["params"]["_meta"]["progressToken"] = json!("mine");
    for session in [None, Some(Session::begin(&server, LEGACY))] {
        let answer = match &session {
            None => stateless(&server, call.clone()),
            Some(session) => session.post(&call),
        };
        assert_eq!(answer.header("content-type"), Some("text/event-stream"), "{}", answer.body);
        let events = events(&answer);
        let (last, told) = events.split_last().expect("an answer");
        assert_eq!(last["result"]["structuredContent"]["output"], "a first line\ndone\n");
        assert!(told.iter().all(|it| it["params"]["progressToken"] == "mine"), "{told:?}");
        let words = format!("{told:?}");
        assert!(words.contains("running") && words.contains("mcp__fake__echo"), "{words}");
    }
}

#[test]
fn whoever_closes_the_connection_takes_the_request_back() {
    for session in [false, true] {
        let (workspace, server) = server();
        let mut call = execute(1, ENDLESS);
        // Of 2025-06-18: nothing tells its client how to take the stream up again.
        let stream = if session {
            Session::begin(&server, "2025-06-18").open(&call)
        } else {
            introduce(&mut call);
            let headers = [
                ("MCP-Protocol-Version", STATELESS),
                ("Mcp-Method", "tools/call"),
                ("Mcp-Name", "executeTypescript"),
            ];
            open(&server, "POST", &headers, &call.to_string())
        };
        wait_until(DEFAULT_WAIT, "the program runs", || recorded(&workspace, "\"start\""));
        drop(stream);
        wait_for_the_end(&workspace, &server);
    }
}

#[test]
fn a_request_is_taken_back_by_a_notification() {
    let (workspace, server) = server();
    let session = Session::begin(&server, LEGACY);
    let mut stream = session.open(&execute(7, ENDLESS));
    wait_until(DEFAULT_WAIT, "the program runs", || recorded(&workspace, "\"start\""));
    let params = json!({"requestId": 7, "reason": "no longer wanted"});
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
    assert_eq!(session.post(&cancel).status, 202);
    wait_for_the_end(&workspace, &server);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("the stream ends");
    assert!(!rest.contains("result"), "no answer: {rest}");
    let ran = session.post(&execute(7, "console.log('the id is free')"));
    assert!(ran.body.contains("the id is free"), "{}", ran.body);
}

#[test]
fn an_id_that_is_used_again_gets_no_old_answer() {
    let (_workspace, server) = server();
    let session = Session::begin(&server, LEGACY);
    let old =
        "console.log('old'); for (;;) { await new Promise((done) => setTimeout(done, 1000)); }";
    let new = "console.log('new'); await new Promise((done) => setTimeout(done, 300))";
    for _ in 0..5 {
        let mut stream = session.open(&execute(7, old));
        until(&mut stream, "\n\n");
        let params = json!({"requestId": 7});
        let cancel =
            json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params});
        assert_eq!(session.post(&cancel).status, 202);
        let answer = answered(&session.post(&execute(7, new)));
        assert_eq!(answer["id"], 7);
        let said = answer.to_string();
        assert!(said.contains("new") && !said.contains("old"), "{said}");
    }
}

#[test]
fn a_stream_is_taken_up_where_it_was_left() {
    let (workspace, server) = server();
    let session = Session::begin(&server, LEGACY);
    let code = "await new Promise((done) => setTimeout(done, 400)); console.log('kept')";
    let mut stream = session.open(&execute(1, code));
    let primed = until(&mut stream, "\n\n");
    let id = primed.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id").to_owned();
    drop(stream);
    let mut again = session.get(Some(&id));
    let event = until(&mut again, "kept");
    assert!(event.contains("\"id\":1") && !recorded(&workspace, "CancelledError"), "{event}");
    let mut whole = String::new();
    again.read_to_string(&mut whole).expect("the stream ends with its answer");
    let mut once_more = session.get(Some(&id));
    until(&mut once_more, "kept");
    for lost in ["9-1", "what", "1-99", ""] {
        let mut stream = session.get(Some(lost));
        assert!(until(&mut stream, "\r\n\r\n").starts_with("HTTP/1.1 400"), "{lost}");
    }
}

#[test]
fn a_session_ends_and_is_nobody_elses() {
    let (workspace, server) = server();
    let session = Session::begin(&server, LEGACY);
    assert_eq!(session.id.len(), 48);
    assert_eq!(session.post(&message(1, "ping", json!({}))).json()["result"], json!({}));
    let mut listening = session.get(None);
    until(&mut listening, "id: 0-0");
    let running = session.open(&execute(2, ENDLESS));
    wait_until(DEFAULT_WAIT, "the program runs", || recorded(&workspace, "\"start\""));
    assert_eq!(session.delete().status, 204);
    wait_for_the_end(&workspace, &server);
    let mut rest = String::new();
    listening.read_to_string(&mut rest).expect("it is not told any more");
    drop(running);
    for answer in [session.delete(), session.post(&message(3, "ping", json!({})))] {
        assert_eq!(answer.status, 404, "{}", answer.body);
        assert!(answer.body.contains("initialize"), "{}", answer.body);
    }
    let other = Session { id: "0".repeat(48), ..Session::begin(&server, LEGACY) };
    assert_eq!(other.post(&message(1, "ping", json!({}))).status, 404);
}

#[test]
fn requests_of_one_session_have_ids_of_their_own() {
    let (workspace, server) = server();
    let session = Session::begin(&server, LEGACY);
    let first = session.open(&execute(1, ENDLESS));
    wait_until(DEFAULT_WAIT, "the program runs", || recorded(&workspace, "\"start\""));
    let again = session.post(&message(1, "ping", json!({})));
    assert_eq!((again.status, &again.json()["id"]), (400, &json!(1)), "{}", again.body);
    assert!(again.body.contains("same `id`"), "{}", again.body);
    // Requests that belong to no session have nothing to do with each other.
    let twice = [1, 2].map(|_| stateless(&server, execute(1, "console.log('mine')")));
    assert!(twice.iter().all(|answer| answer.body.contains("mine")));
    drop(first);
    assert_eq!(session.delete().status, 204);
}

#[test]
fn batches_are_a_matter_of_one_revision() {
    let (_workspace, server) = server();
    let batch = json!([
        message(1, "ping", json!({})),
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        execute(2, "console.log('in a batch')"),
    ]);
    let old = Session::begin(&server, "2025-03-26");
    let answer = old.post(&batch);
    assert_eq!(answer.header("content-type"), Some("text/event-stream"), "{}", answer.body);
    assert!(answer.body.contains("\"id\":1") && answer.body.contains("in a batch"));
    for refused in [json!([]), json!([7]), json!([initialize("2025-03-26"), execute(1, "1")])] {
        assert_eq!(old.post(&refused).status, 400);
    }
    let newer = Session::begin(&server, "2025-06-18").post(&batch);
    assert_eq!((newer.status, &newer.json()["error"]["code"]), (400, &json!(-32600)));
    let stateless = post(&server, &[("MCP-Protocol-Version", STATELESS)], &batch);
    assert_eq!((stateless.status, &stateless.json()["error"]["code"]), (400, &json!(-32600)));
}

#[test]
fn bad_requests_are_answered_in_words() {
    let (_workspace, server) = server();
    let raw = |headers: &[(&str, &str)], body: &str| {
        let mut all = vec![ACCEPT];
        all.extend(headers);
        server.request("POST", "/mcp", &all, body)
    };
    let ping = message(1, "ping", json!({})).to_string();
    let accept = |what| server.request("POST", "/mcp", &[("Accept", what)], &ping);
    let tree = format!("{{\"jsonrpc\":\"2.0\",\"a\":[{}1]}}", "1,".repeat(70_000));
    let cases = [
        (raw(&[], "{"), 400, "not valid JSON"),
        (raw(&[], " "), 400, "empty"),
        (raw(&[], "7"), 400, "not a JSON-RPC message"),
        (raw(&[], "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}"), 400, "2.0"),
        (raw(&[], "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}"), 400, "`id`"),
        (raw(&[], &"[".repeat(1_000)), 400, "JSON"),
        (raw(&[], &tree), 413, "values"),
        (raw(&[], &ping), 400, "Mcp-Session-Id"),
        (raw(&[("Mcp-Session-Id", "nobody's")], &ping), 404, "no such session"),
        (raw(&[("Content-Type", "text/plain")], &ping), 415, "application/json"),
        (raw(&[("Origin", "http://evil.example")], &ping), 403, "server.origins"),
        (raw(&[("Host", "evil.example")], &ping), 421, "server.hosts"),
        (accept("application/json"), 406, "text/event-stream"),
        (accept("text/html"), 406, "Accept"),
        (server.request("GET", "/mcp", &[], ""), 406, "Accept"),
        (server.request("GET", "/mcp", &[ACCEPT], ""), 400, "Mcp-Session-Id"),
        (server.request("DELETE", "/mcp", &[], ""), 400, "Mcp-Session-Id"),
        (server.request("PUT", "/mcp", &[ACCEPT], &ping), 405, "method"),
    ];
    for (answer, status, said) in cases {
        assert_eq!(answer.status, status, "{said}: {}", answer.body);
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    let session = Session::begin(&server, LEGACY);
    let strange = [("Mcp-Session-Id", session.id.as_str()), ("MCP-Protocol-Version", "1999-01-01")];
    assert_eq!(raw(&strange, &ping).status, 400);
    assert_eq!(session.post(&initialize(LEGACY)).status, 400, "it has begun");
    let answer = post(&server, &[], &initialize("2999-01-01"));
    assert_eq!(answer.json()["result"]["protocolVersion"], LEGACY, "the newest with sessions");
    let answer = post(&server, &[], &message(1, "initialize", json!({"protocolVersion": 7})));
    assert_eq!(answer.header("mcp-session-id"), None, "{}", answer.body);
}

#[test]
fn sessions_at_rest_give_way_and_end() {
    let mcp = json!({"maxSessionsPerPrincipal": 2, "sessionIdleMs": 1_000});
    let workspace = workspace().with_setting("server", json!({"mcp": mcp}));
    let server = HttpServer::start(&workspace);
    let ping = message(1, "ping", json!({}));
    let (first, second) = (Session::begin(&server, LEGACY), Session::begin(&server, LEGACY));
    let mut busy = first.get(None);
    until(&mut busy, "id: 0-0");
    let third = Session::begin(&server, LEGACY);
    assert_eq!(second.post(&ping).status, 404, "it was at rest and gave way");
    let mut busy_too = third.get(None);
    until(&mut busy_too, "id: 0-0");
    let refused = post(&server, &[], &initialize(LEGACY));
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    assert!(refused.body.contains("all 2 sessions"), "{}", refused.body);
    drop(busy);
    // Refused for its revision as long as the session is there, which is no use of it.
    let asked =
        || post(&server, &[("Mcp-Session-Id", &first.id), ("MCP-Protocol-Version", "1")], &ping);
    wait_until(DEFAULT_WAIT, "a session at rest has ended", || asked().status == 404);
    assert_eq!(third.post(&ping).status, 200, "one that listens is not at rest");
}

#[test]
fn a_stop_waits_for_a_program_whose_client_has_no_connection() {
    let (workspace, mut server) = server();
    let code = "console.log('begun'); await callMCPTool('mcp__fake__slow', { ms: 1500 }); console.log('done')";
    let session = Session::begin(&server, LEGACY);
    let arguments = json!({"code": code, "allowedTools": ["mcp__fake__slow"]});
    let params = json!({"name": "executeTypescript", "arguments": arguments});
    let asked = session.open(&message(1, "tools/call", params));
    let begun = || recorded(&workspace, "\"event\":\"start\"");
    wait_until(DEFAULT_WAIT, "it runs", begun);
    drop(asked);
    server.signal(rustix::process::Signal::TERM);
    assert_eq!(server.ended(), Some(0), "{}", server.stderr());
    let records = workspace.audit_records();
    let end = records.iter().find(|record| record["event"] == "end").expect("its end");
    assert_eq!(end["success"], true, "{end}");
}

#[test]
fn a_stop_lets_go_of_whoever_listens() {
    let (_workspace, server) = server();
    let session = Session::begin(&server, LEGACY);
    let mut listening = session.get(None);
    until(&mut listening, "id: 0-0");
    let mut request =
        message(1, "subscriptions/listen", json!({"notifications": {"toolsListChanged": true}}));
    introduce(&mut request);
    let headers = [("MCP-Protocol-Version", STATELESS), ("Mcp-Method", "subscriptions/listen")];
    let mut subscribed = open(&server, "POST", &headers, &request.to_string());
    until(&mut subscribed, "notifications/subscriptions/acknowledged");
    let pid = rustix::process::Pid::from_raw(server.pid().cast_signed()).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
    let mut rest = String::new();
    listening.read_to_string(&mut rest).expect("the stream ends");
    subscribed.read_to_string(&mut rest).expect("the subscription ends");
    assert!(rest.contains("\"result\""), "in order: {rest}");
    wait_until(DEFAULT_WAIT, "it is gone", || TcpStream::connect(server.address()).is_err());
}
