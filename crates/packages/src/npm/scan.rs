//! Finds the packages that a program imports, by looking for texts in quotes: nothing is parsed, and
//! nothing run. What is found too much costs an installation; what is missed is not installed, and its
//! import fails.

#[cfg(test)]
mod tests;

use super::{
    Error,
    specifier::{MAX_BYTES, Specifier},
};

/// The most packages that one program may import by itself.
pub const MAX_SPECIFIERS: usize = 100;

/// What a program wants of the registries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imports {
    /// What stands after `import` or `from`; sorted, each once.
    pub(super) imported: Vec<Specifier>,
    /// What stands elsewhere, and may be imported by a name; sorted, each once.
    pub(super) mentioned: Vec<Specifier>,
}

impl Imports {
    /// All of it.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn all(&self) -> impl Iterator<Item = &Specifier> {
        self.imported.iter().chain(&self.mentioned)
    }

    /// Whether there is nothing to install.
    pub fn is_empty(&self) -> bool {
        self.imported.is_empty() && self.mentioned.is_empty()
    }
}

/// Looks what a program imports.
pub fn imports(source: &str) -> Result<Imports, Error> {
    let mut imports = Imports::default();
    for (at, text) in quoted(source) {
        let before = source[..at].trim_end();
        let before = before.strip_suffix('(').map_or(before, str::trim_end);
        let is_imported = ends_with_word(before, "import") || ends_with_word(before, "from");
        match Specifier::parse(text) {
            Ok(specifier) if is_imported => imports.imported.push(specifier),
            Ok(specifier) => imports.mentioned.push(specifier),
            // A sentence that happens to begin so.
            Err(_) if !is_imported => {}
            Err(reason) => {
                let specifier = text.chars().take(80).flat_map(char::escape_debug).collect();
                return Err(Error::Specifier { specifier, reason });
            }
        }
    }
    for list in [&mut imports.imported, &mut imports.mentioned] {
        list.sort();
        list.dedup();
    }
    imports.mentioned.retain(|each| imports.imported.binary_search(each).is_err());
    let count = imports.imported.len() + imports.mentioned.len();
    if count > MAX_SPECIFIERS {
        return Err(Error::TooManyImports { count });
    }
    Ok(imports)
}

/// Every text in quotes that begins as a specifier does, with the place of its opening quote; none of
/// comment lines.
fn quoted(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.match_indices(['"', '\'', '`']).filter_map(move |(at, quote)| {
        let rest = &source[at + 1..];
        if !rest.starts_with("npm:") && !rest.starts_with("jsr:") {
            return None;
        }
        // One byte more than may be, so that what is too long is found to be so.
        let rest = &rest[..rest.floor_char_boundary(MAX_BYTES + 1)];
        let rest = rest.lines().next().unwrap_or_default();
        let text = rest.split(quote).next().unwrap_or_default();
        let line = source[..at].rsplit('\n').next().unwrap_or_default().trim_start();
        (!line.starts_with("//") && !line.starts_with('*')).then_some((at, text))
    })
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|before| {
        !before.ends_with(|each: char| each.is_alphanumeric() || matches!(each, '_' | '$' | '.'))
    })
}
