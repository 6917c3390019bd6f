//! The `permissions` of a request, read: which directories and hosts it asks for. What cannot be given
//! at all is refused by name: a program that runs with less than it asked for fails later and less
//! clearly. How much of the rest is given is for those to say who hold the directories and the hosts.

use serde_json::{Map, Value};
use types::{Asked, ErrorCode, Permissions, Refusal};

/// The permissions that have a meaning.
const KNOWN: [&str; 8] = ["read", "write", "net", "cwd", "env", "run", "ffi", "sys"];

/// The most of an unknown key that is shown, in characters.
const MAX_SHOWN: usize = 64;

/// The most entries in one list.
const MAX_ENTRIES: usize = 256;

/// The longest entry, in bytes: as long as a path may be.
const MAX_ENTRY: usize = 4_095;

/// What is asked for, or why it cannot be.
pub(crate) fn read(permissions: Option<&Value>) -> Result<Permissions, Refusal> {
    let asked = match permissions {
        None | Some(Value::Null) => return Ok(Permissions::default()),
        Some(Value::Object(asked)) => asked,
        Some(other) => {
            return Err(invalid(format!(
                "permissions is {}; it must be an object with the keys {}",
                type_of(other),
                KNOWN.join(", ")
            )));
        }
    };
    if let Some(key) = asked.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(unknown(key));
    }
    refuse_what_nobody_gets(asked)?;
    Ok(Permissions {
        read: asked_for(asked, "read")?,
        write: asked_for(asked, "write")?,
        net: asked_for(asked, "net")?,
        cwd: match asked.get("cwd") {
            None | Some(Value::Null) => None,
            Some(Value::String(cwd)) => Some(bounded("cwd", cwd)?),
            Some(other) => {
                return Err(invalid(format!(
                    "permissions.cwd is {}; it must be the path of a granted directory",
                    type_of(other)
                )));
            }
        },
    })
}

/// The environment, other programs and what else leads around the sandbox.
fn refuse_what_nobody_gets(asked: &Map<String, Value>) -> Result<(), Refusal> {
    let mut refused = Vec::new();
    for key in ["env", "run", "ffi", "sys"] {
        if asked_for(asked, key)? != Asked::default() {
            refused.push(format!("permissions.{key}"));
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    let (names, verb) = (refused.join(", "), if refused.len() == 1 { "is" } else { "are" });
    Err(Refusal::new(
        ErrorCode::PermissionUnsupported,
        format!(
            "{names} {verb} not given to any program: it has no environment, starts no other \
             program and loads no libraries; use a tool in allowedTools instead, and leave it out or \
             pass an empty list"
        ),
    ))
}

fn asked_for(permissions: &Map<String, Value>, key: &'static str) -> Result<Asked, Refusal> {
    match permissions.get(key) {
        None | Some(Value::Null | Value::Bool(false)) => Ok(Asked::default()),
        Some(Value::Bool(true)) => Ok(Asked::All),
        Some(Value::Array(items)) if items.len() > MAX_ENTRIES => Err(invalid(format!(
            "permissions.{key} has {} entries, the limit is {MAX_ENTRIES}",
            items.len()
        ))),
        Some(Value::Array(items)) => {
            let entries = items.iter().map(|item| match item {
                Value::String(entry) => bounded(key, entry),
                other => Err(invalid(format!(
                    "permissions.{key} holds {}; it must be a list of strings or a boolean",
                    type_of(other)
                ))),
            });
            Ok(Asked::Entries(entries.collect::<Result<_, _>>()?))
        }
        Some(other) => Err(invalid(format!(
            "permissions.{key} is {}; it must be a list of strings or a boolean",
            type_of(other)
        ))),
    }
}

fn bounded(key: &str, entry: &str) -> Result<String, Refusal> {
    let length = entry.len();
    match length <= MAX_ENTRY {
        true => Ok(entry.to_owned()),
        false => Err(invalid(format!(
            "permissions.{key} has an entry of {length} bytes, the limit is {MAX_ENTRY}"
        ))),
    }
}

fn unknown(key: &str) -> Refusal {
    let shown: String = key.escape_debug().take(MAX_SHOWN).collect();
    let distance = |known: &&str| strsim::osa_distance(known, &shown.to_lowercase());
    let nearest = KNOWN.into_iter().min_by_key(|known| distance(known)).unwrap_or_default();
    let hint = match distance(&nearest) {
        0..=2 => format!("did you mean {nearest:?}? "),
        _ => String::new(),
    };
    invalid(format!(
        "permissions has the unknown key \"{shown}\"; {hint}known keys are {}",
        KNOWN.join(", ")
    ))
}

fn invalid(message: String) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, message)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
