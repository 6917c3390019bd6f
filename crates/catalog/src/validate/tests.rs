//! Errors a caller can act on, and schemas that cannot do harm.

use std::sync::Arc;

use serde_json::{Value, json};
use types::ToolDescriptor;

use crate::Catalog;

fn tool(schema: Value) -> ToolDescriptor {
    ToolDescriptor {
        name: "mcp__s__t".to_owned(),
        server: "s".to_owned(),
        tool: "t".to_owned(),
        description: String::new(),
        input_schema: Arc::new(schema),
        output_schema: None,
        annotations: None,
    }
}

fn problems(schema: Value, arguments: Value) -> Vec<String> {
    let catalog = Catalog::new(std::iter::empty());
    match catalog.validate(&tool(schema), &arguments) {
        Ok(()) => Vec::new(),
        Err(error) => error.problems.iter().map(ToString::to_string).collect(),
    }
}

fn filter_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "filter": {
                "type": "object",
                "properties": {"limit": {"type": "integer", "minimum": 1}, "state": {"enum": ["open", "closed"]}},
                "required": ["limit"],
                "additionalProperties": false
            },
            "tags": {"type": "array", "items": {"type": "string"}},
            "when": {"anyOf": [{"type": "string"}, {"type": "null"}]}
        },
        "required": ["filter"]
    })
}

#[test]
fn good_arguments_pass() {
    let arguments =
        json!({"filter": {"limit": 3, "state": "open"}, "tags": ["a"], "when": null, "other": 1});
    assert_eq!(problems(filter_schema(), arguments), [""; 0]);
}

#[test]
fn errors_name_path_expectation_and_type_and_never_a_value() {
    let arguments = json!({
        "filter": {"limt": 1, "state": "hidden-secret"},
        "tags": ["a", 7],
        "when": {"secret": "hidden-secret"},
    });
    let found = problems(filter_schema(), arguments);
    assert_eq!(
        found,
        [
            r#"$.filter.state: expected "open" or "closed", found another string"#,
            r#"$.filter.limt: unknown property; did you mean "limit"?"#,
            r#"$.filter.limit: required property is missing; "limt" looks like a misspelling of it"#,
            "$.tags[1]: expected string, found integer",
            "$.when: expected string or null, found object",
        ]
    );
}

#[test]
fn the_whole_message_reads_well() {
    let catalog = Catalog::new(std::iter::empty());
    let error = catalog.validate(&tool(filter_schema()), &json!({"filter": 5})).unwrap_err();
    insta::assert_snapshot!(error.told("getToolSchema"), @r#"the arguments do not fit mcp__s__t: $.filter: expected object, found integer (getToolSchema("mcp__s__t") gives the whole schema)"#);
    let error = catalog.validate(&tool(json!({})), &json!([1])).unwrap_err();
    assert_eq!(error.problems[0].to_string(), "$: expected an object, found array");
}

#[test]
fn the_closest_alternative_is_explained() {
    let schema = json!({
        "properties": {"shape": {"oneOf": [
            {"type": "object", "properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}}, "required": ["kind", "radius"]},
            {"type": "object", "properties": {"kind": {"const": "square"}, "side": {"type": "number"}}, "required": ["kind", "side"]}
        ]}}
    });
    let found = problems(schema, json!({"shape": {"kind": "square", "side": "long"}}));
    assert_eq!(found, ["$.shape.side: expected number, found string"]);
}

#[test]
fn errors_are_few_and_names_in_them_are_safe() {
    let schema = json!({"type": "object", "properties": {}, "additionalProperties": false});
    let arguments: serde_json::Map<String, Value> =
        (0..50).map(|n| (format!("a\u{202e}*/{n}{}", "x".repeat(500)), Value::Null)).collect();
    let catalog = Catalog::new(std::iter::empty());
    let error = catalog.validate(&tool(schema), &Value::Object(arguments)).unwrap_err();
    assert_eq!(error.problems.len(), crate::MAX_PROBLEMS);
    assert!(error.more);
    let text = error.to_string();
    assert!(text.len() < 2_000 && !text.contains('\u{202e}'), "{text}");
}

#[test]
fn a_schema_that_does_not_compile_accepts_any_object() {
    for schema in [
        json!({"type": "objekt"}),
        json!({"properties": {"a": {"$ref": "#/nowhere"}}, "required": ["b"]}),
        json!({"$ref": "https://example.com/schema.json"}),
        json!({"$schema": "https://example.com/mine", "required": ["b"]}),
        json!({"properties": {"a": {"pattern": "("}}}),
        json!("text"),
        json!(null),
        json!([]),
    ] {
        assert_eq!(problems(schema.clone(), json!({"a": 1})), [""; 0], "{schema}");
    }
    // Lacking `type` is no reason not to check the rest.
    assert_eq!(problems(json!({"required": ["b"]}), json!({})).len(), 1);
}

#[test]
fn hostile_schemas_end_soon() {
    let doubling: serde_json::Map<String, Value> = (0..60)
        .map(|n| {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            (format!("d{n}"), json!({"allOf": [next.clone(), next]}))
        })
        .chain([("d60".to_owned(), json!({"type": "object"}))])
        .collect();
    let mut deep = json!({});
    for _ in 0..100 {
        deep = json!({"a": deep});
    }
    for schema in [
        json!({"$ref": "#"}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"$defs": doubling, "$ref": "#/$defs/d0"}),
        json!({"$defs": doubling, "properties": {"never": {"$ref": "#/$defs/d0"}}}),
        json!({"properties": {"a": {"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"type": "null"}]}}, "required": ["z"]}),
        json!({"properties": {"s": {"pattern": "^(a+)+(?=b)$"}}}),
    ] {
        let started = std::time::Instant::now();
        let mut arguments = deep.clone();
        arguments["s"] = json!("a".repeat(5_000));
        problems(schema.clone(), arguments);
        assert!(started.elapsed().as_secs() < 5, "{schema}");
    }
}

#[test]
fn recursive_schemas_are_checked() {
    let schema = json!({
        "$defs": {"node": {"type": "object", "properties": {"value": {"type": "number"}, "next": {"$ref": "#/$defs/node"}}}},
        "properties": {"list": {"$ref": "#/$defs/node"}}
    });
    let found = problems(schema, json!({"list": {"value": 1, "next": {"value": "x"}}}));
    assert_eq!(found, ["$.list.next.value: expected number, found string"]);
}

#[test]
fn more_schemas_than_are_kept_still_work() {
    let catalog = Catalog::new(std::iter::empty());
    for number in 0..super::MAX_COMPILED + 20 {
        let tool = tool(json!({"required": [number.to_string()]}));
        assert!(catalog.validate(&tool, &json!({})).is_err());
    }
    assert_eq!(catalog.tools(None).len(), 0);
}
