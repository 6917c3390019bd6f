//! What differs between two definitions of a tool. The names in it are the server's own words.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Definition;

/// What differs between two definitions of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// Its title.
    pub title: bool,
    /// Its description.
    pub description: bool,
    /// The schema of its arguments.
    pub input: Option<SchemaChange>,
    /// The schema of its answer.
    pub output: Option<SchemaChange>,
    /// The hints that differ, by name.
    pub annotations: Vec<String>,
}

/// What differs between two schemas.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SchemaChange {
    /// The properties that differ, in name order.
    pub properties: Vec<PropertyChange>,
    /// Whether anything differs beside its properties.
    pub otherwise: bool,
}

/// A property that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyChange {
    /// Its name.
    pub name: String,
    /// How.
    pub how: Property,
}

/// How a property differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Property {
    /// It was not there.
    Added,
    /// It is not there any more.
    Removed,
    /// It is of another type; each as the schema says it, when it does.
    Type(Option<String>, Option<String>),
    /// It may no longer be left out.
    Required,
    /// It may be left out now.
    Optional,
    /// It says something else about itself.
    Description,
    /// It differs in something else.
    Otherwise,
}

/// What differs; a change without anything in it when nothing does.
pub fn compare(before: &Definition, after: &Definition) -> Change {
    let schema = |before: Option<&Value>, after: Option<&Value>| match (before, after) {
        (None, None) => None,
        (Some(before), Some(after)) => (before != after).then(|| compare_schemas(before, after)),
        _ => Some(SchemaChange { otherwise: true, ..SchemaChange::default() }),
    };
    let hints = (before.annotations.as_deref(), after.annotations.as_deref());
    Change {
        title: before.title != after.title,
        description: before.description != after.description,
        input: schema(Some(&before.input_schema), Some(&after.input_schema)),
        output: schema(before.output_schema.as_deref(), after.output_schema.as_deref()),
        annotations: members(hints.0, hints.1)
            .into_iter()
            .filter(|name| member(hints.0, name) != member(hints.1, name))
            .map(str::to_owned)
            .collect(),
    }
}

fn compare_schemas(before: &Value, after: &Value) -> SchemaChange {
    let (old, new) = (before.get("properties"), after.get("properties"));
    let mut properties = Vec::new();
    for name in members(old, new) {
        let required = (requires(before, name), requires(after, name));
        let how = match (member(old, name), member(new, name)) {
            (None, _) => Property::Added,
            (_, None) => Property::Removed,
            (Some(old), Some(new)) if old != new => how(old, new),
            _ if required == (false, true) => Property::Required,
            _ if required == (true, false) => Property::Optional,
            _ => continue,
        };
        properties.push(PropertyChange { name: name.to_owned(), how });
    }
    let rest = |schema: &Value| match schema {
        Value::Object(members) => {
            let mut rest = members.clone();
            rest.remove("properties");
            rest.remove("required");
            Value::Object(rest)
        }
        other => other.clone(),
    };
    // What is required of properties that nobody describes is a difference, too.
    let otherwise = properties.is_empty() || rest(before) != rest(after);
    SchemaChange { properties, otherwise }
}

fn how(old: &Value, new: &Value) -> Property {
    let kind = |schema: &Value| schema.get("type").map(type_words);
    if kind(old) != kind(new) {
        return Property::Type(kind(old), kind(new));
    }
    let described = |schema: &Value| {
        let mut schema = schema.clone();
        let description = schema.as_object_mut().and_then(|members| members.remove("description"));
        (schema, description)
    };
    let ((old, old_words), (new, new_words)) = (described(old), described(new));
    match old == new && old_words != new_words {
        true => Property::Description,
        false => Property::Otherwise,
    }
}

fn type_words(kind: &Value) -> String {
    match kind {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            let kinds: Vec<_> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join("|")
        }
        other => other.to_string(),
    }
}

fn requires(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|names| names.iter().any(|required| required == name))
}

/// The names of the members of both, in order.
fn members<'a>(one: Option<&'a Value>, two: Option<&'a Value>) -> BTreeSet<&'a str> {
    let objects = [one, two].into_iter().flatten().filter_map(Value::as_object);
    objects.flat_map(|members| members.keys().map(String::as_str)).collect()
}

fn member<'a>(object: Option<&'a Value>, name: &str) -> Option<&'a Value> {
    object?.get(name)
}

#[cfg(test)]
mod tests;
