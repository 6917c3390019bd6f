//! The scanner against a real parser, and lines in every kind of piece.

use proptest::prelude::*;
use rmcp::model::RequestId;
use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt;

use crate::transport::lines::{Budget, Framing, Line, Lines};
use crate::transport::parse::{Parsed, cut, parse};
use crate::transport::pending::{Fault, Pending, Reading};
use crate::transport::scan::{Found, Scanner};
use crate::transport::text::printable;

fn scan(pieces: &[&[u8]]) -> Found {
    let mut scanner = Scanner::default();
    pieces.iter().for_each(|piece| scanner.feed(piece));
    scanner.finish()
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("\"id\":1,\\\"")),
    ];
    let key = prop_oneof![Just("id".to_owned()), Just("method".to_owned()), "[a-z\"\\\\{}]{0,4}"];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..5)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// A message with members around the id, and what the id is.
fn message() -> impl Strategy<Value = (Map<String, Value>, Option<RequestId>)> {
    let id = prop_oneof![
        any::<i64>().prop_map(|id| (json!(id), Some(RequestId::Number(id)))),
        ".{0,20}".prop_map(|id| (json!(id), Some(RequestId::String(id.into())))),
        Just((Value::Null, None)),
    ];
    let members = || prop::collection::vec(("[a-h]{1,5}", any_value()), 0..4);
    (members(), id, members()).prop_map(|(before, (id, expected), after)| {
        let mut message: Map<String, Value> = before.into_iter().collect();
        message.insert("id".to_owned(), id);
        message.extend(after);
        (message, expected)
    })
}

proptest! {
    #[test]
    fn the_scanner_finds_the_id_wherever_it_stands_and_however_it_is_cut(
        (message, expected) in message(),
        pretty in any::<bool>(),
        size in 1_usize..9,
    ) {
        let text = if pretty {
            serde_json::to_vec_pretty(&message).unwrap()
        } else {
            serde_json::to_vec(&message).unwrap()
        };
        let pieces: Vec<&[u8]> = text.chunks(size).collect();
        let found = scan(&pieces);
        prop_assert_eq!(&found.id, &expected);
        prop_assert!(!found.has_method);
        prop_assert_eq!(found, scan(&[&text]));
    }

    #[test]
    fn the_scanner_takes_any_bytes(pieces in prop::collection::vec(any::<Vec<u8>>(), 0..8)) {
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        scan(&pieces);
    }

    #[test]
    fn lines_come_out_whole_in_order_or_named_as_too_long(
        lengths in prop::collection::vec(0_usize..300, 1..12),
        piece in 1_usize..100,
    ) {
        const LIMIT: usize = 150;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let line = |(n, length): (usize, &usize)| {
            format!("{{\"x\":\"{}\",\"id\":{n}}}", "y".repeat(*length))
        };
        let sent: Vec<String> = lengths.iter().enumerate().map(line).collect();
        let bytes = sent.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
        let received = runtime.block_on(async move {
            let (mut writer, reader) = tokio::io::duplex(piece);
            tokio::join!(
                async move { writer.write_all(&bytes).await.unwrap() },
                all_lines(Lines::new(reader, LIMIT, Budget::new(1 << 20))),
            ).1
        });
        prop_assert_eq!(received.len(), sent.len());
        for (n, (received, sent)) in received.iter().zip(&sent).enumerate() {
            if sent.len() > LIMIT {
                prop_assert_eq!(received, &Err(Some(RequestId::Number(n as i64))));
            } else {
                prop_assert_eq!(received.as_ref().unwrap(), sent);
            }
        }
    }
}

proptest! {
    #[test]
    fn events_come_out_whole_whatever_their_line_ends_are_and_however_they_are_cut(
        events in prop::collection::vec((0_usize..200, 0_usize..3, 0_usize..3), 1..8),
        piece in 1_usize..60,
    ) {
        const LIMIT: usize = 150;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let ends = ["\n", "\r\n", "\r"];
        let mut bytes = Vec::new();
        let mut sent = Vec::new();
        for (n, &(length, inner, outer)) in events.iter().enumerate() {
            let data = format!("{{\"x\":\"{}\",\"id\":{n}}}", "y".repeat(length));
            let event = format!("event: message{}data: {data}", ends[inner]);
            bytes.extend_from_slice(event.as_bytes());
            bytes.extend_from_slice(ends[outer].repeat(2).as_bytes());
            sent.push(event);
        }
        let received = runtime.block_on(async move {
            let (mut writer, reader) = tokio::io::duplex(piece);
            let lines = Lines::framed(Framing::Event, reader, LIMIT, Budget::new(1 << 20));
            tokio::join!(
                async move { writer.write_all(&bytes).await.unwrap(); drop(writer) },
                all_lines(lines),
            ).1
        });
        prop_assert_eq!(received.len(), sent.len());
        for (n, (received, sent)) in received.iter().zip(&sent).enumerate() {
            if sent.len() > LIMIT + 4 {
                prop_assert_eq!(received, &Err(Some(RequestId::Number(n as i64))));
            } else if sent.len() < LIMIT - 4 {
                // Of a CR and LF that were torn apart the LF begins the next piece.
                prop_assert_eq!(received.as_ref().unwrap().trim_start_matches('\n'), sent);
            }
        }
    }
}

type Received = Vec<Result<String, Option<RequestId>>>;

async fn all_lines(mut lines: Lines<tokio::io::DuplexStream>) -> Received {
    let mut all = Vec::new();
    loop {
        match lines.next().await {
            Line::Whole(line, _) => all.push(Ok(String::from_utf8(line.to_vec()).unwrap())),
            Line::Oversized(id) => all.push(Err(id)),
            Line::End => return all,
        }
    }
}

#[test]
fn the_scanner_knows_requests_escapes_and_its_own_limits() {
    let id = |text: &str| scan(&[text.as_bytes()]).id;
    assert!(scan(&[br#"{"id":1,"method":"ping"}"#]).has_method);
    assert!(!scan(&[br#"{"id":1,"result":{"method":"x"}}"#]).has_method);
    assert_eq!(id(r#"{"\u0069d":5}"#), Some(RequestId::Number(5)));
    assert_eq!(id(r#"{"result":{"id":1},"id" : "a\"b" }"#), Some(RequestId::String("a\"b".into())));
    for none in
        [r#"{"id":1.5}"#, r#"{"id":{"id":1}}"#, r#"[{"id":1}]"#, r#"{"result":{"id":1}}"#, ""]
    {
        assert_eq!(id(none), None, "{none}");
    }
    assert_eq!(id(&format!("{{\"id\":\"{}\"}}", "x".repeat(10_000))), None);
    assert_eq!(scan(&[b"[1,[2,3],{}]"]).values, 6);
}

#[tokio::test]
async fn a_share_of_the_budget_is_held_with_a_large_line_and_shrinks_to_it() {
    let budget = Budget::new(1 << 20);
    let (mut writer, reader) = tokio::io::duplex(1 << 20);
    let mut lines = Lines::new(reader, 1 << 20, budget.clone());
    let long = [vec![b'x'; 200 * 1024], vec![b'\n']].concat();
    writer.write_all(&long).await.unwrap();
    let Line::Whole(line, Some(share)) = lines.next().await else { panic!("no share") };
    assert_eq!((line.len(), share.units()), (200 * 1024, 200));
    // The next large line waits until the first is let go, and nothing is lost by waiting.
    writer.write_all(&long).await.unwrap();
    let wait = tokio::time::timeout(std::time::Duration::from_millis(20), lines.next()).await;
    assert!(wait.is_err());
    drop(share);
    assert!(matches!(lines.next().await, Line::Whole(line, Some(_)) if line.len() == 200 * 1024));
}

#[tokio::test]
async fn a_piece_that_brings_nothing_more_gives_its_share_to_others() {
    const LIMIT: usize = 512 * 1024;
    let short = std::time::Duration::from_millis(30);
    for framing in [Framing::Line, Framing::Event, Framing::Whole] {
        let budget = Budget::new(LIMIT);
        let (mut writer, reader) = tokio::io::duplex(1 << 20);
        let stalled = Lines::framed(framing, reader, LIMIT, budget.clone());
        let mut stalled = stalled.stalling_after(short);
        writer.write_all(&[b'x'; 140_000]).await.unwrap();
        let (mut other, reader) = tokio::io::duplex(1 << 20);
        let mut lines = Lines::new(reader, LIMIT, budget.of_another());
        other.write_all(&[vec![b'y'; 140_000], vec![b'\n']].concat()).await.unwrap();
        let (ended, line) = tokio::join!(stalled.next(), async {
            let line = lines.next().await;
            // The server of lines goes on: the stalled one alone is lost.
            writer.write_all(b"\nnext\n").await.unwrap();
            line
        });
        assert!(matches!(line, Line::Whole(_, Some(_))), "{framing:?}: {line:?}");
        if framing == Framing::Line {
            assert!(matches!(ended, Line::Oversized(None)), "{ended:?}");
            assert!(
                matches!(stalled.next().await, Line::Whole(line, None) if &line[..] == b"next")
            );
        } else {
            assert!(matches!(ended, Line::End), "{framing:?}: {ended:?}");
        }
    }
}

#[tokio::test]
async fn no_server_has_more_than_half_of_the_budget() {
    const LIMIT: usize = 256 * 1024;
    let budget = Budget::new(4 * LIMIT);
    let long = [vec![b'x'; LIMIT], vec![b'\n']].concat();
    let piece = async |budget: &Budget| {
        let (mut writer, reader) = tokio::io::duplex(1 << 20);
        writer.write_all(&long).await.unwrap();
        let mut lines = Lines::new(reader, LIMIT, budget.clone());
        let short = std::time::Duration::from_millis(20);
        let line = tokio::time::timeout(short, lines.next()).await.ok()?;
        let Line::Whole(_, Some(share)) = line else { panic!("no share: {line:?}") };
        Some(share)
    };
    let (greedy, other) = (budget.of_another(), budget.of_another());
    let held = [piece(&greedy).await, piece(&greedy).await];
    assert!(held.iter().all(Option::is_some));
    assert!(piece(&greedy).await.is_none(), "a third would be more than half");
    assert!(piece(&other).await.is_some(), "another server waits for it");
    drop(held);
    assert!(piece(&greedy).await.is_some());
}

#[test]
fn answers_are_read_for_those_who_wait() {
    let pending = Pending::default();
    pending.sent(RequestId::Number(4), Reading::AsIs);
    let read = |text: &str| parse(text.as_bytes(), 1 << 20, &pending);
    assert!(matches!(read(r#"{"id":"4","result":{}}"#), Parsed::Message(_)));
    assert!(matches!(read(r#"{"id":5,"result":{}}"#), Parsed::Late));
    assert!(matches!(read(r#"{"id":4}"#), Parsed::Refused(_, Fault::Unreadable)));
    assert!(matches!(read(r#"{"id":4,"result":{"#), Parsed::Refused(_, Fault::Unreadable)));
    assert!(matches!(read(r#"{"id":4,"id":4,"result":{}}"#), Parsed::Refused(..)));
    assert!(matches!(read(r#"{"id":null,"error":{"code":1,"message":"m"}}"#), Parsed::Noise));
    assert!(matches!(read("hello"), Parsed::Noise));
    let notification = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#;
    assert!(matches!(read(notification), Parsed::Message(_)));
}

#[test]
fn texts_are_cut_and_cleaned() {
    assert_eq!(cut("aü", 2), "a");
    assert_eq!(printable(b"a\x1b[31mb\r\n"), "a\u{fffd}[31mb");
    assert!(printable(&[b'x'; 5000]).len() == 2048);
}
