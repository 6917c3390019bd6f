//! A tool on one line, at most about 300 characters: required arguments first, then as many of the
//! others as fit.

use serde_json::Value;
use types::ToolDescriptor;

use super::{
    Dialect, Kind, Member, Primitive, Reader, References, Type, combine::without_intersections,
};

/// Room for the arguments, in characters; the name and the answer come on top.
const MAX_ARGUMENTS: usize = 160;

/// Room for one argument's type, and for the answer's.
const MAX_TYPE: usize = 64;

/// How deep a type may be looked into, tried in this order until it is short enough.
const DEPTHS: [usize; 3] = [3, 2, 1];

/// Members that are looked at.
const MAX_MEMBERS: usize = 64;

/// The signature of a tool.
pub(crate) fn signature<D: Dialect>(dialect: &D, tool: &ToolDescriptor) -> String {
    let answer = match &tool.output_schema {
        Some(schema) => short(dialect, &levels::<D>(schema)),
        None => dialect.kind(Kind::Simple(Primitive::Text)).to_owned(),
    };
    dialect.signature(&tool.name, &arguments(dialect, &tool.input_schema), &answer)
}

fn levels<D: Dialect>(schema: &Value) -> [Type; 3] {
    DEPTHS.map(|depth| {
        let of = Reader::new(schema, References::Inline, depth, MAX_MEMBERS).read(schema, 0);
        if D::INTERSECTIONS { of } else { without_intersections(of) }
    })
}

/// A type in at most [`MAX_TYPE`] characters.
fn short<D: Dialect>(dialect: &D, levels: &[Type; 3]) -> String {
    let fitting = levels.iter().map(|level| dialect.line(level));
    let fitting = fitting.into_iter().find(|written| written.chars().count() <= MAX_TYPE);
    fitting.unwrap_or_else(|| dialect.kind(coarse(&levels[2])).to_owned())
}

fn arguments<D: Dialect>(dialect: &D, schema: &Value) -> String {
    let levels = levels::<D>(schema);
    let Type::Object(object) = &levels[0] else {
        return match levels[0] {
            Type::Unknown => dialect.kind(Kind::Object).to_owned(),
            _ => short(dialect, &levels),
        };
    };
    if object.members.is_empty() {
        return match &object.others {
            Some(_) => short(dialect, &levels),
            None if object.closed => String::new(),
            None => "{}".to_owned(),
        };
    }
    let mut order: Vec<usize> = (0..object.members.len()).collect();
    order.sort_by_key(|number| object.members[*number].optional);
    let mut written: Vec<String> = Vec::new();
    let mut length = 0;
    for number in order {
        let one = member(dialect, &levels, number);
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
    dialect.object(&written)
}

/// One member, looked into as deep as its room allows.
fn member<D: Dialect>(dialect: &D, levels: &[Type; 3], number: usize) -> String {
    let members = levels.iter().filter_map(|level| match level {
        Type::Object(object) => object.members.get(number),
        _ => None,
    });
    let mut last = None;
    for one in members {
        let written = dialect.line(&one.of);
        last = Some(one);
        if written.chars().count() <= MAX_TYPE {
            return named(dialect, one, &written);
        }
    }
    last.map_or_else(String::new, |one| named(dialect, one, dialect.kind(coarse(&one.of))))
}

fn named<D: Dialect>(dialect: &D, member: &Member, of: &str) -> String {
    let mark = if member.optional { "?" } else { "" };
    let key = dialect.key(&member.name);
    // A cut name could not be used anyway; its place shows that there is an argument.
    let key = if key.chars().count() > MAX_TYPE { "…".to_owned() } else { key };
    format!("{key}{mark}: {of}")
}

/// The kind of a type that is too long to write.
fn coarse(of: &Type) -> Kind {
    const TEXT: Kind = Kind::Simple(Primitive::Text);
    match of {
        Type::Object(_) | Type::Intersection(_) => Kind::Object,
        Type::Array(_) | Type::Tuple(_) => Kind::List,
        Type::Literal(text) if text.starts_with('"') => TEXT,
        Type::Union(options) if options.iter().all(|option| coarse(option) == TEXT) => TEXT,
        Type::Union(options) if options.iter().all(|option| coarse(option) == Kind::Object) => {
            Kind::Object
        }
        Type::Primitive(simple) => Kind::Simple(*simple),
        _ => Kind::Anything,
    }
}
