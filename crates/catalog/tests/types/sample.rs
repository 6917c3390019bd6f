//! Arguments made up from a schema. Not every schema is understood here: whoever uses one asks a
//! validator whether it fits.

use serde_json::{Map, Value, json};

/// The depth at which only what must be there is made.
const DEEP: usize = 5;

/// How much is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// What must be there.
    Least,
    /// Everything that is named.
    All,
}

/// A value of a schema.
pub fn of(schema: &Value, amount: Amount) -> Value {
    Maker { root: schema, amount }.value(schema, 0)
}

struct Maker<'a> {
    root: &'a Value,
    amount: Amount,
}

impl Maker<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        if depth > 4 * DEEP {
            return Value::Null;
        }
        if let Some(target) = schema["$ref"].as_str().and_then(|it| it.strip_prefix('#')) {
            return self.root.pointer(target).map_or(Value::Null, |it| self.value(it, depth + 1));
        }
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(options) = schema["enum"].as_array().filter(|options| !options.is_empty()) {
            let last = if self.amount == Amount::All { options.last() } else { options.first() };
            return last.cloned().unwrap_or_default();
        }
        let mut value = self.plain(schema, depth);
        for keyword in ["anyOf", "oneOf"] {
            let options = schema[keyword].as_array().filter(|options| !options.is_empty());
            let Some(options) = options else { continue };
            let option = if self.amount == Amount::All { options.last() } else { options.first() };
            merge(&mut value, self.value(option.unwrap_or(&Value::Null), depth + 1));
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            merge(&mut value, self.value(part, depth + 1));
        }
        value
    }

    /// From the keywords that describe the value by themselves.
    fn plain(&self, schema: &Value, depth: usize) -> Value {
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            Value::String(kind) => vec![kind.as_str()],
            _ if schema.get("properties").is_some() => vec!["object"],
            _ => Vec::new(),
        };
        let kind = if self.amount == Amount::All { kinds.last() } else { kinds.first() };
        match kind.copied() {
            Some("string") => json!("x".repeat(size(schema, "minLength").max(1))),
            Some("integer" | "number") => number(schema),
            Some("boolean") => json!(true),
            Some("array") => self.array(schema, depth),
            Some("object") => self.object(schema, depth),
            _ => Value::Null,
        }
    }

    fn array(&self, schema: &Value, depth: usize) -> Value {
        let tuple = schema["prefixItems"].as_array().or(schema["items"].as_array());
        if let Some(items) = tuple {
            return items.iter().map(|item| self.value(item, depth + 1)).collect();
        }
        let wanted = usize::from(self.amount == Amount::All && depth < DEEP);
        let count = size(schema, "minItems").max(wanted);
        let items = schema.get("items").unwrap_or(&Value::Null);
        (0..count.min(10)).map(|_| self.value(items, depth + 1)).collect()
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut members = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let is_wanted = self.amount == Amount::All && depth < DEEP;
            if is_wanted || required.contains(&name.as_str()) {
                members.insert(name.clone(), self.value(member, depth + 1));
            }
        }
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        if let Some(others) = others.filter(|_| members.is_empty() && self.amount == Amount::All) {
            members.insert("any-key".to_owned(), self.value(others, depth + 1));
        }
        Value::Object(members)
    }
}

fn size(schema: &Value, keyword: &str) -> usize {
    schema[keyword].as_u64().and_then(|size| usize::try_from(size).ok()).unwrap_or(0)
}

fn number(schema: &Value) -> Value {
    let least = schema["minimum"].as_i64().or(schema["exclusiveMinimum"].as_i64().map(|it| it + 1));
    let most = schema["maximum"].as_i64().or(schema["exclusiveMaximum"].as_i64().map(|it| it - 1));
    json!(least.or(most.map(|most| most.min(1))).unwrap_or(1))
}

/// Both at once: the members of objects, or what is more than nothing.
fn merge(value: &mut Value, more: Value) {
    match (value, more) {
        (Value::Object(members), Value::Object(more)) => members.extend(more),
        (_, Value::Null) => {}
        (value, more) => *value = more,
    }
}

/// JSON as Python writes it.
pub fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, of)| format!("{}: {}", json!(name), python(of)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
