//! What changed about a tool, in a few words. The names in them are a stranger's: cleaned, quoted and
//! cut.

use catalog::text;
use store::{Change, Property, PropertyChange, SchemaChange};

/// A tool that was never approved.
pub(crate) const NEW: &str = "new since its server was approved";

/// A tool of which is known only that it was approved as another.
pub(crate) const CHANGED: &str = "not as it was approved";

/// The most characters of all.
const MOST: usize = 240;

/// The most characters of a name.
const NAME: usize = 40;

/// Properties that are named.
const PROPERTIES: usize = 4;

/// What changed: `its description; parameter "path": was string, is array`.
pub(crate) fn of(change: &Change) -> String {
    let mut parts = Vec::new();
    if change.title {
        parts.push("its title".to_owned());
    }
    if change.description {
        parts.push("its description".to_owned());
    }
    parts.extend(
        change.input.as_ref().map(|schema| of_schema(schema, "parameter", "its arguments")),
    );
    parts.extend(change.output.as_ref().map(|schema| of_schema(schema, "answer", "its answer")));
    if !change.annotations.is_empty() {
        let names = change.annotations.iter().take(PROPERTIES).map(|name| quoted(name));
        let names: Vec<_> = names.collect();
        parts.push(format!("its hints {}", names.join(", ")));
    }
    match parts.is_empty() {
        true => CHANGED.to_owned(),
        false => text::line(&format!("changed: {}", parts.join("; ")), MOST),
    }
}

fn of_schema(schema: &SchemaChange, noun: &str, whole: &str) -> String {
    let named = schema.properties.iter().take(PROPERTIES);
    let mut parts: Vec<_> = named.map(|property| of_property(property, noun)).collect();
    if schema.properties.len() > PROPERTIES {
        parts.push(format!("{} more of {whole}", schema.properties.len() - PROPERTIES));
    }
    if schema.otherwise {
        parts.push(format!("the schema of {whole}"));
    }
    parts.join(", ")
}

fn of_property(property: &PropertyChange, noun: &str) -> String {
    let name = quoted(&property.name);
    let kind = |kind: &Option<String>| match kind {
        Some(kind) => text::line(kind, NAME),
        None => "any".to_owned(),
    };
    match &property.how {
        Property::Added => format!("{noun} {name} is new"),
        Property::Removed => format!("{noun} {name} is gone"),
        Property::Type(before, after) => {
            format!("{noun} {name} was {}, is {}", kind(before), kind(after))
        }
        Property::Required => format!("{noun} {name} is required"),
        Property::Optional => format!("{noun} {name} is optional"),
        Property::Description => format!("what {noun} {name} is described as"),
        Property::Otherwise => format!("{noun} {name}"),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", text::line(name, NAME))
}

#[cfg(test)]
mod tests;
