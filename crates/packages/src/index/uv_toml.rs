//! What `uv.toml` says: the operator's and the machine's, never one of a working directory.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Error, Said, Variables, read_file};

/// Settings that `uv` is told as they are. What is left out is about projects, builds, caches and
/// Pythons, or is told another way since it may hold a credential.
const PASSED_ON: &[&str] = &[
    "allow-insecure-host",
    "concurrent-downloads",
    "concurrent-installs",
    "constraint-dependencies",
    "exclude-dependencies",
    "exclude-newer",
    "exclude-newer-package",
    "index-strategy",
    "keyring-provider",
    "native-tls",
    "override-dependencies",
    "prerelease",
    "prerelease-package",
    "resolution",
    "system-certs",
];

/// The files, the most important first.
#[derive(Default)]
pub(super) struct UvToml {
    files: Vec<File>,
}

struct File {
    path: PathBuf,
    table: Table,
}

impl File {
    /// A setting; what is said for `uv pip` alone comes first.
    fn get(&self, key: &str) -> Option<&Value> {
        self.table.get("pip").and_then(|pip| pip.get(key)).or_else(|| self.table.get(key))
    }

    fn origin(&self) -> String {
        self.path.display().to_string()
    }

    /// A place, which may be relative to the file.
    fn said(&self, text: &str) -> Said {
        let is_path = !text.contains("://") && !text.starts_with('/');
        let value = match self.path.parent() {
            Some(folder) if is_path => folder.join(text).display().to_string(),
            _ => text.to_owned(),
        };
        Said { value, origin: self.origin() }
    }
}

/// An `[[index]]` of a file.
pub(super) struct IndexEntry {
    pub(super) url: Said,
    pub(super) name: Option<String>,
    pub(super) is_default: bool,
    /// Its other keys.
    pub(super) options: Table,
}

impl UvToml {
    pub(super) fn read(variables: &Variables<'_>) -> Result<Self, Error> {
        let mut files = Vec::new();
        for path in paths(variables) {
            let Some(text) = read_file(&path)? else { continue };
            let table = toml::from_str(&text).map_err(|error| {
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
                let line = before.matches('\n').count() + 1;
                Error::Index {
                    origin: path.display().to_string(),
                    // The parser's own message may repeat what stands there.
                    reason: format!("line {line} is not valid TOML"),
                }
            })?;
            files.push(File { path, table });
        }
        Ok(Self { files })
    }

    /// What `uv` is told as it is.
    pub(super) fn passed_on(&self) -> Table {
        let mut table = Table::new();
        for key in PASSED_ON {
            let mut values = self.files.iter().filter_map(|file| file.get(key));
            let Some(first) = values.next() else { continue };
            let mut value = first.clone();
            if let Value::Array(items) = &mut value {
                for more in values.filter_map(Value::as_array) {
                    items.extend(more.iter().cloned());
                }
            }
            table.insert((*key).to_owned(), value);
        }
        table
    }

    /// A setting's text.
    pub(super) fn text(&self, key: &str) -> Option<Said> {
        self.files.iter().find_map(|file| {
            let value = file.get(key)?.as_str()?.to_owned();
            Some(Said { value, origin: file.origin() })
        })
    }

    /// A place that a setting names.
    pub(super) fn place(&self, key: &str) -> Option<Said> {
        self.files.iter().find_map(|file| Some(file.said(file.get(key)?.as_str()?)))
    }

    /// The places that a setting lists.
    pub(super) fn places(&self, key: &str) -> Vec<Said> {
        let mut places = Vec::new();
        for file in &self.files {
            let items = file.get(key).and_then(Value::as_array).into_iter().flatten();
            places.extend(items.filter_map(Value::as_str).map(|text| file.said(text)));
        }
        places
    }

    /// The texts that a setting lists.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let lists = self.files.iter().filter_map(|file| file.get(key)?.as_array());
        lists.flatten().filter_map(|item| Some(item.as_str()?.to_owned())).collect()
    }

    /// Whether a setting is on.
    pub(super) fn is_on(&self, key: &str) -> bool {
        self.files.iter().find_map(|file| file.get(key)?.as_bool()).unwrap_or(false)
    }

    /// Every `[[index]]`, the most important first.
    pub(super) fn indexes(&self) -> Result<Vec<IndexEntry>, Error> {
        let mut entries = Vec::new();
        for file in &self.files {
            for value in file.get("index").and_then(Value::as_array).into_iter().flatten() {
                let mut options = value.as_table().cloned().unwrap_or_default();
                let Some(Value::String(url)) = options.remove("url") else {
                    return Err(Error::Index {
                        origin: file.origin(),
                        reason: "an index has no url; give it one".to_owned(),
                    });
                };
                let name = options.remove("name").and_then(|name| Some(name.as_str()?.to_owned()));
                let is_default =
                    options.remove("default").and_then(|value| value.as_bool()).unwrap_or(false);
                options.remove("publish-url");
                entries.push(IndexEntry { url: file.said(&url), name, is_default, options });
            }
        }
        Ok(entries)
    }
}

/// The files that count: the one that is named, or the operator's and the machine's.
fn paths(variables: &Variables<'_>) -> Vec<PathBuf> {
    if let Some(named) = variables.raw("UV_CONFIG_FILE") {
        return Some(PathBuf::from(named)).into_iter().filter(|path| path.is_absolute()).collect();
    }
    if variables.is_on("UV_NO_CONFIG") {
        return Vec::new();
    }
    let user = variables.config_home().map(|folder| folder.join("uv/uv.toml"));
    let machine = variables
        .config_dirs()
        .into_iter()
        .chain([PathBuf::from("/etc")])
        .map(|folder| folder.join("uv/uv.toml"))
        .find(|path| Path::is_file(path));
    user.into_iter().chain(machine).collect()
}
