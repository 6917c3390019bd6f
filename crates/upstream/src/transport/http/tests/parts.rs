//! Events and arguments in headers, piece by piece.

use proptest::prelude::*;
use serde_json::json;
use tokio_util::bytes::BytesMut;

use crate::transport::http::event::{Event, Kind};
use crate::transport::http::headers;
use crate::transport::http::promoted::Promoted;

fn read(text: &str) -> Event {
    Event::read(BytesMut::from(text))
}

#[test]
fn events_are_read_as_the_standard_says() {
    let event = read("event: message\nid: 7\ndata: {\"a\":1}");
    assert_eq!((event.kind, event.id.as_deref()), (Kind::Message, Some("7")));
    assert_eq!(&event.data[..], b"{\"a\":1}");
    assert_eq!(&read("data:no space\r\ndata: two\rdata").data[..], b"no space\ntwo\n");
    assert_eq!(&read("\u{feff}data: x").data[..], b"x");
    assert_eq!(read("event: endpoint\ndata: /x").kind, Kind::Endpoint);
    assert_eq!(read("event: ping\ndata: x").kind, Kind::Other);
    assert_eq!(read(": a comment\nretry: 1500\nid: a\0b").id, None);
    assert_eq!(read("retry: 1500").retry, Some(std::time::Duration::from_millis(1500)));
    assert_eq!(read("retry: -1").retry, None);
    assert!(read("id: 1\ndata:").data.is_empty());
}

proptest! {
    #[test]
    fn any_bytes_are_some_event(bytes in any::<Vec<u8>>()) {
        Event::read(BytesMut::from(&bytes[..]));
    }

    #[test]
    fn any_name_is_a_header(name in ".{0,40}") {
        let message = json!({"method": "tools/call", "params": {"name": name}});
        let headers = headers::of(&message, &Promoted::default());
        prop_assert!(headers.contains_key("mcp-name"));
        prop_assert_eq!(&headers["mcp-method"], "tools/call");
    }
}

#[test]
fn tools_that_want_what_no_header_can_be_are_taken_out() {
    let promoted = Promoted::default();
    let tool = |name: &str, schema: serde_json::Value| json!({"name": name, "inputSchema": schema});
    let property = |schema: serde_json::Value| json!({"properties": {"a": schema}});
    let mut page = json!({"tools": [
        tool("plain", property(json!({"type": "string"}))),
        tool("good", property(json!({"properties": {"b": {"type": "integer", "x-mcp-header": "B"}}}))),
        tool("empty", property(json!({"type": "string", "x-mcp-header": ""}))),
        tool("token", property(json!({"type": "string", "x-mcp-header": "a b"}))),
        tool("number", property(json!({"type": "number", "x-mcp-header": "N"}))),
        tool("items", property(json!({"items": {"type": "string", "x-mcp-header": "I"}}))),
        tool("root", json!({"type": "string", "x-mcp-header": "R"})),
        tool("twice", json!({"properties": {
            "a": {"type": "string", "x-mcp-header": "X"}, "b": {"type": "string", "x-mcp-header": "x"}}})),
        tool("data", property(json!({"type": "string", "default": {"x-mcp-header": 1}}))),
    ]});
    promoted.learn(&mut page);
    let left: Vec<_> = page["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(left, ["plain", "good", "data"]);
    let wanted = promoted.of("good", &json!({"a": {"b": 5}}));
    assert_eq!(wanted, [("B".to_owned(), "5".to_owned())]);
    assert!(promoted.of("good", &json!({"a": {"b": [5]}})).is_empty());
    assert!(promoted.of("plain", &json!({"a": "x"})).is_empty());
}
