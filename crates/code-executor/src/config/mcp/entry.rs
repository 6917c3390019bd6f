//! What a `.mcp.json` names, before any variable is filled in.

use crate::config::document::{Json, Member, Node, repeated};
use crate::config::error::{Problem, nearest};

/// The most servers one file may name.
const MAX_SERVERS: usize = 256;
/// The longest name of a server, in bytes.
const MAX_NAME_BYTES: usize = 128;
/// The most arguments, and the most variables, of one server.
const MAX_WORDS: usize = 1000;
/// The bounds of `startTimeoutMs`.
const START_TIMEOUT_MS: std::ops::RangeInclusive<u64> = 1..=3_600_000;

/// One server as the file names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What we do with it.
    pub role: Role,
}

/// What we do with an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// A program to start.
    Program(Program),
    /// A server over HTTP, which this version does not connect to.
    Remote,
    /// Not for us: `codeExecutor` is `false`.
    OptedOut,
    /// Not understood; these words say why.
    Unusable(String),
}

/// A program to start, its variables not yet filled in.
#[derive(Clone, PartialEq, Default)]
pub struct Program {
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its environment, in the order of the file.
    pub env: Vec<(String, String)>,
    /// Its directory.
    pub cwd: Option<String>,
    /// How long it may take to start.
    pub start_timeout_ms: Option<u64>,
}

impl std::fmt::Debug for Program {
    /// Arguments and values may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Program").field("command", &self.command).finish_non_exhaustive()
    }
}

/// Every server a file names, in its order. Values are never shown: they may be secrets.
pub fn entries(root: &Node) -> Result<Vec<Entry>, Vec<Problem>> {
    let mut problems = Vec::new();
    let entries = servers_of(root)
        .and_then(|members| {
            for (member, first) in repeated(members) {
                let what = format!("the server `{}` is named twice", member.name);
                problems.push(
                    Problem::at(&member.place, what).hint(format!("the first is on line {first}")),
                );
            }
            members.iter().map(|member| entry(member, &mut problems)).collect()
        })
        .unwrap_or_else(|problem| {
            problems.push(problem);
            Vec::new()
        });
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

/// The members of `mcpServers`. A file that is `{}` names no servers; one that says other things
/// and not this is of another dialect, or misspelt.
fn servers_of(root: &Node) -> Result<&[Member], Problem> {
    let Json::Object(members) = &root.value else {
        let what = format!("the file is {}; it must be an object with `mcpServers`", root.kind());
        return Err(Problem::at(&root.place, what));
    };
    let Some(servers) = members.iter().find(|member| member.name == "mcpServers") else {
        if members.is_empty() {
            return Ok(&[]);
        }
        let near = members.iter().find(|member| {
            member.name == "servers" || nearest(&member.name, ["mcpServers"].into_iter()).is_some()
        });
        let hint = near.map(|member| format!("rename `{}` to `mcpServers`", member.name));
        return Err(Problem::at(&root.place, "the file has no `mcpServers`").maybe_hint(hint));
    };
    match &servers.node.value {
        Json::Object(members) if members.len() <= MAX_SERVERS => Ok(members),
        Json::Object(members) => {
            let what =
                format!("`mcpServers` names {} servers; the limit is {MAX_SERVERS}", members.len());
            Err(Problem::at(&servers.place, what))
        }
        _ => {
            let what = format!("`mcpServers` is {}; it must be an object", servers.node.kind());
            Err(Problem::at(&servers.node.place, what))
        }
    }
}

fn entry(member: &Member, problems: &mut Vec<Problem>) -> Result<Entry, Problem> {
    let name = &member.name;
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(char::is_control) {
        let what = format!(
            "a server's name must have 1 to {MAX_NAME_BYTES} bytes and no control characters"
        );
        return Err(Problem::at(&member.place, what));
    }
    let Json::Object(fields) = &member.node.value else {
        let what = format!("`mcpServers.{name}` is {}; it must be an object", member.node.kind());
        return Err(Problem::at(&member.node.place, what));
    };
    let mut fields = Fields { server: name, fields, problems };
    let role = fields.role();
    Ok(Entry { name: name.clone(), role })
}

/// The fields of one entry. Keys that only other clients know are left alone.
struct Fields<'a> {
    server: &'a str,
    fields: &'a [Member],
    problems: &'a mut Vec<Problem>,
}

impl<'a> Fields<'a> {
    fn role(&mut self) -> Role {
        if self.boolean("codeExecutor") == Some(false) {
            return Role::OptedOut;
        }
        let kind = self.text("type");
        let (command, url) = (self.text("command"), self.text("url"));
        match kind.as_deref() {
            Some("stdio") | None => {}
            Some("http" | "sse" | "streamable-http" | "streamableHttp" | "ws") => {
                return Role::Remote;
            }
            Some(_) => {
                return Role::Unusable(
                    "its type is none of stdio, http, sse, streamable-http".to_owned(),
                );
            }
        }
        let program = Program {
            args: self.texts("args"),
            env: self.pairs("env"),
            cwd: self.text("cwd"),
            start_timeout_ms: self.milliseconds("startTimeoutMs"),
            command: command.unwrap_or_default(),
        };
        match (program.command.is_empty(), url) {
            (false, _) => Role::Program(program),
            (true, Some(_)) => Role::Remote,
            (true, None) => Role::Unusable("it has neither a command nor a url".to_owned()),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Node> {
        self.fields.iter().find(|field| field.name == key).map(|field| &field.node)
    }

    fn wrong(&mut self, key: &str, must: &str) {
        let Some(node) = self.get(key) else { return };
        let what =
            format!("`mcpServers.{}.{key}` is {}; it must be {must}", self.server, node.kind());
        let problem = Problem::at(&node.place, what);
        self.problems.push(problem);
    }

    fn boolean(&mut self, key: &str) -> Option<bool> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::Bool(value)) => Some(*value),
            _ => {
                self.wrong(key, "true or false");
                None
            }
        }
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::Text(text)) => Some(text.clone()),
            _ => {
                self.wrong(key, "a string");
                None
            }
        }
    }

    fn milliseconds(&mut self, key: &str) -> Option<u64> {
        let number = match self.get(key).map(|node| &node.value) {
            Some(Json::Number(text)) => text.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| START_TIMEOUT_MS.contains(number));
        if number.is_none() {
            let (least, most) = (START_TIMEOUT_MS.start(), START_TIMEOUT_MS.end());
            self.wrong(key, &format!("a whole number from {least} to {most}"));
        }
        number
    }

    fn texts(&mut self, key: &str) -> Vec<String> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::List(items)) if items.len() <= MAX_WORDS => {
                let words = items.iter().enumerate();
                words.filter_map(|(index, item)| self.word(key, &index.to_string(), item)).collect()
            }
            _ => {
                self.wrong(key, &format!("a list of at most {MAX_WORDS} strings"));
                Vec::new()
            }
        }
    }

    fn pairs(&mut self, key: &str) -> Vec<(String, String)> {
        match self.get(key).map(|node| &node.value) {
            Some(Json::Object(members)) if members.len() <= MAX_WORDS => {
                let pair = |member: &Member| {
                    let value = self.word(key, &member.name, &member.node)?;
                    Some((member.name.clone(), value))
                };
                members.iter().filter_map(pair).collect()
            }
            _ => {
                self.wrong(key, &format!("an object of at most {MAX_WORDS} strings"));
                Vec::new()
            }
        }
    }

    /// One string of a list or an object. A number or a boolean that a user wrote where a string
    /// belongs was meant as one.
    fn word(&mut self, key: &str, name: &str, node: &Node) -> Option<String> {
        match &node.value {
            Json::Text(text) | Json::Number(text) => Some(text.clone()),
            Json::Bool(value) => Some(value.to_string()),
            _ => {
                let (server, kind) = (self.server, node.kind());
                let what =
                    format!("`mcpServers.{server}.{key}.{name}` is {kind}; it must be a string");
                self.problems.push(Problem::at(&node.place, what));
                None
            }
        }
    }
}
