//! Lines good and bad, whole and in pieces.

use proptest::prelude::*;
use rmcp::{
    model::{
        ClientJsonRpcMessage, ClientRequest, GetMeta, JsonRpcMessage, NumberOrString, RequestId,
    },
    transport::Transport,
};
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf,
};

use super::{
    LineTransport,
    decode::{Decoded, decode},
    scan::{IdScanner, find_id},
};

fn connected(max_line: usize) -> (DuplexStream, Server) {
    let (ours, theirs) = tokio::io::duplex(1024 * 1024);
    let (reader, writer) = tokio::io::split(ours);
    (theirs, LineTransport::new(reader, writer).with_max_line(max_line))
}

type Server = LineTransport<ReadHalf<DuplexStream>, WriteHalf<DuplexStream>>;

fn answered(line: &[u8]) -> Value {
    match decode(line) {
        Decoded::Reply(reply) => serde_json::to_value(&*reply).unwrap(),
        other => panic!("expected an answer, got {other:?}"),
    }
}

fn message(line: &Value) -> ClientJsonRpcMessage {
    match decode(line.to_string().as_bytes()) {
        Decoded::Message(message) => *message,
        other => panic!("expected a message, got {other:?}"),
    }
}

#[test]
fn a_call_keeps_its_name_arguments_and_metadata() {
    let call = json!({
        "jsonrpc": "2.0", "id": "a", "method": "tools/call",
        "params": {"name": "x", "arguments": {"code": "é"}, "_meta": {"progressToken": 7}},
    });
    let JsonRpcMessage::Request(request) = message(&call) else { panic!("not a request") };
    assert_eq!(request.id, NumberOrString::String("a".into()));
    assert!(request.request.get_meta().get_progress_token().is_some());
    let ClientRequest::CallToolRequest(call) = request.request else { panic!("not a call") };
    assert_eq!(call.params.name, "x");
    assert_eq!(call.params.arguments.unwrap()["code"], "é");
}

#[test]
fn other_requests_are_left_to_the_library() {
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let JsonRpcMessage::Request(request) = message(&list) else { panic!("not a request") };
    assert!(matches!(request.request, ClientRequest::ListToolsRequest(_)));
}

#[test]
fn a_broken_line_is_answered_with_the_id_it_had() {
    let answer = answered(br#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"#);
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(7), &json!(-32700)));
    let answer = answered(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\",\"id\":\"b\"}");
    assert_eq!(answer["id"], "b");
    assert_eq!(answer["error"]["message"], "the message is not valid UTF-8");
    let answer = answered(b"hello");
    assert_eq!((answer.get("id"), &answer["error"]["code"]), (None, &json!(-32700)));
}

#[test]
fn json_that_is_no_message_is_answered_as_such() {
    let code = |line: Value| answered(line.to_string().as_bytes())["error"]["code"].clone();
    assert_eq!(code(json!([{"jsonrpc": "2.0", "id": 1, "method": "ping"}])), -32600);
    assert_eq!(code(json!("text")), -32600);
    assert_eq!(code(json!({"id": 1, "method": "ping"})), -32600);
    assert_eq!(code(json!({"jsonrpc": "2.0", "id": {}, "method": "ping"})), -32600);
    assert_eq!(code(json!({"jsonrpc": "2.0", "id": 1})), -32600);
}

#[test]
fn a_call_that_does_not_fit_names_what_is_wrong() {
    let wrong = |params: Value| {
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let answer = answered(call.to_string().as_bytes());
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(1), &json!(-32602)));
        answer["error"]["message"].as_str().unwrap().to_owned()
    };
    assert!(wrong(json!({})).contains("`params.name` is missing"));
    assert!(wrong(json!({"name": 5})).contains("`params.name` must be a string"));
    let message = wrong(json!({"name": "x", "arguments": "s3cret"}));
    assert_eq!(message, "`params.arguments` must be an object");
    assert!(!wrong(json!("s3cret")).contains("s3cret"));
}

#[test]
fn deep_nesting_is_refused_with_its_id() {
    let deep = "[".repeat(100_000);
    let line = format!(r#"{{"id":3,"jsonrpc":"2.0","method":"tools/call","params":{{"a":{deep}"#);
    assert_eq!(answered(line.as_bytes())["id"], 3);
    let closed = "]".repeat(100_000);
    let answer = answered(format!("{line}{closed}}}}}").as_bytes());
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(3), &json!(-32602)));
}

#[test]
fn blank_lines_and_unknown_notifications_are_nothing() {
    assert!(matches!(decode(b""), Decoded::Nothing));
    assert!(matches!(decode(b" \r"), Decoded::Nothing));
}

#[test]
fn the_id_is_found_wherever_it_stands() {
    let number = |text: &str| find_id(text.as_bytes());
    assert_eq!(number(r#"{"id":1,"x":{"id":2}}"#), Some(RequestId::Number(1)));
    assert_eq!(number(r#"{"x":{"id":2},"y":[{"id":3}],"id":4}"#), Some(RequestId::Number(4)));
    assert_eq!(number(r#"{"x":"\",\"id\":5","id" : -6 }"#), Some(RequestId::Number(-6)));
    assert_eq!(number(r#"{"id":"a\"b"}"#), Some(RequestId::String("a\"b".into())));
    assert_eq!(number(r#"{"method":"id","x":1}"#), None);
    assert_eq!(number(r#"{"id":null}"#), None);
    assert_eq!(number(r#"["id",1]"#), None);
    assert_eq!(number(&format!(r#"{{"id":"{}"}}"#, "x".repeat(1000))), None);
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_without_panic(line in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = decode(&line);
        let _ = find_id(&line);
    }

    #[test]
    fn the_scanner_agrees_with_a_parser(
        id in any::<i64>(),
        key in "[a-z\"\\\\:,{}]{0,8}",
        text in any::<String>(),
        first in any::<bool>(),
        cut in 0usize..200,
    ) {
        prop_assume!(key != "id");
        let mut object = serde_json::Map::new();
        if first {
            object.insert("id".to_owned(), json!(id));
        }
        object.insert(key, json!({"id": text, "list": [text, {"id": 1}]}));
        object.insert("id".to_owned(), json!(id));
        let line = Value::Object(object).to_string();
        let (left, right) = line.as_bytes().split_at(cut.min(line.len()));
        let mut scanner = IdScanner::default();
        scanner.feed(left);
        scanner.feed(right);
        prop_assert_eq!(scanner.finish(), Some(RequestId::Number(id)));
    }
}

#[tokio::test]
async fn messages_arrive_whole_however_they_are_cut() {
    let (mut client, mut transport) = connected(1024);
    let text = concat!(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n\n",
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\n",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}\n",
    );
    let writing = tokio::spawn(async move {
        for byte in text.as_bytes() {
            client.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        client
    });
    for expected in 1..=3 {
        let Some(JsonRpcMessage::Request(request)) = transport.receive().await else {
            panic!("no request {expected}")
        };
        assert_eq!(request.id, NumberOrString::Number(expected));
    }
    let signals = transport.signals();
    assert!(!signals.input_closed.is_cancelled());
    drop(writing.await.unwrap());
    assert!(transport.receive().await.is_none());
    assert!(signals.input_closed.is_cancelled());
}

#[tokio::test]
async fn a_line_over_the_limit_is_answered_and_the_next_is_read() {
    let (client, mut transport) = connected(1000);
    let (answers, mut requests) = tokio::io::split(client);
    let filler = "x".repeat(300_000);
    let long = format!("{{\"method\":\"ping\",\"params\":\"{filler}\",\"id\":9}}\n");
    let next = "{\"jsonrpc\":\"2.0\",\"id\":10,\"method\":\"ping\"}\n";
    requests.write_all(format!("{long}{next}").as_bytes()).await.unwrap();
    let Some(JsonRpcMessage::Request(request)) = transport.receive().await else {
        panic!("no request")
    };
    assert_eq!(request.id, NumberOrString::Number(10));
    let mut line = String::new();
    BufReader::new(answers).read_line(&mut line).await.unwrap();
    let answer: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(answer["id"], 9);
    assert_eq!(answer["error"]["code"], -32600);
    assert!(answer["error"]["message"].as_str().unwrap().contains("longer than 1000 bytes"));
}

#[tokio::test]
async fn answers_larger_than_the_stream_arrive_whole_and_unmixed() {
    let (client, mut transport) = connected(1000);
    let sends: Vec<_> = (0..4)
        .map(|id| {
            let text = "y".repeat(700_000);
            let error = rmcp::ErrorData::internal_error(text, None);
            tokio::spawn(
                transport.send(JsonRpcMessage::error(error, Some(NumberOrString::Number(id)))),
            )
        })
        .collect();
    let mut lines = BufReader::new(client).lines();
    let mut ids = Vec::new();
    for _ in 0..4 {
        let line = lines.next_line().await.unwrap().unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["error"]["message"].as_str().unwrap().len(), 700_000);
        ids.push(answer["id"].as_i64().unwrap());
    }
    ids.sort_unstable();
    assert_eq!(ids, [0, 1, 2, 3]);
    for send in sends {
        send.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_client_that_is_gone_is_noticed_when_it_is_written_to() {
    let (client, mut transport) = connected(1000);
    drop(client);
    let error = rmcp::ErrorData::internal_error("x", None);
    transport.send(JsonRpcMessage::error(error, None)).await.unwrap_err();
    assert!(transport.signals().output_broken.is_cancelled());
}

#[tokio::test]
async fn closing_ends_what_the_client_reads() {
    let (mut client, mut transport) = connected(1000);
    transport.close().await.unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty());
}
