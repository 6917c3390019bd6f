//! npm's own settings: the operator's `.npmrc` and `npm_config_*`, found as npm finds them. Never a
//! file of the working directory: that is the workspace's, and a workspace says nothing here.

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::Error;
use crate::index::{Variables, read_file};

/// How npm marks a variable as a setting of its own; either case.
const PREFIX: &str = "npm_config_";

/// A setting's value and where it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) value: String,
    /// The file or variable.
    pub(super) origin: String,
}

/// All settings, each from where it counts.
#[derive(Default)]
pub(super) struct Npmrc {
    values: BTreeMap<String, Said>,
}

impl Npmrc {
    /// Reads the machine's file, the operator's own, and the variables, which count most.
    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, Error> {
        let mut npmrc = Self::default();
        let of_environment = from_environment(variables);
        let named = |key: &str| of_environment.get(key).map(|said| PathBuf::from(&said.value));
        let machine = named("globalconfig").unwrap_or_else(|| PathBuf::from("/etc/npmrc"));
        let own = named("userconfig").or_else(|| Some(variables.home()?.join(".npmrc")));
        // A relative path would depend on the directory that the program is run for.
        for path in [Some(machine), own].into_iter().flatten().filter(|path| path.is_absolute()) {
            npmrc.add_file(&path, variables)?;
        }
        npmrc.values.extend(of_environment);
        Ok(npmrc)
    }

    /// A setting; one that is empty is not set.
    pub(super) fn get(&self, key: &str) -> Option<&Said> {
        self.values.get(key).filter(|said| !said.value.is_empty())
    }

    /// Every setting whose name begins so.
    pub(super) fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = (&str, &Said)> {
        self.values
            .iter()
            .filter(move |(key, said)| key.starts_with(prefix) && !said.value.is_empty())
            .map(|(key, said)| (key.as_str(), said))
    }

    fn add_file(&mut self, path: &Path, variables: &Variables<'_>) -> Result<(), Error> {
        let text = read_file(path).map_err(|error| match error {
            crate::Error::Index { origin, reason } => Error::Registries { origin, reason },
            other => other.into(),
        })?;
        let origin = path.display().to_string();
        for (key, value) in settings(text.as_deref().unwrap_or_default()) {
            let (key, value) = (expand(&key, variables), expand(&value, variables));
            self.values.insert(key, Said { value, origin: origin.clone() });
        }
        Ok(())
    }
}

fn from_environment(variables: &Variables<'_>) -> BTreeMap<String, Said> {
    let mut values = BTreeMap::new();
    for (name, value) in variables.beginning_with("") {
        let Some((prefix, rest)) = name.split_at_checked(PREFIX.len()) else { continue };
        if !prefix.eq_ignore_ascii_case(PREFIX) {
            continue;
        }
        // Names of registries and scopes stand as in a file; the others are in capitals, often.
        let key = if rest.starts_with("//") || rest.starts_with('@') {
            rest.to_owned()
        } else {
            rest.to_ascii_lowercase().replace('_', "-")
        };
        values.insert(key, Said { value: value.to_owned(), origin: name.to_owned() });
    }
    values
}

/// The lines `key = value` of a file before its first section; what is no such line is passed over, as
/// npm does.
fn settings(text: &str) -> impl Iterator<Item = (String, String)> {
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().map(str::trim);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with(['#', ';']))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (unquoted(key.trim()).to_owned(), unquoted(value.trim()).to_owned()))
}

fn unquoted(text: &str) -> &str {
    let inner = |quote: char| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// Fills in `${NAME}`; what is not set stays as it is, and is nothing with `${NAME?}`.
fn expand(text: &str, variables: &Variables<'_>) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        expanded.push_str(before);
        let Some(end) = from.find('}') else {
            rest = from;
            break;
        };
        let (whole, after) = from.split_at(end + 1);
        let name = &whole[2..end];
        match (variables.get(name.strip_suffix('?').unwrap_or(name)), name.ends_with('?')) {
            (Some(value), _) => expanded.push_str(value),
            (None, true) => {}
            (None, false) => expanded.push_str(whole),
        }
        rest = after;
    }
    expanded.push_str(rest);
    expanded
}
