//! What is asked for is read strictly, and what servers say of themselves is made harmless.

use futures_util::FutureExt;

use super::*;

fn wish(op: Op, payload: &Value) -> Result<Wish, Unreadable> {
    Wish::parse(op, payload.to_string().as_bytes())
}

#[test]
fn a_wish_is_read() {
    let read = wish(Op::ReadResource, &json!({ "server": "fs", "uri": "file:///a" })).unwrap();
    assert_eq!((read.server.as_deref(), read.name.as_deref()), (Some("fs"), Some("file:///a")));
    assert_eq!(read.method(), "resources/read");
    let get = json!({ "server": "fs", "name": "sum", "arguments": { "of": "2" } });
    let get = wish(Op::GetPrompt, &get).unwrap();
    assert_eq!((get.name.as_deref(), get.arguments.len()), (Some("sum"), 1));
    assert!(wish(Op::ListResources, &json!({})).unwrap().server.is_none());
}

#[test]
fn a_wish_that_cannot_be_read_says_why() {
    let long = json!({ "server": "fs", "uri": "x".repeat(NAME + 1) });
    assert!(wish(Op::ReadResource, &long).unwrap_err().0.contains("16 KiB"));
    let number = json!({ "server": "fs", "name": "sum", "arguments": { "of": 2 } });
    assert!(wish(Op::GetPrompt, &number).unwrap_err().0.contains("texts"));
    for payload in [json!({ "server": 5 }), json!([]), json!({ "uri": "a" })] {
        assert!(wish(Op::ReadResource, &payload).is_err(), "{payload}");
    }
}

#[test]
fn an_entry_keeps_what_it_is_asked_for_by_and_loses_what_hides() {
    let given = json!({
        "uri": "file:///a", "name": "a\u{202e}b\u{1b}[2J", "description": "one\u{200b}\ntwo",
        "mimeType": "text/plain", "size": 7, "_meta": { "more": 1 },
    });
    let told = entry("fs", &given, "uri").unwrap();
    assert_eq!(
        told,
        json!({
            "server": "fs", "uri": "file:///a", "name": "ab", "description": "one\ntwo",
            "mimeType": "text/plain", "size": 7,
        })
    );
    assert_eq!(entry("fs", &json!({ "name": "no uri" }), "uri"), None);
    let prompt = json!({ "name": "sum", "arguments": [{ "name": "of", "required": true }, {}] });
    let told = entry("fs", &prompt, "name").unwrap();
    assert_eq!(told["arguments"], json!([{ "name": "of", "required": true }]));
}

#[test]
fn one_text_is_a_text_and_anything_else_the_contents() {
    let text = json!({ "uri": "a", "text": "hello" });
    let blob = json!({ "uri": "b", "blob": "AAE=" });
    assert_eq!(resource(json!({ "contents": [text] })), Reply::Text("hello".to_owned()));
    for contents in [json!([blob]), json!([text, blob]), json!([])] {
        let wanted = Reply::Json(contents.to_string().into_bytes());
        assert_eq!(resource(json!({ "contents": contents })), wanted);
    }
}

fn entries(server: &str, count: usize, bytes: usize) -> Option<Vec<Value>> {
    Some((0..count).map(|n| json!({ "server": server, "n": n, "is": "x".repeat(bytes) })).collect())
}

#[tokio::test]
async fn lists_come_in_the_order_of_their_servers_without_those_that_give_none() {
    let (answered, last_has_answered) = tokio::sync::oneshot::channel();
    let first = async {
        last_has_answered.await.unwrap();
        entries("a", 2, 1)
    };
    let last = async {
        answered.send(()).unwrap();
        entries("b", 1, 1)
    };
    let lists = [first.boxed(), async { None }.boxed(), last.boxed()];
    let told = lists::gathered(lists.into_iter()).await.unwrap();
    let told: Vec<Value> = serde_json::from_slice(&answer::json(&told)).unwrap();
    let from: Vec<&Value> = told.iter().map(|entry| &entry["server"]).collect();
    assert_eq!(from, ["a", "a", "b"]);
}

#[tokio::test]
async fn lists_that_are_too_large_together_end_the_wish_and_wait_for_nobody() {
    let list = async |answers: bool| {
        if !answers {
            std::future::pending::<()>().await;
        }
        entries("a", 3, 1024 * 1024)
    };
    assert_eq!(lists::gathered([list(true)].into_iter()).await.unwrap().len(), 3);
    let all = [list(false), list(true), list(true)].into_iter();
    let error = lists::gathered(all).await.unwrap_err().to_string();
    assert!(error.contains("4194304 bytes") && error.contains("one server at a time"), "{error}");
}

#[tokio::test]
async fn a_few_wishes_for_everything_are_answered_at_once() {
    let (lists, moment) = (Lists::default(), Duration::from_millis(20));
    let mut turns = Vec::new();
    for _ in 0..4 {
        turns.push(lists.turn(moment).await.unwrap());
    }
    assert!(lists.turn(moment).await.is_none());
    turns.pop();
    assert!(lists.turn(moment).await.is_some());
}
