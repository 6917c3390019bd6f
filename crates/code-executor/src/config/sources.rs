//! Finding the files, and what standing each has: the operator's word, a trusted workspace file, or
//! one that may only narrow.

use std::path::{Path, PathBuf};

use crate::config::document;
use crate::config::env;
use crate::config::error::Problem;
use crate::config::inputs::Inputs;
use crate::config::trust::Store;

/// The name of the configuration file in a working or home directory.
pub const CONFIG_NAME: &str = ".code-executor.json";
/// The name of the file that names MCP servers.
pub const MCP_NAME: &str = ".mcp.json";

/// A file that was read.
#[derive(Clone, PartialEq)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// What stood in it.
    pub bytes: Vec<u8>,
    /// What it may do.
    pub standing: Standing,
}

/// What a file may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The operator named it, or keeps it at home: everything.
    Operator,
    /// A workspace file whose bytes the operator trusts: everything.
    Trusted,
    /// A workspace file: narrow.
    Untrusted,
}

/// A file that was used, for people who ask where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What it may do.
    pub standing: Standing,
}

/// The configuration files in force.
#[derive(Clone, Default, PartialEq)]
pub struct Found {
    /// The one that says what holds.
    pub operator: Option<File>,
    /// An untrusted one that narrows it.
    pub workspace: Option<File>,
}

/// Where configuration is looked for, whether anything is there or not.
pub fn candidates(inputs: &Inputs) -> Vec<PathBuf> {
    let named = inputs.config.clone().or_else(|| inputs.environment.path(env::CONFIG_PATH));
    let mut candidates: Vec<PathBuf> = match named {
        Some(named) => vec![inputs.absolute(&named)],
        None => {
            let home = inputs.home().map(|home| home.join(CONFIG_NAME));
            let own = inputs.config_directory().map(|own| own.join("config.json"));
            let workspace = inputs.directory.join(CONFIG_NAME);
            home.into_iter().chain(own).chain([workspace]).collect()
        }
    };
    candidates.push(inputs.directory.join(MCP_NAME));
    candidates.extend(inputs.mcp_config.iter().map(|path| inputs.absolute(path)));
    candidates
}

/// Finds the configuration files. A file that the operator named must exist.
pub fn configuration(inputs: &Inputs, trust: &Store) -> Result<Found, Problem> {
    let named = inputs.config.clone().or_else(|| inputs.environment.path(env::CONFIG_PATH));
    if let Some(named) = named {
        let operator = Some(required(&inputs.absolute(&named))?);
        return Ok(Found { operator, workspace: None });
    }
    let homes = [
        inputs.home().map(|home| home.join(CONFIG_NAME)),
        inputs.config_home().map(|home| home.join("code-executor/config.json")),
    ];
    let homes = homes.into_iter().flatten();
    let workspace = match workspace_file(inputs, CONFIG_NAME, trust)? {
        // Whoever works in the home directory finds their own file there.
        Some(file) if homes.clone().any(|home| same_file(&home, &file.path)) => {
            Some(File { standing: Standing::Operator, ..file })
        }
        file => file,
    };
    if workspace.as_ref().is_some_and(|file| file.standing != Standing::Untrusted) {
        return Ok(Found { operator: workspace, workspace: None });
    }
    for home in homes {
        if let Some(bytes) = document::read(&home)? {
            let operator = Some(File { path: home, bytes, standing: Standing::Operator });
            return Ok(Found { operator, workspace });
        }
    }
    Ok(Found { operator: None, workspace })
}

/// A file of the working directory, if it is there.
pub fn workspace_file(inputs: &Inputs, name: &str, trust: &Store) -> Result<Option<File>, Problem> {
    hashed(&inputs.directory.join(name), trust)
}

/// A file that is trusted only if its bytes are.
pub fn hashed(path: &Path, trust: &Store) -> Result<Option<File>, Problem> {
    let Some(bytes) = document::read(path)? else { return Ok(None) };
    let path = canonical(path);
    let trusted = trust.trusts(&path, &bytes);
    let standing = if trusted { Standing::Trusted } else { Standing::Untrusted };
    Ok(Some(File { path, bytes, standing }))
}

/// A file that the operator named.
pub fn required(path: &Path) -> Result<File, Problem> {
    match document::read(path)? {
        Some(bytes) => Ok(File { path: path.to_path_buf(), bytes, standing: Standing::Operator }),
        None => Err(Problem::in_file(path, "there is no such file").hint(
            "it was named on the command line, in the environment or in a configuration file",
        )),
    }
}

/// A path by which a file is known: links in its directory are followed, its own name is kept.
pub fn canonical(path: &Path) -> PathBuf {
    match (path.parent().map(Path::canonicalize), path.file_name()) {
        (Some(Ok(directory)), Some(name)) => directory.join(name),
        _ => path.to_path_buf(),
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}
