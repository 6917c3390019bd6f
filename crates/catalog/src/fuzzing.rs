//! What must hold for whatever a server says of its tools: driven by the fuzzer (`cargo xtask fuzz`)
//! and by property tests, and in no build that ships. A broken property is a panic.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::Value;
use types::Language;

use crate::{Catalog, MAX_PROBLEMS, NewTool, names};

/// The longest signature, in characters, and the longest declaration, in bytes.
const SIGNATURE: usize = 320;
const DECLARATION: usize = 16 * 1024;

/// Tools as JSON, one a line: `{name, title, description, inputSchema, outputSchema, arguments,
/// query}`. Gives what is declared of them, for a parser of TypeScript to look at.
pub fn tools(data: &[u8]) -> Vec<String> {
    let lines = data.split(|&byte| byte == b'\n');
    let tools: Vec<Value> =
        lines.filter_map(|line| serde_json::from_slice(line).ok()).take(8).collect();
    let catalog = Catalog::new(["srv".to_owned(), "other".to_owned()]);
    catalog.replace_server("srv", 1, tools.iter().map(tool).collect());
    let mut declared = Vec::new();
    for descriptor in catalog.tools(None) {
        let found = catalog.get(&descriptor.name).expect("what is listed is found");
        assert_eq!(found, descriptor);
        for language in [Language::Python, Language::TypeScript] {
            let signature = Catalog::signature(&descriptor, language);
            assert!(signature.chars().count() <= SIGNATURE, "{signature}");
            assert_shown(&signature);
            assert!(!signature.contains('\n'));
            let declaration = Catalog::declaration(&descriptor, language);
            assert!(declaration.len() <= DECLARATION, "{} bytes", declaration.len());
            assert_shown(&declaration);
            if language == Language::TypeScript {
                declared.push(declaration);
            }
        }
        for tool in &tools {
            arguments(&catalog, &descriptor, &tool["arguments"]);
        }
    }
    for tool in &tools {
        search(&catalog, text(tool, "query"));
    }
    declared
}

/// Names of servers and tools, one a line, in pairs: each has a full name of its own.
pub fn names(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines: Vec<&str> = text.split('\n').take(16).collect();
    let pairs: Vec<(&str, &str)> =
        lines.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or(""))).collect();
    let full: Vec<String> = pairs.iter().map(|(server, tool)| full(server, tool)).collect();
    for (at, name) in full.iter().enumerate() {
        for (other, other_name) in full.iter().enumerate().skip(at + 1) {
            assert_eq!(
                name == other_name,
                pairs[at] == pairs[other],
                "{:?} and {:?} are {name} and {other_name}",
                pairs[at],
                pairs[other]
            );
        }
        // A name that is made of ours is another's, too.
        let (server, tool) = names::split(name).expect("a full name has both");
        let again = self::full(server, tool);
        assert!(again != *name || (server, tool) == pairs[at], "{:?} is {name}", pairs[at]);
    }
}

fn full(server: &str, tool: &str) -> String {
    let name = names::full_name(server, tool);
    assert!(name.len() <= names::MAX_NAME, "{name}");
    assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')));
    let segment = names::server_segment(server);
    assert_eq!(names::split(&name).map(|(server, _)| server), Some(segment.as_str()), "{name}");
    assert_eq!(names::full_name(server, tool), name);
    name
}

fn tool(tool: &Value) -> NewTool {
    let schema = |key: &str| tool.get(key).filter(|it| it.is_object()).cloned().map(Arc::new);
    NewTool {
        name: text(tool, "name").to_owned(),
        description: text(tool, "description").to_owned(),
        title: tool["title"].as_str().map(str::to_owned),
        input_schema: schema("inputSchema").unwrap_or_default(),
        output_schema: schema("outputSchema"),
        annotations: schema("annotations"),
    }
}

fn text<'a>(tool: &'a Value, key: &str) -> &'a str {
    tool.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Arguments are let through or refused with bounded words, and none of them is a value of theirs.
fn arguments(catalog: &Catalog, tool: &types::ToolDescriptor, arguments: &Value) {
    let Err(refused) = catalog.validate(tool, arguments) else { return };
    assert!(refused.problems.len() <= MAX_PROBLEMS);
    let told = refused.to_string();
    assert_shown(&told);
    let said = tool.input_schema.to_string();
    let mut secrets = Vec::new();
    values(arguments, &mut secrets);
    for secret in secrets {
        let own = !said.contains(secret) && !names_of(arguments).contains(secret);
        assert!(!own || !told.contains(secret), "{secret} is in {told}");
    }
}

/// Every string that is a value and long enough to be told from chance.
fn values<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.len() >= 12 && text.bytes().all(|it| it.is_ascii_digit()) => {
            found.push(text);
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, found)),
        Value::Object(members) => members.values().for_each(|member| values(member, found)),
        _ => {}
    }
}

/// All names of members, for what is both a name and a value.
fn names_of(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(names_of).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| format!("{name}\n{}", names_of(member))).collect()
        }
        _ => String::new(),
    }
}

fn search(catalog: &Catalog, query: &str) {
    const LIMIT: usize = 3;
    for server in [None, Some("srv"), Some("nobody")] {
        let found = catalog.search(query, server, LIMIT);
        assert!(found.hits.len() <= LIMIT.min(found.total) && found.total <= catalog.len());
    }
    if let Some(near) = catalog.nearest(query) {
        assert!(catalog.get(&near).is_some(), "{near} is no tool");
    }
}

/// Nothing in it moves a terminal's cursor or reorders what is read.
fn assert_shown(text: &str) {
    let is_odd = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}')
    };
    assert!(!text.contains(is_odd), "{text:?}");
}
