//! A tool's types, written out: its arguments and its answer, with what the schemas say in words. One
//! that does not fit its room is written again with less detail until it does.

use serde_json::Value;
use types::ToolDescriptor;

use super::{
    Declaration, Dialect, Names, Reader, References, Type, combine::without_intersections, knots,
    names::type_name, words,
};

/// How much may be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// All of it, in bytes.
    pub(crate) bytes: usize,
    /// What is said of one member, in characters.
    pub(crate) doc_chars: usize,
}

/// How much is told, from everything to the bare outline.
#[derive(Clone, Copy)]
struct Detail {
    /// Of what the room allows to say of a member.
    doc_percent: usize,
    depth: usize,
    members: usize,
    types: usize,
}

const DETAILS: [Detail; 6] = [
    Detail { doc_percent: 100, depth: 12, members: 200, types: 100 },
    Detail { doc_percent: 30, depth: 12, members: 200, types: 100 },
    Detail { doc_percent: 0, depth: 12, members: 200, types: 100 },
    Detail { doc_percent: 0, depth: 4, members: 100, types: 40 },
    Detail { doc_percent: 0, depth: 2, members: 40, types: 10 },
    Detail { doc_percent: 0, depth: 1, members: 20, types: 0 },
];

/// What a tool takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Arguments {
    /// No argument at all.
    None,
    /// Whatever there is.
    Any,
    /// What is declared under this name.
    Named {
        name: String,
        /// Whether nothing has to be given.
        optional: bool,
        /// The type itself.
        of: Type,
    },
}

/// The types of a tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Written {
    pub(crate) arguments: Arguments,
    /// The name of what it answers; `None` when nothing is said of that.
    pub(crate) answer: Option<String>,
    /// The declarations of both and of whatever they refer to.
    pub(crate) types: String,
}

/// The most detailed text of a tool that fits; `None` when not even the outline does.
pub(crate) fn fitting<D: Dialect>(
    dialect: &D,
    tool: &ToolDescriptor,
    reserved: &[&str],
    room: Room,
    render: impl Fn(&Written) -> String,
) -> Option<String> {
    let texts = DETAILS.iter().map(|detail| {
        let doc_chars = room.doc_chars * detail.doc_percent / 100;
        render(&written(dialect, tool, reserved, *detail, doc_chars))
    });
    texts.into_iter().find(|text| text.len() <= room.bytes)
}

fn written<D: Dialect>(
    dialect: &D,
    tool: &ToolDescriptor,
    reserved: &[&str],
    detail: Detail,
    doc_chars: usize,
) -> Written {
    let base = match type_name(&tool.tool) {
        name if name.is_empty() => "Tool".to_owned(),
        name => name,
    };
    let mut names = Names::reserving(D::BUILT_IN.iter().chain(reserved).copied());
    let arguments_name = names.take(format!("{base}Args"));
    let answer_name = names.take(format!("{base}Result"));
    let mut types = String::new();
    let (declared, mut names) = declared::<D>(&tool.input_schema, &arguments_name, names, detail);
    let arguments = arguments(&declared[0]);
    if matches!(arguments, Arguments::Named { .. }) {
        for one in &declared {
            dialect.declare(one, &mut names, doc_chars, &mut types);
        }
    }
    let answer = tool.output_schema.as_ref().map(|schema| {
        let names = names.for_another();
        let (declared, mut names) = self::declared::<D>(schema, &answer_name, names, detail);
        for one in &declared {
            dialect.declare(one, &mut names, doc_chars, &mut types);
        }
        answer_name
    });
    Written { arguments, answer, types }
}

fn arguments(declared: &Declaration) -> Arguments {
    let named = |optional| Arguments::Named {
        name: declared.name.clone(),
        optional,
        of: declared.of.clone(),
    };
    match &declared.of {
        Type::Unknown => Arguments::Any,
        Type::Object(object) if object.members.is_empty() && object.left_out == 0 => {
            match &object.others {
                None if object.closed => Arguments::None,
                None => Arguments::Any,
                Some(_) => named(true),
            }
        }
        Type::Object(object) => named(object.members.iter().all(|member| member.optional)),
        _ => named(false),
    }
}

/// A schema under a name, and after it every type it refers to.
fn declared<D: Dialect>(
    schema: &Value,
    name: &str,
    names: Names,
    detail: Detail,
) -> (Vec<Declaration>, Names) {
    let names = names.name_root(name);
    let references =
        if D::INTERSECTIONS { References::Named(names) } else { References::NamedAlone(names) };
    let mut reader = Reader::new(schema, references, detail.depth, detail.members);
    let mut declared = vec![read::<D>(&mut reader, name.to_owned(), schema)];
    while let Some((name, target)) = reader.next_pending() {
        // The first is the schema itself.
        let target = if declared.len() <= detail.types { target } else { &Value::Null };
        declared.push(read::<D>(&mut reader, name, target));
    }
    knots::untie(&mut declared);
    (declared, reader.into_names())
}

fn read<D: Dialect>(reader: &mut Reader<'_>, name: String, schema: &Value) -> Declaration {
    let (of, note) = reader.read_with_refusal(schema, 0);
    // Nobody means that there is no value at all.
    let of = if of == Type::Never { Type::Unknown } else { of };
    let of = if D::INTERSECTIONS { of } else { without_intersections(of) };
    let mut doc = words::of_type(schema);
    doc.tags.extend(note);
    Declaration { name, of, doc }
}
