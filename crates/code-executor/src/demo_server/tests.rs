//! The demo server as its clients see it, in both eras.

use std::collections::BTreeSet;

use rmcp::{
    ClientLifecycleMode, ClientServiceExt, RoleClient,
    model::{CallToolRequestParams, CallToolResult, ProtocolVersion},
    service::{PeerRequestOptions, RunningService},
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{clock, noise, serve::serve, tools};

struct Session {
    client: RunningService<RoleClient, ()>,
    served: JoinHandle<anyhow::Result<()>>,
}

impl Session {
    async fn open(lifecycle: ClientLifecycleMode) -> Self {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (reader, writer) = tokio::io::split(ours);
        let served = tokio::spawn(serve(reader, writer));
        let client = ().serve_with_lifecycle(theirs, lifecycle).await.unwrap();
        Self { client, served }
    }

    async fn modern() -> Self {
        let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
        Self::open(ClientLifecycleMode::Discover { preferred_versions }).await
    }

    async fn call(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        self.client.call_tool(call(tool, arguments)).await.unwrap()
    }

    async fn structured(&self, tool: &'static str, arguments: Value) -> Value {
        let result = self.call(tool, arguments).await;
        assert_eq!(result.is_error, Some(false), "{result:?}");
        let value = result.structured_content.unwrap();
        let text = &result.content[0].as_text().unwrap().text;
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), value);
        value
    }

    async fn failure(&self, tool: &'static str, arguments: Value) -> String {
        let result = self.call(tool, arguments).await;
        assert_eq!(result.is_error, Some(true), "{result:?}");
        result.content[0].as_text().unwrap().text.clone()
    }

    async fn close(self) {
        self.client.cancel().await.unwrap();
        self.served.await.unwrap().unwrap();
    }
}

fn call(tool: &'static str, arguments: Value) -> CallToolRequestParams {
    let Value::Object(arguments) = arguments else { panic!("not an object") };
    CallToolRequestParams::new(tool).with_arguments(arguments)
}

async fn converse(session: Session, expected: ProtocolVersion) {
    let info = session.client.peer_info().unwrap();
    assert_eq!(info.protocol_version, expected);
    let listed = session.client.list_all_tools().await.unwrap();
    assert_eq!(listed, tools::all());
    assert_eq!(session.structured("get_note", json!({"id": 7})).await["id"], 7);
    let error = session.client.call_tool(call("nothing", json!({}))).await.unwrap_err();
    assert!(error.to_string().contains("list_notes"), "{error}");
    session.close().await;
}

#[tokio::test]
async fn a_client_of_2026_is_served() {
    converse(Session::modern().await, ProtocolVersion::V_2026_07_28).await;
}

#[tokio::test]
async fn a_client_that_initializes_is_served() {
    let session = Session::open(ClientLifecycleMode::Initialize).await;
    converse(session, ProtocolVersion::V_2025_11_25).await;
}

#[tokio::test]
async fn a_client_that_leaves_at_once_is_no_error() {
    let (ours, theirs) = tokio::io::duplex(1024);
    drop(theirs);
    let (reader, writer) = tokio::io::split(ours);
    serve(reader, writer).await.unwrap();
}

#[tokio::test]
async fn notes_are_listed_page_by_page() {
    let session = Session::modern().await;
    let (mut ids, mut offset) = (BTreeSet::new(), json!(0));
    while offset.is_number() {
        let arguments = json!({"offset": offset, "limit": 90});
        let page = session.structured("list_notes", arguments).await;
        assert_eq!(page["total"], 200);
        ids.extend(page["notes"].as_array().unwrap().iter().map(|note| note["id"].as_u64()));
        offset = page["nextOffset"].clone();
    }
    assert!(ids.into_iter().eq((1..=200).map(Some)));
    let recipes = session.structured("list_notes", json!({"tag": "recipe"})).await;
    assert_eq!(recipes["total"], 40);
    assert!(session.failure("list_notes", json!({"limit": 0})).await.contains("1 to 200"));
    session.close().await;
}

#[tokio::test]
async fn a_note_that_was_added_is_found() {
    let session = Session::modern().await;
    let note = json!({"title": "Zanzibar", "body": "spice and salt", "tags": ["travel"]});
    let stored = session.structured("add_note", note).await;
    assert_eq!(stored["id"], 201);
    assert_eq!(session.structured("get_note", json!({"id": 201})).await, stored);
    let found = session.structured("search_notes", json!({"query": "SALT zanzibar"})).await;
    assert_eq!(found["hits"][0]["id"], 201);
    assert_eq!(found["total"], 1);
    let long = json!({"title": "x".repeat(201), "body": ""});
    assert!(session.failure("add_note", long).await.contains("`title`"));
    assert!(session.failure("get_note", json!({"id": 999})).await.contains("no note 999"));
    session.close().await;
}

#[tokio::test]
async fn orders_are_filtered_and_cut_to_columns() {
    let session = Session::modern().await;
    assert_eq!(session.structured("query_csv", json!({})).await["total"], 500);
    let january = json!({
        "where": {"region": "North", "quantity": {"min": 10}, "date": {"max": "2025-01-31"}},
        "columns": ["date", "quantity"],
        "limit": 2,
    });
    let found = session.structured("query_csv", january).await;
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(found["total"].as_u64().unwrap() > 2);
    for row in rows {
        assert_eq!(row.as_object().unwrap().len(), 2);
        assert!(row["quantity"].as_u64().unwrap() >= 10);
        assert!(row["date"].as_str().unwrap() <= "2025-01-31");
    }
    let failure = session.failure("query_csv", json!({"where": {"size": 1}})).await;
    assert!(failure.contains("the columns are id, region"), "{failure}");
    let failure = session.failure("query_csv", json!({"where": {"quantity": "10"}})).await;
    assert!(failure.contains("must be a number"), "{failure}");
    session.close().await;
}

#[tokio::test]
async fn failing_is_a_tool_error() {
    let session = Session::modern().await;
    assert_eq!(session.failure("fail", json!({})).await, "this tool always fails");
    assert_eq!(session.failure("fail", json!({"message": "no luck"})).await, "no luck");
    assert!(session.failure("fail", json!({"massage": 1})).await.contains("massage"));
    session.close().await;
}

#[tokio::test]
async fn slow_takes_its_time_and_has_its_bounds() {
    let session = Session::modern().await;
    let started = std::time::Instant::now();
    assert_eq!(session.structured("slow", json!({"ms": 30})).await["waitedMs"], 30);
    assert!(started.elapsed().as_millis() >= 30);
    assert!(session.failure("slow", json!({"ms": 60_001})).await.contains("60000"));
    session.close().await;
}

#[tokio::test]
async fn slow_ends_when_the_client_leaves_or_cancels() {
    let session = Session::modern().await;
    let request = || rmcp::model::CallToolRequest::new(call("slow", json!({"ms": 60_000})));
    let send = || {
        let options = PeerRequestOptions::no_options();
        session.client.send_cancellable_request(request().into(), options)
    };
    send().await.unwrap().cancel(None).await.unwrap();
    let _second = send().await.unwrap();
    // Far below the minute that was asked for, or the test would not end.
    session.close().await;
}

#[tokio::test]
async fn a_big_answer_has_its_size_and_one_needle() {
    let session = Session::modern().await;
    let result = session.call("big", json!({"bytes": 5_000_000})).await;
    let text = &result.content[0].as_text().unwrap().text;
    assert_eq!(text.len(), 5_000_000);
    assert_eq!(text.lines().filter(|line| line.contains("NEEDLE")).count(), 1);
    assert!(session.failure("big", json!({"bytes": 1})).await.contains("from 80 to 67108864"));
    session.close().await;
}

#[test]
fn a_text_of_any_size_has_one_needle() {
    for bytes in [80, 81, 159, 160, 161, 4096, 100_001] {
        let text = noise::text(bytes).unwrap();
        assert_eq!(text.len(), bytes);
        assert_eq!(text.lines().filter(|line| line.contains("NEEDLE")).count(), 1, "{bytes}");
    }
}

#[test]
fn a_moment_is_told_in_its_timezone() {
    let moment = "2026-03-01T23:30:00Z".parse().unwrap();
    let told = |timezone| clock::at(moment, Some(timezone)).map(|it| it["time"].clone());
    assert_eq!(told("UTC").unwrap(), "2026-03-01T23:30:00+00:00");
    assert_eq!(told("+02:00").unwrap(), "2026-03-02T01:30:00+02:00");
    assert_eq!(told("-03:30").unwrap(), "2026-03-01T20:00:00-03:30");
    for wrong in ["", "Berlin", "+2:00", "+15:00", "+02:60", "02:00", "+é:00"] {
        assert!(told(wrong).unwrap_err().contains("+02:00"), "{wrong}");
    }
}
