//! A server as its operator meets it: scraped, traced, logged, told to reload, told to stop, and under
//! a service manager.

mod listening;
mod manager;
mod reload;
mod traces;

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Fake, HttpServer, Workspace, wait_until};

use crate::support::workspace;

/// Where every metric has its row.
const DOCUMENTED: &str = include_str!("../../../../docs/operating.md");

/// A server with these variables besides.
fn serve(workspace: &Workspace, variables: &[(&str, &str)]) -> HttpServer {
    let mut command = workspace.command(&["serve", "--http", "127.0.0.1:0"]);
    command.envs(variables.iter().copied());
    HttpServer::of(command)
}

/// Labels and their values.
type Labels<'a> = &'a [(&'a str, &'a str)];

/// The value of a metric, with exactly these labels in any order.
fn value(scraped: &str, name: &str, labels: Labels) -> Option<f64> {
    scraped.lines().find_map(|line| {
        let (series, value) = line.rsplit_once(' ')?;
        let (found, rest) = series.split_once('{').unwrap_or((series, "}"));
        let count = rest.matches("=\"").count();
        let fits = labels.iter().all(|(key, value)| rest.contains(&format!("{key}=\"{value}\"")));
        (found == name && count == labels.len() && fits).then(|| value.parse().ok())?
    })
}

#[test]
fn what_happens_is_counted_and_prometheus_can_read_it() {
    let workspace = workspace().with_fake("fake", Fake::Well);
    let server = HttpServer::start(&workspace);
    let run = |code: &str, allowed: &[&str]| {
        server.post("/execute", &json!({"code": code, "allowedTools": allowed, "timeoutMs": 5_000}))
    };
    run("await callMCPTool('mcp__fake__echo', { text: 'x' })", &["mcp__fake__*"]);
    run("await callMCPTool('mcp__fake__echo', {})", &["mcp__fake__*"]);
    run("await callMCPTool('mcp__evil\\n{}__x', {})", &["*"]);
    run("throw Object.assign(new Error('x'), { name: 'Made\"Up' })", &[]);
    server.post("/execute", &json!({"code": "for (;;) {}", "timeoutMs": 200}));
    server.post(
        "/execute",
        &json!({"code": "1", "permissions": {"read": ["/nowhere"]}, "timeoutMs": 0}),
    );
    server.get("/made/up/path");
    let answer = server.get("/metrics");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let scraped = answer.body;
    let typescript = ("language", "typescript");
    let expected: [(&str, Labels, f64); 10] = [
        ("code_executor_executions_total", &[typescript, ("outcome", "success")], 1.0),
        ("code_executor_executions_total", &[typescript, ("outcome", "failed")], 4.0),
        ("code_executor_program_errors_total", &[typescript, ("class", "TimeoutError")], 1.0),
        ("code_executor_program_errors_total", &[typescript, ("class", "other")], 1.0),
        ("code_executor_program_errors_total", &[typescript, ("class", "McpToolError")], 2.0),
        ("code_executor_limits_fired_total", &[("limit", "timeout")], 1.0),
        ("code_executor_tool_calls_total", &[("tool", "mcp__fake__echo"), ("status", "ok")], 1.0),
        ("code_executor_tool_call_errors_total", &[("code", "invalid_arguments")], 1.0),
        ("code_executor_execution_seconds_count", &[typescript], 5.0),
        ("code_executor_upstreams", &[("state", "ready")], 1.0),
    ];
    for (name, labels, wanted) in expected {
        assert_eq!(value(&scraped, name, labels), Some(wanted), "{name} {labels:?}\n{scraped}");
    }
    assert!(!scraped.contains("Made") && !scraped.contains("evil") && !scraped.contains("made/up"));
    assert!(value(&scraped, "process_resident_memory_bytes", &[]) > Some(1e6), "{scraped}");
    check(&scraped);
}

/// Has Prometheus's own tool look at it, and holds names and kinds against what is documented.
fn check(scraped: &str) {
    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is there: `cargo xtask fixtures` installs it");
    promtool.stdin.take().expect("a pipe").write_all(scraped.as_bytes()).expect("it reads");
    let said = promtool.wait_with_output().expect("it ends");
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success(), "{words}\n{scraped}");
    let mut types = 0;
    for line in scraped.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').expect("a name and a kind");
        let row = DOCUMENTED.lines().find(|line| line.starts_with(&format!("| `{name}` | {kind}")));
        assert!(row.is_some(), "docs/operating.md has no {kind} {name}");
        types += 1;
    }
    assert!(types > 20, "{scraped}");
}

#[test]
fn metrics_are_for_administrators_unless_the_operator_says_otherwise() {
    let asked = |readers: Option<&str>| {
        let mut workspace = workspace().with_setting("auth", json!({"required": true}));
        if let Some(readers) = readers {
            workspace = workspace.with_setting("telemetry", json!({"metricsReaders": readers}));
        }
        HttpServer::start(&workspace).get("/metrics").status
    };
    assert_eq!(asked(None), 401);
    assert_eq!(asked(Some("thisMachine")), 200);
    assert_eq!(asked(Some("anybody")), 200);
}

#[test]
fn log_lines_carry_the_ids_of_what_they_are_about() {
    let workspace = workspace();
    let format =
        [("CODE_EXECUTOR_LOG_FORMAT", "json"), ("CODE_EXECUTOR_LOG", "warn,gateway=trace")];
    let server = serve(&workspace, &format);
    let headers = [
        ("X-Request-Id", "ticket-4711"),
        ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ];
    let body = json!({"code": "console.log('secret words')"}).to_string();
    let answer = server.request("POST", "/execute", &headers, &body);
    assert_eq!(answer.header("x-request-id"), Some("ticket-4711"));
    let id = answer.json()["executionId"].as_str().expect("an id").to_owned();
    let told = || server.stderr();
    wait_until(DEFAULT_WAIT, "a line about it", || told().contains(&format!("\"{id}\"")));
    let about = |line: &&str| line.contains(&id);
    let said = told();
    let line = said.lines().find(about).expect("it is there");
    let line: Value = serde_json::from_str(line).expect("each line is JSON");
    assert_eq!(line["requestId"], "ticket-4711", "{line}");
    assert_eq!(line["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736", "{line}");
    assert!(line["level"].is_string() && line["timestamp"].is_string(), "{line}");
    assert!(!said.contains("secret words"), "no code and no output is logged");
}

#[test]
fn a_stop_has_one_deadline_and_says_whether_it_was_kept() {
    let workspace = workspace().with_setting("server", json!({"drainMs": 300}));
    let mut idle = HttpServer::start(&workspace);
    idle.signal(Signal::TERM);
    assert_eq!(idle.ended(), Some(0));
    let mut busy = HttpServer::start(&workspace);
    let mut stream = busy.connect();
    let body = json!({"code": "for (;;) {}", "timeoutMs": 60_000}).to_string();
    let head = format!(
        "POST /execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it listens");
    let active = || busy.get("/health").json()["connectionPool"]["active"].as_u64();
    wait_until(DEFAULT_WAIT, "the program is taken", || active() == Some(1));
    let begun = || workspace.audit_records().iter().any(|record| record["event"] == "start");
    wait_until(DEFAULT_WAIT, "the program runs", begun);
    let told = std::time::Instant::now();
    busy.signal(Signal::TERM);
    assert_eq!(busy.ended(), Some(75), "{}", busy.stderr());
    assert!(told.elapsed() < Duration::from_secs(10), "one deadline for all of it");
    let records = workspace.audit_records();
    let cut = records.iter().any(|record| record.to_string().contains("CancelledError"));
    assert!(cut, "its end is on record: {records:?}");
}
