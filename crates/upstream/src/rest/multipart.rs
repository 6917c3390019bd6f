//! Bodies of the type `multipart/form-data`: fields as text or JSON, files as bytes.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::rest::base64;
use crate::rest::document::Document;
use crate::rest::error::Invalid;
use crate::rest::style;

/// The names of the properties that are files: what a description calls binary.
pub(crate) fn files(document: &Document, schema: Option<&Value>) -> Result<Vec<String>, Invalid> {
    let Some(schema) = schema else { return Ok(Vec::new()) };
    let properties = document.resolve(schema)?.and_then(|schema| schema.get("properties"));
    let mut files = Vec::new();
    for (name, property) in properties.and_then(Value::as_object).into_iter().flatten() {
        let property = document.resolve(property)?.unwrap_or(&Value::Null);
        let item = property.get("items").map(|items| document.resolve(items)).transpose()?;
        if is_binary(property) || item.flatten().is_some_and(is_binary) {
            files.push(name.clone());
        }
    }
    Ok(files)
}

/// The schema of such a body, in which files are texts in base64.
pub(crate) fn schema(
    document: &Document,
    schema: Option<&Value>,
    files: &[String],
) -> Result<Value, Invalid> {
    let found = schema.map(|schema| document.resolve(schema)).transpose()?;
    let mut made = found.flatten().cloned().unwrap_or_else(|| json!({"type": "object"}));
    let properties = made.get_mut("properties").and_then(Value::as_object_mut);
    let files: HashSet<&str> = files.iter().map(String::as_str).collect();
    let binary = |(name, _): &(&String, &mut Value)| files.contains(name.as_str());
    for (_, property) in properties.into_iter().flatten().filter(binary) {
        let mut file = json!({"type": "string", "contentEncoding": "base64"});
        if let Some(description) = property.get("description") {
            file["description"] = description.clone();
        }
        let is_list = property.get("items").is_some();
        *property = if is_list { json!({"type": "array", "items": file}) } else { file };
    }
    Ok(made)
}

fn is_binary(property: &Value) -> bool {
    let says = |key: &str, value: &str| property.get(key).and_then(Value::as_str) == Some(value);
    let is_bytes =
        property.get("contentMediaType").is_some_and(|media| media != "application/json")
            && property.get("contentEncoding").is_none();
    says("format", "binary") || is_bytes
}

/// The body and its media type, which names the boundary; nothing when a file is no base64. The error
/// is that the system has no randomness for a boundary.
pub(crate) fn write(
    fields: &serde_json::Map<String, Value>,
    files: &[String],
) -> Result<Option<(String, Vec<u8>)>, getrandom::Error> {
    let boundary = boundary()?;
    let Some(parts) = parts(fields, files) else { return Ok(None) };
    let mut body = Vec::new();
    for (head, content) in parts {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(&content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(Some((format!("multipart/form-data; boundary={boundary}"), body)))
}

/// The head and the content of each part.
fn parts(
    fields: &serde_json::Map<String, Value>,
    files: &[String],
) -> Option<Vec<(String, Vec<u8>)>> {
    let files: HashSet<&str> = files.iter().map(String::as_str).collect();
    let mut parts = Vec::new();
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        let items = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items {
            parts.push(part(name, item, files.contains(name.as_str()))?);
        }
    }
    Some(parts)
}

fn part(name: &str, value: &Value, is_file: bool) -> Option<(String, Vec<u8>)> {
    let name: String = name
        .chars()
        .map(|c| match c {
            '"' => "%22".to_owned(),
            c if c.is_control() => style::encoded(&c.to_string()),
            c => c.to_string(),
        })
        .collect();
    let disposition = format!("Content-Disposition: form-data; name=\"{name}\"");
    Some(match value {
        Value::String(text) if is_file => {
            let head = format!(
                "{disposition}; filename=\"{name}\"\r\nContent-Type: application/octet-stream"
            );
            (head, base64::decode(text)?)
        }
        _ if is_file => return None,
        Value::Object(_) | Value::Array(_) => {
            (format!("{disposition}\r\nContent-Type: application/json"), value.to_string().into())
        }
        one => (disposition, style::text(one).into_bytes()),
    })
}

/// A line that is in none of the parts, for it cannot be guessed: to look for one takes as long as
/// whoever wrote the parts wants.
fn boundary() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(format!("part-{:032x}", u128::from_le_bytes(bytes)))
}
