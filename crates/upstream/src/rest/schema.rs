//! One schema of a description into JSON Schema 2020-12, without what is of no use to a caller.
//!
//! References are not followed here: each becomes one to `#/$defs`, and is told to the caller. What
//! is not what its keyword wants is left out, so that one slip of an author costs one check and not
//! the tool.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::rest::document::{Document, Version};
use crate::rest::error::Invalid;
use crate::transport::cut;

/// The longest description inside a schema.
const DESCRIPTION: usize = 1024;
/// The longest example that is kept.
const EXAMPLE: usize = 200;

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    /// To the API: properties that are `readOnly` are not sent.
    Input,
    /// From the API: properties that are `writeOnly` do not come.
    Output,
}

/// Gives each schema that is referred to its name under `$defs`.
pub(crate) trait Names {
    /// The name for what stands at this pointer.
    fn name(&mut self, pointer: &str) -> String;
}

/// Turns schemas of one document, for one direction, into 2020-12.
pub(crate) struct Converter<'a, N> {
    pub(crate) document: &'a Document,
    pub(crate) direction: Direction,
    pub(crate) names: &'a mut N,
}

impl<N: Names> Converter<'_, N> {
    /// The schema as it is sent to callers.
    pub(crate) fn convert(&mut self, schema: &Value) -> Result<Value, Invalid> {
        self.document.go_on()?;
        let Value::Object(given) = schema else {
            // `true` and `false` are schemas; what is no schema allows everything.
            return Ok(if schema.is_boolean() { schema.clone() } else { json!({}) });
        };
        let mut made = Map::new();
        if let Some(Value::String(reference)) = given.get("$ref") {
            if let Some((_, pointer)) = self.document.follow(reference)? {
                made.insert("$ref".into(), format!("#/$defs/{}", self.names.name(&pointer)).into());
            }
            if self.document.version == Version::V30 {
                // Its siblings are to be ignored there.
                return Ok(Value::Object(made));
            }
        }
        for (keyword, value) in given {
            self.keyword(keyword, value, &mut made)?;
        }
        self.leave_out_properties(given, &mut made)?;
        if self.document.version == Version::V30 {
            exclusive(given, &mut made, "minimum", "exclusiveMinimum");
            exclusive(given, &mut made, "maximum", "exclusiveMaximum");
            if given.get("nullable") == Some(&Value::Bool(true)) {
                return Ok(nullable(made));
            }
        }
        Ok(Value::Object(made))
    }

    fn keyword(
        &mut self,
        keyword: &str,
        value: &Value,
        made: &mut Map<String, Value>,
    ) -> Result<(), Invalid> {
        let kept = match keyword {
            "properties" | "patternProperties" | "dependentSchemas" => self.each_of_map(value)?,
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => self.each_of_list(value)?,
            "items" if value.is_array() => {
                if let Some(items) = self.each_of_list(value)? {
                    made.insert("prefixItems".into(), items);
                }
                None
            }
            "items"
            | "additionalProperties"
            | "not"
            | "if"
            | "then"
            | "else"
            | "contains"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties" => Some(self.convert(value)?),
            "type" => types(value),
            "example" => short(value).map(|example| json!([example])),
            "examples" => value.as_array().and_then(|_| short(value)),
            "description" => value.as_str().map(|text| Value::from(cut(text.trim(), DESCRIPTION))),
            _ if fits(keyword, value) => Some(value.clone()),
            _ => None,
        };
        if let Some(kept) = kept {
            let keyword = if keyword == "example" { "examples" } else { keyword };
            made.insert(keyword.to_owned(), kept);
        }
        Ok(())
    }

    fn each_of_map(&mut self, value: &Value) -> Result<Option<Value>, Invalid> {
        let Value::Object(schemas) = value else { return Ok(None) };
        let mut made = Map::new();
        for (name, schema) in schemas {
            made.insert(name.clone(), self.convert(schema)?);
        }
        Ok(Some(Value::Object(made)))
    }

    fn each_of_list(&mut self, value: &Value) -> Result<Option<Value>, Invalid> {
        let Value::Array(schemas) = value else { return Ok(None) };
        // An empty list of choices would allow nothing.
        if schemas.is_empty() {
            return Ok(None);
        }
        let made: Result<Vec<_>, _> = schemas.iter().map(|schema| self.convert(schema)).collect();
        made.map(|schemas| Some(Value::Array(schemas)))
    }

    /// Takes out the properties that do not go this way, and no longer requires them.
    fn leave_out_properties(
        &self,
        given: &Map<String, Value>,
        made: &mut Map<String, Value>,
    ) -> Result<(), Invalid> {
        let Some(Value::Object(properties)) = given.get("properties") else { return Ok(()) };
        let mut other_way: HashSet<&str> = HashSet::new();
        for (name, schema) in properties {
            if self.goes_the_other_way(schema)? {
                other_way.insert(name);
            }
        }
        if other_way.is_empty() {
            return Ok(());
        }
        if let Some(Value::Object(kept)) = made.get_mut("properties") {
            kept.retain(|name, _| !other_way.contains(name.as_str()));
        }
        if let Some(Value::Array(required)) = made.get_mut("required") {
            required.retain(|name| name.as_str().is_none_or(|name| !other_way.contains(name)));
            if required.is_empty() {
                made.shift_remove("required");
            }
        }
        Ok(())
    }

    fn goes_the_other_way(&self, schema: &Value) -> Result<bool, Invalid> {
        let flag = match self.direction {
            Direction::Input => "readOnly",
            Direction::Output => "writeOnly",
        };
        let says = |schema: &Value| schema.get(flag) == Some(&Value::Bool(true));
        Ok(says(schema) || self.document.resolve(schema)?.is_some_and(says))
    }
}

/// The types that there are, of a type or a list of types.
fn types(value: &Value) -> Option<Value> {
    const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "string", "integer"];
    let is_known = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    match value {
        Value::Array(list) if !list.is_empty() && list.iter().all(is_known) => Some(value.clone()),
        one if is_known(one) => Some(one.clone()),
        _ => None,
    }
}

/// Whether a keyword is one to keep, with a value that it can have.
fn fits(keyword: &str, value: &Value) -> bool {
    match keyword {
        "title" | "pattern" | "format" | "contentEncoding" | "contentMediaType" => {
            value.is_string()
        }
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties"
        | "minContains" | "maxContains" => value.is_u64(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
        "multipleOf" => value.as_f64().is_some_and(|number| number > 0.0),
        "uniqueItems" | "deprecated" => value.is_boolean(),
        "enum" => value.as_array().is_some_and(|list| !list.is_empty()),
        "required" => value
            .as_array()
            .is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string)),
        "dependentRequired" => value.as_object().is_some_and(|map| {
            map.values()
                .all(|list| list.as_array().is_some_and(|list| list.iter().all(Value::is_string)))
        }),
        "const" | "default" => true,
        _ => false,
    }
}

fn short(value: &Value) -> Option<Value> {
    (value.to_string().len() <= EXAMPLE).then(|| value.clone())
}

/// 3.0 says by a flag that a bound is not reached itself.
fn exclusive(given: &Map<String, Value>, made: &mut Map<String, Value>, bound: &str, flag: &str) {
    if given.get(flag) == Some(&Value::Bool(true))
        && let Some(limit) = made.shift_remove(bound)
    {
        made.insert(flag.to_owned(), limit);
    }
}

/// 3.0 says by a flag that a value may be null.
fn nullable(mut made: Map<String, Value>) -> Value {
    if let Some(Value::Array(values)) = made.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    match made.get("type") {
        Some(Value::String(own)) => {
            let both = json!([own, "null"]);
            made.insert("type".into(), both);
            Value::Object(made)
        }
        // A list of types has null in it, or was never 3.0.
        Some(_) => Value::Object(made),
        None if made.contains_key("allOf")
            || made.contains_key("anyOf")
            || made.contains_key("oneOf") =>
        {
            let description = made.shift_remove("description");
            let mut either = json!({"anyOf": [made, {"type": "null"}]});
            if let Some(description) = description {
                either["description"] = description;
            }
            either
        }
        // Without a type it may be null anyway.
        None => Value::Object(made),
    }
}
