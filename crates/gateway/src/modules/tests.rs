//! What is told of a tool as a function.

use std::sync::Arc;

use super::*;

fn tool(schema: Value) -> ToolDescriptor {
    ToolDescriptor {
        name: "mcp__a__b".to_owned(),
        server: "a".to_owned(),
        tool: "b".to_owned(),
        description: String::new(),
        input_schema: Arc::new(schema),
        output_schema: None,
        annotations: None,
    }
}

#[test]
fn parameters_are_those_that_can_be_keywords_required_ones_first() {
    let schema = json!({
        "properties": {
            "a-b": {}, "head": { "type": "integer" }, "path": { "type": "string" },
            "1st": {}, "": {}, "ключ": {}, "zany": true, "x".repeat(65): {},
        },
        "required": ["path", 5],
    });
    let told = parameters(&tool(schema));
    let told: Vec<_> = told.iter().map(|it| (it.name.as_str(), it.required, it.kind)).collect();
    assert_eq!(told, [("path", true, "str"), ("head", false, "int"), ("zany", false, "Any")]);
}

#[test]
fn a_schema_of_any_kind_and_size_gives_few_parameters() {
    for schema in [json!(true), json!({ "properties": [] }), json!({ "required": "path" })] {
        assert!(parameters(&tool(schema)).is_empty());
    }
    let many: serde_json::Map<_, _> = (0..5000).map(|n| (format!("p{n}"), json!({}))).collect();
    assert_eq!(parameters(&tool(json!({ "properties": many }))).len(), MOST_PARAMETERS);
}

#[test]
fn our_own_module_has_health_and_says_so() {
    let own = own_module(None, Language::Python).unwrap_or_else(|none| panic!("{}", none.message));
    let own = serde_json::to_value(own).unwrap();
    assert_eq!(own["functions"][0]["name"], OWN_HEALTH);
    let Err(none) = own_module(Some("helth"), Language::TypeScript) else { panic!("there is one") };
    assert!(none.message.contains("the nearest is health"), "{}", none.message);
}
