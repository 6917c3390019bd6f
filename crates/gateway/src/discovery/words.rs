//! What changed about a tool, in a few words. The names in them are a stranger's: cleaned, quoted and
//! cut.

use catalog::text;
use store::{Change, Definition, Property, PropertyChange, SchemaChange};

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

/// The types of JSON, of which schemas speak.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];

/// What changed: `its description; parameter "path": was string, is array`.
pub(crate) fn of(change: &Change) -> String {
    told(change, None)
}

/// The same of a tool whose new words are withheld: names that the approved definition has, and
/// types of JSON. What is new is counted.
pub(crate) fn withholding(change: &Change, approved: &Definition) -> String {
    told(change, Some(approved))
}

fn told(change: &Change, approved: Option<&Definition>) -> String {
    let mut parts = Vec::new();
    if change.title {
        parts.push("its title".to_owned());
    }
    if change.description {
        parts.push("its description".to_owned());
    }
    let withheld = approved.is_some();
    let input = change.input.as_ref();
    parts.extend(input.map(|schema| of_schema(schema, "parameter", "its arguments", withheld)));
    let output = change.output.as_ref();
    parts.extend(output.map(|schema| of_schema(schema, "answer", "its answer", withheld)));
    parts.extend(of_hints(&change.annotations, approved));
    match parts.is_empty() {
        true => CHANGED.to_owned(),
        false => text::line(&format!("changed: {}", parts.join("; ")), MOST),
    }
}

fn of_hints(names: &[String], approved: Option<&Definition>) -> Option<String> {
    let had = |name: &&String| {
        let hints =
            |approved: &Definition| approved.annotations.as_ref()?.get(name.as_str()).cloned();
        approved.is_none_or(|approved| hints(approved).is_some())
    };
    let named = names.iter().filter(had).take(PROPERTIES).map(|name| quoted(name));
    let named: Vec<_> = named.collect();
    match (names.is_empty(), named.is_empty()) {
        (true, _) => None,
        (false, true) => Some("its hints".to_owned()),
        (false, false) => Some(format!("its hints {}", named.join(", "))),
    }
}

fn of_schema(schema: &SchemaChange, noun: &str, whole: &str, withheld: bool) -> String {
    let may = |property: &&PropertyChange| !withheld || property.how != Property::Added;
    let named: Vec<_> = schema.properties.iter().filter(may).collect();
    let shown = named.iter().take(PROPERTIES);
    let mut parts: Vec<_> = shown.map(|property| of_property(property, noun, withheld)).collect();
    if named.len() > PROPERTIES {
        parts.push(format!("{} more of {whole}", named.len() - PROPERTIES));
    }
    let unnamed = schema.properties.len() - named.len();
    if unnamed > 0 {
        parts.push(format!("{unnamed} new in {whole}"));
    }
    if schema.otherwise {
        parts.push(format!("the schema of {whole}"));
    }
    parts.join(", ")
}

fn of_property(property: &PropertyChange, noun: &str, withheld: bool) -> String {
    let name = quoted(&property.name);
    let kind = |kind: &Option<String>| match kind {
        Some(kind) if withheld && !kind.split('|').all(|kind| TYPES.contains(&kind)) => {
            "something else".to_owned()
        }
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
