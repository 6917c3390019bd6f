//! TypeScript for models: a one-line signature and a declaration with doc comments, from whatever
//! JSON Schema a server gives.

mod dialect;
mod print;

use types::ToolDescriptor;

use crate::schema::{self, Arguments, Doc, Room, Written};
use crate::text;

pub(crate) use dialect::TypeScript;
pub(crate) use print::comment;

/// The most of the tool's own description, in characters.
const MAX_DESCRIPTION: usize = 2_000;

/// The longest declaration, and the most that is said of one member.
const ROOM: Room = Room { bytes: 16 * 1024, doc_chars: 400 };

/// The signature of a tool.
pub(crate) fn signature(tool: &ToolDescriptor) -> String {
    schema::signature(&TypeScript::SHOWN, tool)
}

/// The declaration of a tool: the call, its arguments and its answer.
pub(crate) fn declaration(tool: &ToolDescriptor) -> String {
    let doc = Doc { description: tool.description.clone(), tags: Vec::new() };
    let doc = comment(&doc, MAX_DESCRIPTION, 0);
    let call = |parameter: &str, answer: &str| {
        let name = text::quoted(&tool.name);
        format!(
            "{doc}declare function callMCPTool(name: {name}, {parameter}): Promise<{answer}>;\n"
        )
    };
    let render = |written: &Written| {
        let answer = written.answer.as_deref().unwrap_or("string");
        format!("{}{}", call(&parameter(&written.arguments), answer), written.types)
    };
    schema::fitting(&TypeScript::SHOWN, tool, &[], ROOM, render).unwrap_or_else(|| {
        let call = call("args: Record<string, unknown>", "unknown");
        format!("{call}\n// the schema is too large to declare; see inputSchema\n")
    })
}

/// The parameter that takes a tool's arguments.
pub(crate) fn parameter(arguments: &Arguments) -> String {
    match arguments {
        Arguments::None => "args?: {}".to_owned(),
        Arguments::Any => "args?: Record<string, unknown>".to_owned(),
        Arguments::Named { name, optional: true, .. } => format!("args?: {name}"),
        Arguments::Named { name, optional: false, .. } => format!("args: {name}"),
    }
}

#[cfg(test)]
mod tests;
