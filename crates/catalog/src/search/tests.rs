//! What people type finds what they mean.

use std::sync::Arc;

use serde_json::json;

use crate::{Catalog, NewTool};

const TOOLS: &[(&str, &str, &str)] = &[
    ("filesystem", "read_text_file", "Read the complete contents of a file from the file system"),
    ("filesystem", "write_file", "Create a new file or overwrite an existing file"),
    ("filesystem", "create_directory", "Create a new directory or ensure that it exists"),
    ("filesystem", "list_directory", "Get a detailed listing of everything in a path"),
    ("filesystem", "move_file", "Move or rename files and directories"),
    ("github", "create_issue", "Open an issue in a repository"),
    ("github", "list_issues", "List the issues of a repository"),
    ("github", "search_repositories", "Search for repositories"),
    ("github", "delete_branch", "Delete a branch"),
    ("slack", "postMessage", "Post a message to a channel"),
    ("slack", "listChannels", "List the channels of a workspace"),
    ("time", "get_current_time", "The current time in a time zone"),
    ("image", "generateThumbnail", "Make a small picture of an image"),
    ("git", "git_log", "Show the commit log"),
];

fn catalog() -> Catalog {
    let catalog = Catalog::new(std::iter::empty());
    for server in ["filesystem", "github", "slack", "time", "image", "git"] {
        let tools = TOOLS.iter().filter(|(of, ..)| *of == server);
        let tools = tools.map(|(_, name, description)| NewTool {
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            title: None,
            input_schema: Arc::new(json!({"type": "object"})),
            output_schema: None,
            annotations: None,
        });
        catalog.replace_server(server, 1, tools.collect());
    }
    catalog
}

#[test]
fn the_first_hit_is_the_one_that_was_meant() {
    let catalog = catalog();
    for (query, meant) in [
        ("read file", "mcp__filesystem__read_text_file"),
        ("reading files", "mcp__filesystem__read_text_file"),
        ("make a folder", "mcp__filesystem__create_directory"),
        ("new dir", "mcp__filesystem__create_directory"),
        ("open a bug", "mcp__github__create_issue"),
        ("create ticket github", "mcp__github__create_issue"),
        ("erase branches", "mcp__github__delete_branch"),
        ("remvoe branch", "mcp__github__delete_branch"),
        ("send a message to slack", "mcp__slack__postMessage"),
        ("mesage channel post", "mcp__slack__postMessage"),
        ("repositry search", "mcp__github__search_repositories"),
        ("what is the time", "mcp__time__get_current_time"),
        ("thumb", "mcp__image__generateThumbnail"),
        ("listchannels", "mcp__slack__listChannels"),
        ("mcp__github__list_issues", "mcp__github__list_issues"),
    ] {
        let result = catalog.search(query, None, 5);
        let first = result.hits.first().map(|tool| tool.name.as_str());
        assert_eq!(first, Some(meant), "{query}");
    }
}

#[test]
fn nothing_is_found_for_what_is_not_there() {
    let catalog = catalog();
    for query in ["zzzz", "quantum chromodynamics", "日本", &"q".repeat(1 << 20)] {
        let result = catalog.search(query, None, 5);
        assert!(result.hits.is_empty() && result.total == 0, "{} hits", result.total);
    }
}

#[test]
fn a_server_narrows_and_a_limit_cuts_but_the_total_stays() {
    let catalog = catalog();
    let everywhere = catalog.search("list", None, 1);
    assert_eq!(everywhere.hits.len(), 1);
    assert!(everywhere.total >= 3, "{}", everywhere.total);
    let slack = catalog.search("list", Some("slack"), 10);
    assert_eq!(slack.total, 1);
    assert_eq!(slack.hits[0].name, "mcp__slack__listChannels");
    assert!(catalog.search("list", None, 0).hits.is_empty());
}

#[test]
fn hostile_queries_end_soon_and_do_no_harm() {
    let catalog = catalog();
    let long = "read ".repeat(2 * 1024);
    let pieces: String = (0..5_000).map(|n| format!("w{n}x ")).collect();
    let hostile = [
        long.as_str(),
        &pieces,
        &"aB1".repeat(10_000),
        &"é\u{301}".repeat(10_000),
        "read\0file",
        "\u{202e}read\u{202c} file\u{200b}",
        "\u{1b}[31mread file\u{1b}[0m",
    ];
    for query in hostile {
        let found = catalog.search(query, None, 5);
        assert!(found.hits.len() <= 5 && found.total <= TOOLS.len());
    }
    for query in ["read\0file", "\u{202e}read\u{202c} file\u{200b}", &long[..10 * 1024]] {
        let first = &catalog.search(query, None, 5).hits[0];
        assert_eq!(first.tool, "read_text_file", "{query:.40}");
    }
    for query in ["...!?,;:", "\0\0\0", "\u{202e}\u{200b}", "-- //", &".".repeat(10 * 1024)] {
        assert_eq!(catalog.search(query, None, 5).total, TOOLS.len(), "no word in it: all tools");
    }
}

#[test]
fn nothing_is_changed_unasked_and_what_ends_is_found_by_its_reverse() {
    let catalog = Catalog::new(std::iter::empty());
    let tools = ["delete_project", "list_projects", "protect_branch", "unprotect_branch"];
    let tools = tools.map(|name| crate::catalog::tests::tool(name, ""));
    catalog.replace_server("forge", 1, tools.into());
    for (query, meant) in [
        ("projects", "list_projects"),
        ("get rid of a project", "delete_project"),
        ("the branch is no longer protected", "unprotect_branch"),
        ("protect the branch", "protect_branch"),
    ] {
        assert_eq!(catalog.search(query, None, 1).hits[0].tool, meant, "{query}");
    }
}

#[test]
fn equal_hits_come_in_name_order_whatever_the_limit() {
    let catalog = Catalog::new(std::iter::empty());
    for server in ["b", "a", "c"] {
        let tools = ["same", "other"].map(|name| crate::catalog::tests::tool(name, "Count sheep"));
        catalog.replace_server(server, 1, tools.into());
    }
    let names = |limit| -> Vec<String> {
        catalog.search("sheep", None, limit).hits.iter().map(|tool| tool.name.clone()).collect()
    };
    let all = names(10);
    assert!(all.is_sorted(), "{all:?}");
    for limit in 0..10 {
        assert_eq!(names(limit), all[..limit.min(all.len())]);
    }
}

#[test]
fn a_change_of_one_server_leaves_the_others_where_they_were() {
    let catalog = catalog();
    let before = catalog.search("message", None, 5);
    catalog.replace_server("time", 2, vec![crate::catalog::tests::tool("sleep", "Wait")]);
    assert_eq!(catalog.search("message", None, 5).hits, before.hits);
    assert!(
        catalog
            .search("current time", None, 5)
            .hits
            .iter()
            .all(|hit| hit.tool != "get_current_time")
    );
    assert_eq!(catalog.search("wait", None, 5).hits[0].tool, "sleep");
    catalog.replace_server("time", 3, Vec::new());
    assert!(catalog.search("wait", None, 5).hits.is_empty());
}

#[test]
fn the_index_of_many_tools_is_small() {
    const TOOLS: usize = 20_000;
    let catalog = Catalog::new(std::iter::empty());
    let filler = "returns what was asked for and every detail that belongs to it ".repeat(4);
    for server in 0..100 {
        let tools = (0..TOOLS / 100).map(|number| {
            let name = format!("do_thing_{}", server * TOOLS / 100 + number);
            crate::catalog::tests::tool(&name, &filler)
        });
        catalog.replace_server(&format!("s{server}"), 1, tools.collect());
    }
    assert_eq!(catalog.search("thing 19999", None, 1).hits[0].tool, "do_thing_19999");
    assert_eq!(catalog.search("everything that belongs", None, 3).total, TOOLS);
    assert!(catalog.index_size() / TOOLS < 2 * 1024, "{}", catalog.index_size() / TOOLS);
}

#[test]
fn other_scripts_are_found() {
    let catalog = Catalog::new(std::iter::empty());
    let tools = [("t1", "查询天气预报"), ("t2", "Чтение файла"), ("t3", "Größe ändern")];
    let tools = tools.map(|(name, text)| crate::catalog::tests::tool(name, text));
    catalog.replace_server("世界", 1, tools.into());
    for (query, tool) in [("天气", "t1"), ("файла", "t2"), ("grosse", "t3"), ("andern", "t3")]
    {
        let found = catalog.search(query, None, 1);
        assert_eq!(found.hits.first().map(|hit| hit.tool.as_str()), Some(tool), "{query}");
    }
}

#[test]
fn titles_and_property_names_are_searched() {
    let catalog = Catalog::new(std::iter::empty());
    let tool = |name: &str, title: Option<&str>, property: &str| NewTool {
        name: name.to_owned(),
        description: String::new(),
        title: title.map(str::to_owned),
        input_schema: Arc::new(json!({"type": "object", "properties": {property: {}}})),
        output_schema: None,
        annotations: None,
    };
    let tools = vec![tool("a1", Some("Weather report"), "x"), tool("b1", None, "cityName")];
    catalog.replace_server("s", 1, tools);
    assert_eq!(catalog.search("weather", None, 5).hits[0].tool, "a1");
    assert_eq!(catalog.search("city", None, 5).hits[0].tool, "b1");
}

#[test]
fn a_large_catalog_is_searched_at_once() {
    let catalog = Catalog::new(std::iter::empty());
    let tools = (0..5_000).map(|number| {
        crate::catalog::tests::tool(
            &format!("tool_{number}"),
            &"many words of a description ".repeat(20),
        )
    });
    catalog.replace_server("big", 1, tools.collect());
    assert_eq!(catalog.search("tool 4999", None, 1).hits[0].tool, "tool_4999");
    assert_eq!(catalog.search("description", None, 3).total, 5_000);
}
