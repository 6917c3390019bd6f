//! Arguments that a server of 2026-07-28 wants in headers as well: `x-mcp-header` in the schemas of
//! its tools. A tool whose schema asks for what no header can be is not offered.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

const ANNOTATION: &str = "x-mcp-header";
/// The most tools with such arguments that are remembered.
const MOST_TOOLS: usize = 10_000;
/// The most such arguments of one tool: each is a header of its calls.
const MOST_ARGUMENTS: usize = 64;
/// The deepest schema that is searched.
const DEEPEST: usize = 64;

/// What is known of a server's tools.
#[derive(Debug, Default)]
pub(super) struct Promoted(Mutex<HashMap<String, Vec<Argument>>>);

/// An argument by the names that lead to it, and its header.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Argument {
    path: Vec<String>,
    header: String,
}

impl Promoted {
    /// Learns from a page of `tools/list`, and takes out of it what cannot be called.
    pub(super) fn learn(&self, page: &mut Value) {
        let Some(Value::Array(tools)) = page.get_mut("tools") else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tools.retain(|tool| {
            let Some(name) = tool.get("name").and_then(Value::as_str) else { return true };
            match tool.get("inputSchema").map_or(Ok(Vec::new()), arguments) {
                Ok(arguments) if arguments.is_empty() => drop(known.remove(name)),
                Ok(arguments) if known.len() < MOST_TOOLS || known.contains_key(name) => {
                    known.insert(name.to_owned(), arguments);
                }
                Ok(_) => {}
                Err(Invalid) => {
                    tracing::warn!("left out a tool whose `x-mcp-header` cannot be headers");
                    return false;
                }
            }
            true
        });
    }

    /// The headers that a call of a tool has, by name and text.
    pub(super) fn of(&self, tool: &str, arguments: &Value) -> Vec<(String, String)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = known.get(tool).map_or(&[][..], Vec::as_slice);
        wanted
            .iter()
            .filter_map(|argument| {
                let found = argument.path.iter().try_fold(arguments, |value, key| value.get(key));
                Some((argument.header.clone(), text(found?)?))
            })
            .collect()
    }
}

/// An annotation that cannot be followed.
struct Invalid;

fn arguments(schema: &Value) -> Result<Vec<Argument>, Invalid> {
    let mut found = Vec::new();
    collect(schema, Some(&mut Vec::new()), &mut found, 0)?;
    let mut names = HashSet::new();
    if found.iter().any(|argument| !names.insert(argument.header.to_ascii_lowercase())) {
        return Err(Invalid);
    }
    Ok(found)
}

/// Looks for annotations. `path` is how the place was come to by `properties` alone, where it was:
/// there is no other place an annotation may be in.
fn collect(
    schema: &Value,
    mut path: Option<&mut Vec<String>>,
    found: &mut Vec<Argument>,
    depth: usize,
) -> Result<(), Invalid> {
    let Value::Object(members) = schema else {
        let Value::Array(schemas) = schema else { return Ok(()) };
        return schemas.iter().try_for_each(|schema| collect(schema, None, found, depth + 1));
    };
    if depth > DEEPEST {
        return Ok(());
    }
    for (key, value) in members {
        match key.as_str() {
            ANNOTATION => {
                let path = path.as_deref().filter(|path| !path.is_empty()).ok_or(Invalid)?;
                if found.len() >= MOST_ARGUMENTS {
                    return Err(Invalid);
                }
                found.push(Argument { path: path.clone(), header: header(members, value)? });
            }
            "properties" => {
                let Value::Object(properties) = value else { continue };
                for (name, schema) in properties {
                    if let Some(path) = path.as_deref_mut() {
                        path.push(name.clone());
                        collect(schema, Some(path), found, depth + 1)?;
                        path.pop();
                    } else {
                        collect(schema, None, found, depth + 1)?;
                    }
                }
            }
            "$defs" | "definitions" | "dependentSchemas" | "patternProperties" => {
                let Value::Object(schemas) = value else { continue };
                for schema in schemas.values() {
                    collect(schema, None, found, depth + 1)?;
                }
            }
            "default" | "const" | "enum" | "examples" => {}
            _ => collect(value, None, found, depth + 1)?,
        }
    }
    Ok(())
}

fn header(schema: &Map<String, Value>, name: &Value) -> Result<String, Invalid> {
    let kind = schema.get("type").and_then(Value::as_str);
    let name = name.as_str().filter(|_| matches!(kind, Some("string" | "integer" | "boolean")));
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    match name {
        Some(name) if !name.is_empty() && name.bytes().all(token) => Ok(name.to_owned()),
        _ => Err(Invalid),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}
