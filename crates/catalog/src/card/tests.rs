//! What is shown of a tool.

use std::sync::Arc;

use serde_json::{Value, json};
use types::{Language, ToolDescriptor};

use super::{Card, Detail};

fn tool() -> ToolDescriptor {
    ToolDescriptor {
        name: "mcp__fs__read_file".to_owned(),
        server: "fs\u{202e}".to_owned(),
        tool: "read_file".to_owned(),
        description: format!("Reads\u{1b}[31m a\u{200b} file.\n{}", "More. ".repeat(100)),
        input_schema: Arc::new(json!({"type": "object", "properties": {"path": {}}})),
        output_schema: Some(Arc::new(json!({"type": "object"}))),
        annotations: None,
    }
}

fn keys(detail: Detail) -> Vec<String> {
    let card = Card::new(&tool(), detail, Language::TypeScript).to_json();
    card.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
}

#[test]
fn each_level_shows_more() {
    assert_eq!(keys(Detail::Name), ["name", "server"]);
    assert_eq!(keys(Detail::Description), ["name", "server", "description", "signature"]);
    assert_eq!(
        keys(Detail::Full),
        [
            "name",
            "server",
            "description",
            "signature",
            "declaration",
            "inputSchema",
            "outputSchema"
        ]
    );
}

#[test]
fn what_is_shown_is_clean_and_short_until_all_is_wanted() {
    let described = Card::new(&tool(), Detail::Description, Language::Python);
    let summary = described.description.unwrap_or_default();
    assert!(summary.starts_with("Reads a file. More."), "{summary}");
    assert_eq!(summary.chars().count(), crate::text::SUMMARY_CHARS);
    let full = Card::new(&tool(), Detail::Full, Language::Python);
    let whole = full.description.unwrap_or_default();
    assert!(whole.starts_with("Reads a file.\nMore.") && whole.len() > 600, "{whole}");
    assert_eq!(full.server, "fs");
}

#[test]
fn levels_are_read_and_written_alike() {
    for detail in [Detail::Name, Detail::Description, Detail::Full] {
        assert_eq!(detail.to_string().parse(), Ok(detail));
    }
    let error = "everything\u{7}".parse::<Detail>().expect_err("there is none");
    assert_eq!(
        error.to_string(),
        "unknown detail \"everything\": it is one of name, description, full"
    );
    assert!(matches!(
        Card::new(&tool(), Detail::Name, Language::Python).to_json(),
        Value::Object(_)
    ));
}
