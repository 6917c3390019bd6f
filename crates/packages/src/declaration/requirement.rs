//! One dependency: a name, extras, versions, a marker; the part of PEP 508 that names no place.
//!
//! Names and versions are parsed here. A marker is only held against the characters that markers
//! are made of: `uv` parses it, in a process of its own, where its depth and cost are bounded too.

use std::{fmt, str::FromStr};

use pep440_rs::VersionSpecifiers;

/// The longest requirement, in bytes.
const MAX_BYTES: usize = 1_000;

/// The longest name of a package or an extra, in bytes.
const MAX_NAME_BYTES: usize = 128;

/// The most extras of one requirement.
const MAX_EXTRAS: usize = 32;

/// The deepest marker, in parentheses.
const MAX_DEPTH: usize = 16;

/// A dependency as a program declared it, normalised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Requirement {
    name: String,
    extras: Vec<String>,
    versions: String,
    marker: String,
}

impl Requirement {
    /// Reads one; the error says what is wrong with it and continues "the dependency `...`".
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("has {} bytes, the limit is {MAX_BYTES}; shorten it", text.len()));
        }
        if text.chars().any(|character| character.is_control() && character != '\t') {
            return Err("holds a control character; remove it".to_owned());
        }
        let (named, marker) = match text.split_once(';') {
            Some((named, marker)) => (named, parse_marker(marker.trim())?),
            None => (text, String::new()),
        };
        let named = named.trim();
        refuse_places(named)?;
        let (name, rest) = split_name(named);
        let Some(name) = normalise(name) else {
            return Err("does not begin with a package's name; write one such as \
                        \"requests>=2.31\""
                .to_owned());
        };
        let (extras, versions) = parse_extras(rest.trim_start())?;
        Ok(Self { name, extras, versions: parse_versions(versions.trim())?, marker })
    }

    /// The package's normalised name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// As it stands in a requirements file.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if !self.extras.is_empty() {
            write!(f, "[{}]", self.extras.join(","))?;
        }
        f.write_str(&self.versions)?;
        if !self.marker.is_empty() {
            write!(f, " ; {}", self.marker)?;
        }
        Ok(())
    }
}

/// A package's name as indexes know it: lowercase, runs of `-`, `_` and `.` made one `-`. None when
/// it is not a name.
pub(crate) fn normalise(name: &str) -> Option<String> {
    let is_end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let bytes = name.as_bytes();
    let is_name = name.len() <= MAX_NAME_BYTES
        && is_end(bytes.first().copied())
        && is_end(bytes.last().copied())
        && name.bytes().all(is_name_byte);
    if !is_name {
        return None;
    }
    let mut normal = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'-' | b'_' | b'.' => {
                if !normal.ends_with('-') {
                    normal.push('-');
                }
            }
            other => normal.push(char::from(other.to_ascii_lowercase())),
        }
    }
    Some(normal)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Says what is meant where a place is named instead of a package.
fn refuse_places(text: &str) -> Result<(), String> {
    let is_place = text.contains('@')
        || text.contains("://")
        || text.starts_with(['.', '/', '~', '-'])
        || text.contains(['/', '\\']);
    if is_place {
        return Err("names a place, a path or an option; only a name with versions is accepted, \
                    such as \"requests>=2.31\""
            .to_owned());
    }
    Ok(())
}

fn split_name(text: &str) -> (&str, &str) {
    let end = text.bytes().position(|byte| !is_name_byte(byte)).unwrap_or(text.len());
    text.split_at(end)
}

/// The extras and what follows them.
fn parse_extras(text: &str) -> Result<(Vec<String>, &str), String> {
    let Some(inside) = text.strip_prefix('[') else { return Ok((Vec::new(), text)) };
    let Some((inside, rest)) = inside.split_once(']') else {
        return Err("has extras that do not end; close them with `]`".to_owned());
    };
    let mut extras = Vec::new();
    for extra in inside.split(',').map(str::trim).filter(|extra| !extra.is_empty()) {
        let Some(extra) = normalise(extra) else {
            return Err("has an extra that is not a name".to_owned());
        };
        extras.push(extra);
    }
    if extras.len() > MAX_EXTRAS {
        return Err(format!("has {} extras, the limit is {MAX_EXTRAS}", extras.len()));
    }
    extras.sort();
    extras.dedup();
    Ok((extras, rest))
}

fn parse_versions(text: &str) -> Result<String, String> {
    let inside = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    if inside.trim().is_empty() {
        return Ok(String::new());
    }
    // What is written is only ever the parser's own words.
    let versions = VersionSpecifiers::from_str(inside).map_err(|_| {
        "has versions that cannot be understood; write them such as \">=2.31,<3\"".to_owned()
    })?;
    Ok(versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

fn parse_marker(text: &str) -> Result<String, String> {
    let is_marker = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b' ' | b'\t'
                    | b'_'
                    | b'-'
                    | b'.'
                    | b'*'
                    | b'+'
                    | b'!'
                    | b'<'
                    | b'>'
                    | b'='
                    | b'~'
                    | b'\''
                    | b'"'
                    | b'('
                    | b')'
                    | b','
            )
    };
    if text.is_empty() || !text.bytes().all(is_marker) {
        return Err("has a marker that cannot be understood; write one such as \
                    `; python_version < \"3.12\"`"
            .to_owned());
    }
    let mut depth = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("has a marker deeper than {MAX_DEPTH} parentheses; simplify it"));
        }
    }
    Ok(text.replace('\t', " "))
}
