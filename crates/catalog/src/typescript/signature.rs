//! A tool on one line, at most about 300 characters: required arguments first, then as many of
//! the others as fit.

use serde_json::Value;
use types::ToolDescriptor;

use super::print::{self, Layout};
use crate::schema::{Member, Object, Reader, References, Type};

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
    let answer = match &tool.output_schema {
        Some(schema) => short(schema, |of| print::expression(of, Layout::Line, 0)),
        None => "string".to_owned(),
    };
    format!("{}({}): Promise<{answer}>", tool.name, arguments(&tool.input_schema))
}

/// The type of `schema` in at most [`MAX_TYPE`] characters.
fn short(schema: &Value, write: impl Fn(&Type) -> String) -> String {
    for depth in DEPTHS {
        let written = write(&read(schema, depth));
        if written.chars().count() <= MAX_TYPE {
            return written;
        }
    }
    coarse(&read(schema, 1)).to_owned()
}

fn read(schema: &Value, depth: usize) -> Type {
    Reader::new(schema, References::Inline, depth, MAX_MEMBERS).read(schema, 0)
}

fn arguments(schema: &Value) -> String {
    let levels = DEPTHS.map(|depth| read(schema, depth));
    let Type::Object(object) = &levels[0] else {
        if levels[0] == Type::Unknown {
            return "object".to_owned();
        }
        return short(schema, |of| print::expression(of, Layout::Line, 0));
    };
    if object.members.is_empty() {
        return match &object.others {
            Some(_) => print::expression(&levels[2], Layout::Line, 0),
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
    format!("{{ {} }}", written.join(", "))
}

/// One member, looked into as deep as its room allows.
fn member(levels: &[Type], number: usize) -> String {
    let objects = levels.iter().filter_map(|level| match level {
        Type::Object(object) => object.members.get(number),
        _ => None,
    });
    let mut last = None;
    for one in objects {
        let written = print::expression(&one.of, Layout::Line, 0);
        last = Some(one);
        if written.chars().count() <= MAX_TYPE {
            return named(one, &written);
        }
    }
    last.map_or_else(String::new, |one| named(one, coarse(&one.of)))
}

fn named(member: &Member, of: &str) -> String {
    let mark = if member.optional { "?" } else { "" };
    let key = print::key(&member.name);
    // A cut name could not be used anyway; its place shows that there is an argument.
    let key = if key.chars().count() > MAX_TYPE { "…".to_owned() } else { key };
    format!("{key}{mark}: {of}")
}

/// The kind of a type that is too long to write.
fn coarse(of: &Type) -> &'static str {
    match of {
        Type::Object(Object { .. }) => "object",
        Type::Array(_) | Type::Tuple(_) => "unknown[]",
        Type::Literal(text) if text.starts_with('"') => "string",
        Type::Union(options) if options.iter().all(|option| coarse(option) == "string") => "string",
        Type::Union(options) if options.iter().all(|option| coarse(option) == "object") => "object",
        Type::Intersection(_) => "object",
        Type::Primitive(name) => print::primitive(*name),
        _ => "unknown",
    }
}
