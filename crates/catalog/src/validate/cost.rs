//! How much work a check could be, found by walking schema and arguments together without
//! checking anything. It stops what a validator itself would not: references that go in circles
//! on the same value, and alternatives that multiply at every depth.

use serde_json::{Map, Value};

/// Steps a check may take; real schemas and arguments stay in the thousands.
const MAX_STEPS: u32 = 200_000;

/// Subschemas that may apply to one value through references and alternatives alone.
const MAX_IN_PLACE: u32 = 64;

/// Values and subschemas a schema may consist of, and how deep it may nest.
const MAX_SCHEMA_NODES: u32 = 50_000;
const MAX_SCHEMA_DEPTH: u32 = 128;

/// Keywords whose subschema, or list or map of subschemas, applies to the value itself.
const ONE_IN_PLACE: [&str; 4] = ["not", "if", "then", "else"];
const LIST_IN_PLACE: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const MAP_IN_PLACE: [&str; 2] = ["dependentSchemas", "dependencies"];

/// Keywords whose subschema applies to each member or item of the value.
const PER_MEMBER: [&str; 3] = ["additionalProperties", "unevaluatedProperties", "propertyNames"];
const PER_ITEM: [&str; 4] = ["items", "additionalItems", "unevaluatedItems", "contains"];

/// Whether checking `arguments` against `schema` is known to end soon.
pub(super) fn is_bounded(schema: &Value, arguments: &Value) -> bool {
    let mut walk = Walk { root: schema, steps: 0 };
    walk.value(schema, arguments, 0).is_some()
}

/// Whether a schema is small enough to hand to the compiler, and is one resource: inside a nested
/// one, references would lead elsewhere than the walk above follows them.
pub(super) fn is_compilable(schema: &Value) -> bool {
    let mut nodes = 0;
    fits(schema, 0, &mut nodes)
}

/// The subschema a local reference (`#`, `#/$defs/x`) leads to.
pub(crate) fn resolve<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    let pointer = reference.strip_prefix('#')?;
    if pointer.is_empty() || !pointer.contains('%') {
        return root.pointer(pointer);
    }
    root.pointer(&percent_decoded(pointer)?)
}

struct Walk<'a> {
    root: &'a Value,
    steps: u32,
}

impl Walk<'_> {
    /// Counts the work of one schema on one value; `None` when it is too much to know.
    fn value(&mut self, schema: &Value, value: &Value, in_place: u32) -> Option<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS || in_place > MAX_IN_PLACE {
            return None;
        }
        let Some(schema) = schema.as_object() else { return Some(()) };
        if let Some(reference) = schema.get("$ref") {
            let target = resolve(self.root, reference.as_str()?)?;
            self.value(target, value, in_place + 1)?;
        }
        if schema.contains_key("$dynamicRef") || schema.contains_key("$recursiveRef") {
            return None;
        }
        for keyword in ONE_IN_PLACE {
            if let Some(subschema) = schema.get(keyword) {
                self.value(subschema, value, in_place + 1)?;
            }
        }
        for keyword in LIST_IN_PLACE {
            for subschema in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.value(subschema, value, in_place + 1)?;
            }
        }
        for keyword in MAP_IN_PLACE {
            for subschema in schema.get(keyword).and_then(Value::as_object).into_iter().flatten() {
                self.value(subschema.1, value, in_place + 1)?;
            }
        }
        match value {
            Value::Object(members) => self.members(schema, members),
            Value::Array(items) => self.items(schema, items),
            _ => Some(()),
        }
    }

    fn members(&mut self, schema: &Map<String, Value>, members: &Map<String, Value>) -> Option<()> {
        let properties = schema.get("properties").and_then(Value::as_object);
        let patterns = schema.get("patternProperties").and_then(Value::as_object);
        for (name, member) in members {
            if let Some(subschema) = properties.and_then(|properties| properties.get(name)) {
                self.value(subschema, member, 0)?;
            }
            for (_, subschema) in patterns.into_iter().flatten() {
                self.value(subschema, member, 0)?;
            }
            for subschema in PER_MEMBER.iter().filter_map(|keyword| schema.get(*keyword)) {
                self.value(subschema, member, 0)?;
            }
        }
        Some(())
    }

    fn items(&mut self, schema: &Map<String, Value>, items: &[Value]) -> Option<()> {
        for (number, item) in items.iter().enumerate() {
            let tuple = schema.get("prefixItems").or_else(|| schema.get("items"));
            let place = tuple.and_then(Value::as_array).and_then(|tuple| tuple.get(number));
            if let Some(subschema) = place {
                self.value(subschema, item, 0)?;
            }
            for subschema in PER_ITEM.iter().filter_map(|keyword| schema.get(*keyword)) {
                self.value(subschema, item, 0)?;
            }
        }
        Some(())
    }
}

fn fits(value: &Value, depth: u32, nodes: &mut u32) -> bool {
    *nodes += 1;
    if *nodes > MAX_SCHEMA_NODES || depth > MAX_SCHEMA_DEPTH {
        return false;
    }
    match value {
        Value::Object(members) if depth > 0 && is_resource(members) => false,
        Value::Object(members) => members.values().all(|member| fits(member, depth + 1, nodes)),
        Value::Array(items) => items.iter().all(|item| fits(item, depth + 1, nodes)),
        _ => true,
    }
}

fn is_resource(schema: &Map<String, Value>) -> bool {
    schema.get("$id").is_some_and(Value::is_string)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let [high, low, tail @ ..] = rest else { return None };
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
        rest = tail;
    }
    String::from_utf8(bytes).ok()
}
