//! Traces of executions, in a collector that reads them with OTLP's official definitions.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use testkit::{DEFAULT_WAIT, Era, Fixtures, McpProcess, wait_until};

use super::listening::{Asked, Listening};
use super::{serve, value};
use crate::support::workspace;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Reads a request's body by the definitions, and prints it as JSON with ids in hexadecimal.
const READER: &str = r#"
import json, sys
from google.protobuf.json_format import MessageToDict
from google.protobuf.unknown_fields import UnknownFieldSet
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
request = ExportTraceServiceRequest.FromString(sys.stdin.buffer.read())
spans = []
for resource in request.resource_spans:
    for scope in resource.scope_spans:
        for span in scope.spans:
            one = MessageToDict(span)
            one["traceId"], one["spanId"] = span.trace_id.hex(), span.span_id.hex()
            one["parentSpanId"] = span.parent_span_id.hex()
            one["from"], one["to"] = span.start_time_unix_nano, span.end_time_unix_nano
            one["resource"] = {a.key: a.value.string_value for a in resource.resource.attributes}
            one["told"] = {a["key"]: list(a["value"].values())[0] for a in one.get("attributes", [])}
            assert len(UnknownFieldSet(span)) == 0, "a field that OTLP does not know"
            spans.append(one)
print(json.dumps(spans))
"#;

fn read(body: &[u8]) -> Vec<Value> {
    let mut reader = Command::new(Fixtures::locate().telemetry_python())
        .args(["-c", READER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    reader.stdin.take().expect("a pipe").write_all(body).expect("it reads");
    let read = reader.wait_with_output().expect("it ends");
    assert!(read.status.success(), "OTLP's own definitions cannot read it");
    serde_json::from_slice(&read.stdout).expect("it prints JSON")
}

/// A collector, and its variables for us.
fn collector() -> (Listening, String) {
    let collector = Listening::start(|_| (200, String::new()));
    let endpoint = format!("http://{}", collector.address);
    (collector, endpoint)
}

/// The first batch, once it is there.
fn sent(collector: &Listening) -> Asked {
    wait_until(DEFAULT_WAIT, "spans come", || !collector.asked().is_empty());
    collector.asked().remove(0)
}

/// An MCP server over HTTP with one tool.
fn upstream() -> Listening {
    Listening::start(|asked| {
        let Ok(message) = serde_json::from_slice::<Value>(&asked.body) else {
            return (405, String::new());
        };
        let Some(id) = message.get("id") else { return (202, String::new()) };
        let result = match message["method"].as_str().unwrap_or_default() {
            "initialize" => json!({
                "protocolVersion": "2025-11-25",
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "small", "version": "1"},
            }),
            "tools/list" => json!({"tools": [{
                "name": "look", "description": "Looks.", "inputSchema": {"type": "object"},
            }]}),
            "tools/call" => json!({"content": [{"type": "text", "text": "seen"}]}),
            _ => {
                let error = json!({"code": -32601, "message": "there is no such method"});
                return (200, json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string());
            }
        };
        (200, json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string())
    })
}

fn named<'a>(spans: &'a [Value], name: &str) -> &'a Value {
    let found = spans.iter().find(|span| span["name"] == name);
    found.unwrap_or_else(|| panic!("no span `{name}` in {spans:#?}"))
}

#[test]
fn an_execution_is_a_span_below_its_clients_with_all_its_parts() {
    let ((collector, endpoint), small) = (collector(), upstream());
    let url = format!("http://{}/mcp", small.address);
    let workspace = workspace().with_server("small", json!({"type": "http", "url": url}));
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20t"),
        ("OTEL_SERVICE_NAME", "agents"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
    ];
    let server = serve(&workspace, &variables);
    let code = "console.log(await callMCPTool('mcp__small__look', {}));\n\
                await callMCPTool('mcp__small__nothing', {}).catch(() => {});";
    let body = json!({"code": code, "allowedTools": ["mcp__small__*"]}).to_string();
    let headers = [("traceparent", PARENT), ("tracestate", "vendor=1")];
    let outcome = server.request("POST", "/execute", &headers, &body).json();
    assert_eq!(outcome["output"], "seen\n", "{outcome}");

    let batch = sent(&collector);
    assert!(batch.line.starts_with("POST /v1/traces "), "{}", batch.line);
    assert_eq!(batch.header("content-type"), Some("application/x-protobuf"));
    assert_eq!(batch.header("authorization"), Some("Bearer t"));
    let spans = read(&batch.body);
    let whole = named(&spans, "execute typescript");
    assert_eq!(
        (&whole["traceId"], &whole["parentSpanId"]),
        (&json!(TRACE), &json!("00f067aa0ba902b7"))
    );
    assert_eq!(
        (&whole["kind"], &whole["traceState"]),
        (&json!("SPAN_KIND_SERVER"), &json!("vendor=1"))
    );
    assert_eq!(whole["told"]["code_executor.execution_id"], outcome["executionId"]);
    assert_eq!(whole["resource"]["service.name"], "agents");
    for part in ["check", "prepare", "queue", "launch", "record", "run", "finish"] {
        let part = named(&spans, part);
        assert_eq!(part["parentSpanId"], whole["spanId"], "{part}");
        let at = |span: &Value, end: &str| span[end].as_u64().expect("a time");
        assert!(
            at(whole, "from") <= at(part, "from") && at(part, "to") <= at(whole, "to"),
            "{part}"
        );
    }
    let call = named(&spans, "tools/call mcp__small__look");
    assert_eq!(
        (&call["kind"], &call["told"]["code_executor.server"]),
        (&json!("SPAN_KIND_CLIENT"), &json!("small"))
    );
    let failed = named(&spans, "tools/call (unknown)");
    assert_eq!(failed["told"]["error.type"], "tool_not_found");
    assert_eq!(failed["status"]["code"], "STATUS_CODE_ERROR");
    assert!(!spans.iter().any(|span| span.to_string().contains("callMCPTool")), "no code is told");

    let asked = small.asked();
    let at_server =
        asked.iter().find(|asked| String::from_utf8_lossy(&asked.body).contains("tools/call"));
    let at_server = at_server.expect("the tool was called");
    let wanted = format!("00-{TRACE}-{}-01", call["spanId"].as_str().expect("an id"));
    assert_eq!(at_server.header("traceparent"), Some(wanted.as_str()));
    assert_eq!(at_server.header("tracestate"), Some("vendor=1"));
    let message: Value = serde_json::from_slice(&at_server.body).expect("it is JSON");
    assert_eq!(message["params"]["_meta"]["traceparent"], json!(wanted));
    assert_eq!(at_server.header("authorization"), None, "what the collector gets is its own");
}

#[test]
fn over_mcp_a_clients_place_in_a_trace_is_in_meta() {
    let (collector, endpoint) = collector();
    let workspace = workspace();
    let mut command = workspace.command(&[]);
    command.env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("{endpoint}/own/path"));
    command.env("OTEL_BSP_SCHEDULE_DELAY", "50").env("OTEL_EXPORTER_OTLP_COMPRESSION", "none");
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    let arguments = json!({"code": "1 + 1"});
    let params = json!({
        "name": "executeTypescript", "arguments": arguments, "_meta": {"traceparent": PARENT},
    });
    let answer = server.request("tools/call", params).expect("it is taken");
    assert_eq!(answer["structuredContent"]["success"], true, "{answer}");
    let batch = sent(&collector);
    assert!(batch.line.starts_with("POST /own/path "), "{}", batch.line);
    let spans = read(&batch.body);
    let whole = named(&spans, "execute typescript");
    assert_eq!(
        (&whole["traceId"], &whole["parentSpanId"]),
        (&json!(TRACE), &json!("00f067aa0ba902b7"))
    );
    server.finish();
}

#[test]
fn a_collector_that_is_away_costs_spans_and_nothing_else() {
    let workspace = workspace();
    let variables = [
        // Nobody listens there.
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"),
        ("OTEL_BSP_SCHEDULE_DELAY", "10"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "20"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "50"),
    ];
    let server = serve(&workspace, &variables);
    for _ in 0..20 {
        assert_eq!(server.post("/execute", &json!({"code": "1"})).json()["success"], true);
    }
    let lost = |result: &str| {
        let scraped = server.get("/metrics").body;
        value(&scraped, "code_executor_spans_total", &[("result", result)]).unwrap_or(0.0)
    };
    wait_until(DEFAULT_WAIT, "they are counted", || lost("dropped") > 0.0 && lost("failed") > 0.0);
    let said = server.stderr();
    assert_eq!(said.matches("does not take traces").count(), 1, "once is enough: {said}");
}

#[test]
fn an_api_without_mcp_is_told_its_place_in_headers() {
    let api = Listening::start(|_| (200, json!({"seen": true}).to_string()));
    let workspace = workspace().with_server(
        "api",
        json!({"openapi": "./api.json", "baseUrl": format!("http://{}", api.address)}),
    );
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "Api", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/look": {"get": {"operationId": "look", "responses": {"200": {"description": "Seen"}}}}},
    });
    let beside = workspace.servers_path().with_file_name("api.json");
    std::fs::write(beside, document.to_string()).expect("a document can be written");
    let server = serve(&workspace, &[]);
    let code = "await callMCPTool('mcp__api__look', {})";
    let body = json!({"code": code, "allowedTools": ["mcp__api__*"]}).to_string();
    let headers = [("traceparent", PARENT), ("tracestate", "vendor=1")];
    let outcome = server.request("POST", "/execute", &headers, &body).json();
    assert_eq!(outcome["success"], true, "{outcome}");
    let asked = api.asked();
    let call = asked.iter().find(|asked| asked.line.starts_with("GET /look ")).expect("a call");
    let parent = call.header("traceparent").expect("a place");
    assert!(parent.starts_with(&format!("00-{TRACE}-")), "{parent}");
    assert_eq!(call.header("tracestate"), Some("vendor=1"));
}
