//! The tools of servers as the operator approved them: the first time a server was seen, and
//! whenever changes were accepted.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::directory::{Directory, Durability, Stamp};
use crate::sealed::{self, Kind};
use crate::{Definition, Digest, Error};

const MIB: u64 = 1024 * 1024;
/// The largest record, in bytes. One whose definitions do not fit keeps their hashes alone.
const MAX_FILE: u64 = 64 * MIB;
/// The most records.
const MAX_FILES: usize = 1000;

/// The hashes, and the definitions that they are of.
const KIND: Kind = Kind { name: "approvals", version: 1, sections: 2 };

/// Where approvals are recorded, a file per server.
#[derive(Debug, Clone)]
pub struct Approvals {
    directory: Directory,
    max_files: usize,
}

/// What is approved of one server.
#[derive(Debug)]
pub struct Record {
    approved: Approved,
    /// The file's bytes, of which the definitions are read when somebody asks for one.
    bytes: Vec<u8>,
    definitions: OnceLock<Definitions>,
    stamp: Option<Stamp>,
}

/// What the record says of a tool.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is as it was approved.
    Approved,
    /// It is not; how it was, when that is still known.
    Changed(Option<Box<Definition>>),
    /// It was never approved.
    New,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Approved {
    /// What reaches the server, hashed.
    server: Option<Digest>,
    /// The server's name in the configuration, for whoever looks at the file.
    name: String,
    /// When, RFC 3339 in UTC.
    at: String,
    /// Each approved tool and the hash of its definition. One that its server no longer has stays.
    tools: BTreeMap<String, Digest>,
}

/// Definitions by the tools' names.
type Definitions = BTreeMap<String, Box<RawValue>>;

impl Approvals {
    /// Records in this directory. Nothing is touched before it is used.
    pub fn new(directory: PathBuf) -> Self {
        Self::bounded(directory, MAX_FILE, MAX_FILES)
    }

    fn bounded(directory: PathBuf, max_file: u64, max_files: usize) -> Self {
        Self { directory: Directory::new(directory, max_file), max_files }
    }

    /// What is approved of the server that is reached so; `None` when it was never seen.
    pub fn read(&self, server: Digest) -> Result<Option<Record>, Error> {
        let name = file_name(server);
        let Some((bytes, stamp)) = self.directory.read(&name)? else { return Ok(None) };
        let damaged = || Error::Damaged { path: self.directory.path_of(&name) };
        let sealed = sealed::open(KIND, &bytes).ok_or_else(damaged)?;
        let section = sealed.section(0).ok_or_else(damaged)?;
        let approved: Approved = serde_json::from_slice(section).map_err(|_| damaged())?;
        if approved.server != Some(server) {
            return Err(damaged());
        }
        Ok(Some(Record::new(approved, bytes, Some(stamp))))
    }

    /// Which state the record of a server is in, without reading it.
    pub fn stamp(&self, server: Digest) -> Option<Stamp> {
        self.directory.stamp(&file_name(server))
    }

    /// Approves the tools of a server that is seen for the first time, and gives the record. Where
    /// there is one by now, it counts, and nothing is approved.
    pub fn first_sight(
        &self,
        server: Digest,
        name: &str,
        tools: &[(Definition, Digest)],
    ) -> Result<Record, Error> {
        let _lock = self.directory.lock()?;
        if let Some(record) = self.read(server)? {
            return Ok(record);
        }
        let limit = self.max_files;
        if self.directory.entries()?.len() >= limit {
            return Err(Error::TooMany { path: self.directory.path_of(""), limit });
        }
        let tools: Vec<_> =
            tools.iter().map(|(definition, digest)| (definition, *digest)).collect();
        self.write(server, name, None, &tools)
    }

    /// Approves these tools of a server beside what is approved already.
    pub fn approve(
        &self,
        server: Digest,
        name: &str,
        tools: &[(&Definition, Digest)],
    ) -> Result<Record, Error> {
        let _lock = self.directory.lock()?;
        // Whoever approves has looked: a record that nobody can read is begun anew.
        let before = match self.read(server) {
            Err(Error::Damaged { .. }) => None,
            read => read?,
        };
        self.write(server, name, before, tools)
    }

    fn write(
        &self,
        server: Digest,
        name: &str,
        before: Option<Record>,
        tools: &[(&Definition, Digest)],
    ) -> Result<Record, Error> {
        let mut definitions =
            before.as_ref().map(|record| record.definitions().clone()).unwrap_or_default();
        let before = before.map(|record| record.approved.tools);
        let mut approved = Approved {
            server: Some(server),
            name: name.to_owned(),
            at: format!("{:.0}", jiff::Timestamp::now()),
            tools: before.unwrap_or_default(),
        };
        for (definition, digest) in tools {
            approved.tools.insert(definition.name.clone(), *digest);
            match serde_json::value::to_raw_value(definition) {
                Ok(raw) => definitions.insert(definition.name.clone(), raw),
                Err(_) => definitions.remove(&definition.name),
            };
        }
        let file = file_name(server);
        let json = |value: Result<Vec<u8>, serde_json::Error>| {
            value.map_err(|error| Error::System {
                path: self.directory.path_of(&file),
                what: "written",
                reason: error.to_string(),
            })
        };
        let hashes = json(serde_json::to_vec(&approved))?;
        let mut bytes = sealed::seal(KIND, &[&hashes, &json(serde_json::to_vec(&definitions))?]);
        if bytes.len() as u64 > self.directory.max_file() {
            bytes = sealed::seal(KIND, &[&hashes, b"{}"]);
        }
        self.directory.write(&file, &bytes, Durability::Synced)?;
        Ok(Record::new(approved, bytes, self.stamp(server)))
    }
}

impl Record {
    /// Which state of the file this is.
    pub fn stamp(&self) -> Option<Stamp> {
        self.stamp
    }

    /// Whether a tool with this definition is approved, was approved as another, or never was.
    pub fn judge(&self, tool: &str, digest: Digest) -> Verdict {
        match self.approved.tools.get(tool) {
            None => Verdict::New,
            Some(approved) if *approved == digest => Verdict::Approved,
            Some(approved) => Verdict::Changed(self.definition(tool, *approved).map(Box::new)),
        }
    }

    fn new(approved: Approved, bytes: Vec<u8>, stamp: Option<Stamp>) -> Self {
        Self { approved, bytes, definitions: OnceLock::new(), stamp }
    }

    /// A definition, if it is the one that was approved.
    fn definition(&self, tool: &str, digest: Digest) -> Option<Definition> {
        let definition = self.definitions().get(tool)?;
        let definition: Definition = serde_json::from_str(definition.get()).ok()?;
        (definition.digest() == digest).then_some(definition)
    }

    /// All definitions; none when their section is not what was written.
    fn definitions(&self) -> &Definitions {
        self.definitions.get_or_init(|| {
            let section = sealed::open(KIND, &self.bytes).and_then(|sealed| sealed.section(1));
            section.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or_default()
        })
    }
}

fn file_name(server: Digest) -> String {
    format!("{server}.approved")
}

#[cfg(test)]
mod tests;
