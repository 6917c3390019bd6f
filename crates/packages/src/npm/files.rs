//! What an installation unpacked, as it comes out of the sandbox: names looked at, all of it counted,
//! and written as plain files.

#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use super::Error;

/// The longest path of a file, in bytes.
const MAX_PATH: usize = 1024;

/// What there is in a `DENO_DIR` that a program needs: packages of npm, and modules of JSR.
const ROOTS: [&str; 2] = ["npm", "remote"];

/// A piece of a file, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it is below the directory of packages.
    pub path: String,
    /// Whether it goes on with the file of the piece before.
    pub continues: bool,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// How much may come.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    /// What was imported, for messages.
    pub(super) wanted: String,
    pub(super) bytes: u64,
    pub(super) files: u64,
}

/// The files so far.
#[derive(Debug)]
pub(super) struct Files {
    root: PathBuf,
    bounds: Bounds,
    folders: HashSet<PathBuf>,
    open: Option<(String, File)>,
    bytes: u64,
    count: u64,
}

impl Files {
    /// Files in this directory, which is there and empty.
    pub(super) fn new(root: PathBuf, bounds: Bounds) -> Self {
        Self { root, bounds, folders: HashSet::new(), open: None, bytes: 0, count: 0 }
    }

    /// Writes a piece.
    pub(super) fn add(&mut self, piece: &Piece) -> Result<(), Error> {
        let Piece { path, continues, bytes } = piece;
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > self.bounds.bytes {
            return Err(self.too_large(self.bounds.bytes, "bytes", "maxBytes"));
        }
        if !continues {
            self.begin(path)?;
        }
        match &mut self.open {
            Some((open, file)) if open == path => {
                file.write_all(bytes).map_err(|error| Error::cache("write", &self.root, error))
            }
            _ => Err(self.refused(path, "goes on with another file")),
        }
    }

    /// Says that all have come.
    pub(super) fn finish(&mut self) {
        self.open = None;
    }

    fn begin(&mut self, path: &str) -> Result<(), Error> {
        if let Some(what) = strange(path) {
            return Err(self.refused(path, what));
        }
        let place = self.root.join(path);
        let failed = |error| Error::cache("write", &place, error);
        if let Some(folder) = place.parent() {
            self.count_folders(folder)?;
            fs::create_dir_all(folder).map_err(failed)?;
        }
        self.count(1)?;
        let file = OpenOptions::new().write(true).create_new(true).open(&place).map_err(failed)?;
        self.open = Some((path.to_owned(), file));
        Ok(())
    }

    /// Counts the directories that are new.
    fn count_folders(&mut self, folder: &Path) -> Result<(), Error> {
        let mut new = Vec::new();
        let mut at = folder;
        while at != self.root && !self.folders.contains(at) {
            new.push(at.to_owned());
            let Some(parent) = at.parent() else { break };
            at = parent;
        }
        self.count(new.len() as u64)?;
        self.folders.extend(new);
        Ok(())
    }

    fn count(&mut self, more: u64) -> Result<(), Error> {
        self.count += more;
        if self.count > self.bounds.files {
            return Err(self.too_large(self.bounds.files, "files", "maxFiles"));
        }
        Ok(())
    }

    fn too_large(&self, limit: u64, unit: &'static str, setting: &'static str) -> Error {
        Error::TooLarge { wanted: self.bounds.wanted.clone(), limit, unit, setting }
    }

    fn refused(&self, path: &str, what: &'static str) -> Error {
        let path = path.chars().take(120).flat_map(char::escape_debug).collect();
        Error::Unsafe { wanted: self.bounds.wanted.clone(), path, what }
    }
}

/// What is wrong with a path, if anything.
fn strange(path: &str) -> Option<&'static str> {
    if path.len() > MAX_PATH {
        return Some("is too long a path");
    }
    if path.contains(['\0', '\\']) || path.chars().any(char::is_control) {
        return Some("has a character that no path needs");
    }
    let mut parts = path.split('/');
    if !parts.next().is_some_and(|root| ROOTS.contains(&root)) {
        return Some("is none of a package");
    }
    let mut deep = 0;
    for part in parts {
        deep += 1;
        if matches!(part, "" | "." | "..") {
            return Some("leads elsewhere");
        }
    }
    (!(1..=64).contains(&deep)).then_some("is nested too deeply")
}
