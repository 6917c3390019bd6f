//! The catalog as its users see it.

use std::sync::Arc;

use serde_json::json;

use super::{Catalog, NewTool};

pub(crate) fn tool(name: &str, description: &str) -> NewTool {
    NewTool {
        name: name.to_owned(),
        description: description.to_owned(),
        title: None,
        input_schema: Arc::new(
            json!({"type": "object", "properties": {"path": {"type": "string"}}}),
        ),
        output_schema: None,
        annotations: None,
    }
}

fn catalog() -> Catalog {
    let catalog = Catalog::new(["filesystem", "github", "my server"].map(str::to_owned));
    catalog.replace_server(
        "filesystem",
        1,
        vec![tool("read_file", "Read a file"), tool("list_directory", "List a directory")],
    );
    catalog.replace_server("github", 7, vec![tool("create_issue", "Open an issue")]);
    catalog
}

fn names(tools: &[Arc<types::ToolDescriptor>]) -> Vec<&str> {
    tools.iter().map(|tool| tool.name.as_str()).collect()
}

#[test]
fn servers_are_known_before_their_tools() {
    let catalog = Catalog::new(["fs".to_owned(), "my server".to_owned()]);
    let full = crate::names::full_name("my server", "anything");
    assert_eq!(catalog.server_of("mcp__fs__read").as_deref(), Some("fs"));
    assert_eq!(catalog.server_of(&full).as_deref(), Some("my server"));
    assert_eq!(catalog.server_of("mcp__other__read"), None);
    assert_eq!(catalog.server_of("read"), None);
    assert!(catalog.is_empty());
    assert!(catalog.get("mcp__fs__read").is_none());
    assert_eq!(catalog.revision_of("fs"), None);
}

#[test]
fn a_listing_replaces_the_one_before_it() {
    let catalog = catalog();
    assert_eq!(catalog.len(), 3);
    assert_eq!(catalog.revision_of("github"), Some(7));
    catalog.replace_server("github", 7, vec![]);
    assert!(catalog.get("mcp__github__create_issue").is_some(), "same revision, no change");
    catalog.replace_server("github", 8, vec![tool("close_issue", "Close an issue")]);
    assert!(catalog.get("mcp__github__create_issue").is_none());
    assert_eq!(names(&catalog.tools(Some("github"))), ["mcp__github__close_issue"]);
    assert_eq!(names(&catalog.search("close", None, 5).hits), ["mcp__github__close_issue"]);
}

#[test]
fn a_descriptor_keeps_the_original_names() {
    let catalog = catalog();
    catalog.replace_server("my server", 1, vec![tool("do.it", ""), tool("do.it", "twice")]);
    let tools = catalog.tools(Some("my server"));
    assert_eq!(tools.len(), 1, "the first of two tools with one name counts");
    assert_eq!((tools[0].server.as_str(), tools[0].tool.as_str()), ("my server", "do.it"));
    assert_eq!(catalog.get(&tools[0].name).as_deref(), Some(&*tools[0]));
    assert_eq!(catalog.server_of(&tools[0].name).as_deref(), Some("my server"));
}

#[test]
fn an_empty_query_lists_everything_in_name_order() {
    let catalog = catalog();
    for query in ["", "  ", "*"] {
        let result = catalog.search(query, None, 2);
        assert_eq!(result.total, 3);
        assert_eq!(
            names(&result.hits),
            ["mcp__filesystem__list_directory", "mcp__filesystem__read_file"]
        );
    }
    assert_eq!(catalog.search("", Some("github"), 10).total, 1);
    assert_eq!(catalog.search("", Some("nobody"), 10).total, 0);
}

#[test]
fn a_wrong_name_finds_the_one_that_was_meant() {
    let catalog = catalog();
    for (wrong, meant) in [
        ("mcp__filesystem__raed_file", "mcp__filesystem__read_file"),
        ("mcp__filesytem__read_file", "mcp__filesystem__read_file"),
        ("mcp__fs__read_file", "mcp__filesystem__read_file"),
        ("read_file", "mcp__filesystem__read_file"),
        ("readFile", "mcp__filesystem__read_file"),
        ("mcp__filesystem__get_file", "mcp__filesystem__read_file"),
        ("mcp__github__make_issue", "mcp__github__create_issue"),
        ("filesystem.read_file", "mcp__filesystem__read_file"),
    ] {
        assert_eq!(catalog.nearest(wrong).as_deref(), Some(meant), "{wrong}");
    }
    for wrong in ["", "mcp__github__transcribe_audio", "launch_rocket", &"x".repeat(100_000)] {
        assert_eq!(catalog.nearest(wrong), None, "{}", wrong.len());
    }
}
