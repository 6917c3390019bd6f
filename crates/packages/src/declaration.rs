//! What a program says it needs: the PEP 723 block at its top, read strictly.
//!
//! A program chooses names and versions, never where they come from: two keys are accepted, and a
//! requirement that is anything but a name with versions is refused. All of it is hostile text, so
//! it is bounded in size before it is parsed, and in depth by the parser.

mod block;
mod requirement;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use toml::{Table, Value};

pub use self::requirement::Requirement;
pub(crate) use self::requirement::normalise;
use crate::{Error, InterpreterInfo};

/// The longest block, in bytes.
pub const MAX_BLOCK_BYTES: usize = 64 * 1024;

/// The most dependencies of one program.
pub const MAX_DEPENDENCIES: usize = 100;

/// The longest `requires-python`, in bytes.
const MAX_SPECIFIER_BYTES: usize = 256;

/// How much of a program's own text a message may repeat, in characters.
const MAX_SHOWN: usize = 80;

/// What a program declares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declaration {
    dependencies: Vec<Requirement>,
    requires_python: Option<VersionSpecifiers>,
}

impl Declaration {
    /// What is to be installed, normalised, sorted, each once.
    pub fn dependencies(&self) -> &[Requirement] {
        &self.dependencies
    }

    /// Whether this interpreter is one that the program was written for.
    pub fn check_python(&self, interpreter: &InterpreterInfo) -> Result<(), Error> {
        let Some(required) = &self.requires_python else { return Ok(()) };
        let (major, minor, micro) = interpreter.version;
        let version = Version::new([u64::from(major), u64::from(minor), u64::from(micro)]);
        if required.contains(&version) {
            return Ok(());
        }
        Err(Error::RequiresPython { required: required.to_string(), version: version.to_string() })
    }

    /// The dependencies' names for a message, the first few of them.
    pub(crate) fn names(&self) -> Vec<String> {
        const FEW: usize = 8;
        let mut names: Vec<String> =
            self.dependencies.iter().take(FEW).map(|each| each.name().to_owned()).collect();
        if self.dependencies.len() > FEW {
            names.push(format!("{} more", self.dependencies.len() - FEW));
        }
        names
    }
}

/// Reads the `# /// script` block of a program; none when the program has none.
pub fn declared(source: &str) -> Result<Option<Declaration>, Error> {
    let Some(block) = block::find(source)? else { return Ok(None) };
    let table: Table = toml::from_str(&block.text).map_err(|error| {
        let before = error.span().map_or("", |span| block.text.get(..span.start).unwrap_or(""));
        let line = block.first_line + before.matches('\n').count();
        refused(line, format!("is not valid TOML: {}", shown(error.message())))
    })?;
    let mut declaration = Declaration::default();
    for (key, value) in table {
        match key.as_str() {
            "dependencies" => declaration.dependencies = dependencies(value, block.first_line)?,
            "requires-python" => {
                declaration.requires_python = Some(requires_python(&value, block.first_line)?);
            }
            other => return Err(unknown(other, &value, block.first_line)),
        }
    }
    Ok(Some(declaration))
}

fn unknown(key: &str, value: &Value, line: usize) -> Error {
    let mut name = shown(key);
    // `[tool.uv]` is one thing to whoever wrote it.
    if let Value::Table(inner) = value
        && inner.len() == 1
        && let Some(inner) = inner.keys().next()
    {
        name = format!("{name}.{}", shown(inner));
    }
    refused(
        line,
        format!(
            "`{name}` is not accepted; only dependencies and requires-python are, and where \
             packages come from is the operator's to say"
        ),
    )
}

fn dependencies(value: Value, line: usize) -> Result<Vec<Requirement>, Error> {
    let Value::Array(items) = value else {
        return Err(refused(line, "dependencies must be a list of strings".to_owned()));
    };
    if items.len() > MAX_DEPENDENCIES {
        return Err(refused(
            line,
            format!(
                "declares {} dependencies, the limit is {MAX_DEPENDENCIES}; declare fewer",
                items.len()
            ),
        ));
    }
    let mut requirements = Vec::with_capacity(items.len());
    for item in items {
        let Value::String(text) = item else {
            return Err(refused(line, "dependencies must be a list of strings".to_owned()));
        };
        let requirement = Requirement::parse(&text).map_err(|reason| {
            refused(line, format!("the dependency `{}` {reason}", shown(&text)))
        })?;
        requirements.push(requirement);
    }
    requirements.sort();
    requirements.dedup();
    Ok(requirements)
}

fn requires_python(value: &Value, line: usize) -> Result<VersionSpecifiers, Error> {
    let wrong = |reason: String| refused(line, format!("requires-python {reason}"));
    let Value::String(text) = value else {
        return Err(wrong("must be a string such as \">=3.11\"".to_owned()));
    };
    if text.len() > MAX_SPECIFIER_BYTES {
        return Err(wrong(format!(
            "has {} bytes, the limit is {MAX_SPECIFIER_BYTES}; shorten it",
            text.len()
        )));
    }
    VersionSpecifiers::from_str(text).map_err(|_| {
        wrong(format!("`{}` is not a version specifier; write one such as \">=3.11\"", shown(text)))
    })
}

/// A complaint about the block that begins on this line, counted from one.
fn refused(line: usize, reason: String) -> Error {
    Error::Declaration { place: format!("the script block at line {line}"), reason }
}

/// A program's text, fit for one line of a message.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}
