//! The operator's environment, and which of it `uv` gets to see.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    path::PathBuf,
};

/// What `uv` inherits as it is: what it and `keyring` need to run, to find credentials and to choose.
/// Nothing that names a file relative to a working directory, an index, a cache or a Python.
const INHERITED: &[&str] = &[
    "HOME",
    "PATH",
    "USER",
    "LOGNAME",
    "XDG_DATA_HOME",
    "XDG_DATA_DIRS",
    "XDG_CONFIG_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "NETRC",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "SSL_CLIENT_CERT",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "UV_CREDENTIALS_DIR",
    "UV_CONCURRENT_DOWNLOADS",
    "UV_CONCURRENT_INSTALLS",
    "UV_EXCLUDE_NEWER",
    "UV_HTTP_CONNECT_TIMEOUT",
    "UV_HTTP_RETRIES",
    "UV_HTTP_TIMEOUT",
    "UV_INDEX_STRATEGY",
    "UV_KEYRING_PROVIDER",
    "UV_NATIVE_TLS",
    "UV_OFFLINE",
    "UV_PRERELEASE",
    "UV_REQUEST_TIMEOUT",
    "UV_RESOLUTION",
    "UV_SYSTEM_CERTS",
];

/// Lists of files, inherited where every one is absolute.
const INHERITED_FILES: &[&str] = &["UV_CONSTRAINT", "UV_OVERRIDE", "UV_EXCLUDE"];

/// The environment, seen as settings: a variable that is empty is not set.
#[derive(Clone, Copy)]
pub(crate) struct Variables<'a> {
    all: &'a BTreeMap<OsString, OsString>,
}

impl<'a> Variables<'a> {
    pub(crate) fn new(all: &'a BTreeMap<OsString, OsString>) -> Self {
        Self { all }
    }

    /// A variable's value, if it is set to a text.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.raw(name)?.to_str()
    }

    /// A variable's value, whatever its encoding.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a OsStr> {
        self.all.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// A variable that switches something on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.get(name).is_some_and(is_true)
    }

    /// The texts of all variables that begin with this prefix, by the rest of their name.
    pub(crate) fn beginning_with(&self, prefix: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.all.iter().filter_map(move |(name, value)| {
            let name = name.to_str()?.strip_prefix(prefix)?;
            let value = value.to_str()?;
            (!value.is_empty()).then_some((name, value))
        })
    }

    /// The operator's home.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.raw("HOME").map(PathBuf::from).filter(|path| path.is_absolute())
    }

    /// Where the operator's own configuration is.
    pub(super) fn config_home(&self) -> Option<PathBuf> {
        let named = self.raw("XDG_CONFIG_HOME").map(PathBuf::from);
        named
            .filter(|path| path.is_absolute())
            .or_else(|| self.home().map(|home| home.join(".config")))
    }

    /// Where the machine's configuration is, the most important first.
    pub(super) fn config_dirs(&self) -> Vec<PathBuf> {
        let named = self.raw("XDG_CONFIG_DIRS").unwrap_or(OsStr::new("/etc/xdg"));
        std::env::split_paths(named).filter(|path| path.is_absolute()).collect()
    }

    /// What `uv` inherits.
    pub(super) fn passed_on(&self) -> BTreeMap<OsString, OsString> {
        let are_absolute = |files: &OsStr| {
            files.to_str().is_some_and(|files| {
                files.split_ascii_whitespace().all(|file| file.starts_with('/'))
            })
        };
        let plain = INHERITED.iter().filter_map(|name| Some((*name, self.raw(name)?)));
        let files = INHERITED_FILES
            .iter()
            .filter_map(|name| Some((*name, self.raw(name)?)))
            .filter(|(_, files)| are_absolute(files));
        plain.chain(files).map(|(name, value)| (OsString::from(name), value.to_owned())).collect()
    }
}

/// Whether a setting's text means yes, to `pip` as to `uv`.
pub(super) fn is_true(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "1" | "true" | "t" | "yes" | "y" | "on")
}
