//! A tool on one line, at most about 300 characters: required arguments first, then as many of the
//! others as fit.

use serde_json::Value;
use types::ToolDescriptor;

use super::print;
use crate::schema::{Object, Primitive, Reader, References, Type};

/// Room for the arguments, in characters; the name and the answer come on top.
const MAX_ARGUMENTS: usize = 160;

/// Room for one argument's type, and for the answer's.
const MAX_TYPE: usize = 64;

/// How deep a type may be looked into, tried in this order until it is short enough.
const DEPTHS: [usize; 3] = [3, 2, 1];

/// Members that are looked at.
const MAX_MEMBERS: usize = 64;

/// The signature of a tool.
pub(crate) fn signature(tool: &ToolDescriptor) -> String {
    let answer = tool.output_schema.as_ref().map_or("str".to_owned(), |schema| short(schema));
    format!("{}({}) -> {answer}", tool.name, arguments(&tool.input_schema))
}

fn read(schema: &Value, depth: usize) -> Type {
    Reader::new(schema, References::Inline, depth, MAX_MEMBERS).read(schema, 0)
}

/// The type of `schema` in at most [`MAX_TYPE`] characters.
fn short(schema: &Value) -> String {
    let fitting = DEPTHS.iter().map(|depth| print::line(&read(schema, *depth)));
    let fitting = fitting.into_iter().find(|written| written.chars().count() <= MAX_TYPE);
    fitting.unwrap_or_else(|| coarse(&read(schema, 1)).to_owned())
}

fn arguments(schema: &Value) -> String {
    let levels = DEPTHS.map(|depth| read(schema, depth));
    let Type::Object(object) = &levels[0] else {
        return if levels[0] == Type::Unknown { "dict".to_owned() } else { short(schema) };
    };
    if object.members.is_empty() {
        return match &object.others {
            Some(_) => short(schema),
            None if object.closed => String::new(),
            None => "{}".to_owned(),
        };
    }
    let mut order: Vec<usize> = (0..object.members.len()).collect();
    order.sort_by_key(|number| object.members[*number].optional);
    let mut written: Vec<String> = Vec::new();
    let mut length = 0;
    for number in order {
        let one = member(&levels, number);
        length += one.chars().count() + 2;
        if length > MAX_ARGUMENTS && !written.is_empty() {
            break;
        }
        written.push(one);
    }
    let more = object.members.len() - written.len() + object.left_out;
    if more > 0 {
        written.push(format!("… {more} more"));
    }
    format!("{{{}}}", written.join(", "))
}

/// One member, looked into as deep as its room allows.
fn member(levels: &[Type], number: usize) -> String {
    let mut last = None;
    for level in levels {
        let Type::Object(object) = level else { continue };
        let Some(one) = object.members.get(number) else { continue };
        last = Some(one);
        let written = print::line(&one.of);
        if written.chars().count() <= MAX_TYPE {
            return named(&print::key(one), &written);
        }
    }
    last.map_or_else(String::new, |one| named(&print::key(one), coarse(&one.of)))
}

fn named(key: &str, of: &str) -> String {
    // A cut name could not be used anyway; its place shows that there is an argument.
    let key = if key.chars().count() > MAX_TYPE { "…" } else { key };
    format!("{key}: {of}")
}

/// The kind of a type that is too long to write.
fn coarse(of: &Type) -> &'static str {
    match of {
        Type::Object(Object { .. }) | Type::Intersection(_) => "dict",
        Type::Array(_) | Type::Tuple(_) => "list",
        Type::Literal(text) if text.starts_with('"') => print::primitive(Primitive::Text),
        Type::Union(options) if options.iter().all(|option| coarse(option) == "str") => "str",
        Type::Union(options) if options.iter().all(|option| coarse(option) == "dict") => "dict",
        Type::Primitive(name) => print::primitive(*name),
        _ => "Any",
    }
}
