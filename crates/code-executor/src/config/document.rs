//! A JSON file with the place of everything in it. Comments and trailing commas are accepted,
//! other liberties are not. A file whose name ends in `.toml` is TOML, and becomes the same. Reading
//! is bounded and never waits on anything but a plain file.

mod toml;

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::config::error::{Place, Problem};

/// The largest file that is read. A configuration is a few kilobytes.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Reads a whole file. `None` when there is none.
pub fn read(file: &Path) -> Result<Option<Vec<u8>>, Problem> {
    read_up_to(file, MAX_FILE_BYTES)
}

/// The same for a file of another program, in which may be more than we look for.
pub fn read_up_to(file: &Path, limit: u64) -> Result<Option<Vec<u8>>, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::in_file(file, format!("this file cannot be read: {error}"))
    };
    let opened = match open(file) {
        Ok(opened) => opened,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error)),
    };
    if !opened.metadata().map_err(unreadable)?.is_file() {
        return Err(Problem::in_file(file, "this is not a plain file"));
    }
    let mut bytes = Vec::new();
    opened.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        let what = format!("this file is larger than the limit of {limit} bytes");
        return Err(Problem::in_file(file, what));
    }
    Ok(Some(bytes))
}

/// Parses what was read from `file`.
pub fn parse(file: &Path, bytes: &[u8]) -> Result<Node, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        Problem::in_file(file, format!("line {line} is not valid UTF-8"))
            .hint("save the file as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = Lines::new(file, text);
    if file.extension().is_some_and(|extension| extension == "toml") {
        return toml::parse(&lines);
    }
    let strict = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &strict).map_err(|error| {
        let place = lines.place(error.range().start);
        let what = error.kind().to_string();
        Problem::at(&place, format!("this is not valid JSON: {}", lower_first(&what)))
    })?;
    match parsed.value {
        Some(value) => Ok(lines.node(value)),
        None => {
            Err(Problem::in_file(file, "this file is empty").hint("the least it can hold is {}"))
        }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value starts.
    pub place: Place,
    /// The value.
    pub value: Json,
}

/// A JSON value whose parts know their places.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object, in the order of the file, repeated names included.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The name.
    pub name: String,
    /// Where the name starts.
    pub place: Place,
    /// The value.
    pub node: Node,
}

impl Node {
    /// What the value is, for messages. Values of strings are shown, since they stand in the file
    /// that the message is about; anything longer than a line is not.
    pub fn describe(&self) -> String {
        match &self.value {
            Json::Null => "null".to_owned(),
            Json::Bool(value) => value.to_string(),
            Json::Number(text) => text.clone(),
            Json::Text(text) if text.chars().count() <= 60 => format!("{text:?}"),
            Json::Text(_) => "a long string".to_owned(),
            Json::List(_) => "a list".to_owned(),
            Json::Object(_) => "an object".to_owned(),
        }
    }

    /// What kind of value it is, for messages about files whose values may be secrets.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a string",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        }
    }
}

/// Members whose name was given before, each with the line of the first.
pub fn repeated(members: &[Member]) -> impl Iterator<Item = (&Member, usize)> {
    members.iter().enumerate().filter_map(|(index, member)| {
        let first = members[..index].iter().find(|earlier| earlier.name == member.name)?;
        Some((member, first.place.line))
    })
}

/// Opens without waiting: a FIFO in a workspace must not stop the start.
fn open(file: &Path) -> std::io::Result<File> {
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(file)
}

/// Turns byte offsets of a text into places.
struct Lines<'a> {
    file: Arc<Path>,
    text: &'a str,
    starts: Vec<usize>,
    /// The offset and the column of the last place: the next is mostly a little after it.
    last: Cell<(usize, usize)>,
}

impl<'a> Lines<'a> {
    fn new(file: &Path, text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(index, _)| index + 1)).collect();
        Self { file: Arc::from(file), text, starts, last: Cell::default() }
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let (from, known) = match self.last.get() {
            (last, column) if (start..=offset).contains(&last) => (last, column),
            _ => (start, 0),
        };
        let column = known + self.text.get(from..offset).map_or(0, |before| before.chars().count());
        self.last.set((offset, column));
        Place { file: Arc::clone(&self.file), line, column: column + 1 }
    }

    fn node(&self, value: ast::Value<'_>) -> Node {
        let place = self.place(value.start());
        let value = match value {
            ast::Value::NullKeyword(_) => Json::Null,
            ast::Value::BooleanLit(literal) => Json::Bool(literal.value),
            ast::Value::NumberLit(literal) => Json::Number(literal.value.to_owned()),
            ast::Value::StringLit(literal) => Json::Text(literal.value.into_owned()),
            ast::Value::Array(array) => {
                Json::List(array.elements.into_iter().map(|element| self.node(element)).collect())
            }
            ast::Value::Object(object) => Json::Object(
                object.properties.into_iter().map(|property| self.member(property)).collect(),
            ),
        };
        Node { place, value }
    }

    fn member(&self, property: ast::ObjectProp<'_>) -> Member {
        let place = self.place(property.start());
        Member { place, name: property.name.into_string(), node: self.node(property.value) }
    }
}

/// The parser's messages, in the case of ours.
fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests;
