//! Modules in TypeScript. They run as they are in a sandbox; elsewhere they are for editors and `tsc`.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::tree::{MARK, Module};
use crate::schema::{self, Arguments, Doc, Room, Written};
use crate::text;
use crate::typescript::{TypeScript, comment, parameter};

const RUNTIME: &str = include_str!("shared/_runtime.ts");
const DISCOVERY: &str = include_str!("shared/discovery.ts");

/// Where the list of servers goes in [`DISCOVERY`].
const SERVERS: &str = "const servers: Record<string, string> = {};\n";

/// The most of a tool's own description, in characters.
const MAX_DESCRIPTION: usize = 8_000;

/// The largest module, and the most that is said of one member.
const ROOM: Room = Room { bytes: 256 * 1024, doc_chars: 1_000 };

/// The first line of every file.
fn header(what: &str) -> String {
    format!("// {MARK}{what}. Changes will be overwritten.\n")
}

/// The files beside the servers, by their names.
pub(super) fn shared(folders: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    let mut list = "const servers: Record<string, string> = {\n".to_owned();
    let by_folder: BTreeMap<_, _> = folders.iter().map(|(name, folder)| (folder, name)).collect();
    for (folder, name) in by_folder {
        let _ = writeln!(list, "  {folder}: {},", text::quoted(name));
    }
    list.push_str("};\n");
    vec![("_runtime.ts", RUNTIME.to_owned()), ("discovery.ts", DISCOVERY.replace(SERVERS, &list))]
}

/// The module of one tool.
pub(super) fn module(module: &Module<'_>, server: &str) -> String {
    let Module { tool, identifier } = module;
    let function = &identifier.name;
    let render = |written: &Written| {
        let mut out = header(&format!("a tool of the server {server}"));
        out.push_str("import { call as $call } from \"../_runtime.js\";\n\n");
        let says_nothing = written.answer.is_none().then(|| {
            "@returns its text, or what the text is as JSON: the server does not say".to_owned()
        });
        let tags = says_nothing.into_iter().collect();
        let doc = Doc { description: tool.description.clone(), tags };
        out.push_str(&comment(&doc, MAX_DESCRIPTION, 0));
        let answer = written.answer.as_deref().unwrap_or("any");
        let parameter = match &written.arguments {
            // What a model is shown in fewer words would take any object here.
            Arguments::None => "args?: Record<string, never>".to_owned(),
            arguments => parameter(arguments),
        };
        let name = text::quoted(&tool.name);
        let _ = writeln!(
            out,
            "export async function {function}({parameter}): Promise<{answer}> {{\n  \
             return $call<{answer}>({name}, args);\n}}\n\nexport default {function};"
        );
        out.push_str(&written.types);
        out
    };
    schema::fitting(&TypeScript::EXPORTED, tool, &[function], ROOM, render).unwrap_or_else(|| {
        let unknown = Written { arguments: Arguments::Any, answer: None, types: String::new() };
        render(&unknown)
    })
}

/// The module of a whole server.
pub(super) fn index(modules: &[Module<'_>], server: &str) -> String {
    let mut out = header(&format!("the tools of the server {server}"));
    for module in modules {
        let name = &module.identifier.name;
        let _ = writeln!(out, "export {{ {name} }} from \"./{name}.js\";");
    }
    if modules.is_empty() {
        out.push_str("export {};\n");
    }
    out
}
