//! The files of all servers' tools in one language. The same tools make the same files, in the same
//! order, wherever and whenever they are made.

use std::{collections::BTreeMap, sync::Arc};

use types::{Language, ToolDescriptor};

use super::{Identifier, folders, identifiers, python, typescript};
use crate::text;

/// The folder that holds all others.
pub const ROOT: &str = "servers";

/// What every file begins with, behind the sign of a comment.
pub const MARK: &str = "Made by code-executor: ";

/// The most of a server's name that is shown, in characters.
const MAX_SERVER: usize = 200;

/// A server whose tools become modules.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Its name in the configuration.
    pub name: String,
    /// Its tools; `None` when they are not known, so that only its name is told.
    pub tools: Option<Vec<Arc<ToolDescriptor>>>,
}

/// A file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The server whose tools it is of; `None` for what all of them share.
    pub server: Option<String>,
    /// Below the tree's folder, its parts separated by `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// A tool and what it is called here.
pub(super) struct Module<'a> {
    pub(super) tool: &'a ToolDescriptor,
    pub(super) identifier: &'a Identifier,
}

/// The files for these servers, sorted by path. All servers that programs can reach have to be among
/// them, since what one is called may depend on the others.
pub fn files(servers: &[Server], language: Language) -> Vec<File> {
    let folders = folders(servers.iter().map(|server| server.name.as_str()));
    let mut files: Vec<File> = Vec::new();
    for (name, text) in shared(language, &folders) {
        files.push(File { server: None, path: format!("{ROOT}/{name}"), text });
    }
    for server in servers {
        let mut add = |name: &str, end: &str, folder: &str, text| {
            let path = format!("{ROOT}/{folder}/{name}.{end}");
            files.push(File { server: Some(server.name.clone()), path, text });
        };
        let Some(tools) = &server.tools else { continue };
        let (Some(folder), shown) = (folders.get(&server.name), shown(&server.name)) else {
            continue;
        };
        let identifiers = identifiers(tools.iter().map(|tool| tool.tool.as_str()));
        let mut modules: Vec<Module<'_>> = Vec::with_capacity(tools.len());
        for tool in tools {
            let identifier = identifiers.get(&tool.tool);
            modules.extend(identifier.map(|identifier| Module { tool, identifier }));
        }
        modules.sort_by(|left, right| left.identifier.cmp(right.identifier));
        modules.dedup_by(|left, right| left.identifier == right.identifier);
        for module in &modules {
            let (text, end) = match language {
                Language::TypeScript => (typescript::module(module, &shown), "ts"),
                Language::Python => (python::module(module, &shown), "py"),
            };
            add(&module.identifier.name, end, folder, text);
        }
        match language {
            Language::TypeScript => {
                add("index", "ts", folder, typescript::index(&modules, &shown));
            }
            Language::Python => add("__init__", "py", folder, python::package(&modules, &shown)),
        }
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files
}

fn shared(language: Language, folders: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    match language {
        Language::TypeScript => typescript::shared(folders),
        Language::Python => python::shared(folders),
    }
}

/// A server's name, as it may stand in a comment.
fn shown(server: &str) -> String {
    text::line(server, MAX_SERVER).replace("*/", "*\\/")
}

#[cfg(test)]
mod tests;
