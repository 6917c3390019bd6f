//! `npm:name@range/path` and `jsr:@scope/name@range/path`, read strictly.

#[cfg(test)]
mod tests;

use std::fmt;

/// The longest specifier, in bytes.
pub(super) const MAX_BYTES: usize = 512;

/// The longest name of an npm package, in bytes; npm's own limit.
const MAX_NAME: usize = 214;

/// The longest range of versions, in bytes.
const MAX_RANGE: usize = 128;

/// Where a package comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Registry {
    /// npm's, or the operator's that speaks as npm's does.
    Npm,
    /// JSR.
    Jsr,
}

impl Registry {
    /// What stands before a name.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Npm => "npm:",
            Self::Jsr => "jsr:",
        }
    }
}

/// What a program imports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specifier {
    registry: Registry,
    name: String,
    range: Option<String>,
    /// What of the package, with its leading slash.
    path: String,
}

impl Specifier {
    /// Reads one; the error says what is wrong with it, for after its text.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_BYTES {
            return Err(format!("has {} bytes, the limit is {MAX_BYTES}", text.len()));
        }
        let (registry, rest) = if let Some(rest) = text.strip_prefix("npm:") {
            (Registry::Npm, rest)
        } else if let Some(rest) = text.strip_prefix("jsr:") {
            (Registry::Jsr, rest)
        } else {
            return Err("begins with neither `npm:` nor `jsr:`".to_owned());
        };
        // Both ways of writing it mean the same.
        let rest = rest.strip_prefix('/').unwrap_or(rest);
        let (name, rest) = split_name(rest);
        let is_name = match registry {
            Registry::Npm => is_npm_name(name),
            Registry::Jsr => is_jsr_name(name),
        };
        if !is_name {
            let example = match registry {
                Registry::Npm => "npm:name@1 or npm:@scope/name@1",
                Registry::Jsr => "jsr:@scope/name@1",
            };
            return Err(format!("has no package's name; write it such as {example}"));
        }
        let (range, path) = match rest.strip_prefix('@') {
            Some(rest) => {
                let (range, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(range), path)
            }
            None => (None, rest),
        };
        if range.is_some_and(|range| !is_range(range)) {
            let why = "asks for something else than versions; write a range such as ^1.2 or a tag";
            return Err(why.to_owned());
        }
        if !is_path(path) {
            return Err("names no module of its package".to_owned());
        }
        let (name, path) = (name.to_owned(), path.to_owned());
        Ok(Self { registry, name, range: range.map(str::to_owned), path })
    }

    /// Where it comes from.
    pub fn registry(&self) -> Registry {
        self.registry
    }

    /// The package, as an operator's list has it: a bare name for npm, `jsr:@scope/name` for JSR.
    pub fn package(&self) -> String {
        match self.registry {
            Registry::Npm => self.name.clone(),
            Registry::Jsr => format!("jsr:{}", self.name),
        }
    }

    /// What has to be asked for so that the import works: for npm the whole package comes, whatever
    /// is imported of it.
    pub(super) fn to_install(&self) -> Self {
        match self.registry {
            Registry::Npm => Self { path: String::new(), ..self.clone() },
            Registry::Jsr => self.clone(),
        }
    }
}

impl fmt::Display for Specifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.registry.prefix(), self.name)?;
        if let Some(range) = &self.range {
            write!(f, "@{range}")?;
        }
        f.write_str(&self.path)
    }
}

/// A name, with its scope if it has one, and what follows.
fn split_name(text: &str) -> (&str, &str) {
    let scope =
        if text.starts_with('@') { text.find('/').map_or(text.len(), |at| at + 1) } else { 0 };
    let end = text[scope..].find(['@', '/']).map_or(text.len(), |at| scope + at);
    text.split_at(end)
}

/// Whether this can be the name of an npm package.
pub(super) fn is_npm_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '_'])
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
    };
    name.len() <= MAX_NAME
        && match name.strip_prefix('@').map(|name| name.split_once('/')) {
            Some(Some((scope, name))) => is_part(scope) && is_part(name),
            Some(None) => false,
            None => is_part(name),
        }
}

/// Whether this can be the name of a JSR package.
pub(super) fn is_jsr_name(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let parts = name.strip_prefix('@').and_then(|name| name.split_once('/'));
    name.len() <= MAX_NAME && parts.is_some_and(|(scope, name)| is_part(scope) && is_part(name))
}

/// Whether this is a range of versions, a version or a tag; never an address.
pub(super) fn is_range(range: &str) -> bool {
    (1..=MAX_RANGE).contains(&range.len())
        && range.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".^~*<>=|+-_ ".contains(&byte))
}

/// Whether this leads to a module within a package.
fn is_path(path: &str) -> bool {
    path.is_empty()
        || path.split('/').skip(1).all(|part| {
            part != "."
                && part != ".."
                && part.chars().all(|each| !each.is_control() && !"\\?#%:\"'`<>".contains(each))
        })
}
