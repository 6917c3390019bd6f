//! Every message survives its frame; a hostile one is refused.

use types::Limits;

use super::*;

fn limits() -> Limits {
    Limits {
        timeout_ms: 30_000,
        memory_bytes: 256 << 20,
        output_bytes: 102_400,
        result_bytes: 1 << 20,
        tool_calls: 10_000,
    }
}

fn only_frame(mut decoder: Decoder, bytes: &[u8]) -> Frame {
    decoder.push(bytes);
    let frame = decoder.next_frame().unwrap().unwrap();
    assert_eq!(decoder.next_frame(), Ok(None));
    frame
}

#[test]
fn a_start_survives() {
    let start = Start { limits: limits(), code: "console.log('é')".to_owned() };
    match host_frame(only_frame(to_child_decoder(), &start_frame(&start))) {
        Ok(ToChild::Start(got)) => assert_eq!(got, start),
        other => panic!("not a start: {other:?}"),
    }
}

#[test]
fn replies_survive() {
    for reply in [
        Reply::Json(b"{\"a\":1}".to_vec()),
        Reply::Text("line\nline".to_owned()),
        Reply::Error(b"{}".to_vec()),
    ] {
        match host_frame(only_frame(to_child_decoder(), &reply_frame(7, &reply))) {
            Ok(ToChild::Reply { id, reply: got }) => assert_eq!((id, got), (7, reply)),
            other => panic!("not a reply: {other:?}"),
        }
    }
}

#[test]
fn long_output_is_cut_between_characters() {
    let text = "é".repeat(100_000);
    let mut bytes = Vec::new();
    output_frame(&mut bytes, &text);
    let mut decoder = from_child_decoder();
    decoder.push(&bytes);
    let mut got = String::new();
    while let Some(frame) = decoder.next_frame().unwrap() {
        match child_frame(frame) {
            Ok(FromChild::Output(piece)) => got.push_str(&piece),
            other => panic!("not output: {other:?}"),
        }
    }
    assert_eq!(got, text);
}

#[test]
fn a_request_with_an_unknown_operation_is_refused() {
    let mut bytes = Vec::new();
    frame::encode(&mut bytes, REQUEST, 1, &[99, b'{', b'}']);
    let error = child_frame(only_frame(from_child_decoder(), &bytes)).unwrap_err();
    assert_eq!(error, Error::Malformed { kind: REQUEST, what: "unknown operation" });
}

#[test]
fn frames_that_say_nothing_are_refused() {
    let mut bytes = Vec::new();
    frame::encode(&mut bytes, OUTPUT, 0, b"");
    assert!(child_frame(only_frame(from_child_decoder(), &bytes)).is_err());
    bytes.clear();
    frame::encode(&mut bytes, REQUEST, 1, b"");
    assert!(child_frame(only_frame(from_child_decoder(), &bytes)).is_err());
}

#[test]
fn a_child_cannot_send_what_only_the_host_sends() {
    let mut decoder = from_child_decoder();
    decoder.push(&reply_frame(1, &Reply::Text(String::new())));
    assert_eq!(decoder.next_frame(), Err(Error::UnknownKind(REPLY)));
}
