//! A tool as a Python declaration: the call, its arguments and its answer, each with what the schema
//! says about it in words. At most [`MAX_BYTES`]; a larger one is written again with less detail until
//! it fits.

use serde_json::Value;
use types::ToolDescriptor;

use super::print::{self, Declaring};
use crate::schema::{Doc, Names, Reader, References, Type, type_name};
use crate::text;

/// The longest declaration, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// The most of the tool's own description, in characters.
const MAX_DESCRIPTION: usize = 2_000;

/// Names that mean something else.
const BUILT_IN: &[&str] =
    &["Any", "Literal", "Never", "NotRequired", "TypeAlias", "TypedDict", "None", "True", "False"];

/// How much is told, from everything to the bare outline.
const DETAILS: [Detail; 6] = [
    Detail { doc_chars: 400, depth: 12, members: 200, types: 100 },
    Detail { doc_chars: 120, depth: 12, members: 200, types: 100 },
    Detail { doc_chars: 0, depth: 12, members: 200, types: 100 },
    Detail { doc_chars: 0, depth: 4, members: 100, types: 40 },
    Detail { doc_chars: 0, depth: 2, members: 40, types: 10 },
    Detail { doc_chars: 0, depth: 1, members: 20, types: 0 },
];

#[derive(Clone, Copy)]
struct Detail {
    doc_chars: usize,
    depth: usize,
    members: usize,
    types: usize,
}

/// The declaration of a tool.
pub(crate) fn declaration(tool: &ToolDescriptor) -> String {
    let fitting = DETAILS.iter().map(|detail| with_detail(tool, *detail));
    fitting.into_iter().find(|text| text.len() <= MAX_BYTES).unwrap_or_else(|| {
        let call = call(tool, "arguments: dict[str, Any]", "Any");
        format!("{call}# the schema is too large to declare; see inputSchema\n")
    })
}

fn with_detail(tool: &ToolDescriptor, detail: Detail) -> String {
    let base = match type_name(&tool.tool) {
        name if name.is_empty() => "Tool".to_owned(),
        name => name,
    };
    let (arguments_name, answer_name) = (format!("{base}Args"), format!("{base}Result"));
    let names = Names::reserving(&[&arguments_name, &answer_name], BUILT_IN);
    let (arguments, names) = declare(&tool.input_schema, &arguments_name, names, detail);
    let is_empty = |of: &Type| matches!(of, Type::Object(it) if it.members.is_empty() && it.closed);
    let mut types = String::new();
    let parameter = match &arguments.of {
        of if is_empty(of) => "arguments: dict[str, Never] = ...".to_owned(),
        Type::Object(object) if object.members.is_empty() => {
            "arguments: dict[str, Any] = ...".to_owned()
        }
        Type::Unknown => "arguments: dict[str, Any] = ...".to_owned(),
        Type::Object(object) => {
            types.push_str(&arguments.text);
            let default = object.members.iter().all(|member| member.optional);
            format!("arguments: {arguments_name}{}", if default { " = ..." } else { "" })
        }
        _ => {
            types.push_str(&arguments.text);
            format!("arguments: {arguments_name}")
        }
    };
    let answer = match &tool.output_schema {
        Some(schema) => {
            let (answer, _) = declare(schema, &answer_name, names, detail);
            types.push_str(&answer.text);
            answer_name.as_str()
        }
        None => "str",
    };
    format!("{}{types}", call(tool, &parameter, answer))
}

fn call(tool: &ToolDescriptor, parameter: &str, answer: &str) -> String {
    let doc = Doc { description: tool.description.clone(), tags: Vec::new() };
    let doc = print::comment(&doc, MAX_DESCRIPTION, "");
    let name = text::quoted(&tool.name);
    format!("{doc}def call_mcp_tool(name: Literal[{name}], {parameter}) -> {answer}: ...\n")
}

struct Declared {
    of: Type,
    text: String,
}

/// Declares `schema` under `name`, and with it every type it refers to.
fn declare(schema: &Value, name: &str, names: Names, detail: Detail) -> (Declared, Names) {
    let references = References::Named(names.name_root(name));
    let mut reader = Reader::new(schema, references, detail.depth, detail.members);
    let of = reader.read(schema, 0);
    let mut declaring =
        Declaring { reader: &mut reader, doc_chars: detail.doc_chars, out: String::new() };
    declaring.declare(name, &of, &doc(schema));
    let mut count = 0;
    while let Some((name, target)) = declaring.reader.next_pending() {
        let of = match count < detail.types {
            true => declaring.reader.read(target, 0),
            false => Type::Unknown,
        };
        declaring.declare(&name, &of, &doc(target));
        count += 1;
    }
    let text = declaring.out;
    (Declared { of, text }, reader.into_names())
}

fn doc(schema: &Value) -> Doc {
    let words = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    Doc { description: words.to_owned(), tags: Vec::new() }
}
