//! What must hold for any configuration file, the untrusted ones of a workspace above all: driven by
//! the fuzzer (`cargo xtask fuzz`) and by property tests, and in no build that ships. A broken
//! property is a panic. Nothing here reads a file, but an `envFile` that a list names.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use upstream::{Document, Reached};

use crate::config::asking::Asker;
use crate::config::document::{self, Json, Node};
use crate::config::env::{Environment, HOME};
use crate::config::error::{Error, Problem};
use crate::config::layer::{Given, Reader};
use crate::config::mcp::{self, Owner, Servers, Surroundings};
use crate::config::reference::{Kind, Narrowing, SETTINGS, Setting, Value};
use crate::config::values::Values;

/// The most that all problems of one file are told in, in bytes. Each of twenty repeats a name or a
/// value of the file, of which one line may be long.
const TOLD: usize = 64 * 1024;
/// Files of more bytes are not held to it.
const SMALL: usize = 4 * 1024;

/// Two configuration files, the operator's and a workspace's that nobody trusts, with a NUL between.
pub fn configuration(data: &[u8]) {
    let mut files = data.splitn(2, |&byte| byte == 0);
    let mut values = Values::fallbacks();
    values.replace(layer(files.next().unwrap_or_default()));
    let Some(workspace) = files.next() else { return };
    let before: Vec<Option<Value>> = SETTINGS.iter().map(|it| values.value(it).cloned()).collect();
    values.narrow(layer(workspace));
    for (setting, before) in SETTINGS.iter().zip(before) {
        narrowed(setting, before.as_ref(), values.value(setting));
    }
}

/// A list of servers: what it would start, and what it starts where it is trusted.
pub fn servers(data: &[u8]) {
    for file in ["/somewhere/.file.json", "/somewhere/.file.toml"] {
        if let Some(root) = parsed(data, file) {
            list(data, &root);
        }
    }
}

fn list(data: &[u8], root: &Node) {
    let environment: Environment = [
        (HOME.to_owned(), "/home/somebody".to_owned()),
        ("PATH".to_owned(), "/nonexistent".to_owned()),
        ("SECRET".to_owned(), "s3cr3t-of-the-environment".to_owned()),
    ]
    .into_iter()
    .collect();
    let mut secrets = Vec::new();
    hidden(root, false, &mut secrets);
    let text = String::from_utf8_lossy(data);
    secrets.retain(|secret| text.matches(secret.as_str()).count() <= 1);
    // The fuzzer knows our constants, and writes them into files.
    if !text.contains("s3cr3t-of-the-environment") {
        secrets.push("s3cr3t-of-the-environment".to_owned());
    }
    let quiet = |told: &str| {
        assert!(!secrets.iter().any(|secret| told.contains(secret.as_str())), "a secret in {told}");
    };
    let owner = if data.len().is_multiple_of(2) { Owner::Ours } else { Owner::Another };
    let named = match mcp::named(root, owner, Path::new("/base")) {
        Ok(named) => named,
        Err(problems) => {
            problems.iter().for_each(|problem| quiet(&problem.to_string()));
            return told(problems, data.len());
        }
    };
    let asker = Asker::default();
    let surroundings = Surroundings {
        base: Path::new("/base"),
        workspace: Path::new("/base"),
        environment: &environment,
        questions: &named.questions,
        asker: &asker,
        executable: None,
    };
    let wanted = mcp::wanted(&named.entries, surroundings);
    wanted.iter().for_each(|entry| quiet(&format!("{entry:?} {}", entry.role.brief())));
    let wanted = wanted.len();
    let mut servers = Servers::default();
    servers.add(named.entries, surroundings);
    assert!(servers.servers.len() <= wanted, "more is started than was named");
    assert_eq!(servers.defined.len(), servers.servers.len() + servers.broken.len());
    for (_, reason) in &servers.broken {
        quiet(reason);
    }
    for notice in &servers.notices {
        quiet(&notice.message);
    }
    for server in servers.servers {
        quiet(&format!("{server:?}"));
        sound(server.reached);
    }
}

/// What a file's server has become holds nothing that could be read in two ways.
fn sound(reached: Reached) {
    match reached {
        Reached::Program(program) => {
            let absolute = program.cwd.is_none_or(|cwd| cwd.is_absolute());
            assert!(absolute, "a directory that depends on ours");
        }
        Reached::Http(http) => web(&http.url, &http.headers),
        Reached::OpenApi(api) => {
            let url = match api.document {
                Document::File(file) => {
                    assert!(file.is_absolute(), "a document that depends on our directory");
                    None
                }
                Document::Url(url) => Some(url),
            };
            for url in url.iter().chain(&api.base_url) {
                web(url, &api.headers);
            }
        }
    }
}

fn web(url: &str, headers: &BTreeMap<String, String>) {
    assert!(url.starts_with("http://") || url.starts_with("https://"), "{url}");
    for value in headers.values() {
        assert!(!value.contains(['\r', '\n', '\0']), "a header that is two");
    }
}

fn layer(bytes: &[u8]) -> Vec<Given> {
    let Some(root) = root(bytes) else { return Vec::new() };
    let environment = [("SET".to_owned(), "7".to_owned())].into_iter().collect();
    let reader = Reader { environment: &environment, home: Some("/home/somebody".into()) };
    let mut problems = Vec::new();
    let given = reader.file(&root, &mut problems);
    for given in &given {
        fits(given.setting, &given.value);
    }
    told(problems, bytes.len());
    given
}

fn root(bytes: &[u8]) -> Option<Node> {
    parsed(bytes, "/somewhere/.file.json")
}

fn parsed(bytes: &[u8], file: &str) -> Option<Node> {
    match document::parse(Path::new(file), bytes) {
        Ok(root) => {
            let lines = bytes.iter().filter(|&&byte| byte == b'\n').count() + 1;
            placed(&root, lines, bytes.len());
            Some(root)
        }
        Err(problem) => {
            told(vec![problem], bytes.len());
            None
        }
    }
}

/// Every part stands in the file.
fn placed(node: &Node, lines: usize, length: usize) {
    assert!((1..=lines).contains(&node.place.line), "line {} of {lines}", node.place.line);
    assert!((1..=length + 1).contains(&node.place.column));
    match &node.value {
        Json::List(nodes) => nodes.iter().for_each(|node| placed(node, lines, length)),
        Json::Object(members) => members.iter().for_each(|it| placed(&it.node, lines, length)),
        _ => {}
    }
}

/// A value is of its setting's kind and within its bounds.
fn fits(setting: &Setting, value: &Value) {
    let fits = match (setting.kind, value) {
        (Kind::Bool, Value::Bool(_)) | (Kind::Path | Kind::Program | Kind::Url, Value::Text(_)) => {
            true
        }
        (Kind::Integer(least, most), Value::Integer(value)) => (least..=most).contains(value),
        (Kind::Choice(words), Value::Text(word)) => words.contains(&word.as_str()),
        (Kind::List(_) | Kind::Paths, Value::List(_)) => true,
        (Kind::Issuers, Value::Issuers(_)) => true,
        _ => false,
    };
    assert!(fits, "{} is {value:?}", setting.path);
}

/// What a workspace made of a setting is no wider than what the operator had.
fn narrowed(setting: &Setting, before: Option<&Value>, after: Option<&Value>) {
    if before == after {
        return;
    }
    let is_less = match (setting.narrowing, before, after) {
        (Narrowing::Lower, Some(Value::Integer(before)), Some(Value::Integer(after))) => {
            after < before
        }
        (Narrowing::Raise, Some(Value::Integer(before)), Some(Value::Integer(after))) => {
            after > before
        }
        (Narrowing::Lower, Some(Value::Bool(true)), Some(Value::Bool(false))) => true,
        (Narrowing::Raise, Some(Value::Bool(false)), Some(Value::Bool(true))) => true,
        (Narrowing::Lower, Some(Value::List(before)), Some(Value::List(after))) => {
            after.iter().all(|item| before.contains(item))
        }
        (direction, Some(Value::Text(before)), Some(Value::Text(after))) => {
            let Kind::Choice(words) = setting.kind else { panic!("{} was changed", setting.path) };
            let rank = |word| words.iter().position(|known| known == word);
            match direction {
                Narrowing::Lower => rank(after) < rank(before),
                Narrowing::Raise => rank(after) > rank(before),
                Narrowing::Never => false,
            }
        }
        _ => false,
    };
    assert!(is_less, "a workspace made {} {after:?} of {before:?}", setting.path);
}

/// Problems are told within bounds, and nothing in them is obeyed by a terminal.
fn told(problems: Vec<Problem>, length: usize) {
    let Some(error) = Error::from_problems(problems) else { return };
    let text = error.to_string();
    let is_odd = |character: char| {
        (character.is_control() && character != '\n')
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(is_odd), "{text:?}");
    assert!(text.len() <= TOLD || length > SMALL, "{} bytes", text.len());
}

/// Values of variables and arguments, long enough to be told from chance.
fn hidden(node: &Node, secret: bool, found: &mut Vec<String>) {
    match &node.value {
        Json::Text(text)
            if secret
                && text.len() >= 12
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            found.push(text.clone());
        }
        Json::List(nodes) => nodes.iter().for_each(|node| hidden(node, secret, found)),
        Json::Object(members) => {
            for member in members {
                let names = ["env", "args", "headers", "http_headers", "url", "clientSecret"];
                let secret = secret || names.contains(&member.name.as_str());
                hidden(&member.node, secret, found);
            }
        }
        _ => {}
    }
}
