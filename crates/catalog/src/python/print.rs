//! Writing a type as a Python expression, and words as a comment.

use std::fmt::Write;

use crate::schema::{Doc, Member, Object, Primitive, Type};
use crate::text;

/// Words that nothing may have as its name.
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Built-in types that expressions use.
pub(super) const BUILT_IN_TYPES: &[&str] = &["bool", "dict", "float", "int", "list", "str"];

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

/// Writes `of` on one line; `object` says how an object with members is written, and `prefix` stands
/// before the names of built-in types.
pub(super) fn expression(
    of: &Type,
    prefix: &str,
    object: &mut impl FnMut(&Object) -> String,
) -> String {
    match of {
        Type::Unknown | Type::Intersection(_) => "Any".to_owned(),
        Type::Never => "Never".to_owned(),
        Type::Primitive(Primitive::Null) => "None".to_owned(),
        Type::Primitive(name) => format!("{prefix}{}", primitive(*name)),
        Type::Literal(text) => literal(text, prefix),
        Type::Named(name) => name.clone(),
        Type::Array(item) => format!("{prefix}list[{}]", expression(item, prefix, object)),
        Type::Tuple(tuple) => {
            let rest = tuple.rest.as_deref().map(|rest| match rest {
                Type::Array(item) => item,
                other => other,
            });
            let items: Vec<&Type> = tuple.items.iter().chain(rest).collect();
            format!("{prefix}list[{}]", union(items, prefix, object))
        }
        Type::Object(members) if members.members.is_empty() => {
            let of = members.others.as_deref();
            let of = of.map_or("Any".to_owned(), |of| expression(of, prefix, object));
            format!("{prefix}dict[{prefix}str, {of}]")
        }
        Type::Object(members) => object(members),
        Type::Union(options) => union(options.iter().collect(), prefix, object),
    }
}

/// Alternatives, each once; values of which only these are allowed share one `Literal`.
fn union(options: Vec<&Type>, prefix: &str, object: &mut impl FnMut(&Object) -> String) -> String {
    let mut values: Vec<String> = Vec::new();
    let mut written: Vec<String> = Vec::new();
    for option in options {
        let text = expression(option, prefix, object);
        match text.strip_prefix("Literal[").and_then(|rest| rest.strip_suffix(']')) {
            Some(value) if matches!(option, Type::Literal(_)) => {
                values.extend((!values.iter().any(|it| it == value)).then(|| value.to_owned()));
            }
            _ if !written.contains(&text) => written.push(text),
            _ => {}
        }
    }
    if written.iter().any(|text| text == "Any") {
        return "Any".to_owned();
    }
    // A number of either kind is a float's business.
    let is = |text: &str, name: &str| text.strip_prefix(prefix) == Some(name);
    if written.iter().any(|text| is(text, "float")) {
        written.retain(|text| !is(text, "int"));
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
fn literal(json: &str, prefix: &str) -> String {
    match json {
        "true" => "Literal[True]".to_owned(),
        "false" => "Literal[False]".to_owned(),
        text if text.starts_with('"') => format!("Literal[{}]", in_quotes(text)),
        // What no checker can hold is any number of its kind.
        number if number.parse::<i64>().is_ok() => format!("Literal[{number}]"),
        number if number.parse::<u64>().is_ok() => format!("{prefix}int"),
        _ => format!("{prefix}float"),
    }
}

/// Text as a literal of Python's.
pub(crate) fn literal_text(text: &str) -> String {
    in_quotes(&text::quoted(text))
}

/// A quoted text of ours in Python's quotes: only characters that take two units of UTF-16 are written
/// differently there.
pub(super) fn in_quotes(quoted: &str) -> String {
    let mut out = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let unit = |at: usize| {
            let digits = escape.get(at..at + 6)?.strip_prefix("\\u")?;
            u16::from_str_radix(digits, 16).ok()
        };
        let pair = unit(0).zip(unit(6)).and_then(|(first, second)| {
            char::decode_utf16([first, second]).next()?.ok().filter(|it| *it > '\u{ffff}')
        });
        let taken = match pair {
            Some(character) => {
                let _ = write!(out, "\\U{:08x}", u32::from(character));
                12
            }
            None => {
                out.push_str(&escape[..2]);
                2
            }
        };
        rest = &escape[taken..];
    }
    out + rest
}

/// A type for a signature, on one line; objects as `{'a': str, 'b'?: int}`, which no checker reads.
pub(super) fn line(of: &Type, prefix: &str) -> String {
    expression(of, prefix, &mut |object| {
        let mut members: Vec<String> = object.members.iter().map(member).collect();
        if object.left_out > 0 {
            members.push(format!("… {} more", object.left_out));
        }
        format!("{{{}}}", members.join(", "))
    })
}

/// One member for a signature.
fn member(member: &Member) -> String {
    let mark = if member.optional { "?" } else { "" };
    format!("{}{mark}: {}", literal_text(&member.name), line(&member.of, ""))
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

/// Whether a name is one for Python.
pub(super) fn is_identifier(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !KEYWORDS.contains(&name)
}
