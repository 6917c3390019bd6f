//! What a server inherits from us, and where its program is found.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf, absolute};

use rustix::fs::{Access, access};

use crate::Program;

/// Set for every upstream server, so that our own binary recognises that it is one.
pub(crate) const MARKER: &str = "CODE_EXECUTOR_UPSTREAM";

/// The variables servers inherit, as the MCP SDKs have it, and those that say where a user's
/// files and language settings are.
const INHERITED: [&str; 9] =
    ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LANG", "TZ", "TMPDIR"];
const INHERITED_PREFIXES: [&str; 2] = ["LC_", "XDG_"];

/// The whole environment of a server: a few variables of ours, its own, and the marker.
pub(crate) fn of(server: &Program) -> BTreeMap<OsString, OsString> {
    let mut variables: BTreeMap<OsString, OsString> =
        env::vars_os().filter(|(name, value)| is_inherited(name, value)).collect();
    for (name, value) in &server.env {
        variables.insert(name.into(), value.into());
    }
    variables.insert(MARKER.into(), "1".into());
    variables
}

/// Why a server's program cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// No such file, or not an executable one, at the path that was given.
    Path,
    /// In no directory of the server's `PATH`.
    Name,
}

/// Finds the program: a path is taken from the server's directory, a name from its `PATH`. What is
/// found is absolute, for the server may run in another directory than ours.
pub(crate) fn program(
    server: &Program,
    variables: &BTreeMap<OsString, OsString>,
) -> Result<PathBuf, Missing> {
    let base = server.cwd.clone().unwrap_or_else(|| PathBuf::from("."));
    let base = absolute(&base).unwrap_or(base);
    if server.command.contains('/') {
        let path = base.join(&server.command);
        return if is_executable(&path) { Ok(path) } else { Err(Missing::Path) };
    }
    let path = variables.get(OsStr::new("PATH")).ok_or(Missing::Name)?;
    env::split_paths(path)
        .map(|directory| base.join(directory).join(&server.command))
        .find(|candidate| is_executable(candidate))
        .ok_or(Missing::Name)
}

fn is_inherited(name: &OsStr, value: &OsStr) -> bool {
    // A value that starts like this is a shell function: code, not data.
    if value.as_bytes().starts_with(b"()") {
        return false;
    }
    name.to_str().is_some_and(|name| {
        INHERITED.contains(&name)
            || INHERITED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
    })
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && access(path, Access::EXEC_OK).is_ok()
}
