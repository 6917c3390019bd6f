//! A tool as a TypeScript declaration: the call, its arguments and its answer, each with what the
//! schema says about it in words. At most [`MAX_BYTES`]; a larger one is written again with less
//! detail until it fits.

use serde_json::Value;
use types::ToolDescriptor;

use super::print::{self, Layout};
use crate::schema::{Doc, Names, Reader, References, Type, type_name};
use crate::text;

/// The longest declaration, in bytes.
const MAX_BYTES: usize = 16 * 1024;

/// The most of the tool's own description, in characters.
const MAX_DESCRIPTION: usize = 2_000;

/// Types every TypeScript reader knows by these names.
const BUILT_IN: &[&str] = &[
    "Array", "Boolean", "Date", "Error", "Function", "Map", "Number", "Object", "Partial",
    "Promise", "Record", "RegExp", "Set", "String", "Symbol",
];

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
        let doc = description(tool);
        let call = call(tool, "args: Record<string, unknown>", "unknown");
        format!("{doc}{call}\n// the schema is too large to declare; see inputSchema\n")
    })
}

fn with_detail(tool: &ToolDescriptor, detail: Detail) -> String {
    let base = match type_name(&tool.tool) {
        name if name.is_empty() => "Tool".to_owned(),
        name => name,
    };
    let (arguments_name, answer_name) = (format!("{base}Args"), format!("{base}Result"));
    let names = Names::reserving(&[&arguments_name, &answer_name], BUILT_IN);
    let arguments = declare(&tool.input_schema, &arguments_name, names, detail);
    let parameter = match &arguments.of {
        Type::Object(object) if object.members.is_empty() && object.closed => {
            "args?: {}".to_owned()
        }
        Type::Object(object) if object.members.iter().all(|member| member.optional) => {
            format!("args?: {arguments_name}")
        }
        Type::Unknown => "args?: Record<string, unknown>".to_owned(),
        _ => format!("args: {arguments_name}"),
    };
    let mut types =
        if parameter.ends_with(&arguments_name) { arguments.text } else { String::new() };
    let answer = match &tool.output_schema {
        Some(schema) => {
            let answer = declare(schema, &answer_name, arguments.names, detail);
            types.push_str(&answer.text);
            answer_name.as_str()
        }
        None => "string",
    };
    format!("{}{}\n{types}", description(tool), call(tool, &parameter, answer))
}

fn description(tool: &ToolDescriptor) -> String {
    let doc = Doc { description: tool.description.clone(), tags: Vec::new() };
    print::comment(&doc, MAX_DESCRIPTION, 0)
}

fn call(tool: &ToolDescriptor, parameter: &str, answer: &str) -> String {
    let name = text::quoted(&tool.name);
    format!("declare function callMCPTool(name: {name}, {parameter}): Promise<{answer}>;")
}

struct Declared {
    of: Type,
    text: String,
    names: Names,
}

/// Declares `schema` under `name`, and after it every type it refers to.
fn declare(schema: &Value, name: &str, names: Names, detail: Detail) -> Declared {
    let references = References::Named(names.name_root(name));
    let mut reader = Reader::new(schema, references, detail.depth, detail.members);
    let of = reader.read(schema, 0);
    let mut text = named(name, &of, schema, detail);
    let mut count = 0;
    while let Some((name, target)) = reader.next_pending() {
        if count < detail.types {
            let of = reader.read(target, 0);
            text.push_str(&named(&name, &of, target, detail));
        } else {
            text.push_str(&format!("\ntype {name} = unknown;\n"));
        }
        count += 1;
    }
    Declared { of, text, names: reader.into_names() }
}

fn named(name: &str, of: &Type, schema: &Value, detail: Detail) -> String {
    let words = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    let doc = Doc { description: words.to_owned(), tags: Vec::new() };
    let doc = print::comment(&doc, detail.doc_chars, 0);
    let written = print::expression(of, Layout::Block { doc_chars: detail.doc_chars }, 0);
    match of {
        Type::Object(object) if !object.members.is_empty() => {
            format!("\n{doc}interface {name} {written}\n")
        }
        _ => format!("\n{doc}type {name} = {written};\n"),
    }
}
