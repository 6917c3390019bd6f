//! `${NAME}`, `${NAME:-default}`, `${env:NAME}`, `env:NAME`, `${input:ID}` and the names of folders
//! in the values of a list of servers.

use std::path::{Path, PathBuf};

use crate::config::asking::Asker;
use crate::config::env::Environment;
use crate::config::layer;
use crate::config::mcp::question::Question;

/// What a file's values are filled in from.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// What relative paths are taken from.
    pub base: &'a Path,
    /// What `${workspaceFolder}` stands for.
    pub workspace: &'a Path,
    /// Answers `${NAME}`.
    pub environment: &'a Environment,
    /// The file's inputs.
    pub questions: &'a [Question],
    /// Answers them.
    pub asker: &'a Asker,
    /// Our own executable.
    pub executable: Option<&'a Path>,
}

impl<'a> Surroundings<'a> {
    /// Fills in a value. The error names the variable that is missing and shows no value.
    pub fn fill(&self, text: &str) -> Result<String, String> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            let Some((inside, after)) = after.split_once('}') else {
                return Err("a `${` has no `}`".to_owned());
            };
            filled.push_str(&self.reference(inside)?);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// Fills in a value that may also be `env:NAME` as a whole.
    pub fn fill_value(&self, text: &str) -> Result<String, String> {
        match text.strip_prefix("env:").filter(|name| is_name(name)) {
            Some(name) => self.variable(name, None),
            None => self.fill(text),
        }
    }

    /// A path, filled in and made absolute.
    pub fn fill_path(&self, text: &str) -> Result<PathBuf, String> {
        self.fill(text).map(|text| self.resolve(&text))
    }

    /// A path that is filled in, made absolute.
    pub fn resolve(&self, text: &str) -> PathBuf {
        layer::resolve(text, self.base, self.home())
    }

    /// What stands for the text between `${` and `}`.
    fn reference(&self, inside: &str) -> Result<String, String> {
        if let Some(id) = inside.strip_prefix("input:") {
            return self.asker.answer(id, self.questions, self.environment);
        }
        let folder = match inside {
            "workspaceFolder" | "workspaceRoot" | "cwd" => Some(self.workspace),
            "workspaceFolderBasename" => self.workspace.file_name().map(Path::new),
            "userHome" => self.home(),
            "pathSeparator" | "/" => Some(Path::new("/")),
            _ => None,
        };
        if let Some(folder) = folder {
            let text = folder.to_str().ok_or("the path of a folder is not UTF-8")?;
            return Ok(text.to_owned());
        }
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        let name = name.strip_prefix("env:").unwrap_or(name);
        if is_name(name) {
            return self.variable(name, default);
        }
        // What follows the first word may be a secret that was meant as a default.
        let known = |character: &char| character.is_ascii_alphanumeric() || *character == '_';
        let first: String = inside.chars().take_while(known).take(64).collect();
        Err(format!("`${{{first}…}}` is not a form this version fills in"))
    }

    /// The value of a variable. As in a shell, a default also covers an empty one.
    fn variable(&self, name: &str, default: Option<&str>) -> Result<String, String> {
        match (self.environment.get(name), default) {
            (Some(value), _) => Ok(value.to_owned()),
            (None, Some(default)) => Ok(default.to_owned()),
            (None, None) if self.environment.is_set(name) => Ok(String::new()),
            (None, None) => Err(format!("the environment variable {name} is not set")),
        }
    }

    fn home(&self) -> Option<&'a Path> {
        self.environment.get(crate::config::env::HOME).map(Path::new)
    }
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|character| character.is_ascii_alphanumeric() || character == '_')
}
