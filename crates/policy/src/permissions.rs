//! The `permissions` of a request. None can be given yet, so whatever asks for one is refused by
//! name: a program that runs with less than it asked for fails later and less clearly.

use serde_json::{Map, Value};
use types::{ErrorCode, Refusal};

/// The permissions that have a meaning.
const KNOWN: [&str; 7] = ["read", "write", "net", "env", "run", "ffi", "sys"];

/// The most of an unknown key that is shown, in characters.
const MAX_SHOWN: usize = 64;

/// Accepts what asks for nothing; refuses the rest by name.
pub(crate) fn check(permissions: Option<&Value>) -> Result<(), Refusal> {
    let asked = match permissions {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(asked)) => asked,
        Some(other) => {
            return Err(invalid(format!(
                "permissions is {}; it must be an object with the keys {}",
                type_of(other),
                KNOWN.join(", ")
            )));
        }
    };
    let unsupported = asked_for(asked)?;
    if unsupported.is_empty() {
        return Ok(());
    }
    let (names, verb) = (unsupported.join(", "), if unsupported.len() == 1 { "is" } else { "are" });
    Err(Refusal::new(
        ErrorCode::PermissionUnsupported,
        format!(
            "{names} {verb} not supported yet: programs reach the outside only through the tools \
             in allowedTools; leave it out or pass an empty list"
        ),
    ))
}

/// The names of the permissions that ask for something.
fn asked_for(permissions: &Map<String, Value>) -> Result<Vec<String>, Refusal> {
    let mut asked = Vec::new();
    for (key, value) in permissions {
        if !KNOWN.contains(&key.as_str()) {
            return Err(unknown(key));
        }
        let asks = match value {
            Value::Null | Value::Bool(false) => false,
            Value::Bool(true) => true,
            Value::Array(items) => match items.iter().find(|item| !item.is_string()) {
                Some(item) => {
                    return Err(invalid(format!(
                        "permissions.{key} holds {}; it must be a list of strings or a boolean",
                        type_of(item)
                    )));
                }
                None => !items.is_empty(),
            },
            other => {
                return Err(invalid(format!(
                    "permissions.{key} is {}; it must be a list of strings or a boolean",
                    type_of(other)
                )));
            }
        };
        if asks {
            asked.push(format!("permissions.{key}"));
        }
    }
    Ok(asked)
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
