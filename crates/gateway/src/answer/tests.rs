//! Each kind of answer, as a program sees it.

use serde_json::json;

use super::*;

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn answer(content: Vec<Value>, structured_content: Option<Value>) -> ToolAnswer {
    ToolAnswer { content, structured_content, is_error: false }
}

#[test]
fn text_is_text_joined_by_newlines() {
    let reply = plain(answer(vec![text("a"), text("b")], None));
    assert_eq!(reply, Reply::Text("a\nb".to_owned()));
    // JSON in a text stays text.
    assert_eq!(plain(answer(vec![text("{}")], None)), Reply::Text("{}".to_owned()));
}

#[test]
fn a_structured_value_that_is_the_whole_answer_is_returned() {
    let value = json!({"a": [1, 2.5]});
    let wanted = Reply::Json(value.to_string().into_bytes());
    assert_eq!(plain(answer(vec![], Some(value.clone()))), wanted);
    let spaced = text("{ \"a\": [1, 2.5] }");
    assert_eq!(plain(answer(vec![spaced], Some(value.clone()))), wanted);
    let other = plain(answer(vec![text("two numbers")], Some(value)));
    assert_eq!(other, Reply::Text("two numbers".to_owned()));
}

#[test]
fn anything_else_is_the_content_blocks() {
    let image = json!({"type": "image", "data": "AA==", "mimeType": "image/png"});
    let content = vec![text("a"), image];
    let wanted = Reply::Json(serde_json::to_vec(&content).unwrap());
    assert_eq!(plain(answer(content, None)), wanted);
    assert_eq!(plain(answer(vec![], None)), Reply::Json(b"null".to_vec()));
}

#[test]
fn a_failed_tool_is_told_in_its_own_words() {
    let mut failed = answer(vec![text("disk"), text("full")], None);
    failed.is_error = true;
    assert_eq!(error_message(&failed), "disk\nfull");
    assert!(!error_message(&answer(vec![], None)).is_empty());
}

#[test]
fn a_typed_answer_is_the_structured_value_or_the_json_it_is_written_in() {
    let value = json!({"a": 1});
    let said = typed(answer(vec![text("one")], Some(value.clone())));
    assert_eq!(said, Reply::Json(value.to_string().into_bytes()));
    for json in ["{\"a\": 1}", " [1, \"x\"]\n", "[]"] {
        let said = typed(answer(vec![text(json)], None));
        assert_eq!(said, Reply::Json(json.trim().as_bytes().to_vec()));
    }
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    for other in ["5", "\"a\"", "null", "{a: 1}", "[1] [2]", "", "[1e999]", &deep] {
        let said = typed(answer(vec![text(other)], None));
        assert_eq!(said, Reply::Text(other.to_owned()), "{:.20}", other);
    }
}
