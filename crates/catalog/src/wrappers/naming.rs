//! Names of modules and functions that both languages can write.
//!
//! A name that is an identifier already stays as it is. Separators become `_`; a word that means
//! something gets `_` behind it, one that begins with a digit gets it in front. What lost a character
//! or its end ends in `_` and eight hexadecimal digits of its SHA-256, and so does each of several names
//! of one server that would be the same, but for the one that needed no change. Names that differ only
//! in case are the same: files are made of them, and not every file system tells those apart.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use sha2::{Digest, Sha256};

/// The longest identifier, in characters.
pub const MAX_IDENTIFIER: usize = 100;

const HASH_DIGITS: usize = 8;

/// What the modules of this tool and this server are called by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identifier {
    /// The function, and the module it is in.
    pub name: String,
    /// The same as a coroutine function, in Python.
    pub awaited: String,
}

/// The identifier of a tool's function and module, when no other tool of its server wants the same.
pub fn identifier(tool: &str) -> String {
    Plain::new(tool, "tool", is_reserved).full()
}

/// The identifiers of all tools of one server, by the tools' own names.
pub fn identifiers<'a>(tools: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, Identifier> {
    let names = distinct(tools, "tool", is_reserved);
    let mut taken: HashSet<String> = names.values().map(|name| name.to_lowercase()).collect();
    let awaited = |name: String| {
        let mut awaited = format!("{name}_async");
        while !taken.insert(awaited.to_lowercase()) {
            awaited.push('_');
        }
        Identifier { name, awaited }
    };
    let (tools, names): (Vec<_>, Vec<_>) = names.into_iter().unzip();
    tools.into_iter().zip(names.into_iter().map(awaited)).collect()
}

/// The folder and package of a server, when no other server wants the same.
pub fn folder(server: &str) -> String {
    Plain::new(server, "server", is_reserved_folder).full()
}

/// The folders of all servers, by their names.
pub fn folders<'a>(servers: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, String> {
    distinct(servers, "server", is_reserved_folder)
}

fn distinct<'a>(
    originals: impl IntoIterator<Item = &'a str>,
    nameless: &str,
    reserved: fn(&str) -> bool,
) -> BTreeMap<String, String> {
    let originals: BTreeSet<&str> = originals.into_iter().collect();
    let plain = |original: &&'a str| (*original, Plain::new(original, nameless, reserved));
    let wanted: Vec<(&str, Plain)> = originals.iter().map(plain).collect();
    let mut wishes: HashMap<String, Vec<&str>> = HashMap::new();
    for (original, plain) in &wanted {
        wishes.entry(plain.full().to_lowercase()).or_default().push(original);
    }
    let keeps = |original: &str, plain: &Plain| {
        let full = plain.full();
        let others = &wishes[&full.to_lowercase()];
        // Of several names, one that nothing was done to comes first, then the one in small letters.
        let best = others.iter().min_by_key(|other| {
            (identifier_of(other, nameless, reserved) != **other, other.to_lowercase() != **other)
        });
        let unchanged = full == original;
        others.len() == 1 || (unchanged && best.is_some_and(|best| *best == original))
    };
    let mut taken: HashSet<String> = HashSet::new();
    let mut names = BTreeMap::new();
    let (kept, hashed): (Vec<_>, Vec<_>) =
        wanted.into_iter().partition(|(original, plain)| keeps(original, plain));
    for (original, plain) in kept {
        taken.insert(plain.full().to_lowercase());
        names.insert(original.to_owned(), plain.full());
    }
    for (original, plain) in hashed {
        let lengths = [HASH_DIGITS, 2 * HASH_DIGITS, 4 * HASH_DIGITS, 8 * HASH_DIGITS];
        let mut candidates = lengths.iter().map(|digits| plain.hashed(*digits));
        let free = candidates.find(|name| taken.insert(name.to_lowercase()));
        // All of a hash is nobody else's.
        let name = free.unwrap_or_else(|| plain.hashed(8 * HASH_DIGITS));
        names.insert(original.to_owned(), name);
    }
    names
}

fn identifier_of(original: &str, nameless: &str, reserved: fn(&str) -> bool) -> String {
    Plain::new(original, nameless, reserved).full()
}

/// A name that can be written, and whether it still says all of the original.
struct Plain<'a> {
    original: &'a str,
    text: String,
    lost: bool,
}

impl<'a> Plain<'a> {
    fn new(original: &'a str, nameless: &str, reserved: fn(&str) -> bool) -> Self {
        let mut text = String::new();
        let mut lost = false;
        for character in original.chars() {
            if text.len() == MAX_IDENTIFIER {
                lost = true;
                break;
            }
            let is_separator = matches!(character, '-' | '.' | '/' | ':' | ' ');
            let is_kept = character.is_ascii_alphanumeric() || character == '_';
            lost |= !is_separator && !is_kept;
            text.push(if is_kept { character } else { '_' });
        }
        if text.is_empty() || (text.bytes().all(|byte| byte == b'_') && text != original) {
            nameless.clone_into(&mut text);
            lost = true;
        }
        if text.starts_with(|first: char| first.is_ascii_digit()) {
            text.insert(0, '_');
        }
        if reserved(&text) {
            text.push('_');
        }
        Self { original, text, lost }
    }

    fn full(&self) -> String {
        if self.lost { self.hashed(HASH_DIGITS) } else { self.text.clone() }
    }

    fn hashed(&self, digits: usize) -> String {
        let hash = Sha256::digest(self.original.as_bytes());
        let hash = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let hash = hash.filter_map(|digit| char::from_digit(u32::from(digit), 16)).take(digits);
        let room = MAX_IDENTIFIER - digits - 1;
        let start = &self.text[..self.text.len().min(room)];
        format!("{}_{}", start.trim_end_matches('_'), hash.collect::<String>())
    }
}

/// Words that name no function and no module, in one language or the other.
const RESERVED: &[&str] = &[
    // JavaScript's, in modules.
    "arguments",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "Infinity",
    "NaN",
    "undefined",
    "globalThis",
    "Promise",
    "exports",
    "require",
    // A module that exports it would be taken for a promise by `await import(...)`.
    "then",
    // Python's.
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "def",
    "del",
    "elif",
    "except",
    "from",
    "global",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    // What the modules of tools begin with.
    "Any",
    "Literal",
    "Never",
    "NotRequired",
    "TypeAlias",
    "TypedDict",
    "Unpack",
    "annotations",
    "builtins",
    "overload",
    // The module of a whole server.
    "index",
];

/// What lies beside the servers, and what the package of all of them offers.
const RESERVED_FOLDERS: &[&str] = &[
    "code_executor",
    "discovery",
    "list_servers",
    "list_tools",
    "search_tools",
    "list_servers_async",
    "list_tools_async",
    "search_tools_async",
];

/// Also what the modules themselves begin with, and what Python means by names in underscores.
fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
        || name.strip_prefix("__").and_then(|rest| rest.strip_suffix("__")).is_some_and(is_word)
        || ["_runtime", "_types"].contains(&name)
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('_') && !text.ends_with('_')
}

fn is_reserved_folder(name: &str) -> bool {
    let lower = name.to_lowercase();
    is_reserved(&lower) || is_reserved(name) || RESERVED_FOLDERS.contains(&lower.as_str())
}

#[cfg(test)]
mod tests;
