//! Python for models: a one-line signature and a declaration with comments, from whatever JSON Schema
//! a server gives.

mod dialect;
mod print;

use types::ToolDescriptor;

use crate::schema::{self, Arguments, Doc, Room, Written};

pub(crate) use dialect::Python;
pub(crate) use print::literal_text;

/// What a stub file begins with, for the names that a declaration uses, so that a type checker such as
/// mypy can read it.
pub const HEADER: &str =
    "from typing import Any, Literal, Never, NotRequired, TypeAlias, TypedDict, overload\n";

/// The most of the tool's own description, in characters.
const MAX_DESCRIPTION: usize = 2_000;

/// The longest declaration, and the most that is said of one member.
const ROOM: Room = Room { bytes: 16 * 1024, doc_chars: 400 };

/// The signature of a tool.
pub(crate) fn signature(tool: &ToolDescriptor) -> String {
    schema::signature(&Python::shown(), tool)
}

/// The declaration of a tool, the call, its arguments and its answer: the body of a stub file that
/// begins with [`HEADER`].
pub(crate) fn declaration(tool: &ToolDescriptor) -> String {
    let doc = Doc { description: tool.description.clone(), tags: Vec::new() };
    let doc = print::comment(&doc, MAX_DESCRIPTION, "");
    let call = |parameter: &str, answer: &str| {
        let name = print::literal_text(&tool.name);
        format!("{doc}def call_mcp_tool(name: Literal[{name}], {parameter}) -> {answer}: ...\n")
    };
    let render = |written: &Written| {
        let answer = written.answer.as_deref().unwrap_or("str");
        format!("{}{}", call(&parameter(&written.arguments), answer), written.types)
    };
    schema::fitting(&Python::shown(), tool, &[], ROOM, render).unwrap_or_else(|| {
        let call = call("arguments: dict[str, Any]", "Any");
        format!("{call}# the schema is too large to declare; see inputSchema\n")
    })
}

fn parameter(arguments: &Arguments) -> String {
    match arguments {
        Arguments::None => "arguments: dict[str, Never] = ...".to_owned(),
        Arguments::Any => "arguments: dict[str, Any] = ...".to_owned(),
        Arguments::Named { name, optional: true, .. } => format!("arguments: {name} = ..."),
        Arguments::Named { name, optional: false, .. } => format!("arguments: {name}"),
    }
}

#[cfg(test)]
mod tests;
