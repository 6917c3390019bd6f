//! The tools of servers as they were last listed: a cache, which may be lost at any time.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::directory::{Directory, Durability};
use crate::sealed::{self, Kind};
use crate::{Definition, Digest, Error};

const MIB: u64 = 1024 * 1024;
/// The largest list that is kept, in bytes.
const MAX_FILE: u64 = 32 * MIB;
/// The most that all lists may take together, in bytes.
const MAX_TOTAL: u64 = 256 * MIB;
/// The most lists that are kept.
const MAX_FILES: usize = 1000;

const KIND: Kind = Kind { name: "catalog", version: 1, sections: 1 };

/// Where lists are kept, a file per server.
#[derive(Debug, Clone)]
pub struct Cache {
    directory: Directory,
    max_total: u64,
    max_files: usize,
}

/// One tool of a list, and its hash.
pub type Listed = (Definition, Digest);

#[derive(Serialize)]
struct Written<'a> {
    server: Digest,
    tools: Vec<WrittenTool<'a>>,
}

#[derive(Serialize)]
struct WrittenTool<'a> {
    digest: Digest,
    definition: &'a Definition,
}

#[derive(Deserialize)]
struct Kept {
    server: Digest,
    tools: Vec<KeptTool>,
}

#[derive(Deserialize)]
struct KeptTool {
    digest: Digest,
    definition: Definition,
}

impl Cache {
    /// A cache in this directory. Nothing is touched before it is used.
    pub fn new(directory: PathBuf) -> Self {
        Self::bounded(directory, MAX_FILE, MAX_TOTAL, MAX_FILES)
    }

    fn bounded(directory: PathBuf, max_file: u64, max_total: u64, max_files: usize) -> Self {
        Self { directory: Directory::new(directory, max_file), max_total, max_files }
    }

    /// The list of the server that is reached so; `None` when there is none.
    pub fn load(&self, server: Digest) -> Result<Option<Vec<Listed>>, Error> {
        let name = file_name(server);
        let Some((bytes, _)) = self.directory.read(&name)? else { return Ok(None) };
        let damaged = || Error::Damaged { path: self.directory.path_of(&name) };
        let sealed = sealed::open(KIND, &bytes).ok_or_else(damaged)?;
        let section = sealed.section(0).ok_or_else(damaged)?;
        let kept: Kept = serde_json::from_slice(section).map_err(|_| damaged())?;
        // A file under another's name tells of another server.
        if kept.server != server {
            return Err(damaged());
        }
        Ok(Some(kept.tools.into_iter().map(|tool| (tool.definition, tool.digest)).collect()))
    }

    /// Keeps the list of a server in place of the one before. Where there is too much, the lists
    /// that were written longest ago make room.
    pub fn save(&self, server: Digest, tools: &[Listed]) -> Result<(), Error> {
        let tools =
            tools.iter().map(|(definition, digest)| WrittenTool { digest: *digest, definition });
        let written = Written { server, tools: tools.collect() };
        let name = file_name(server);
        let section = serde_json::to_vec(&written).map_err(|error| Error::System {
            path: self.directory.path_of(&name),
            what: "written",
            reason: error.to_string(),
        })?;
        let saved =
            self.directory.write(&name, &sealed::seal(KIND, &[&section]), Durability::Written);
        match saved {
            Ok(()) => self.make_room(&name),
            Err(error) => {
                // What is there is no longer what the server lists.
                self.directory.remove(&name);
                Err(error)
            }
        }
    }

    fn make_room(&self, newest: &str) -> Result<(), Error> {
        let mut entries = self.directory.entries()?;
        let mut total: u64 = entries.iter().map(|entry| entry.size).sum();
        let mut files = entries.len();
        entries.sort_by_key(|entry| entry.modified);
        for entry in entries.iter().filter(|entry| entry.name != newest) {
            if total <= self.max_total && files <= self.max_files {
                break;
            }
            self.directory.remove(&entry.name);
            total = total.saturating_sub(entry.size);
            files -= 1;
        }
        Ok(())
    }
}

fn file_name(server: Digest) -> String {
    format!("{server}.tools")
}

#[cfg(test)]
mod tests;
