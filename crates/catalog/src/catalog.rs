//! The catalog: every configured server, and the tools of those that have been listed.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use serde_json::Value;
use types::ToolDescriptor;

use crate::{
    InvalidArguments, SearchResult, names, nearest,
    search::{Document, Index},
    typescript,
    validate::Validators,
};

/// What is known of all servers and their tools. Readers never wait for one another; a change
/// replaces a snapshot that searches in progress keep.
#[derive(Debug)]
pub struct Catalog {
    snapshot: RwLock<Arc<Snapshot>>,
    validators: Validators,
}

/// A tool as its server listed it.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTool {
    /// The tool's own name.
    pub name: String,
    /// What the server says it does; empty when it says nothing.
    pub description: String,
    /// A short name for people, which is searched too.
    pub title: Option<String>,
    /// JSON Schema of the arguments.
    pub input_schema: Arc<Value>,
    /// JSON Schema of the structured answer.
    pub output_schema: Option<Arc<Value>>,
    /// The server's hints, as it gave them.
    pub annotations: Option<Arc<Value>>,
}

impl Catalog {
    /// A catalog of these configured servers, whose tools are not known yet.
    pub fn new(servers: impl IntoIterator<Item = String>) -> Self {
        let servers = servers.into_iter().map(|name| (name, Arc::default()));
        Self {
            snapshot: RwLock::new(Arc::new(Snapshot::new(servers.collect()))),
            validators: Validators::default(),
        }
    }

    /// Replaces what is known of one server. Nothing happens when `revision` is the stored one. Of
    /// several tools with one name the first counts. How many tools a server may have is for the
    /// caller to bound.
    pub fn replace_server(&self, server: &str, revision: u64, tools: Vec<NewTool>) {
        if self.revision_of(server) == Some(revision) {
            return;
        }
        let listed = Arc::new(ServerTools::new(server, revision, tools));
        let mut guard = self.snapshot.write().unwrap_or_else(PoisonError::into_inner);
        let mut servers = guard.servers.clone();
        servers.insert(server.to_owned(), listed);
        *guard = Arc::new(Snapshot::new(servers));
    }

    /// The revision of a server's tools that is stored; `None` before its first listing.
    pub fn revision_of(&self, server: &str) -> Option<u64> {
        self.snapshot().servers.get(server)?.revision
    }

    /// The configured server that a full name belongs to, whether or not its tools are known.
    pub fn server_of(&self, full_name: &str) -> Option<String> {
        let (segment, _) = names::split(full_name)?;
        self.snapshot().segments.get(segment).cloned()
    }

    /// The tool of a full name.
    pub fn get(&self, full_name: &str) -> Option<Arc<ToolDescriptor>> {
        let (segment, _) = names::split(full_name)?;
        let snapshot = self.snapshot();
        let server = snapshot.servers.get(snapshot.segments.get(segment)?)?;
        server.find(full_name).map(|entry| entry.tool.clone())
    }

    /// How many tools are known.
    pub fn len(&self) -> usize {
        self.snapshot().entries.len()
    }

    /// Whether no tool is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All tools, or those of one server, in name order.
    pub fn tools(&self, server: Option<&str>) -> Vec<Arc<ToolDescriptor>> {
        let snapshot = self.snapshot();
        let of_server = |entry: &&Arc<Entry>| server.is_none_or(|name| is_of(&entry.tool, name));
        snapshot.entries.iter().filter(of_server).map(|entry| entry.tool.clone()).collect()
    }

    /// The `limit` best tools for `query`, of one server or of all. A query without a word in it
    /// finds every tool, in name order. A server may be given by its name or by its segment.
    pub fn search(&self, query: &str, server: Option<&str>, limit: usize) -> SearchResult {
        let snapshot = self.snapshot();
        let keep =
            |number: usize| server.is_none_or(|name| is_of(&snapshot.entries[number].tool, name));
        let Some(hits) = snapshot.index().search(query, keep) else {
            let mut hits = self.tools(server);
            let total = hits.len();
            hits.truncate(limit);
            return SearchResult { hits, total };
        };
        let total = hits.len();
        let tool = |hit: crate::search::Hit| snapshot.entries[hit.document].tool.clone();
        SearchResult { hits: hits.into_iter().take(limit).map(tool).collect(), total }
    }

    /// The known full name that `name` most likely means; `None` when nothing is close.
    pub fn nearest(&self, name: &str) -> Option<String> {
        let snapshot = self.snapshot();
        let known = snapshot.entries.iter().map(|entry| &*entry.tool);
        if let Some(found) = nearest::by_spelling(name, known) {
            return Some(found.to_owned());
        }
        let (query, server) = match names::split(name) {
            Some((segment, tool)) => (tool, snapshot.segments.get(segment)),
            None => (name, None),
        };
        let query = &query[..query.floor_char_boundary(names::MAX_NAME.min(query.len()))];
        let keep = |number: usize| {
            server.is_none_or(|server| snapshot.entries[number].tool.server == *server)
        };
        let hits = snapshot.index().search(query, keep)?;
        let best = hits.first().filter(|hit| hit.coverage >= nearest::MIN_COVERAGE)?;
        Some(snapshot.entries[best.document].tool.name.clone())
    }

    /// Checks arguments against the tool's input schema. A schema that cannot be compiled, or
    /// whose check could take unreasonably long, accepts any object: the server still decides.
    pub fn validate(
        &self,
        tool: &ToolDescriptor,
        arguments: &Value,
    ) -> Result<(), InvalidArguments> {
        self.validators.check(tool, arguments)
    }

    /// One line a model can read: `mcp__fs__read_file({ path: string }): Promise<string>`.
    pub fn signature(tool: &ToolDescriptor) -> String {
        typescript::signature(tool)
    }

    /// A TypeScript declaration of the call, its arguments and its answer, with doc comments.
    pub fn declaration(tool: &ToolDescriptor) -> String {
        typescript::declaration(tool)
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Everything at one moment.
#[derive(Debug)]
struct Snapshot {
    servers: BTreeMap<String, Arc<ServerTools>>,
    /// From a server's segment to its name.
    segments: HashMap<String, String>,
    /// All tools in name order; the index counts on this order.
    entries: Vec<Arc<Entry>>,
    /// Built by the first search, since servers tend to be listed one after another.
    index: OnceLock<Index>,
}

impl Snapshot {
    fn new(servers: BTreeMap<String, Arc<ServerTools>>) -> Self {
        let segments = servers.keys().map(|name| (names::server_segment(name), name.clone()));
        let mut entries: Vec<_> =
            servers.values().flat_map(|server| server.entries.iter().cloned()).collect();
        entries.sort_by(|left, right| left.tool.name.cmp(&right.tool.name));
        Self { segments: segments.collect(), entries, index: OnceLock::new(), servers }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::build(self.entries.iter().map(|entry| &entry.document)))
    }
}

/// The tools of one server, in name order.
#[derive(Debug, Default)]
struct ServerTools {
    revision: Option<u64>,
    entries: Vec<Arc<Entry>>,
}

impl ServerTools {
    fn new(server: &str, revision: u64, tools: Vec<NewTool>) -> Self {
        let mut seen = HashSet::new();
        let mut entries: Vec<Arc<Entry>> = tools
            .into_iter()
            .map(|tool| Arc::new(Entry::new(server, tool)))
            .filter(|entry| seen.insert(entry.tool.name.clone()))
            .collect();
        entries.sort_by(|left, right| left.tool.name.cmp(&right.tool.name));
        Self { revision: Some(revision), entries }
    }

    fn find(&self, full_name: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.tool.name.as_str().cmp(full_name));
        at.ok().map(|at| &*self.entries[at])
    }
}

/// One tool and its words.
#[derive(Debug)]
struct Entry {
    tool: Arc<ToolDescriptor>,
    document: Document,
}

impl Entry {
    fn new(server: &str, tool: NewTool) -> Self {
        let title = tool.title;
        let tool = ToolDescriptor {
            name: names::full_name(server, &tool.name),
            server: server.to_owned(),
            tool: tool.name,
            description: tool.description,
            input_schema: tool.input_schema,
            output_schema: tool.output_schema,
            annotations: tool.annotations,
        };
        Self { document: Document::new(&tool, title.as_deref()), tool: Arc::new(tool) }
    }
}

fn is_of(tool: &ToolDescriptor, server: &str) -> bool {
    tool.server == server || names::split(&tool.name).is_some_and(|(segment, _)| segment == server)
}

#[cfg(test)]
pub(crate) mod tests;
