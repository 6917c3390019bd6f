//! The schemas that are referred to, each converted once, and put together for a tool within a
//! budget: an API whose schemas all lead to each other would otherwise repeat itself in every tool.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Write;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::rest::distinct::Distinct;
use crate::rest::document::Document;
use crate::rest::error::Invalid;
use crate::rest::schema::{Converter, Direction, Names};

/// What stands where a schema did not fit.
const LEFT_OUT: &str =
    r#"{"description":"left out for its size; see the API's own documentation"}"#;
/// The longest name under `$defs`.
const NAME: usize = 80;

/// A schema as a text, and the pointers of those it refers to.
#[derive(Debug, Clone)]
pub(crate) struct Converted {
    pub(crate) json: String,
    pub(crate) refers: Vec<String>,
}

/// All schemas of a document as far as they were needed.
pub(crate) struct Definitions<'a> {
    document: &'a Document,
    known: HashMap<(Direction, String), Rc<Converted>>,
    names: Known,
}

/// The names under `$defs`: the same in every tool.
#[derive(Default)]
struct Known {
    by_pointer: HashMap<String, String>,
    taken: Distinct,
}

/// The names, and which were asked for.
struct Asked<'a> {
    known: &'a mut Known,
    pointers: Vec<String>,
    seen: HashSet<String>,
}

impl<'a> Definitions<'a> {
    /// Of a document.
    pub(crate) fn new(document: &'a Document) -> Self {
        Self { document, known: HashMap::new(), names: Known::default() }
    }

    /// The document.
    pub(crate) fn document(&self) -> &'a Document {
        self.document
    }

    /// Converts a schema that stands somewhere in the document.
    pub(crate) fn convert(
        &mut self,
        schema: &Value,
        direction: Direction,
    ) -> Result<(Value, Vec<String>), Invalid> {
        let known = &mut self.names;
        let mut names = Asked { known, pointers: Vec::new(), seen: HashSet::new() };
        let document = self.document;
        let converted = Converter { document, direction, names: &mut names }.convert(schema)?;
        Ok((converted, names.pointers))
    }

    /// The schema at a pointer.
    pub(crate) fn at(
        &mut self,
        pointer: &str,
        direction: Direction,
    ) -> Result<Rc<Converted>, Invalid> {
        let key = (direction, pointer.to_owned());
        if let Some(known) = self.known.get(&key) {
            return Ok(Rc::clone(known));
        }
        let nothing = json!({});
        let schema = self.document.root.pointer(pointer).unwrap_or(&nothing);
        let (value, refers) = self.convert(schema, direction)?;
        let converted = Rc::new(Converted { json: value.to_string(), refers });
        self.known.insert(key, Rc::clone(&converted));
        Ok(converted)
    }

    /// The value of `$defs` for schemas that refer to these, the nearest first, in about `budget`
    /// bytes; nothing when there are none. What does not fit allows everything and says why.
    pub(crate) fn gather(
        &mut self,
        refers: &[String],
        direction: Direction,
        budget: usize,
    ) -> Result<Option<String>, Invalid> {
        if refers.is_empty() {
            return Ok(None);
        }
        let mut waiting: VecDeque<String> = refers.iter().cloned().collect();
        let mut seen: HashSet<String> = HashSet::new();
        let mut json = String::from("{");
        while let Some(pointer) = waiting.pop_front() {
            if !seen.insert(pointer.clone()) {
                continue;
            }
            self.document.go_on()?;
            let converted = self.at(&pointer, direction)?;
            let fits = json.len() + converted.json.len() <= budget;
            let body = if fits { converted.json.as_str() } else { LEFT_OUT };
            let separator = if json.len() > 1 { "," } else { "" };
            let name = Value::from(self.names.name(&pointer));
            let _ = write!(json, "{separator}{name}:{body}");
            if fits {
                waiting.extend(converted.refers.iter().cloned());
            }
        }
        json.push('}');
        Ok(Some(json))
    }
}

impl Names for Asked<'_> {
    fn name(&mut self, pointer: &str) -> String {
        if self.seen.insert(pointer.to_owned()) {
            self.pointers.push(pointer.to_owned());
        }
        self.known.name(pointer)
    }
}

impl Known {
    /// The last part of the pointer, or a name near to it that is not taken.
    fn name(&mut self, pointer: &str) -> String {
        if let Some(name) = self.by_pointer.get(pointer) {
            return name.clone();
        }
        let last = pointer.rsplit('/').next().unwrap_or_default().replace("~1", "_");
        let is_usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let usual = |c: char| if is_usual(c) { c } else { '_' };
        let base: String = last.chars().take(NAME).map(usual).collect();
        let base = if base.is_empty() { "Schema" } else { &base };
        let name = self.taken.numbered(base);
        self.by_pointer.insert(pointer.to_owned(), name.clone());
        name
    }
}

/// A schema with its `$defs` put into it. `schema` is the text of an object.
pub(crate) fn with_definitions(schema: &str, definitions: Option<&str>) -> String {
    let (Some(definitions), Some(rest)) = (definitions, schema.strip_prefix('{')) else {
        return schema.to_owned();
    };
    let separator = if rest == "}" { "" } else { "," };
    format!("{{\"$defs\":{definitions}{separator}{rest}")
}
