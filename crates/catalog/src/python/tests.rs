//! What a model reads of a tool in Python.

use std::sync::Arc;

use serde_json::{Value, json};
use types::ToolDescriptor;

use super::{declaration, signature};

fn tool(name: &str, description: &str, input: Value, output: Option<Value>) -> ToolDescriptor {
    ToolDescriptor {
        name: format!("mcp__fs__{name}"),
        server: "fs".to_owned(),
        tool: name.to_owned(),
        description: description.to_owned(),
        input_schema: Arc::new(input),
        output_schema: output.map(Arc::new),
        annotations: None,
    }
}

fn shown(tool: &ToolDescriptor) -> String {
    format!("{}\n\n{}", signature(tool), declaration(tool))
}

#[test]
fn a_usual_tool_reads_like_python() {
    let input = json!({
        "type": "object",
        "properties": {
            "path": {"type": "string", "description": "Where it is"},
            "head": {"type": "integer", "minimum": 1, "description": "Lines from the start"},
            "mode": {"enum": ["text", "binary"], "default": "text"},
            "edits": {"type": "array", "items": {"type": "object", "required": ["old"], "properties": {
                "old": {"type": "string"}, "new": {"type": ["string", "null"]},
            }}},
        },
        "required": ["path"],
        "additionalProperties": false,
    });
    let output = json!({"type": "object", "required": ["lines"], "properties": {
        "lines": {"type": "array", "items": {"type": "string"}}, "ratio": {"type": "number"},
    }});
    insta::assert_snapshot!(shown(&tool("read", "Reads a file.", input, Some(output))));
}

#[test]
fn keys_that_are_no_names_and_types_that_call_themselves_are_written_so_that_they_can_be_read() {
    let input = json!({
        "type": "object",
        "properties": {
            "from": {"type": "string"},
            "x-y": {"const": 5},
            "__private": {"type": "boolean"},
            "naïve": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]},
            "tree": {"$ref": "#/$defs/Node"},
            "any": {},
        },
        "$defs": {"Node": {"type": "object", "required": ["value"], "properties": {
            "value": {"type": "number"}, "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
        }}},
    });
    insta::assert_snapshot!(shown(&tool("odd names", "Odd.\n\"\"\"; type: ignore", input, None)));
}

#[test]
fn a_tool_without_arguments_takes_none() {
    let input = json!({"type": "object", "properties": {}, "additionalProperties": false});
    insta::assert_snapshot!(shown(&tool("now", "", input, None)), @r#"
    mcp__fs__now() -> str

    def call_mcp_tool(name: Literal["mcp__fs__now"], arguments: dict[str, Never] = ...) -> str: ...
    "#);
}

#[test]
fn what_is_large_stays_bounded() {
    let wide: serde_json::Map<String, Value> = (0..3_000)
        .map(|n| {
            (format!("property_{n}"), json!({"type": "string", "description": "w ".repeat(300)}))
        })
        .collect();
    let mut deep = json!({"type": "string"});
    for _ in 0..100 {
        deep = json!({"type": "object", "properties": {"down": deep}});
    }
    for input in [json!({"type": "object", "properties": wide}), deep] {
        let tool = tool("big", &"d".repeat(100_000), input.clone(), Some(input));
        let (line, text) = (signature(&tool), declaration(&tool));
        assert!(line.chars().count() <= 320 && !line.contains('\n'), "{line}");
        assert!(text.len() <= 16 * 1024, "{} bytes", text.len());
    }
}
