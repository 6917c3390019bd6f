//! Writing a type in Python: on one line for signatures, or with a class for each object for
//! declarations, since a `TypedDict` has no form within an expression.

use std::fmt::Write;

use crate::schema::{Doc, Member, Object, Primitive, Reader, Type, type_name};
use crate::text;

/// Words that no field of a class may have as its name.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Columns of a field with its comment.
const WIDTH: usize = 96;

/// The name of a simple type.
pub(super) fn primitive(of: Primitive) -> &'static str {
    match of {
        Primitive::Text => "str",
        Primitive::Number => "float",
        Primitive::Integer => "int",
        Primitive::Boolean => "bool",
        Primitive::Null => "None",
    }
}

/// Writes `of` on one line; `object` says how an object with members is written.
fn expression(of: &Type, object: &mut impl FnMut(&Object) -> String) -> String {
    match of {
        Type::Unknown | Type::Intersection(_) => "Any".to_owned(),
        Type::Never => "Never".to_owned(),
        Type::Primitive(name) => primitive(*name).to_owned(),
        Type::Literal(text) => literal(text),
        Type::Named(name) => name.clone(),
        Type::Array(item) => format!("list[{}]", expression(item, object)),
        Type::Tuple(tuple) => {
            let rest = tuple.rest.as_deref().map(|rest| match rest {
                Type::Array(item) => item,
                other => other,
            });
            let items: Vec<&Type> = tuple.items.iter().chain(rest).collect();
            format!("list[{}]", union(items, object))
        }
        Type::Object(members) if members.members.is_empty() && members.left_out == 0 => {
            let of =
                members.others.as_deref().map_or("Any".to_owned(), |of| expression(of, object));
            format!("dict[str, {of}]")
        }
        Type::Object(members) => object(members),
        Type::Union(options) => union(options.iter().collect(), object),
    }
}

/// Alternatives, each once; values of which only these are allowed share one `Literal`.
fn union(options: Vec<&Type>, object: &mut impl FnMut(&Object) -> String) -> String {
    let mut values: Vec<String> = Vec::new();
    let mut written: Vec<String> = Vec::new();
    for option in options {
        let text = expression(option, object);
        match text.strip_prefix("Literal[").and_then(|rest| rest.strip_suffix(']')) {
            Some(value) if !values.iter().any(|known| known == value) => {
                values.push(value.to_owned());
            }
            Some(_) => {}
            None if !written.contains(&text) => written.push(text),
            None => {}
        }
    }
    if written.iter().any(|text| text == "Any") {
        return "Any".to_owned();
    }
    // A number of either kind is a float's business.
    if written.iter().any(|text| text == "float") {
        written.retain(|text| text != "int");
    }
    if !values.is_empty() {
        written.insert(0, format!("Literal[{}]", values.join(", ")));
    }
    match written.is_empty() {
        true => "Never".to_owned(),
        false => written.join(" | "),
    }
}

/// A JSON value as a `Literal`, or its type where it cannot be one.
fn literal(json: &str) -> String {
    match json {
        "true" => "Literal[True]".to_owned(),
        "false" => "Literal[False]".to_owned(),
        text if text.starts_with('"') => format!("Literal[{}]", in_quotes(text)),
        number if number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => {
            format!("Literal[{number}]")
        }
        _ => "float".to_owned(),
    }
}

/// A quoted text of ours in Python's quotes: only `\u{...}` is written differently there.
fn in_quotes(quoted: &str) -> String {
    let mut out = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = rest.find("\\u{") {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (digits, after) = escape[3..].split_once('}').unwrap_or((&escape[3..], ""));
        let _ = write!(out, "\\U{digits:0>8}");
        rest = after;
    }
    out + rest
}

/// A type for a signature, on one line; objects as `{'a': str, 'b'?: int}`, which no checker reads.
pub(super) fn line(of: &Type) -> String {
    expression(of, &mut |object| {
        let mut members: Vec<String> = object.members.iter().map(member).collect();
        if object.left_out > 0 {
            members.push(format!("… {} more", object.left_out));
        }
        format!("{{{}}}", members.join(", "))
    })
}

/// One member for a signature.
pub(super) fn member(member: &Member) -> String {
    format!("{}: {}", key(member), line(&member.of))
}

/// A member's key for a signature.
pub(super) fn key(member: &Member) -> String {
    let mark = if member.optional { "?" } else { "" };
    format!("{}{mark}", in_quotes(&text::quoted(&member.name)))
}

/// Declares a type under a name, and the objects within it under names of their own before it.
pub(super) struct Declaring<'a, 'b> {
    pub(super) reader: &'a mut Reader<'b>,
    pub(super) doc_chars: usize,
    pub(super) out: String,
}

impl Declaring<'_, '_> {
    /// Writes `of` as `name`.
    pub(super) fn declare(&mut self, name: &str, of: &Type, doc: &Doc) {
        match of {
            Type::Object(object) if !object.members.is_empty() => self.class(name, object, doc),
            _ => {
                let written = self.within(of, name);
                let doc = comment(doc, self.doc_chars, "");
                let _ = write!(self.out, "\n{doc}{name}: TypeAlias = {written}\n");
            }
        }
    }

    /// Writes `of` as an expression; objects with members are declared before.
    fn within(&mut self, of: &Type, near: &str) -> String {
        let mut objects: Vec<(String, Object)> = Vec::new();
        let reader = &mut *self.reader;
        let written = expression(of, &mut |object| {
            let name = reader.name(format!("{near}Item"));
            objects.push((name.clone(), object.clone()));
            name
        });
        for (name, object) in objects {
            self.class(&name, &object, &Doc::default());
        }
        written
    }

    fn class(&mut self, name: &str, object: &Object, doc: &Doc) {
        let mut fields: Vec<(&Member, String)> = Vec::new();
        for member in &object.members {
            let near = format!("{name}{}", type_name(&member.name));
            let of = match &member.of {
                Type::Object(inner) if !inner.members.is_empty() => {
                    let inner_name = self.reader.name(near);
                    self.class(&inner_name, inner, &Doc::default());
                    inner_name
                }
                other => self.within(other, &near),
            };
            let of = if member.optional { format!("NotRequired[{of}]") } else { of };
            fields.push((member, of));
        }
        let doc = comment(doc, self.doc_chars, "");
        let is_plain = fields.iter().all(|(member, _)| is_field(&member.name));
        let (pad, end) = if is_plain { ("    ", "") } else { ("    ", ",") };
        let _ = match is_plain {
            true => write!(self.out, "\n{doc}class {name}(TypedDict):\n"),
            false => write!(self.out, "\n{doc}{name} = TypedDict(\"{name}\", {{\n"),
        };
        for (member, of) in fields {
            let key = match is_plain {
                true => member.name.clone(),
                false => in_quotes(&text::quoted(&member.name)),
            };
            self.field(&format!("{pad}{key}: {of}{end}"), &member.doc, pad);
        }
        for others in object.others.iter().filter(|others| ***others != Type::Never) {
            let of = line(others);
            let _ = writeln!(self.out, "{pad}# and other keys: {of}");
        }
        if object.left_out > 0 {
            let _ = writeln!(self.out, "{pad}# and {} more", object.left_out);
        }
        if !is_plain {
            self.out.push_str("})\n");
        }
    }

    /// One field, with its comment behind it where there is room and before it where not.
    fn field(&mut self, field: &str, doc: &Doc, pad: &str) {
        let comment = comment(doc, self.doc_chars, pad);
        let behind = comment.trim();
        let is_short = behind.lines().count() == 1
            && field.chars().count() + behind.chars().count() + 2 <= WIDTH;
        let _ = match is_short {
            true => writeln!(self.out, "{field}  {behind}"),
            false => writeln!(self.out, "{comment}{field}"),
        };
    }
}

/// A comment of at most so many characters, or nothing when there is nothing to say.
pub(super) fn comment(doc: &Doc, doc_chars: usize, pad: &str) -> String {
    let mut lines = text::comment_lines(&doc.description, doc_chars);
    if doc_chars > 0 {
        let tags = doc.tags.iter().map(|tag| tag.trim_start_matches('@').replacen(' ', ": ", 1));
        lines.extend(tags.flat_map(|tag| text::comment_lines(&tag, doc_chars)));
    }
    let mut out = String::new();
    for line in lines {
        // What a checker would take for an order to it.
        let line = line.trim_start().replacen("type:", "type -", 1);
        out.push_str(format!("{pad}# {line}").trim_end());
        out.push('\n');
    }
    out
}

/// Whether a name can stand in a class as it is. Two leading underscores would be rewritten there.
fn is_field(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.starts_with("__")
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !KEYWORDS.contains(&name)
}
