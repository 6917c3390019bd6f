//! Every message survives its frame; a hostile one is refused.

use types::{DangerousPatterns, Finding, Limits, MAX_FINDINGS};

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
    let start = Start {
        limits: limits(),
        task: Task::AnalysePython,
        patterns: DangerousPatterns::Block,
        grants: grants(),
        session: true,
        code: "console.log('é')".to_owned(),
    };
    match host_frame(only_frame(to_child_decoder(), &start_frame(&start))) {
        Ok(ToChild::Start(got)) => assert_eq!(got, start),
        other => panic!("not a start: {other:?}"),
    }
}

fn grants() -> Grants {
    let (read, write) = (vec!["/srv/data".to_owned()], vec!["/srv/out".to_owned()]);
    Grants { read, write, net: true, cwd: Some("/srv/out".to_owned()) }
}

#[test]
fn parts_come_back_as_they_were_put_together() {
    let parts = encode_parts(br#"{"a":1}"#, b"\0bytes");
    assert_eq!(split_parts(&parts), Some((&br#"{"a":1}"#[..], &b"\0bytes"[..])));
    assert_eq!(split_parts(&encode_parts(b"", b"")), Some((&b""[..], &b""[..])));
    for short in [&b""[..], b"\x01\0\0", b"\x02\0\0\0a", b"\xff\xff\xff\xff"] {
        assert_eq!(split_parts(short), None);
    }
}

#[test]
fn a_reply_in_parts_without_parts_is_malformed() {
    let mut bytes = frame::encode_header(REPLY, 1, 3).to_vec();
    bytes.extend_from_slice(b"ab\x03");
    assert!(host_frame(only_frame(to_child_decoder(), &bytes)).is_err());
}

#[test]
fn the_header_of_a_start_reads_as_the_python_side_expects() {
    let start = Start {
        limits: limits(),
        task: Task::Run,
        patterns: DangerousPatterns::Warn,
        grants: Grants::default(),
        session: false,
        code: "1".to_owned(),
    };
    let bytes = start_frame(&start);
    let header = &bytes[frame::HEADER_BYTES + 4..bytes.len() - 1];
    let header: serde_json::Value = serde_json::from_slice(header).unwrap();
    assert_eq!(header["task"], "run");
    assert_eq!(header["patterns"], "warn");
    assert_eq!(header.get("grants"), None);
    assert_eq!(header.get("session"), None);
    assert_eq!(header["limits"]["timeoutMs"], 30_000);
}

fn finding(rule: &str) -> Finding {
    let message = "it runs text as code".to_owned();
    Finding { rule: rule.to_owned(), line: 1, column: 2, message }
}

#[test]
fn findings_survive_and_are_bounded() {
    let findings = vec![finding("python-eval"); MAX_FINDINGS + 1];
    let mut bytes = Vec::new();
    advice_frame(&mut bytes, &findings);
    match child_frame(only_frame(from_child_decoder(), &bytes)) {
        Ok(FromChild::Advice(got)) => assert_eq!(got, findings[..MAX_FINDINGS]),
        other => panic!("not advice: {other:?}"),
    }
    bytes.clear();
    advice_frame(&mut bytes, &[]);
    assert!(bytes.is_empty());
}

#[test]
fn more_findings_than_a_worker_sends_are_refused() {
    for count in [0, MAX_FINDINGS + 1] {
        let payload = serde_json::to_vec(&vec![finding("python-eval"); count]).unwrap();
        let mut bytes = Vec::new();
        frame::encode(&mut bytes, ADVICE, 0, &payload);
        assert!(child_frame(only_frame(from_child_decoder(), &bytes)).is_err());
    }
}

#[test]
fn replies_survive() {
    for reply in [
        Reply::Json(b"{\"a\":1}".to_vec()),
        Reply::Text("line\nline".to_owned()),
        Reply::Error(b"{}".to_vec()),
        Reply::Parts(encode_parts(b"{}", b"\xff")),
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
