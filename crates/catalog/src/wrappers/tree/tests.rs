//! What a tree looks like.

use std::sync::Arc;

use serde_json::{Value, json};
use types::{Language, ToolDescriptor};

use super::{File, Server, files};
use crate::names;

fn tool(server: &str, name: &str, input: Value, output: Option<Value>) -> Arc<ToolDescriptor> {
    Arc::new(ToolDescriptor {
        name: names::full_name(server, name),
        server: server.to_owned(),
        tool: name.to_owned(),
        description: "Does it.\n\nWell: */ \"\"\" \\".to_owned(),
        input_schema: Arc::new(input),
        output_schema: output.map(Arc::new),
        annotations: None,
    })
}

fn servers() -> Vec<Server> {
    let path = json!({"type": "object", "required": ["path"], "properties": {
        "path": {"type": "string", "description": "Where it is"},
        "no-name": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
    }, "$defs": {"Part": {"type": "object", "properties": {"from": {"type": "integer"}}}}});
    let answer = json!({"type": "object", "required": ["lines"], "properties": {
        "lines": {"type": "array", "items": {"type": "string"}},
    }});
    let nothing = json!({"type": "object", "properties": {}, "additionalProperties": false});
    let listed = vec![
        tool("my-files", "read-file", path, Some(answer.clone())),
        tool("my-files", "list", nothing, Some(answer)),
        tool("my-files", "delete", json!({}), None),
    ];
    vec![
        Server { name: "my-files".to_owned(), tools: Some(listed) },
        Server { name: "down".to_owned(), tools: None },
        Server { name: "empty".to_owned(), tools: Some(Vec::new()) },
    ]
}

fn shown(files: &[File]) -> String {
    let of_tools = files.iter().filter(|file| file.path.matches('/').count() > 1);
    of_tools.map(|file| format!("=== {}\n{}", file.path, file.text)).collect()
}

#[test]
fn a_tree_in_typescript() {
    insta::assert_snapshot!(shown(&files(&servers(), Language::TypeScript)));
}

#[test]
fn a_tree_in_python() {
    insta::assert_snapshot!(shown(&files(&servers(), Language::Python)));
}

#[test]
fn the_order_of_servers_and_tools_does_not_matter() {
    let mut turned = servers();
    turned.reverse();
    for server in &mut turned {
        server.tools.iter_mut().for_each(|tools| tools.reverse());
    }
    for language in [Language::TypeScript, Language::Python] {
        assert_eq!(files(&servers(), language), files(&turned, language));
    }
}

#[test]
fn servers_are_told_by_their_folders_whether_or_not_their_tools_are_known() {
    let files = files(&servers(), Language::TypeScript);
    let discovery =
        files.iter().find(|file| file.path == "servers/discovery.ts").expect("it is there");
    let list = "= {\n  down: \"down\",\n  empty: \"empty\",\n  my_files: \"my-files\",\n};\n";
    assert!(discovery.text.contains(list), "{}", discovery.text);
}
