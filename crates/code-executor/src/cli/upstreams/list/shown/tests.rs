//! What the table looks like.

use std::path::PathBuf;

use types::UpstreamState;

use super::{cut, table};
use crate::cli::render::Style;
use crate::cli::upstreams::inventory::{Server, configured};
use crate::config::Inputs;
use crate::config::fixture::Fixture;

fn inputs() -> Inputs {
    let environment = [("HOME".to_owned(), "/home/u".to_owned())];
    Inputs {
        directory: PathBuf::from("/home/u/project"),
        environment: environment.into_iter().collect(),
        ..Inputs::default()
    }
}

fn server(name: &str, file: &str, state: UpstreamState) -> Server {
    Server {
        name: name.to_owned(),
        file: Some(file.to_owned()),
        line: Some(7),
        transport: Some("stdio"),
        target: Some("npx".to_owned()),
        state,
        protocol_version: None,
        era: None,
        changed_tools: None,
        tools: None,
        milliseconds: Some(12.5),
        error: None,
    }
}

#[test]
fn servers_stand_in_columns() {
    let long = "n".repeat(200);
    let servers = [
        Server {
            protocol_version: Some("2025-11-25".to_owned()),
            tools: Some(12),
            ..server("notes", "/home/u/project/.mcp.json", UpstreamState::Ready)
        },
        Server {
            transport: Some("http"),
            target: Some("mcp.linear.app".to_owned()),
            error: Some(
                "it says 401\u{1b}[2J: run `code-executor upstreams login linear`".to_owned(),
            ),
            ..server("linear", "/home/u/.claude.json", UpstreamState::Failed)
        },
        server(&long, "/etc/mcp.json", UpstreamState::Idle),
        Server {
            transport: None,
            ..server("文件\u{202e}系统", "/etc/mcp.json", UpstreamState::Failed)
        },
    ];
    let shown = table(&servers, &inputs(), Style::default());
    assert_eq!(shown.err, "");
    insta::assert_snapshot!(shown.out);
    assert!(table(&[], &inputs(), Style::default()).err.contains("no server is configured"));
}

#[test]
fn only_a_host_is_shown_of_a_url_and_no_argument_of_a_program() {
    let mut fixture = Fixture::new();
    fixture.write(
        "work/servers.json",
        r#"{"mcpServers": {
            "a": {"url": "https://a.example.com/hunter2?key=hunter2", "headers": {"K": "hunter2"}},
            "b": {"type": "sse", "url": "http://127.0.0.1:3000/hunter2"},
            "c": {"command": "npx", "args": ["hunter2"], "env": {"K": "hunter2"}},
            "d": {"openapi": "https://d.example.com/hunter2.json"},
            "e": {"command": "${UNSET}", "args": ["hunter2"]}
        }}"#,
    );
    fixture.mcp_config = vec!["servers.json".into()];
    let servers = configured(&fixture.settings());
    let shown = table(&servers, &fixture.inputs(), Style::default()).out;
    let whole = serde_json::to_string(&servers).unwrap();
    assert!(!shown.contains("hunter2") && !whole.contains("hunter2"), "{shown}{whole}");
    insta::assert_snapshot!(fixture.plain(&shown));
}

#[test]
fn a_text_is_cut_between_characters() {
    assert_eq!(cut("文件系统", 4), "文件系统");
    assert_eq!(cut("文件系统s", 4), "文件系…");
}
