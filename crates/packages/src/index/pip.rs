//! What `pip install` would be configured to: its files and `PIP_*`, found as `pip` finds them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    Error, Said, Variables,
    ini::{self, Entry},
    read_file,
    variables::is_true,
};

/// The one command whose settings are ours too, beside the global ones.
const SECTIONS: [&str; 2] = ["global", "install"];

/// The settings of `pip`, each from where it is said last.
#[derive(Default)]
pub(super) struct Pip {
    values: BTreeMap<String, Said>,
}

impl Pip {
    /// Reads files and variables; a section's settings win over the global ones of any file, and a
    /// variable over all.
    pub(super) fn read(variables: &Variables<'_>, prefix: &Path) -> Result<Self, Error> {
        let mut sections: [BTreeMap<String, Said>; 2] = Default::default();
        for path in files(variables, prefix) {
            let Some(text) = read_file(&path)? else { continue };
            let origin = path.display().to_string();
            let entries = ini::parse(&text).map_err(|line| Error::Index {
                origin: origin.clone(),
                reason: format!("line {line} is neither a section nor `key = value`"),
            })?;
            for Entry { section, key, value } in entries {
                let Some(at) = SECTIONS.iter().position(|name| *name == section) else { continue };
                let value = value.trim();
                if !value.is_empty() {
                    let said = Said { value: value.to_owned(), origin: origin.clone() };
                    sections[at].insert(key, said);
                }
            }
        }
        let mut pip = Self::default();
        for section in sections {
            pip.values.extend(section);
        }
        for (name, value) in variables.beginning_with("PIP_") {
            let said = Said { value: value.to_owned(), origin: format!("PIP_{name}") };
            pip.values.insert(ini::key_name(name), said);
        }
        Ok(pip)
    }

    /// A setting.
    pub(super) fn get(&self, key: &str) -> Option<&Said> {
        self.values.get(key)
    }

    /// The items of a setting that lists.
    pub(super) fn list(&self, key: &str) -> Vec<Said> {
        let Some(said) = self.get(key) else { return Vec::new() };
        said.value
            .split_whitespace()
            .map(|item| Said { value: item.to_owned(), origin: said.origin.clone() })
            .collect()
    }

    /// A setting that is on or off.
    pub(super) fn is_on(&self, key: &str) -> bool {
        self.get(key).is_some_and(|said| is_true(&said.value))
    }
}

/// The files that `pip` reads, the most important last.
fn files(variables: &Variables<'_>, prefix: &Path) -> Vec<PathBuf> {
    let named = variables.raw("PIP_CONFIG_FILE").map(PathBuf::from);
    if named.as_deref() == Some(Path::new("/dev/null")) {
        return Vec::new();
    }
    let mut files: Vec<PathBuf> =
        variables.config_dirs().into_iter().map(|path| path.join("pip/pip.conf")).collect();
    files.push(PathBuf::from("/etc/pip.conf"));
    if !named.as_ref().is_some_and(|path| path.exists()) {
        files.extend(variables.home().map(|home| home.join(".pip/pip.conf")));
        files.extend(variables.config_home().map(|home| home.join("pip/pip.conf")));
    }
    if prefix.is_absolute() {
        files.push(prefix.join("pip.conf"));
    }
    // A relative path would depend on the directory that the program is run for.
    files.extend(named.filter(|path| path.is_absolute()));
    files
}
