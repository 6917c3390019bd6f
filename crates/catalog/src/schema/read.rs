//! Reading a JSON Schema into a [`Type`]. Every schema yields one: what is not understood, too
//! deep or too much becomes `unknown`.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value};

use super::{Doc, Member, Object, Primitive, Tuple, Type};
use crate::{text, validate::resolve};

/// Types one schema may be read into.
const MAX_TYPES: usize = 4_000;

/// References followed one after another without anything between them.
const MAX_CHAIN: usize = 16;

/// Alternatives of one union that are kept; a longer enumeration becomes its base type.
const MAX_ALTERNATIVES: usize = 64;

/// The longest literal and default that is shown, in characters.
const MAX_LITERAL: usize = 80;

/// What becomes of a local reference.
pub(crate) enum References {
    /// Its target is read in its place.
    Inline,
    /// It becomes a name, and its target is declared under it.
    Named(Names),
}

/// The names of referenced types, and those that are still to be declared.
#[derive(Default)]
pub(crate) struct Names {
    taken: HashMap<String, usize>,
    by_reference: HashMap<String, String>,
    pending: VecDeque<(String, String)>,
}

/// How a schema is read.
pub(crate) struct Reader<'a> {
    root: &'a Value,
    references: References,
    max_depth: usize,
    max_members: usize,
    left: usize,
}

impl<'a> Reader<'a> {
    /// A reader of schemas within `root`.
    pub(crate) fn new(
        root: &'a Value,
        references: References,
        max_depth: usize,
        max_members: usize,
    ) -> Self {
        Self { root, references, max_depth, max_members, left: MAX_TYPES }
    }

    /// The names taken so far, for a reader of another schema.
    pub(crate) fn into_names(self) -> Names {
        match self.references {
            References::Inline => Names::default(),
            References::Named(names) => Names { taken: names.taken, ..Names::default() },
        }
    }

    /// A name like this one for a type that has none.
    pub(crate) fn name(&mut self, base: String) -> String {
        match &mut self.references {
            References::Named(names) => names.take(base),
            References::Inline => base,
        }
    }

    /// The next referenced type to declare: its name and its schema.
    pub(crate) fn next_pending(&mut self) -> Option<(String, &'a Value)> {
        let References::Named(names) = &mut self.references else { return None };
        let (name, reference) = names.pending.pop_front()?;
        Some((name, resolve(self.root, &reference)?))
    }

    /// The type a schema describes.
    pub(crate) fn read(&mut self, schema: &Value, depth: usize) -> Type {
        if self.left == 0 {
            return Type::Unknown;
        }
        self.left -= 1;
        let schema = match schema {
            Value::Bool(false) => return Type::Never,
            Value::Object(schema) => schema,
            _ => return Type::Unknown,
        };
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.reference(reference, depth);
        }
        let mut parts = Vec::new();
        if let Some(base) = self.base(schema, depth) {
            parts.push(base);
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(options) = schema.get(keyword).and_then(Value::as_array) {
                parts.push(self.union(options, depth));
            }
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            parts.push(self.read(part, depth));
        }
        let read = intersection(parts);
        match schema.get("nullable") {
            Some(Value::Bool(true)) => union(vec![read, Type::Primitive(Primitive::Null)]),
            _ => read,
        }
    }

    fn reference(&mut self, reference: &str, depth: usize) -> Type {
        let mut reference = reference.to_owned();
        for _ in 0..MAX_CHAIN {
            let Some(target) = resolve(self.root, &reference) else { return Type::Unknown };
            let next = target.get("$ref").and_then(Value::as_str);
            if let Some(next) = next {
                next.clone_into(&mut reference);
                continue;
            }
            return match &mut self.references {
                References::Named(names) => Type::Named(names.of(&reference)),
                References::Inline if depth >= self.max_depth => shallow(target),
                References::Inline => self.read(target, depth + 1),
            };
        }
        Type::Unknown
    }

    /// The type from the keywords that describe the value by themselves.
    fn base(&mut self, schema: &Map<String, Value>, depth: usize) -> Option<Type> {
        if let Some(constant) = schema.get("const") {
            return Some(literal(constant));
        }
        if let Some(options) = schema.get("enum").and_then(Value::as_array) {
            return Some(enumeration(options));
        }
        match schema.get("type") {
            Some(Value::String(name)) => Some(self.of_type(name, schema, depth)),
            Some(Value::Array(names)) => {
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
            let after =
                if schema.contains_key("prefixItems") { "items" } else { "additionalItems" };
            let rest = schema.get(after).filter(|rest| rest.is_object());
            let minimum = schema.get("minItems").and_then(Value::as_u64);
            let items: Vec<Type> = items
                .iter()
                .take(MAX_ALTERNATIVES)
                .map(|item| self.read(item, depth + 1))
                .collect();
            let required = minimum.map_or(items.len(), |minimum| {
                usize::try_from(minimum).unwrap_or(usize::MAX).min(items.len())
            });
            let rest = rest.map(|rest| Box::new(Type::Array(Box::new(self.read(rest, depth + 1)))));
            return Type::Tuple(Tuple { items, required, rest });
        }
        let item = schema.get("items").map_or(Type::Unknown, |items| self.read(items, depth + 1));
        Type::Array(Box::new(item))
    }

    fn object(&mut self, schema: &Map<String, Value>, depth: usize) -> Type {
        if depth >= self.max_depth {
            return Type::Object(Object::default());
        }
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut object = Object::default();
        let named = schema.get("properties").and_then(Value::as_object);
        for (name, property) in named.into_iter().flatten() {
            if object.members.len() >= self.max_members || self.left == 0 {
                object.left_out += 1;
                continue;
            }
            let optional = !required.contains(&name.as_str());
            let of = self.read(property, depth + 1);
            object.members.push(Member { name: name.clone(), optional, of, doc: doc(property) });
        }
        for name in required {
            let known = named.is_some_and(|named| named.contains_key(name))
                || object.members.iter().any(|member| member.name == name);
            if !known && object.members.len() < self.max_members {
                let of = Type::Unknown;
                let doc = Doc::default();
                object.members.push(Member { name: name.to_owned(), optional: false, of, doc });
            }
        }
        self.others(schema, depth, &mut object);
        Type::Object(object)
    }

    fn others(&mut self, schema: &Map<String, Value>, depth: usize, object: &mut Object) {
        let mut others = Vec::new();
        for (_, of) in
            schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten()
        {
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

    fn union(&mut self, options: &[Value], depth: usize) -> Type {
        if options.len() > MAX_ALTERNATIVES {
            return Type::Unknown;
        }
        union(options.iter().map(|option| self.read(option, depth)).collect())
    }
}

impl Names {
    /// Names that must not be given to anything else.
    pub(crate) fn reserving(names: &[&str], built_in: &[&str]) -> Self {
        let reserved = names.iter().chain(built_in);
        Self { taken: reserved.map(|name| ((*name).to_owned(), 1)).collect(), ..Self::default() }
    }

    /// Gives the root schema the name of the declaration it is read for.
    pub(crate) fn name_root(mut self, name: &str) -> Self {
        self.by_reference.insert("#".to_owned(), name.to_owned());
        self
    }

    fn of(&mut self, reference: &str) -> String {
        if let Some(name) = self.by_reference.get(reference) {
            return name.clone();
        }
        let last = reference.rsplit('/').next().unwrap_or_default();
        let name = self.take(match type_name(last) {
            name if name.is_empty() => "Root".to_owned(),
            name => name,
        });
        self.by_reference.insert(reference.to_owned(), name.clone());
        self.pending.push_back((name.clone(), reference.to_owned()));
        name
    }

    /// A name like this one that nothing else has.
    pub(crate) fn take(&mut self, base: String) -> String {
        let count = self.taken.entry(base.clone()).or_default();
        *count += 1;
        let mut name = if *count == 1 { base.clone() } else { format!("{base}{count}") };
        while name != base && self.taken.contains_key(&name) {
            name.push('_');
        }
        self.taken.entry(name.clone()).or_insert(1);
        name
    }
}

/// `text` as a type's name: its words capitalised and run together, ASCII only.
pub(crate) fn type_name(text: &str) -> String {
    let mut name = String::new();
    let mut start = true;
    for character in text.chars().take(60) {
        if !character.is_ascii_alphanumeric() {
            start = true;
        } else if start {
            name.push(character.to_ascii_uppercase());
            start = false;
        } else {
            name.push(character);
        }
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, 'T');
    }
    name
}

/// A union without repetitions; `unknown` swallows the rest.
fn union(options: Vec<Type>) -> Type {
    let mut flat: Vec<Type> = Vec::new();
    for option in options {
        let parts = match option {
            Type::Union(parts) => parts,
            Type::Never => continue,
            other => vec![other],
        };
        for part in parts {
            if !flat.contains(&part) {
                flat.push(part);
            }
        }
    }
    // Nor does an integer beside numbers.
    if flat.contains(&Type::Primitive(Primitive::Number)) {
        flat.retain(|part| *part != Type::Primitive(Primitive::Integer));
    }
    // A literal says nothing beside its own base type.
    if flat.contains(&Type::Primitive(Primitive::Text)) {
        flat.retain(|part| !matches!(part, Type::Literal(text) if text.starts_with('"')));
    }
    if flat.contains(&Type::Unknown) {
        return Type::Unknown;
    }
    match flat.len() {
        0 => Type::Never,
        1 => flat.remove(0),
        _ => Type::Union(flat),
    }
}

/// An intersection without repetitions and without `unknown`; plain objects are merged.
fn intersection(parts: Vec<Type>) -> Type {
    let mut kept: Vec<Type> = Vec::new();
    for part in parts {
        match part {
            Type::Unknown => {}
            Type::Object(object) if object == Object::default() && !kept.is_empty() => {}
            Type::Object(object) => match kept.iter_mut().find_map(as_object) {
                Some(known) => merge(known, object),
                None => kept.push(Type::Object(object)),
            },
            other if kept.contains(&other) => {}
            other => kept.push(other),
        }
    }
    if kept.len() > 1 {
        kept.retain(|part| !matches!(part, Type::Object(object) if *object == Object::default()));
    }
    match kept.len() {
        0 => Type::Unknown,
        1 => kept.remove(0),
        _ => Type::Intersection(kept),
    }
}

fn as_object(of: &mut Type) -> Option<&mut Object> {
    match of {
        Type::Object(object) => Some(object),
        _ => None,
    }
}

fn merge(known: &mut Object, more: Object) {
    for member in more.members {
        match known.members.iter_mut().find(|old| old.name == member.name) {
            Some(old) => {
                old.optional &= member.optional;
                if old.of == Type::Unknown {
                    old.of = member.of;
                }
                if old.doc == Doc::default() {
                    old.doc = member.doc;
                }
            }
            None => known.members.push(member),
        }
    }
    known.others = known.others.take().or(more.others);
    known.left_out += more.left_out;
}

fn enumeration(options: &[Value]) -> Type {
    if options.len() <= MAX_ALTERNATIVES {
        return union(options.iter().map(literal).collect());
    }
    union(options.iter().map(widened).collect())
}

fn literal(value: &Value) -> Type {
    match value {
        Value::Null => Type::Primitive(Primitive::Null),
        Value::Bool(_) | Value::Number(_) => Type::Literal(value.to_string()),
        Value::String(text) if text.chars().count() <= MAX_LITERAL => {
            Type::Literal(text::quoted(text))
        }
        other => widened(other),
    }
}

fn widened(value: &Value) -> Type {
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

/// What a schema says in words.
fn doc(schema: &Value) -> Doc {
    let words = schema.get("description").or_else(|| schema.get("title")).and_then(Value::as_str);
    let mut tags = Vec::new();
    for keyword in ["default", "format", "minimum", "maximum"] {
        if let Some(value) = schema.get(keyword).filter(|value| !value.is_null()) {
            let shown = match value {
                Value::String(text) if keyword == "format" => text.clone(),
                other => other.to_string(),
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
