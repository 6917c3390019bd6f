//! Schemas of both dialects as 2020-12.

use serde_json::{Value, json};

use super::{described, read, shop, tool};

/// A schema as the type of a body, as callers see it.
fn converted(version: &str, schema: &Value) -> Value {
    let body = json!({"content": {"application/json": {"schema": schema}}});
    let document = described(&json!({"/a": {"post": {"requestBody": body}}}));
    let api = read(&document.replace("3.1.0", version)).unwrap();
    tool(&api, "post_a")["inputSchema"]["properties"]["body"].clone()
}

#[test]
fn the_older_dialect_is_translated() {
    let cases = [
        (json!({"type": "string", "nullable": true}), json!({"type": ["string", "null"]})),
        (
            json!({"type": "string", "nullable": true, "enum": ["a"]}),
            json!({"type": ["string", "null"], "enum": ["a", null]}),
        ),
        (
            json!({"nullable": true, "description": "d", "anyOf": [{"type": "string"}]}),
            json!({"anyOf": [{"anyOf": [{"type": "string"}]}, {"type": "null"}], "description": "d"}),
        ),
        (
            json!({"type": "number", "minimum": 1, "exclusiveMinimum": true, "maximum": 9,
                "exclusiveMaximum": false}),
            json!({"type": "number", "maximum": 9, "exclusiveMinimum": 1}),
        ),
        (json!({"type": "string", "example": "x"}), json!({"type": "string", "examples": ["x"]})),
        (
            json!({"type": "array", "items": {"type": "string", "nullable": true}}),
            json!({"type": "array", "items": {"type": ["string", "null"]}}),
        ),
    ];
    for (given, expected) in cases {
        assert_eq!(converted("3.0.3", &given), expected, "{given}");
    }
}

#[test]
fn the_newer_dialect_stays_what_it_is() {
    let schema = json!({
        "type": ["object", "null"], "minProperties": 1, "patternProperties": {"^x": {"const": 1}},
        "properties": {"t": {"prefixItems": [{"type": "string"}], "items": false}},
        "if": {"required": ["a"]}, "then": {"required": ["b"]}, "dependentRequired": {"a": ["b"]},
        "exclusiveMinimum": 3, "unevaluatedProperties": false, "examples": [1],
    });
    assert_eq!(converted("3.1.0", &schema), schema);
}

#[test]
fn what_is_no_use_or_wrong_is_left_out() {
    let schema = json!({
        "type": "any", "x-internal": "note", "xml": {}, "externalDocs": {}, "discriminator": {},
        "$id": "http://e", "$anchor": "a", "$comment": "c", "enum": [], "required": true,
        "minLength": -1, "pattern": 5, "multipleOf": 0, "allOf": [], "properties": [],
        "example": "e".repeat(500), "nullable": true, "exclusiveMinimum": true,
    });
    assert_eq!(converted("3.0.0", &schema), json!({}));
    assert_eq!(converted("3.1.0", &json!(5)), json!({}));
    assert_eq!(converted("3.1.0", &json!(false)), json!(false));
}

#[test]
fn properties_go_one_way_only_where_they_say_so() {
    let api = shop();
    let input = tool(&api, "createPet")["inputSchema"]["$defs"]["Pet"].clone();
    assert_eq!(input["properties"].get("id"), None);
    assert_eq!(input["required"], json!(["name"]));
    assert!(input["properties"]["secret"].is_object());
    let output = tool(&api, "getPet")["outputSchema"].clone();
    assert_eq!(output["properties"].get("secret"), None);
    assert_eq!(output["required"], json!(["id", "name"]));
}

#[test]
fn references_are_kept_as_references_with_names_that_no_two_share() {
    let reference = |pointer: &str| json!({"$ref": pointer});
    let schema = json!({"type": "object", "properties": {
        "a": reference("#/components/schemas/Node"),
        "b": reference("#/components/schemas/Node/properties/value"),
        "c": reference("#/components/other/value"),
        "d": {"$ref": "#/components/schemas/Node", "description": "beside it"},
        "e": reference("#/components/schemas/A%20B~1C"),
    }});
    let body = json!({"content": {"application/json": {"schema": schema}}});
    let mut document: Value =
        serde_json::from_str(&described(&json!({"/a": {"post": {"requestBody": body}}}))).unwrap();
    let node = json!({"type": "object", "properties": {
        "next": reference("#/components/schemas/Node"), "value": {"type": "string"}}});
    document["components"] = json!({
        "schemas": {"Node": node, "A B/C": {"type": "integer"}}, "other": {"value": {"type": "null"}}
    });
    let input = tool(&read(&document.to_string()).unwrap(), "post_a")["inputSchema"].clone();
    let properties = &input["properties"]["body"]["properties"];
    assert_eq!(properties["a"], reference("#/$defs/Node"));
    assert_eq!(properties["b"], reference("#/$defs/value"));
    assert_eq!(properties["c"], reference("#/$defs/value_2"));
    assert_eq!(properties["d"]["description"], "beside it");
    assert_eq!(properties["e"], reference("#/$defs/A_B_C"));
    let definitions = &input["$defs"];
    assert_eq!(definitions["Node"]["properties"]["next"], reference("#/$defs/Node"));
    assert_eq!(definitions["value"], json!({"type": "string"}));
    assert_eq!(definitions["value_2"], json!({"type": "null"}));
    assert_eq!(definitions["A_B_C"], json!({"type": "integer"}));
}
