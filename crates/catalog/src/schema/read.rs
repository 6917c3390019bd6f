//! Reading a JSON Schema into a [`Type`]: draft-07, 2020-12 and what lies between. Every schema yields
//! one: what is not understood, refused, too deep or too much becomes `unknown`.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{
    Member, Names, Object, Primitive, Tuple, Type,
    combine::{intersection, union},
    locate::{Found, locate},
    words,
};
use crate::text;

/// Types one schema may be read into.
const MAX_TYPES: usize = 4_000;

/// Schemas within one another, at any depth of the type.
const MAX_NESTING: usize = 64;

/// References followed one after another without anything between them.
const MAX_CHAIN: usize = 16;

/// Alternatives of one union that are kept; a longer enumeration becomes its base type.
const MAX_ALTERNATIVES: usize = 64;

/// Parts of one `allOf` that are read.
const MAX_PARTS: usize = 64;

/// The most of a refused reference that is shown, in characters.
const MAX_REFERENCE: usize = 120;

/// Keywords that say what a value is, beside a reference.
const TYPED: [&str; 13] = [
    "type",
    "enum",
    "const",
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "items",
    "prefixItems",
    "anyOf",
    "oneOf",
    "allOf",
    "nullable",
];

/// What becomes of a local reference.
pub(crate) enum References {
    /// Its target is read in its place.
    Inline,
    /// It becomes a name, and its target is declared under it.
    Named(Names),
    /// The same, but where several types hold at once the target is read in its place.
    NamedAlone(Names),
}

/// How a schema is read.
pub(crate) struct Reader<'a> {
    root: &'a Value,
    references: References,
    max_depth: usize,
    max_members: usize,
    left: usize,
    nesting: usize,
    /// How many references were not followed.
    refused: usize,
    last_refused: String,
}

impl<'a> Reader<'a> {
    /// A reader of schemas within `root`.
    pub(crate) fn new(
        root: &'a Value,
        references: References,
        max_depth: usize,
        max_members: usize,
    ) -> Self {
        Self {
            root,
            references,
            max_depth,
            max_members,
            left: MAX_TYPES,
            nesting: 0,
            refused: 0,
            last_refused: String::new(),
        }
    }

    /// The names taken so far.
    pub(crate) fn into_names(self) -> Names {
        match self.references {
            References::Inline => Names::reserving([]),
            References::Named(names) | References::NamedAlone(names) => names,
        }
    }

    /// The next referenced type to declare: its name and its schema.
    pub(crate) fn next_pending(&mut self) -> Option<(String, &'a Value)> {
        let (References::Named(names) | References::NamedAlone(names)) = &mut self.references
        else {
            return None;
        };
        let (name, reference) = names.next_pending()?;
        match locate(self.root, &reference) {
            Found::Here(target) => Some((name, target)),
            Found::Nowhere | Found::Elsewhere => Some((name, &Value::Null)),
        }
    }

    /// Reads a schema, and tells which reference in it was not followed, if one was not.
    pub(crate) fn read_with_refusal(
        &mut self,
        schema: &Value,
        depth: usize,
    ) -> (Type, Option<String>) {
        let before = self.refused;
        let of = self.read(schema, depth);
        let note = (self.refused > before).then(|| {
            self.refused = before;
            format!("@see {} (not followed)", self.last_refused)
        });
        (of, note)
    }

    /// The type a schema describes.
    pub(crate) fn read(&mut self, schema: &Value, depth: usize) -> Type {
        self.nested(|reader| reader.read_here(schema, depth, false))
    }

    /// The same for one of several types that hold at once.
    fn read_part(&mut self, schema: &Value, depth: usize) -> Type {
        self.nested(|reader| reader.read_here(schema, depth, true))
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Type) -> Type {
        if self.left == 0 || self.nesting == MAX_NESTING {
            return Type::Unknown;
        }
        self.left -= 1;
        self.nesting += 1;
        let of = read(self);
        self.nesting -= 1;
        of
    }

    fn read_here(&mut self, schema: &Value, depth: usize, is_part: bool) -> Type {
        let schema = match schema {
            Value::Bool(false) => return Type::Never,
            Value::Object(schema) => schema,
            _ => return Type::Unknown,
        };
        let reference = ["$ref", "$dynamicRef", "$recursiveRef"]
            .iter()
            .find_map(|keyword| schema.get(*keyword).and_then(Value::as_str));
        let Some(reference) = reference else { return self.described(schema, depth, is_part) };
        // Draft-07 has no keywords beside a reference.
        if self.is_old() || !TYPED.iter().any(|keyword| schema.contains_key(*keyword)) {
            return self.reference(reference, depth, is_part);
        }
        let target = self.reference(reference, depth, true);
        let described = self.described(schema, depth, true);
        intersection(vec![target, described])
    }

    fn is_old(&self) -> bool {
        let draft = self.root.get("$schema").and_then(Value::as_str).unwrap_or_default();
        ["draft-04", "draft-06", "draft-07"].iter().any(|old| draft.contains(old))
    }

    /// The type from everything but references.
    fn described(&mut self, schema: &Map<String, Value>, depth: usize, is_part: bool) -> Type {
        let several = |keyword: &str| schema.get(keyword).and_then(Value::as_array);
        let parts_of = several("allOf").map_or(&[][..], Vec::as_slice);
        let base = self.base(schema, depth);
        let unions = ["anyOf", "oneOf"].into_iter().filter_map(several).filter(|it| !it.is_empty());
        let unions: Vec<_> = unions.collect();
        let is_part = is_part || base.iter().count() + unions.len() + parts_of.len() > 1;
        let mut parts: Vec<Type> = base.into_iter().collect();
        for options in unions {
            parts.push(self.union(options, depth, is_part));
        }
        for part in parts_of.iter().take(MAX_PARTS) {
            let part = if is_part { self.read_part(part, depth) } else { self.read(part, depth) };
            parts.push(part);
        }
        let read = intersection(parts);
        match schema.get("nullable") {
            Some(Value::Bool(true)) => union(vec![read, Type::Primitive(Primitive::Null)]),
            _ => read,
        }
    }

    fn reference(&mut self, reference: &str, depth: usize, is_part: bool) -> Type {
        let mut reference = reference.to_owned();
        for _ in 0..MAX_CHAIN {
            let target = match locate(self.root, &reference) {
                Found::Here(target) => target,
                Found::Nowhere => return Type::Unknown,
                Found::Elsewhere => {
                    self.refused += 1;
                    self.last_refused = text::line(&reference, MAX_REFERENCE);
                    return Type::Unknown;
                }
            };
            let says_more = TYPED.iter().any(|keyword| target.get(*keyword).is_some());
            let next = target.get("$ref").and_then(Value::as_str);
            if let Some(next) = next.filter(|_| self.is_old() || !says_more) {
                next.clone_into(&mut reference);
                continue;
            }
            return match &mut self.references {
                References::Named(names) => Type::Named(names.of(&reference)),
                References::NamedAlone(names) if !is_part => Type::Named(names.of(&reference)),
                References::NamedAlone(_) => self.read_part(target, depth),
                References::Inline if depth >= self.max_depth => shallow(target),
                References::Inline => self.read(target, depth + 1),
            };
        }
        Type::Unknown
    }

    /// The type from the keywords that describe the value by themselves.
    fn base(&mut self, schema: &Map<String, Value>, depth: usize) -> Option<Type> {
        if let Some(constant) = schema.get("const") {
            return Some(words::literal(constant));
        }
        if let Some(options) = schema.get("enum").and_then(Value::as_array) {
            return Some(enumeration(options));
        }
        match schema.get("type") {
            Some(Value::String(name)) => Some(self.of_type(name, schema, depth)),
            Some(Value::Array(names)) if !names.is_empty() => {
                let names = names.iter().filter_map(Value::as_str).take(MAX_ALTERNATIVES);
                Some(union(names.map(|name| self.of_type(name, schema, depth)).collect()))
            }
            _ if is_object(schema) => Some(self.object(schema, depth)),
            _ if schema.contains_key("items") || schema.contains_key("prefixItems") => {
                Some(self.array(schema, depth))
            }
            _ => None,
        }
    }

    fn of_type(&mut self, name: &str, schema: &Map<String, Value>, depth: usize) -> Type {
        match name {
            "string" => Type::Primitive(Primitive::Text),
            "number" => Type::Primitive(Primitive::Number),
            "integer" => Type::Primitive(Primitive::Integer),
            "boolean" => Type::Primitive(Primitive::Boolean),
            "null" => Type::Primitive(Primitive::Null),
            "array" => self.array(schema, depth),
            "object" => self.object(schema, depth),
            _ => Type::Unknown,
        }
    }

    fn array(&mut self, schema: &Map<String, Value>, depth: usize) -> Type {
        if depth >= self.max_depth {
            return Type::Array(Box::new(Type::Unknown));
        }
        let tuple = schema.get("prefixItems").or_else(|| schema.get("items"));
        if let Some(items) = tuple.and_then(Value::as_array) {
            return self.tuple(items, schema, depth);
        }
        let item = schema.get("items").map_or(Type::Unknown, |items| self.read(items, depth + 1));
        Type::Array(Box::new(item))
    }

    fn tuple(&mut self, items: &[Value], schema: &Map<String, Value>, depth: usize) -> Type {
        let after = if schema.contains_key("prefixItems") { "items" } else { "additionalItems" };
        let rest = schema.get(after).filter(|rest| rest.is_object());
        let minimum = schema.get("minItems").and_then(Value::as_u64);
        let read = |item| self.read(item, depth + 1);
        let types: Vec<Type> = items.iter().take(MAX_ALTERNATIVES).map(read).collect();
        let required = minimum.map_or(types.len(), |minimum| {
            usize::try_from(minimum).unwrap_or(usize::MAX).min(types.len())
        });
        let rest = rest.map(|rest| Box::new(Type::Array(Box::new(self.read(rest, depth + 1)))));
        let cut = || Some(Box::new(Type::Array(Box::new(Type::Unknown))));
        let rest = if items.len() > types.len() { cut() } else { rest };
        Type::Tuple(Tuple { items: types, required, rest })
    }

    fn object(&mut self, schema: &Map<String, Value>, depth: usize) -> Type {
        if depth >= self.max_depth {
            return Type::Object(Object::default());
        }
        let listed = schema.get("required").and_then(Value::as_array);
        let required: Vec<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
        let is_required: HashSet<&str> = required.iter().copied().collect();
        let mut object = Object::default();
        let named = schema.get("properties").and_then(Value::as_object);
        for (name, property) in named.into_iter().flatten() {
            if object.members.len() >= self.max_members || self.left == 0 {
                object.left_out += 1;
                continue;
            }
            let optional = !is_required.contains(name.as_str());
            let mut doc = words::of_member(property);
            let (of, note) = self.read_with_refusal(property, depth + 1);
            doc.tags.extend(note);
            object.members.push(Member { name: name.clone(), optional, of, doc });
        }
        let mut unlisted: HashSet<&str> = HashSet::new();
        for name in required {
            let known = named.is_some_and(|named| named.contains_key(name));
            if !known && object.members.len() < self.max_members && unlisted.insert(name) {
                object.members.push(Member::unknown(name));
            }
        }
        self.others(schema, depth, &mut object);
        Type::Object(object)
    }

    fn others(&mut self, schema: &Map<String, Value>, depth: usize, object: &mut Object) {
        let mut others = Vec::new();
        let patterns = schema.get("patternProperties").and_then(Value::as_object);
        for of in patterns.into_iter().flat_map(Map::values).take(MAX_ALTERNATIVES) {
            others.push(self.read(of, depth + 1));
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => object.closed = others.is_empty(),
            Some(of) => others.push(self.read(of, depth + 1)),
            None => {}
        }
        if !others.is_empty() {
            object.others = Some(Box::new(union(others)));
        }
    }

    fn union(&mut self, options: &[Value], depth: usize, is_part: bool) -> Type {
        if options.len() > MAX_ALTERNATIVES {
            return Type::Unknown;
        }
        let read = |option| match is_part {
            true => self.read_part(option, depth),
            false => self.read(option, depth),
        };
        union(options.iter().map(read).collect())
    }
}

fn enumeration(options: &[Value]) -> Type {
    match options.len() {
        // Nothing would be allowed, which nobody means.
        0 => Type::Unknown,
        1..=MAX_ALTERNATIVES => union(options.iter().map(words::literal).collect()),
        _ => {
            let mut kinds: Vec<Type> = Vec::new();
            for kind in options.iter().map(words::widened) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            union(kinds)
        }
    }
}

/// A reference's target without looking inside it.
fn shallow(target: &Value) -> Type {
    let Some(schema) = target.as_object() else { return Type::Unknown };
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => Type::Primitive(Primitive::Text),
        Some("number") => Type::Primitive(Primitive::Number),
        Some("integer") => Type::Primitive(Primitive::Integer),
        Some("boolean") => Type::Primitive(Primitive::Boolean),
        Some("array") => Type::Array(Box::new(Type::Unknown)),
        _ if is_object(schema) => Type::Object(Object::default()),
        _ => Type::Unknown,
    }
}

fn is_object(schema: &Map<String, Value>) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
        || ["properties", "additionalProperties", "patternProperties", "required"]
            .iter()
            .any(|keyword| schema.contains_key(*keyword))
}
