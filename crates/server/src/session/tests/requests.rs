//! Requests of both eras, well-formed and not.

use rmcp::{
    ClientLifecycleMode, ClientServiceExt, ServiceExt,
    model::{CallToolRequestParams, ProtocolVersion},
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::fake::{Fake, Serving, Session, serve};
use crate::Config;
use crate::mcp::Handler;

fn call(name: &'static str, arguments: Value) -> CallToolRequestParams {
    let Value::Object(arguments) = arguments else { panic!("not an object") };
    CallToolRequestParams::new(name).with_arguments(arguments)
}

async fn converse(mode: ClientLifecycleMode, expected: ProtocolVersion) {
    let (fake, shutdown) = (Fake::new(), CancellationToken::new());
    let Serving { client, served } = serve(&fake, Config::default(), &shutdown);
    let client = ().serve_with_lifecycle(client, mode).await.unwrap();
    let info = client.peer_info().unwrap();
    assert_eq!(info.protocol_version, expected);
    assert_eq!(info.server_info.as_ref().unwrap().name, "code-executor");
    assert!(info.instructions.as_ref().unwrap().contains("executeTypescript"));

    let tools = client.list_all_tools().await.unwrap();
    let names: Vec<_> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names, ["executeTypescript", "executePython", "searchTools", "health"]);

    let answer =
        client.call_tool(call("executeTypescript", json!({"code": "echo hello"}))).await.unwrap();
    assert_eq!(answer.is_error, Some(false));
    assert_eq!(answer.content[0].as_text().unwrap().text, "hello");
    assert_eq!(answer.structured_content.unwrap()["output"], "hello");

    let answer =
        client.call_tool(call("executeTypescript", json!({"code": "refuse"}))).await.unwrap();
    assert_eq!(answer.is_error, Some(true));
    assert_eq!(answer.structured_content.unwrap()["error"]["type"], "busy");

    let search = json!({"query": "read", "server": "fs", "limit": 2, "detail": "full"});
    let answer = client.call_tool(call("searchTools", search)).await.unwrap();
    let found = answer.structured_content.unwrap();
    assert_eq!(found["tools"][1]["name"], "mcp__fs__read_1");
    assert_eq!(found["tools"][1]["inputSchema"]["type"], "object");
    assert_eq!(found["total"], 50);

    let answer = client.call_tool(call("health", json!({}))).await.unwrap();
    assert_eq!(answer.structured_content.unwrap()["connectionPool"]["max"], 100);

    let error = client.call_tool(call("searchTool", json!({}))).await.unwrap_err();
    assert!(error.to_string().contains("did you mean `searchTools`?"), "{error}");

    client.cancel().await.unwrap();
    served.await.unwrap().unwrap();
}

/// Over HTTP each request brings its sender.
#[tokio::test]
async fn nobody_asks_whom_the_request_does_not_bring() {
    let (introduced, ended) = (CancellationToken::new(), CancellationToken::new());
    introduced.cancel();
    let handler = Handler::new(Fake::new(), Config::default(), introduced, ended).of_anybody();
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let serving = tokio::spawn(async move {
        let service = handler.serve(ours).await.unwrap();
        service.waiting().await.unwrap();
    });
    let client = ().serve(theirs).await.unwrap();
    let error = client.list_all_tools().await.unwrap_err();
    assert!(error.to_string().contains("does not say who asks"), "{error}");
    let ran = client.call_tool(call("executeTypescript", json!({"code": "echo hello"}))).await;
    assert_eq!(ran.unwrap().structured_content.unwrap()["error"]["type"], "internal");
    client.cancel().await.unwrap();
    serving.await.unwrap();
}

#[tokio::test]
async fn prompts_are_not_there_to_be_listed() {
    let (fake, shutdown) = (Fake::new(), CancellationToken::new());
    let Serving { client, served } = serve(&fake, Config::default(), &shutdown);
    let client = ().serve(client).await.unwrap();
    let error = client.list_prompts(None).await.unwrap_err().to_string();
    assert!(error.contains("-32601") && error.contains("prompts/list"), "{error}");
    client.cancel().await.unwrap();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_client_of_2026_is_served() {
    let preferred_versions = vec![ProtocolVersion::V_2026_07_28];
    let mode = ClientLifecycleMode::Discover { preferred_versions };
    converse(mode, ProtocolVersion::V_2026_07_28).await;
}

#[tokio::test]
async fn a_client_that_initializes_is_served() {
    converse(ClientLifecycleMode::Initialize, ProtocolVersion::V_2025_11_25).await;
}

#[tokio::test]
async fn a_client_that_finds_out_is_served() {
    let mode = ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: None,
    };
    converse(mode, ProtocolVersion::V_2026_07_28).await;
}

#[tokio::test]
async fn every_older_revision_is_agreed_to() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut session = Session::start(Config::default());
        let initialize = json!({
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": {
                "protocolVersion": version,
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        });
        session.send_line(&initialize.to_string()).await;
        assert_eq!(session.answer().await["result"]["protocolVersion"], version);
        session.send_line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
        session.send_line(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#).await;
        let answer = session.answer().await;
        assert_eq!(answer["result"]["tools"].as_array().unwrap().len(), 4);
        assert_eq!(answer["result"].get("resultType"), None, "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_may_follow_initialize_at_once() {
    let call = |id: i64| {
        let params = json!({"name": "executeTypescript", "arguments": {"code": "echo hello"}});
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
    };
    let initialize = json!({
        "jsonrpc": "2.0", "id": 0, "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "printf", "version": "1"},
        },
    });
    let mut lines = vec![initialize];
    lines.extend((1..20).map(call));
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    let mut session = Session::start(Config::default());
    session.send_line(&lines.join("\n")).await;
    for _ in 0..20 {
        let answer = session.answer().await;
        assert!(answer.get("result").is_some(), "{answer}");
    }
}

#[tokio::test]
async fn what_is_no_message_does_not_end_the_session() {
    let mut session = Session::start(Config { max_message_bytes: 4096, ..Config::default() });
    // The protocol library would end a session that starts like this.
    session.send_line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
    session.send_line(r#"{"jsonrpc":"2.0","id":99,"result":{}}"#).await;
    session.send_line("garbage").await;
    assert_eq!(session.answer().await["error"]["code"], -32700);
    session.execute(5, &"x".repeat(5000)).await;
    let answer = session.answer().await;
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(5), &json!(-32600)));
    session.request(6, "tools/lost", json!({})).await;
    assert_eq!(session.answer().await["error"]["code"], -32601);
    session.request(7, "initialize", json!({})).await;
    assert_eq!(session.answer().await["error"]["code"], -32602);
    session.execute(8, "echo alive").await;
    assert_eq!(session.answer().await["result"]["structuredContent"]["output"], "alive");
}

#[tokio::test]
async fn a_request_without_a_session_introduces_itself() {
    let mut session = Session::start(Config::default());
    session.send_line(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#).await;
    let answer = session.answer().await;
    assert_eq!(answer["error"]["code"], -32602);
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("protocolVersion") && message.contains("`initialize`"), "{message}");
    session.request(2, "tools/list", json!({})).await;
    assert_eq!(session.answer().await["result"]["resultType"], "complete");
}

#[tokio::test]
async fn a_wrong_argument_is_an_error_the_model_reads() {
    let mut session = Session::start(Config::default());
    let params = json!({"name": "executeTypescript", "arguments": {"codes": "1"}});
    session.request(1, "tools/call", params).await;
    let result = session.answer().await["result"].take();
    assert_eq!(result["isError"], true);
    assert_eq!(result["structuredContent"]["error"]["type"], "invalid_request");
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("did you mean `code`?"), "{text}");
}

#[tokio::test]
async fn executions_run_side_by_side() {
    let mut session = Session::start(Config::default());
    for id in 1..=3 {
        session.execute(id, "wait").await;
    }
    session.fake.waits(3).await;
    session.execute(4, "echo first").await;
    assert_eq!(session.answer().await["id"], 4);
    session.fake.release.add_permits(3);
    let mut ids: Vec<_> = Vec::new();
    for _ in 1..=3 {
        ids.push(session.answer().await["id"].as_i64().unwrap());
    }
    ids.sort_unstable();
    assert_eq!(ids, [1, 2, 3]);
}

/// A client of the revisions with a handshake is told; one without subscribes.
#[tokio::test]
async fn a_list_of_tools_that_changed_is_told() {
    let names = |answer: &Value| {
        let tools = answer["result"]["tools"].as_array().unwrap();
        tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let gone = |session: &Session| {
        session.fake.languages.send_modify(|languages| {
            languages.python = Err("python is too old".to_owned());
        });
    };
    let mut session = Session::start(Config::default());
    let initialize = json!({
        "jsonrpc": "2.0", "id": 0, "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    });
    session.send_line(&initialize.to_string()).await;
    let answer = session.answer().await;
    assert_eq!(answer["result"]["capabilities"]["tools"]["listChanged"], true);
    session.send_line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
    gone(&session);
    assert_eq!(session.answer().await["method"], "notifications/tools/list_changed");
    session.send_line(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#).await;
    let answer = session.answer().await;
    assert_eq!(names(&answer), ["executeTypescript", "searchTools", "health"]);

    let mut session = Session::start(Config::default());
    let listen = json!({"notifications": {"toolsListChanged": true}});
    session.request(1, "subscriptions/listen", listen).await;
    assert_eq!(session.answer().await["method"], "notifications/subscriptions/acknowledged");
    gone(&session);
    assert_eq!(session.answer().await["method"], "notifications/tools/list_changed");
    let params = json!({"name": "executePython", "arguments": {"code": "1"}});
    session.request(2, "tools/call", params).await;
    let answer = session.answer().await;
    let error = &answer["result"]["structuredContent"]["error"];
    assert_eq!(error["type"], "language_unavailable");
    assert_eq!(error["message"], "python is too old");
    session.close_input().await;
    session.served.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_a_program_waits_for_is_told_to_a_client_that_asked() {
    let mut session = Session::start(Config::default());
    let mut params = json!({"name": "executePython", "arguments": {"code": "install"}});
    params["_meta"] = json!({
        "progressToken": "mine",
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    session.send_line(&request.to_string()).await;
    for (number, message) in [(1.0, "resolving 2 packages"), (2.0, "installing 2 packages")] {
        let told = session.answer().await;
        assert_eq!(told["method"], "notifications/progress");
        assert_eq!(told["params"]["progressToken"], "mine");
        assert_eq!(told["params"]["progress"].as_f64(), Some(number));
        assert_eq!(told["params"]["message"], message);
    }
    session.fake.release.add_permits(1);
    assert_eq!(session.answer().await["result"]["structuredContent"]["output"], "installed");
}
