//! YAML 1.2 into JSON values, within bounds: how many values, how deep, and an alias counts as all
//! that it stands for. The parser gives events; nothing here recurses.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use serde_json::{Map, Number, Value};

use crate::rest::document::Bounds;
use crate::rest::error::Invalid;
use crate::transport::cut;

/// The longest part of a key or of the parser's words in an error.
const SHOWN: usize = 80;

/// Reads a stream that holds one document.
pub(crate) fn read(text: &str, bounds: &Bounds) -> Result<Value, Invalid> {
    let mut composer = Composer::new(bounds);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker();
            syntax(cut(error.info(), SHOWN), at.line(), at.col() + 1)
        })?;
        bounds.go_on()?;
        composer.take(event, span)?;
    }
    composer.root.ok_or_else(|| syntax("it is empty", 1, 1))
}

struct Composer<'a> {
    bounds: &'a Bounds,
    values: usize,
    open: Vec<Frame>,
    anchors: HashMap<usize, Node>,
    root: Option<Value>,
}

/// A value, and what it weighs.
#[derive(Clone)]
struct Node {
    value: Value,
    values: usize,
    depth: usize,
}

/// A list or a map that has not ended.
struct Frame {
    anchor: usize,
    /// Values and levels so far, itself included.
    values: usize,
    depth: usize,
    kind: Kind,
}

enum Kind {
    List(Vec<Value>),
    Map {
        map: Map<String, Value>,
        /// The key whose value is next.
        key: Option<Key>,
        /// What `<<` names; what the map says itself wins.
        merged: Vec<Value>,
    },
}

enum Key {
    Plain(String),
    Merge,
}

impl<'a> Composer<'a> {
    fn new(bounds: &'a Bounds) -> Self {
        Self { bounds, values: 0, open: Vec::new(), anchors: HashMap::new(), root: None }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Invalid> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(at(span, "a second document begins"))
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::Scalar(text, style, anchor, tag) => {
                if self.wants_key() {
                    return self.key(&text, style, anchor);
                }
                let value = scalar(&text, style, tag.as_deref());
                self.finish(Node { value, values: 1, depth: 1 }, anchor, span)
            }
            Event::SequenceStart(anchor, _) => self.start(anchor, Kind::List(Vec::new()), span),
            Event::MappingStart(anchor, _) => {
                let kind = Kind::Map { map: Map::new(), key: None, merged: Vec::new() };
                self.start(anchor, kind, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
        }
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Frame { kind: Kind::Map { key: None, .. }, .. }))
    }

    fn key(&mut self, text: &str, style: ScalarStyle, anchor: usize) -> Result<(), Invalid> {
        self.count(1)?;
        if anchor > 0 {
            let value = Value::String(text.to_owned());
            self.anchors.insert(anchor, Node { value, values: 1, depth: 1 });
        }
        let is_merge = style == ScalarStyle::Plain && text == "<<";
        self.set_key(if is_merge { Key::Merge } else { Key::Plain(text.to_owned()) });
        Ok(())
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Frame { kind: Kind::Map { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(new);
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Invalid> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(at(span, "an alias stands inside of what it stands for"));
        };
        // Counted before it is copied.
        let (values, depth) = (node.values, node.depth);
        self.count(values)?;
        self.check_depth(depth)?;
        let node = self.anchors.get(&anchor).cloned();
        let Some(node) = node else { return Ok(()) };
        if self.wants_key() {
            let Value::String(text) = node.value else {
                return Err(at(span, "a key is no plain text"));
            };
            self.set_key(Key::Plain(text));
            return Ok(());
        }
        self.place(node, span)
    }

    fn start(&mut self, anchor: usize, kind: Kind, span: Span) -> Result<(), Invalid> {
        if self.wants_key() {
            return Err(at(span, "a key is no plain text"));
        }
        self.check_depth(1)?;
        self.open.push(Frame { anchor, values: 1, depth: 1, kind });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Invalid> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let value = match frame.kind {
            Kind::List(list) => Value::Array(list),
            Kind::Map { mut map, merged, .. } => {
                for (key, value) in merged.into_iter().flat_map(entries) {
                    map.entry(key).or_insert(value);
                }
                Value::Object(map)
            }
        };
        let node = Node { value, values: frame.values, depth: frame.depth };
        self.finish(node, frame.anchor, span)
    }

    /// A value is complete: remembered when it has an anchor, and put where it belongs.
    fn finish(&mut self, node: Node, anchor: usize, span: Span) -> Result<(), Invalid> {
        self.count(1)?;
        if anchor > 0 {
            // The copy takes memory as well.
            self.count(node.values)?;
            self.anchors.insert(anchor, node.clone());
        }
        self.place(node, span)
    }

    fn place(&mut self, node: Node, span: Span) -> Result<(), Invalid> {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node.value);
            return Ok(());
        };
        frame.values += node.values;
        frame.depth = frame.depth.max(node.depth + 1);
        match &mut frame.kind {
            Kind::List(list) => list.push(node.value),
            Kind::Map { map, key, merged } => match key.take() {
                Some(Key::Merge) => merged.push(node.value),
                Some(Key::Plain(key)) => {
                    if map.contains_key(&key) {
                        let shown: String = cut(&key, SHOWN).escape_debug().collect();
                        return Err(at(span, &format!("the key `{shown}` stands there twice,")));
                    }
                    frame.values += 1;
                    map.insert(key, node.value);
                }
                None => return Err(at(span, "a key is no plain text")),
            },
        }
        Ok(())
    }

    fn count(&mut self, more: usize) -> Result<(), Invalid> {
        self.values = self.values.saturating_add(more);
        match self.values > self.bounds.values {
            true => Err(Invalid::TooManyValues { limit: self.bounds.values }),
            false => Ok(()),
        }
    }

    fn check_depth(&self, more: usize) -> Result<(), Invalid> {
        match self.open.len() + more > self.bounds.depth {
            true => Err(Invalid::TooDeep { limit: self.bounds.depth }),
            false => Ok(()),
        }
    }
}

/// What a merge key brings: the entries of a map, or of each map of a list.
fn entries(value: Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(map) => map.into_iter().collect(),
        Value::Array(list) => {
            let maps = list.into_iter().filter_map(|item| match item {
                Value::Object(map) => Some(map),
                _ => None,
            });
            maps.flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// A scalar by the core schema; with quotes, or tagged as one, it is a text.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let is_text = match tag {
        Some(tag) if tag.is_yaml_core_schema() => tag.suffix == "str",
        _ => style != ScalarStyle::Plain,
    };
    if is_text {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return digits_only(digits, 16).map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return digits_only(digits, 8).map(Number::from);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_decimal = unsigned.bytes().any(|byte| byte.is_ascii_digit())
        && unsigned
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if !is_decimal {
        return None;
    }
    let signed = text.strip_prefix('+').unwrap_or(text);
    if let Ok(number) = signed.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = signed.parse::<u64>() {
        return Some(number.into());
    }
    Number::from_f64(signed.parse::<f64>().ok()?)
}

fn digits_only(digits: &str, radix: u32) -> Option<u64> {
    let all = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    all.then(|| u64::from_str_radix(digits, radix).ok()).flatten()
}

fn at(span: Span, what: &str) -> Invalid {
    syntax(what, span.start.line(), span.start.col() + 1)
}

fn syntax(what: &str, line: usize, column: usize) -> Invalid {
    Invalid::Syntax { format: "YAML", what: what.to_owned(), line, column }
}
