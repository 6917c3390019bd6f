//! What is told of a difference.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Property, compare};
use crate::Definition;
use crate::testing::tool;

fn with_input(schema: Value) -> Definition {
    Definition { input_schema: Arc::new(schema), ..tool("t", json!({})) }
}

#[test]
fn nothing_differs_from_itself() {
    let tool = tool("t", json!({"path": {"type": "string"}}));
    assert_eq!(compare(&tool, &tool), super::Change::default());
}

#[test]
fn each_property_says_how_it_differs() {
    let before = with_input(json!({
        "type": "object",
        "properties": {
            "gone": {},
            "kind": {"type": "string"},
            "kinds": {"type": ["string", "null"]},
            "must": {"type": "string"},
            "may": {"type": "string"},
            "words": {"type": "string", "description": "a"},
            "more": {"type": "string", "maxLength": 1},
            "same": {"type": "string"},
        },
        "required": ["may"],
    }));
    let after = with_input(json!({
        "type": "object",
        "properties": {
            "new": {},
            "kind": {"type": "array"},
            "kinds": {"enum": []},
            "must": {"type": "string"},
            "may": {"type": "string"},
            "words": {"type": "string", "description": "b"},
            "more": {"type": "string", "maxLength": 2},
            "same": {"type": "string"},
        },
        "required": ["must"],
    }));
    let change = compare(&before, &after).input.unwrap();
    assert!(!change.otherwise);
    let text = |kind: &str| Some(kind.to_owned());
    let expected = [
        ("gone", Property::Removed),
        ("kind", Property::Type(text("string"), text("array"))),
        ("kinds", Property::Type(text("string|null"), None)),
        ("may", Property::Optional),
        ("more", Property::Otherwise),
        ("must", Property::Required),
        ("new", Property::Added),
        ("words", Property::Description),
    ];
    let found: Vec<_> =
        change.properties.iter().map(|change| (change.name.as_str(), change.how.clone())).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_no_property_is_told_too() {
    let schema = json!({"type": "object", "properties": {}});
    for other in [
        json!({"type": "object", "properties": {}, "additionalProperties": false}),
        json!({"type": "object", "properties": {}, "required": ["nobody knows it"]}),
        json!({"type": "object", "properties": []}),
        json!({"type": "object"}),
        json!({}),
        json!({"type": 5, "properties": {}}),
    ] {
        let change = compare(&with_input(schema.clone()), &with_input(other.clone()));
        assert!(change.input.unwrap().otherwise, "{other}");
    }
}

#[test]
fn words_answers_and_hints_are_told_apart() {
    let before = tool("t", json!({}));
    let after = Definition {
        title: Some("T".to_owned()),
        description: "Something else.".to_owned(),
        output_schema: Some(Arc::new(json!({}))),
        annotations: Some(Arc::new(json!({"readOnlyHint": true, "z": null}))),
        ..before.clone()
    };
    let change = compare(&before, &after);
    assert!(change.title && change.description && change.input.is_none());
    assert!(change.output.unwrap().otherwise);
    assert_eq!(change.annotations, ["readOnlyHint", "z"]);
}
