//! What is wrong with the configuration: every problem at once, each with its place and a way out.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::cli::render::visible;

/// The most problems one error shows; the rest are counted.
const SHOWN: usize = 20;

/// Why the configuration is refused. The process exits with code 64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    problems: Vec<Problem>,
}

impl Error {
    /// An error from its problems; `None` when there are none.
    pub fn from_problems(problems: Vec<Problem>) -> Option<Self> {
        (!problems.is_empty()).then_some(Self { problems })
    }
}

impl From<Vec<Problem>> for Error {
    fn from(problems: Vec<Problem>) -> Self {
        Self { problems }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.len() {
            1 => write!(f, "bad configuration, nothing was started")?,
            count => write!(f, "bad configuration, nothing was started: {count} problems")?,
        }
        for problem in self.problems.iter().take(SHOWN) {
            write!(f, "\n\n{problem}")?;
        }
        match self.problems.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n\n  and {more} more"),
        }
    }
}

impl std::error::Error for Error {}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: Option<String>,
    what: String,
    hint: Option<String>,
}

impl Problem {
    /// A problem that belongs to no file.
    pub fn new(what: impl Into<String>) -> Self {
        Self { place: None, what: what.into(), hint: None }
    }

    /// A problem with a file as a whole.
    pub fn in_file(file: &Path, what: impl Into<String>) -> Self {
        Self { place: Some(shown_path(file)), what: what.into(), hint: None }
    }

    /// A problem at a place in a file.
    pub fn at(place: &Place, what: impl Into<String>) -> Self {
        Self { place: Some(place.to_string()), what: what.into(), hint: None }
    }

    /// A problem with the value of an environment variable.
    pub fn in_variable(name: &str, what: impl Into<String>) -> Self {
        Self { place: Some(format!("environment variable {name}")), what: what.into(), hint: None }
    }

    /// The problem in one line, for a log.
    pub fn line(&self) -> String {
        let parts = [self.place.as_deref(), Some(self.what.as_str()), self.hint.as_deref()];
        visible(&parts.into_iter().flatten().collect::<Vec<_>>().join(": ")).into_owned()
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what to do about it, if that is known.
    pub fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            writeln!(f, "  {place}")?;
        }
        write!(f, "    {}", visible(&self.what))?;
        if let Some(hint) = &self.hint {
            write!(f, "\n    {}", visible(hint))?;
        }
        Ok(())
    }
}

/// A place in a file, as editors and terminals understand it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<Path>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", shown_path(&self.file), self.line, self.column)
    }
}

/// Something the operator should know although nothing is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// What it is, and what to do.
    pub message: String,
}

/// Messages may quote a workspace's files: they are made harmless for logs and terminals.
impl Notice {
    /// Something is not as the operator may believe.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { level: Level::Warning, message: visible(&message.into()).into_owned() }
    }

    /// Good to know.
    pub fn info(message: impl Into<String>) -> Self {
        Self { level: Level::Info, message: visible(&message.into()).into_owned() }
    }
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Good to know.
    Info,
    /// Not as the operator may believe.
    Warning,
}

/// A path in a message, without control characters.
pub fn shown_path(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}

/// The candidate nearest to `given`, if one is near enough to be what was meant.
pub fn nearest<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase();
    candidates
        .map(|name| (strsim::damerau_levenshtein(&given, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
