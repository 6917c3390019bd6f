//! Costs are counted, hostile requests are told apart from bad luck.

use serde_json::json;

use super::*;

fn call(payload: &Value) -> Result<Call, Unreadable> {
    Call::parse(payload.to_string().as_bytes())
}

#[test]
fn a_call_is_read() {
    let call = call(&json!({ "name": "mcp__a__b", "arguments": { "x": [1, "2,3"] } })).unwrap();
    assert_eq!(call.name.as_deref(), Some("mcp__a__b"));
    assert_eq!((call.label.as_str(), call.arguments), ("mcp__a__b", json!({ "x": [1, "2,3"] })));
}

#[test]
fn names_that_no_tool_has_are_told_without_harm() {
    let long = "x".repeat(4096);
    for name in ["", "mcp__a__\u{1b}[2J", "mcp__s__a/b", "mcp__s__\r\nX: y", "mcp__é", &long] {
        let call = call(&json!({ "name": name, "arguments": {} })).unwrap();
        assert_eq!(call.name, None, "{name:?}");
        assert!(
            call.label.len() < 700 && call.label.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        );
    }
}

#[test]
fn calls_that_cannot_be_read_say_why() {
    for payload in [
        "",
        "[]",
        r#"{"name":"a"}"#,
        r#"{"name":1,"arguments":{}}"#,
        r#"{"name":"a","name":"b","arguments":{}}"#,
        r#"{"name":"a","arguments":{"x":"\ud800"}}"#,
        r#"{"name":"a","arguments":{"x":1e400}}"#,
        r#"{"name":"a","arguments":{}} trailing"#,
    ] {
        assert!(Call::parse(payload.as_bytes()).is_err(), "{payload}");
    }
    let deep = format!(r#"{{"name":"a","arguments":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    assert!(Call::parse(deep.as_bytes()).is_err());
}

#[test]
fn values_are_counted_outside_strings() {
    assert_eq!(most_values(br#"{"a,[{":"\",[","b":[1,2]}"#), 5);
    let many = format!(r#"{{"name":"a","arguments":[{}0]}}"#, "0,".repeat(MOST_VALUES));
    assert!(Call::parse(many.as_bytes()).unwrap_err().0.contains("500000"));
}

#[test]
fn a_program_that_does_not_mind_its_limit_is_stopped() {
    let mut meter = Meter::new(2);
    let verdicts: Vec<_> = (0..104).map(|_| meter.call()).collect();
    assert_eq!(verdicts[..3], [Verdict::Fine, Verdict::Fine, Verdict::Refused]);
    assert_eq!(verdicts[101..], [Verdict::Refused, Verdict::Enough, Verdict::Enough]);
}

#[test]
fn what_is_held_makes_the_child_wait() {
    let mut meter = Meter::new(10);
    let heavy = Weight(HELD / 2 + 1);
    meter.begin(heavy);
    assert!(meter.has_room());
    meter.begin(heavy);
    assert!(!meter.has_room());
    meter.end(heavy);
    assert!(meter.has_room());
    for _ in 0..IN_FLIGHT {
        meter.begin(Weight(1));
    }
    assert!(!meter.has_room());
}

#[test]
fn a_question_is_short_and_of_the_right_kinds() {
    assert_eq!(Question::parse(br#"{"query":"a","limit":3}"#).unwrap().0.limit, Some(3.0));
    assert!(Question::parse(br#"{"query":"a","limit":1e999}"#).is_err());
    assert!(Question::parse(br#"{"query":7}"#).is_err());
    assert!(Question::parse(&vec![b' '; QUESTION + 1]).is_err());
}
