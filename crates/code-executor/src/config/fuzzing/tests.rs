//! The properties over files made of their own words; the fuzzer goes further.

use proptest::prelude::*;

use super::{configuration, servers};
use crate::config::reference::SETTINGS;

const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\n",
    "// c\n",
    "/*",
    "*/",
    "true",
    "false",
    "null",
    "1",
    "-1",
    "1e9",
    "18446744073709551616",
    "\"a\"",
    "\"\\u202e\\u0007\"",
    "\"env:SET\"",
    "\"L3\"",
    "\"security\":{",
    "\"mcpServers\":{",
    "\"a\":{",
    "\"command\":\"${SECRET}\"",
    "\"args\":[\"abcdefabcdef\"]",
    "é",
    "\"env\":{\"K\":\"aaaabbbbcccc\"}",
    "\"cwd\":\"~/x\"",
    "\"url\":\"http://x\"",
    "\u{feff}",
    "\0",
    "\"type\":\"stdio\"",
    "\"codeExecutor\":false",
    "\"startTimeoutMs\":5",
    "\"headers\":{\"K\":\"ddddeeeeffff\"}",
    "\"url\":\"https://h/xxxxyyyyzzzz\"",
    "\"url\":\"https://aaaa:bbbbccccdddd@h/\"",
    "\"oauth\":{\"clientSecret\":\"ggggeeeehhhh\"}",
    "\"openapi\":\"./api.yaml\"",
    "\"servers\":{",
    "\"inputs\":[{\"id\":\"a\",\"type\":\"promptString\"}]",
    "\"${input:a}\"",
    "[mcp_servers.a]\n",
    "command = \"x\"\n",
    "url = \"http://x\"\n",
];

/// Settings by name, each with some value.
fn settings() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "0",
        "1",
        "5000",
        "999999999",
        "true",
        "false",
        "\"warn\"",
        "\"block\"",
        "\"L2\"",
        "\"env:SET\"",
        "[]",
        "[\"a\"]",
        "[\"a\",\"b\"]",
        "null",
    ]);
    prop::collection::vec((0..SETTINGS.len(), value), 0..8).prop_map(|given| {
        let mut text = String::new();
        for (at, value) in given {
            let names: Vec<&str> = SETTINGS[at].path.split('.').collect();
            let (open, close) = (names.join("\":{\""), "}".repeat(names.len() - 1));
            text.push_str(&format!(
                "{}\"{open}\":{value}{close}",
                if text.is_empty() { "" } else { "," }
            ));
        }
        format!("{{{text}}}")
    })
}

proptest! {
    #[test]
    fn a_workspace_only_narrows(operator in settings(), workspace in settings()) {
        configuration(format!("{operator}\0{workspace}").as_bytes());
    }

    #[test]
    fn any_file_is_read_or_refused(words in prop::collection::vec(prop::sample::select(WORDS), 0..24)) {
        let text = words.concat();
        configuration(text.as_bytes());
        servers(text.as_bytes());
        servers(format!("{{\"mcpServers\":{{{text}}}}}").as_bytes());
    }
}
