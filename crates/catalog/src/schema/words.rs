//! What a schema says in words, and its values as literals.

use serde_json::Value;

use super::{Doc, MAX_LITERAL, Object, Primitive, Type};
use crate::text;

/// What a schema says about a member in words.
pub(super) fn of_member(schema: &Value) -> Doc {
    let words = schema.get("description").or_else(|| schema.get("title")).and_then(Value::as_str);
    let mut tags = Vec::new();
    for keyword in ["default", "format", "minimum", "maximum"] {
        if let Some(value) = schema.get(keyword).filter(|value| !value.is_null()) {
            let shown = match value {
                Value::String(text) if keyword == "format" => text.clone(),
                other if size(other) <= MAX_LITERAL => other.to_string(),
                _ => continue,
            };
            if shown.chars().count() <= MAX_LITERAL {
                tags.push(format!("@{keyword} {shown}"));
            }
        }
    }
    if schema.get("deprecated") == Some(&Value::Bool(true)) {
        tags.push("@deprecated".to_owned());
    }
    Doc { description: words.unwrap_or_default().to_owned(), tags }
}

/// What a schema says about itself in words.
pub(super) fn of_type(schema: &Value) -> Doc {
    let words = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    Doc { description: words.to_owned(), tags: Vec::new() }
}

/// At least the length of a value's JSON, looked at no further than it matters.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.len().max(items.iter().take(MAX_LITERAL).map(size).sum()),
        Value::Object(members) => {
            members.len().max(members.values().take(MAX_LITERAL).map(size).sum())
        }
        _ => 1,
    }
}

/// A value as the type that only it has, or its type where it cannot be written.
pub(super) fn literal(value: &Value) -> Type {
    match value {
        Value::Null => Type::Primitive(Primitive::Null),
        Value::Bool(_) | Value::Number(_) => Type::Literal(value.to_string()),
        Value::String(text) if text.chars().count() <= MAX_LITERAL => {
            Type::Literal(text::quoted(text))
        }
        other => widened(other),
    }
}

/// The type of a value.
pub(super) fn widened(value: &Value) -> Type {
    match value {
        Value::Null => Type::Primitive(Primitive::Null),
        Value::Bool(_) => Type::Primitive(Primitive::Boolean),
        Value::Number(number) if number.is_f64() => Type::Primitive(Primitive::Number),
        Value::Number(_) => Type::Primitive(Primitive::Integer),
        Value::String(_) => Type::Primitive(Primitive::Text),
        Value::Array(_) => Type::Array(Box::new(Type::Unknown)),
        Value::Object(_) => Type::Object(Object::default()),
    }
}
