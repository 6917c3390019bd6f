//! What is said of a change, and that nothing of a stranger's acts in it.

use std::sync::Arc;

use serde_json::{Value, json};
use store::{Definition, compare};

use super::{CHANGED, MOST, of};

fn tool(description: &str, schema: Value) -> Definition {
    Definition {
        name: "t".to_owned(),
        title: None,
        description: description.to_owned(),
        input_schema: Arc::new(schema),
        output_schema: None,
        annotations: None,
    }
}

fn words(before: &Definition, after: &Definition) -> String {
    of(&compare(before, after))
}

#[test]
fn each_difference_is_named() {
    let before = tool("Reads.", json!({"properties": {"path": {"type": "string"}, "old": {}}}));
    let mut after = tool("Reads!", json!({"properties": {"path": {"type": "array"}, "new": {}}}));
    after.annotations = Some(Arc::new(json!({"readOnlyHint": false})));
    assert_eq!(
        words(&before, &after),
        "changed: its description; parameter \"new\" is new, parameter \"old\" is gone, parameter \
         \"path\" was string, is array; its hints \"readOnlyHint\""
    );
    assert_eq!(words(&before, &before), CHANGED);
}

#[test]
fn a_strangers_names_are_cleaned_and_cut() {
    let name = format!("a\u{202e}\u{1b}[31m\n{}", "x".repeat(10_000));
    let mut properties = json!({});
    for at in 0..100 {
        properties[format!("{name}{at}")] = json!({"type": "\u{200b}\u{1b}[2Jstring"});
    }
    let before = tool("", json!({"properties": {}}));
    let text = words(&before, &tool("", json!({"properties": properties})));
    assert!(text.chars().count() <= MOST, "{text}");
    assert!(!text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text}");
    assert!(text.contains("is new"), "{text}");
}
