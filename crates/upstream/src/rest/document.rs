//! From the bytes of a description to a document of a known version, and its local references.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::rest::error::Invalid;
use crate::rest::yaml;
use crate::transport::cut;

/// The longest part of a document's own words in an error.
const SHOWN: usize = 120;
/// The most references that lead from one to the next.
const MAX_HOPS: usize = 32;

/// What a description may cost.
#[derive(Debug, Clone)]
pub(crate) struct Bounds {
    /// Its bytes.
    pub(crate) bytes: usize,
    /// Its values.
    pub(crate) values: usize,
    /// How deep it may be nested; no more than the JSON parser's own 128.
    pub(crate) depth: usize,
    /// How many operations become tools.
    pub(crate) operations: usize,
    /// The bytes of all tools' definitions.
    pub(crate) definitions: usize,
    /// Set when nobody waits any longer for what is read: a thread is not ended from outside.
    pub(crate) given_up: Arc<AtomicBool>,
}

impl Bounds {
    /// An error as soon as reading was given up.
    pub(crate) fn go_on(&self) -> Result<(), Invalid> {
        go_on(&self.given_up)
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024 * 1024,
            values: 4_000_000,
            depth: 120,
            operations: 10_000,
            definitions: 12 * 1024 * 1024,
            given_up: Arc::default(),
        }
    }
}

/// What differs between the versions that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// 3.0: schemas in a dialect of its own.
    V30,
    /// 3.1: JSON Schema 2020-12. So is 3.2, of which what is new is not used.
    V31,
}

/// A description that can be read.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) root: Value,
    pub(crate) version: Version,
    given_up: Arc<AtomicBool>,
}

fn go_on(given_up: &AtomicBool) -> Result<(), Invalid> {
    if given_up.load(Ordering::Relaxed) { Err(Invalid::GivenUp) } else { Ok(()) }
}

impl Document {
    /// Reads JSON or YAML, whichever it is.
    pub(crate) fn parse(bytes: &[u8], bounds: &Bounds) -> Result<Self, Invalid> {
        if bytes.len() > bounds.bytes {
            return Err(Invalid::TooLarge { limit: bounds.bytes });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Invalid::NotText)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let root = match text.trim_start().starts_with('{') {
            true => json(text, bounds)?,
            false => yaml::read(text, bounds)?,
        };
        let version = version(&root)?;
        Ok(Self { root, version, given_up: Arc::clone(&bounds.given_up) })
    }

    /// An error as soon as reading was given up.
    pub(crate) fn go_on(&self) -> Result<(), Invalid> {
        go_on(&self.given_up)
    }

    /// What a local reference leads to, and its pointer. Nothing when it leads nowhere.
    pub(crate) fn follow(&self, reference: &str) -> Result<Option<(&Value, String)>, Invalid> {
        self.go_on()?;
        let Some(fragment) = reference.strip_prefix('#') else {
            let shown = cut(reference, SHOWN).escape_debug().collect();
            return Err(Invalid::RemoteReference(shown));
        };
        let pointer = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
        let found = self.root.pointer(&pointer);
        Ok(found.map(|value| (value, pointer.into_owned())))
    }

    /// A part of the document that may be a reference to another part of it, in the end.
    pub(crate) fn resolve<'a>(&'a self, mut part: &'a Value) -> Result<Option<&'a Value>, Invalid> {
        self.go_on()?;
        for _ in 0..MAX_HOPS {
            let Some(reference) = part.get("$ref").and_then(Value::as_str) else {
                return Ok(part.is_object().then_some(part));
            };
            match self.follow(reference)? {
                Some((next, _)) => part = next,
                None => return Ok(None),
            }
        }
        Ok(None)
    }
}

fn json(text: &str, bounds: &Bounds) -> Result<Value, Invalid> {
    if most_values(text) > bounds.values {
        return Err(Invalid::TooManyValues { limit: bounds.values });
    }
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let full = error.to_string();
        if full.starts_with("recursion limit") {
            return Invalid::TooDeep { limit: bounds.depth };
        }
        let what = full.split(" at line ").next().unwrap_or_default();
        let what = cut(what, SHOWN).escape_debug().collect();
        Invalid::Syntax { format: "JSON", what, line, column }
    })?;
    Ok(value)
}

/// No fewer than the values of a JSON text.
fn most_values(text: &str) -> usize {
    let (mut values, mut quoted, mut escaped) = (1_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' | b':' | b'[' | b'{' if !quoted => values += 1,
            _ => {}
        }
    }
    values
}

fn version(root: &Value) -> Result<Version, Invalid> {
    let said = |key: &str| -> Option<Cow<'_, str>> {
        match root.get(key)? {
            Value::String(text) => Some(Cow::Borrowed(cut(text, 20))),
            // YAML reads `openapi: 3.1` as a number.
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    };
    let shown = |text: &str| text.escape_debug().to_string();
    let Some(version) = said("openapi") else {
        return Err(match said("swagger") {
            Some(version) => Invalid::Swagger(shown(&version)),
            None => Invalid::NotOpenApi,
        });
    };
    match version.split('.').take(2).collect::<Vec<_>>().as_slice() {
        ["3", "0"] | ["3"] => Ok(Version::V30),
        ["3", "1" | "2"] => Ok(Version::V31),
        _ => Err(Invalid::Version(shown(&version))),
    }
}
