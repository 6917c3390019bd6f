//! Modules in Python. They run as they are in a sandbox, from Python 3.11 on; elsewhere they are for
//! editors and `mypy`.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::tree::{MARK, Module};
use crate::python::{Python, literal_text};
use crate::schema::{self, Arguments, Object, Room, Type, Written};
use crate::text;

const RUNTIME: &str = include_str!("shared/_runtime.py");
const PACKAGE: &str = include_str!("shared/__init__.py");

/// Where the list of servers goes in [`PACKAGE`].
const SERVERS: &str = "_SERVERS: dict[str, str] = {}\n";

/// The most of a tool's own description, in characters, and of what is said of one argument.
const MAX_DESCRIPTION: usize = 8_000;
const MAX_ARGUMENT: usize = 300;

/// The largest module, and the most that is said of one member.
const ROOM: Room = Room { bytes: 256 * 1024, doc_chars: 1_000 };

/// What the types of a module may need of `typing`.
const TYPING: &[&str] =
    &["Any", "Literal", "Never", "NotRequired", "TypeAlias", "TypedDict", "Unpack", "overload"];

/// The first line of every file.
fn header(what: &str) -> String {
    format!("# {MARK}{what}. Changes will be overwritten.\n")
}

/// The files beside the servers, by their names.
pub(super) fn shared(folders: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let mut list = "_SERVERS: dict[str, str] = {\n".to_owned();
    let by_folder: BTreeMap<_, _> = folders.iter().map(|(name, folder)| (folder, name)).collect();
    for (folder, name) in by_folder {
        let _ = writeln!(list, "    \"{folder}\": {},", literal_text(name));
    }
    list.push_str("}\n");
    vec![("_runtime.py", RUNTIME.to_owned()), ("__init__.py", PACKAGE.replace(SERVERS, &list))]
}

/// The module of one tool.
pub(super) fn module(module: &Module<'_>, server: &str) -> String {
    let Module { tool, identifier } = module;
    let dialect = Python::in_module_of(&identifier.name);
    let render = |written: &Written| {
        let mut body = written.types.clone();
        for (function, kind) in
            [(&identifier.name, Form::Plain), (&identifier.awaited, Form::Awaited)]
        {
            body.push_str(&functions(module, function, kind, written));
        }
        let mut out = header(&format!("a tool of the server {server}"));
        out.push_str("from __future__ import annotations\n\n");
        if body.contains("builtins.") {
            out.push_str("import builtins\n");
        }
        let used: Vec<&str> = TYPING.iter().copied().filter(|name| mentions(&body, name)).collect();
        if !used.is_empty() {
            let _ = writeln!(out, "from typing import {}", used.join(", "));
        }
        out.push_str("\nfrom .. import _runtime\n");
        out + &body
    };
    let reserved = [identifier.name.as_str(), &identifier.awaited, "overload", "builtins"];
    schema::fitting(&dialect, tool, &reserved, ROOM, render).unwrap_or_else(|| {
        let unknown = Written { arguments: Arguments::Any, answer: None, types: String::new() };
        render(&unknown)
    })
}

/// The package of a whole server.
pub(super) fn package(modules: &[Module<'_>], server: &str) -> String {
    let mut out = header(&format!("the tools of the server {server}"));
    let mut all = String::new();
    for module in modules {
        let (name, awaited) = (&module.identifier.name, &module.identifier.awaited);
        let _ = writeln!(out, "from .{name} import {name}, {awaited}");
        let _ = writeln!(all, "    \"{name}\",\n    \"{awaited}\",");
    }
    let _ = write!(out, "\n__all__ = [\n{all}]\n");
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Plain,
    Awaited,
}

/// One function, in the forms in which its arguments may be given.
fn functions(module: &Module<'_>, function: &str, form: Form, written: &Written) -> String {
    let dialect = Python::in_module_of(&module.identifier.name);
    let prefix = dialect.prefix();
    let (define, call) = match form {
        Form::Plain => ("def", "_runtime.call"),
        Form::Awaited => ("async def", "await _runtime.call_async"),
    };
    let answer = written.answer.as_deref().unwrap_or("Any");
    let name = literal_text(&module.tool.name);
    let any = format!("arguments: {prefix}dict[{prefix}str, Any] | None = None, /, **named: Any");
    let mut out = String::new();
    let (parameters, given, answer) = match &written.arguments {
        Arguments::None => {
            let none = format!("arguments: {prefix}dict[{prefix}str, Never] | None = None, /");
            (none, "arguments, {}", answer)
        }
        Arguments::Any => (any, "arguments, named", answer),
        Arguments::Named { name: of, of: Type::Object(object), .. }
            if !object.members.is_empty() =>
        {
            for parameters in [format!("arguments: {of}, /"), format!("**arguments: Unpack[{of}]")]
            {
                let _ = write!(
                    out,
                    "\n\n@overload\n{define} {function}({parameters}) -> {answer}: ..."
                );
            }
            ("arguments: Any = None, /, **named: Any".to_owned(), "arguments, named", "Any")
        }
        Arguments::Named { name: of, optional: true, .. } => {
            (format!("arguments: {of} | None = None, /"), "arguments, {}", answer)
        }
        Arguments::Named { name: of, .. } => {
            (format!("arguments: {of}, /"), "arguments, {}", answer)
        }
    };
    let doc = docstring(module, form, written);
    let result = match answer {
        "Any" => format!("    return {call}({name}, {given})\n"),
        answer => {
            format!("    result: {answer} = {call}({name}, {given})\n    return result\n")
        }
    };
    let _ = write!(out, "\n\n{define} {function}({parameters}) -> {answer}:\n{doc}{result}");
    out
}

fn docstring(module: &Module<'_>, form: Form, written: &Written) -> String {
    let mut lines = match form {
        Form::Plain => text::comment_lines(&module.tool.description, MAX_DESCRIPTION),
        Form::Awaited => vec![format!("`{}` as a coroutine.", module.identifier.name)],
    };
    if form == Form::Plain
        && let Arguments::Named { of: Type::Object(object), .. } = &written.arguments
    {
        lines.extend(arguments(object, !lines.is_empty()));
    }
    let escaped = lines.iter().map(|line| line.replace('\\', "\\\\").replace('"', "\\\""));
    match escaped.collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [only] => format!("    \"\"\"{}\"\"\"\n", only.trim_start()),
        [first, rest @ ..] => {
            let mut out = format!("    \"\"\"{}\n", first.trim_start());
            for line in rest {
                out.push_str(format!("    {line}").trim_end());
                out.push('\n');
            }
            out + "    \"\"\"\n"
        }
    }
}

/// What is said of the arguments, a line each.
fn arguments(object: &Object, is_continued: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for member in &object.members {
        let words = text::line(&member.doc.description, MAX_ARGUMENT);
        let mark = if member.optional { " (optional)" } else { "" };
        let name = text::line(&member.name, MAX_ARGUMENT);
        let end = if words.is_empty() { String::new() } else { format!(": {words}") };
        lines.push(format!("    {name}{mark}{end}"));
    }
    if !lines.is_empty() {
        lines.insert(0, "Args:".to_owned());
        if is_continued {
            lines.insert(0, String::new());
        }
    }
    lines
}

/// Whether `name` stands in `text` as a word.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.match_indices(name).any(|(at, _)| {
        let before = at.checked_sub(1).is_some_and(|at| is_word(text.as_bytes()[at]));
        let after = text.as_bytes().get(at + name.len()).is_some_and(|byte| is_word(*byte));
        !before && !after
    })
}
