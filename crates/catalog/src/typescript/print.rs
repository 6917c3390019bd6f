//! Writing a [`Type`]: on one line for signatures, in a block with doc comments for declarations.

use crate::schema::{Doc, Member, Object, Primitive, Tuple, Type};
use crate::text;

/// How a type is laid out.
#[derive(Clone, Copy)]
pub(super) enum Layout {
    /// Everything on one line, without comments.
    Line,
    /// A member per line, with doc comments of at most so many characters.
    Block {
        /// Zero leaves comments out.
        doc_chars: usize,
    },
}

/// Writes `of` as an expression; `indent` is the depth of the block it stands in.
pub(super) fn expression(of: &Type, layout: Layout, indent: usize) -> String {
    match of {
        Type::Unknown => "unknown".to_owned(),
        Type::Never => "never".to_owned(),
        Type::Primitive(name) => primitive(*name).to_owned(),
        Type::Literal(text) | Type::Named(text) => text.clone(),
        Type::Array(item) => match &**item {
            Type::Union(_) | Type::Intersection(_) => {
                format!("({})[]", expression(item, layout, indent))
            }
            item => format!("{}[]", expression(item, layout, indent)),
        },
        Type::Tuple(items) => tuple(items, layout, indent),
        Type::Object(members) => object(members, layout, indent),
        Type::Union(options) => joined(options, " | ", layout, indent),
        Type::Intersection(parts) => joined(parts, " & ", layout, indent),
    }
}

/// The name of a simple type.
pub(super) fn primitive(of: Primitive) -> &'static str {
    match of {
        Primitive::Text => "string",
        Primitive::Number | Primitive::Integer => "number",
        Primitive::Boolean => "boolean",
        Primitive::Null => "null",
    }
}

/// Writes a doc comment, or nothing when there is nothing to say.
pub(crate) fn comment(doc: &Doc, doc_chars: usize, indent: usize) -> String {
    let pad = "  ".repeat(indent);
    let mut lines = text::comment_lines(&doc.description, doc_chars);
    if doc_chars > 0 {
        lines.extend(doc.tags.iter().flat_map(|tag| text::comment_lines(tag, doc_chars)));
    }
    match lines.as_slice() {
        [] => String::new(),
        [only] => format!("{pad}/** {} */\n", only.trim_start()),
        many => {
            let mut out = format!("{pad}/**\n");
            for line in many {
                out.push_str(format!("{pad} * {line}").trim_end());
                out.push('\n');
            }
            out.push_str(&format!("{pad} */\n"));
            out
        }
    }
}

/// A member's name as it is written in a type: quoted unless it is a plain identifier.
pub(super) fn key(name: &str) -> String {
    let plain = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    if plain { name.to_owned() } else { text::quoted(name) }
}

/// One member as `name?: type`.
pub(super) fn member(member: &Member, layout: Layout, indent: usize) -> String {
    let mark = if member.optional { "?" } else { "" };
    format!("{}{mark}: {}", key(&member.name), expression(&member.of, layout, indent))
}

fn object(object: &Object, layout: Layout, indent: usize) -> String {
    if object.members.is_empty() && object.left_out == 0 {
        return match (&object.others, layout) {
            (Some(of), Layout::Line) if **of == Type::Unknown => "object".to_owned(),
            (Some(of), _) => map(of, layout, indent),
            (None, Layout::Line) => if object.closed { "{}" } else { "object" }.to_owned(),
            (None, Layout::Block { .. }) if object.closed => "Record<string, never>".to_owned(),
            (None, Layout::Block { .. }) => "Record<string, unknown>".to_owned(),
        };
    }
    match layout {
        Layout::Line => {
            let mut members: Vec<String> =
                object.members.iter().map(|one| member(one, layout, indent)).collect();
            if object.left_out > 0 {
                members.push(format!("… {} more", object.left_out));
            }
            format!("{{ {} }}", members.join(", "))
        }
        Layout::Block { doc_chars } => block(object, doc_chars, indent),
    }
}

/// Members of one type under any name. A `Record` of a type that is being declared is a circle to the
/// compiler, an index signature is none.
fn map(of: &Type, layout: Layout, indent: usize) -> String {
    let written = expression(of, layout, indent);
    match mentions_a_name(of) {
        true => format!("{{ [key: string]: {written} }}"),
        false => format!("Record<string, {written}>"),
    }
}

fn mentions_a_name(of: &Type) -> bool {
    match of {
        Type::Named(_) => true,
        Type::Union(parts) | Type::Intersection(parts) => parts.iter().any(mentions_a_name),
        Type::Array(item) => mentions_a_name(item),
        Type::Tuple(tuple) => tuple.items.iter().chain(tuple.rest.as_deref()).any(mentions_a_name),
        Type::Object(object) => {
            let members = object.members.iter().map(|member| &member.of);
            members.chain(object.others.as_deref()).any(mentions_a_name)
        }
        _ => false,
    }
}

fn block(object: &Object, doc_chars: usize, indent: usize) -> String {
    let layout = Layout::Block { doc_chars };
    let pad = "  ".repeat(indent + 1);
    let mut out = "{\n".to_owned();
    for one in &object.members {
        out.push_str(&comment(&one.doc, doc_chars, indent + 1));
        out.push_str(&format!("{pad}{};\n", member(one, layout, indent + 1)));
    }
    if object.left_out > 0 {
        out.push_str(&format!("{pad}// {} more members\n", object.left_out));
    }
    match object.others.as_deref() {
        None if object.left_out > 0 => out.push_str(&format!("{pad}[key: string]: unknown;\n")),
        // An index signature has to admit the named members as well.
        Some(Type::Unknown) => out.push_str(&format!("{pad}[key: string]: unknown;\n")),
        Some(of) => {
            let of = expression(of, Layout::Line, 0).replace("*/", "*\\/");
            out.push_str(&format!("{pad}[key: string]: unknown /* {of} */;\n"));
        }
        None => {}
    }
    out.push_str(&"  ".repeat(indent));
    out.push('}');
    out
}

fn tuple(tuple: &Tuple, layout: Layout, indent: usize) -> String {
    let mut items: Vec<String> = Vec::new();
    for (number, item) in tuple.items.iter().enumerate() {
        let written = expression(item, layout, indent);
        let grouped = matches!(item, Type::Union(_) | Type::Intersection(_));
        items.push(match (number < tuple.required, grouped) {
            (true, _) => written,
            (false, true) => format!("({written})?"),
            (false, false) => format!("{written}?"),
        });
    }
    if let Some(rest) = &tuple.rest {
        items.push(format!("...{}", expression(rest, layout, indent)));
    }
    format!("[{}]", items.join(", "))
}

fn joined(parts: &[Type], separator: &str, layout: Layout, indent: usize) -> String {
    let written = parts.iter().map(|part| {
        let nested = matches!(part, Type::Union(_) | Type::Intersection(_));
        let text = expression(part, layout, indent);
        if nested { format!("({text})") } else { text }
    });
    written.collect::<Vec<_>>().join(separator)
}
