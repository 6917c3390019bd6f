//! Where packages come from: the operator's settings of `pip` and `uv`, as `uv` is to be told them.
//!
//! `uv` reads neither `pip.conf` nor `PIP_*`, and what it would read by itself includes files of its
//! working directory. So everything is read here, from the operator's environment and files alone,
//! and handed over as one configuration file without secrets and a handful of variables. Where `uv`
//! is told of an index, by a variable or by `uv.toml`, that is the whole answer; `pip` is asked only
//! where it is not.

mod address;
mod ini;
mod network;
mod pip;
mod sources;
#[cfg(test)]
mod tests;
mod uv_toml;
mod variables;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt, fs, io,
    io::Read,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

pub(crate) use self::variables::Variables;
use self::{address::Address, pip::Pip, uv_toml::UvToml};
use crate::{Error, digest::Digest, mask::Mask};

/// The largest settings file, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// The most indexes of one kind.
const MAX_INDEXES: usize = 64;

/// What `uv` asks when nobody says otherwise.
const PYPI: &str = "https://pypi.org/simple";

/// Everything `uv` is told about where packages come from.
pub(crate) struct Settings {
    /// What goes into its configuration file. Holds no secret.
    pub(crate) file: Table,
    /// Variables beside it, secrets among them.
    pub(crate) variables: BTreeMap<OsString, OsString>,
    /// Takes the secrets out of what is shown.
    pub(crate) mask: Mask,
    /// The indexes for a message.
    pub(crate) shown: String,
    /// Names all of it that bears on which package is chosen; no secret bears on that.
    pub(crate) fingerprint: String,
}

/// One place that packages come from.
struct Source {
    address: Address,
    /// What else `uv.toml` says about it, as it is there.
    options: Table,
}

/// The places of one origin, before they are told to `uv`.
#[derive(Default)]
struct Sources {
    extra: Vec<Source>,
    default: Option<Source>,
    no_index: bool,
    links: Vec<String>,
}

/// A setting's value and the file or variable it is from.
#[derive(Clone)]
struct Said {
    value: String,
    origin: String,
}

/// Reads the settings for an interpreter that lives below this prefix.
pub(crate) fn read(
    environment: &BTreeMap<OsString, OsString>,
    prefix: &Path,
) -> Result<Settings, Error> {
    let variables = Variables::new(environment);
    let uv_toml = UvToml::read(&variables)?;
    let pip = Pip::read(&variables, prefix)?;
    let sources = sources::collect(&variables, &uv_toml, &pip)?;

    let mut settings = Settings {
        file: uv_toml.passed_on(),
        variables: variables.passed_on(),
        mask: Mask::default(),
        shown: String::new(),
        fingerprint: String::new(),
    };
    let named = sources.tell(&mut settings);
    network::tell(&variables, &uv_toml, &pip, &mut settings)?;
    settings.shown = named;
    settings.fingerprint = fingerprint(&settings)?;
    Ok(settings)
}

/// Without the variables, which hold secrets.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Sources {
    /// Writes the places into the settings; returns their names for a message.
    fn tell(self, settings: &mut Settings) -> String {
        let mut shown = Vec::new();
        let mut entries = Vec::new();
        let default = self.default.map(|source| (source, true));
        for (source, is_default) in
            self.extra.into_iter().map(|source| (source, false)).chain(default)
        {
            shown.push(source.address.to_string());
            // Ours are the only names: an operator's may not be fit for a variable.
            let name = format!("operator{}", entries.len());
            source.address.tell(&name, settings);
            let mut entry = source.options;
            entry.insert("name".to_owned(), Value::String(name));
            entry.insert("url".to_owned(), Value::String(source.address.url));
            entry.insert("default".to_owned(), Value::Boolean(is_default));
            entries.push(Value::Table(entry));
        }
        let has_default = entries.iter().any(|entry| entry["default"].as_bool() == Some(true));
        if !has_default && !self.no_index {
            shown.push(PYPI.to_owned());
        }
        if self.no_index {
            settings.file.insert("no-index".to_owned(), Value::Boolean(true));
            shown.clear();
        } else if !entries.is_empty() {
            settings.file.insert("index".to_owned(), Value::Array(entries));
        }
        if !self.links.is_empty() {
            shown.extend(self.links.iter().map(|link| address::display(link)));
            for secret in self.links.iter().flat_map(|link| address::secrets(link)) {
                settings.mask.hide(&secret);
            }
            // They may hold credentials, so they are no part of a file.
            settings.variables.insert("UV_FIND_LINKS".into(), self.links.join(",").into());
        }
        if shown.is_empty() { "no index".to_owned() } else { shown.join(", ") }
    }
}

/// The parts that decide what a name and a version mean here.
fn fingerprint(settings: &Settings) -> Result<String, Error> {
    /// Variables that choose among versions.
    const CHOOSING: &[&str] = &[
        "UV_INDEX_STRATEGY",
        "UV_EXCLUDE_NEWER",
        "UV_RESOLUTION",
        "UV_PRERELEASE",
        "UV_CONSTRAINT",
        "UV_OVERRIDE",
        "UV_EXCLUDE",
    ];
    let mut digest = Digest::new("index");
    digest.add(&settings.file.to_string()).add(&settings.shown);
    for name in CHOOSING {
        let Some(value) = settings.variables.get(std::ffi::OsStr::new(name)) else { continue };
        let value = value.to_string_lossy();
        digest.add(name).add(&value);
        if matches!(*name, "UV_CONSTRAINT" | "UV_OVERRIDE" | "UV_EXCLUDE") {
            for path in value.split_ascii_whitespace() {
                digest.add(&read_file(Path::new(path))?.unwrap_or_default());
            }
        }
    }
    Ok(digest.finish())
}

/// A settings file's text; none when there is no such file.
pub(crate) fn read_file(path: &Path) -> Result<Option<String>, Error> {
    let wrong = |reason: String| Error::Index { origin: path.display().to_string(), reason };
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(wrong(format!("{error}; make it readable"))),
    };
    let mut text = String::new();
    match file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text) {
        Ok(bytes) if bytes as u64 > MAX_FILE_BYTES => {
            Err(wrong(format!("it is larger than {MAX_FILE_BYTES} bytes; shorten it")))
        }
        Ok(_) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::IsADirectory => Ok(None),
        Err(error) => Err(wrong(format!("{error}; make it a text in UTF-8"))),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// A path of the operator's with `~` filled in; none where it would depend on the working directory.
fn absolute(variables: &Variables<'_>, text: &str) -> Option<PathBuf> {
    let path = match text.strip_prefix("~/") {
        Some(rest) => variables.home()?.join(rest),
        None => PathBuf::from(text),
    };
    path.is_absolute().then_some(path)
}
