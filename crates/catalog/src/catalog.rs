//! The catalog: every configured server, and the tools of those that have been listed.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use serde_json::Value;
use types::{Definitions, Language, ToolDescriptor};

use crate::{
    Functions, InvalidArguments, SearchResult, names, nearest, python,
    search::{Hit, Index, Segment, compact},
    tokens, typescript,
    validate::Validators,
    wrappers,
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
            snapshot: RwLock::new(Arc::new(Snapshot::new(servers.collect(), None))),
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
        let known = guard.servers.contains_key(server).then(|| guard.called.clone());
        *guard = Arc::new(Snapshot::new(servers, known));
    }

    /// The revision of a server's tools that is stored; `None` before its first listing.
    pub fn revision_of(&self, server: &str) -> Option<u64> {
        self.snapshot().servers.get(server)?.revision
    }

    /// The configured server that a full name belongs to, whether or not its tools are known.
    pub fn server_of(&self, full_name: &str) -> Option<String> {
        let (segment, _) = names::split(full_name)?;
        self.snapshot().called.segments.get(segment).cloned()
    }

    /// The configured server that somebody means by its name, its segment or its folder.
    pub fn server_called(&self, name: &str) -> Option<String> {
        let snapshot = self.snapshot();
        let exact = snapshot.servers.get_key_value(name).map(|(name, _)| name);
        let called = &snapshot.called;
        exact.or_else(|| called.segments.get(name)).or_else(|| called.folders.get(name)).cloned()
    }

    /// The folders that stand for all servers, in order.
    pub fn folders(&self) -> Vec<String> {
        self.snapshot().called.folders.keys().cloned().collect()
    }

    /// The folder that stands for a server.
    pub fn folder_of(&self, server: &str) -> Option<String> {
        let snapshot = self.snapshot();
        let mut folders = snapshot.called.folders.iter();
        folders.find(|(_, name)| *name == server).map(|(folder, _)| folder.clone())
    }

    /// The folder of a server that somebody most likely means; `None` when nothing is close.
    pub fn nearest_server(&self, name: &str) -> Option<String> {
        let snapshot = self.snapshot();
        let shown: String = name.chars().take(nearest::MAX_CHARS).collect();
        let folders = snapshot.called.folders.keys().map(|folder| (folder, compact(folder)));
        nearest::closest(&compact(&shown), folders).cloned()
    }

    /// The functions of one server's tools, as far as they are known; `None` for no server of ours.
    pub fn functions(&self, server: &str) -> Option<Arc<Functions>> {
        let server = self.snapshot().servers.get(server)?.clone();
        Some(server.functions.get_or_init(|| Arc::new(Functions::of(&server.tools))).clone())
    }

    /// The tool of a full name.
    pub fn get(&self, full_name: &str) -> Option<Arc<ToolDescriptor>> {
        let (segment, _) = names::split(full_name)?;
        let snapshot = self.snapshot();
        let server = snapshot.servers.get(snapshot.called.segments.get(segment)?)?;
        server.find(full_name).cloned()
    }

    /// How many tools are known.
    pub fn len(&self) -> usize {
        self.snapshot().servers.values().map(|server| server.tools.len()).sum()
    }

    /// How much memory search takes beside the tools themselves, in bytes.
    pub fn index_size(&self) -> usize {
        self.snapshot().index().size()
    }

    /// How much a client would give to its model that lists all these tools up front.
    pub fn definitions(&self) -> Definitions {
        let snapshot = self.snapshot();
        let each = snapshot.servers.values().map(|server| server.definitions());
        each.fold(Definitions::default(), |sum, more| Definitions {
            tools: sum.tools + more.tools,
            bytes: sum.bytes + more.bytes,
            estimated_tokens: sum.estimated_tokens + more.estimated_tokens,
        })
    }

    /// The same of those tools that `keep` keeps; each is measured.
    pub fn definitions_among(&self, mut keep: impl FnMut(&ToolDescriptor) -> bool) -> Definitions {
        let snapshot = self.snapshot();
        let tools = snapshot.tools().iter().map(|tool| &**tool).filter(|tool| keep(tool));
        tokens::definitions(tools)
    }

    /// Whether no tool is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All tools, or those of one server, in name order.
    pub fn tools(&self, server: Option<&str>) -> Vec<Arc<ToolDescriptor>> {
        let snapshot = self.snapshot();
        match server {
            Some(name) => snapshot.servers_called(name).flat_map(|s| s.tools.clone()).collect(),
            None => snapshot.tools().to_vec(),
        }
    }

    /// The `limit` best tools for `query`, of one server or of all. A query without a word in it
    /// finds every tool, in name order. A server may be given by its name or by its segment.
    pub fn search(&self, query: &str, server: Option<&str>, limit: usize) -> SearchResult {
        self.search_among(query, server, limit, |_| true)
    }

    /// The same among the tools that `keep` keeps; the others are not counted either.
    pub fn search_among(
        &self,
        query: &str,
        server: Option<&str>,
        limit: usize,
        mut keep: impl FnMut(&ToolDescriptor) -> bool,
    ) -> SearchResult {
        let snapshot = self.snapshot();
        let Some(mut hits) = snapshot.search(query, server) else {
            let mut hits = self.tools(server);
            hits.retain(|tool| keep(tool));
            let total = hits.len();
            hits.truncate(limit);
            return SearchResult { hits, total };
        };
        hits.retain(|hit| keep(snapshot.tool(hit)));
        let total = hits.len();
        SearchResult { hits: snapshot.best(hits, limit), total }
    }

    /// The known full name that `name` most likely means; `None` when nothing is close.
    pub fn nearest(&self, name: &str) -> Option<String> {
        let snapshot = self.snapshot();
        let known = snapshot.tools().iter().map(|tool| &**tool);
        if let Some(found) = nearest::by_spelling(name, known) {
            return Some(found.to_owned());
        }
        let (query, server) = match names::split(name) {
            Some((segment, tool)) => (tool, snapshot.called.segments.get(segment)),
            None => (name, None),
        };
        let query = &query[..query.floor_char_boundary(names::MAX_NAME.min(query.len()))];
        let mut hits = snapshot.search(query, server.map(String::as_str))?;
        hits.retain(|hit| hit.coverage >= nearest::MIN_COVERAGE);
        Some(snapshot.best(hits, 1).first()?.name.clone())
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

    /// One line a model can read: `mcp__fs__read_file({ path: string }): Promise<string>`, or the same
    /// in Python.
    pub fn signature(tool: &ToolDescriptor, language: Language) -> String {
        match language {
            Language::TypeScript => typescript::signature(tool),
            Language::Python => python::signature(tool),
        }
    }

    /// A declaration of the call, its arguments and its answer, with what the schemas say in words.
    pub fn declaration(tool: &ToolDescriptor, language: Language) -> String {
        match language {
            Language::TypeScript => typescript::declaration(tool),
            Language::Python => python::declaration(tool),
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Everything at one moment.
#[derive(Debug)]
struct Snapshot {
    servers: BTreeMap<String, Arc<ServerTools>>,
    /// The same in a list, as the index numbers them.
    listed: Vec<Arc<ServerTools>>,
    called: Arc<Called>,
    /// All tools in name order, put together when somebody first wants them all.
    tools: OnceLock<Vec<Arc<ToolDescriptor>>>,
    /// Put together by the first search, since servers tend to be listed one after another.
    index: OnceLock<Index>,
}

/// What servers are called besides their names.
#[derive(Debug)]
struct Called {
    /// From a server's segment in full names to its name.
    segments: HashMap<String, String>,
    /// From its folder to its name.
    folders: BTreeMap<String, String>,
}

impl Called {
    fn new<'a>(servers: impl Iterator<Item = &'a String> + Clone) -> Self {
        let segments = servers.clone().map(|name| (names::server_segment(name), name.clone()));
        let folders = wrappers::folders(servers.map(String::as_str));
        let folders = folders.into_iter().map(|(name, folder)| (folder, name));
        Self { segments: segments.collect(), folders: folders.collect() }
    }
}

impl Snapshot {
    /// These servers; what else they are called is made when it is not `known` already.
    fn new(servers: BTreeMap<String, Arc<ServerTools>>, known: Option<Arc<Called>>) -> Self {
        let called = known.unwrap_or_else(|| Arc::new(Called::new(servers.keys())));
        let listed = servers.values().cloned().collect();
        Self { called, listed, tools: OnceLock::new(), index: OnceLock::new(), servers }
    }

    fn tools(&self) -> &[Arc<ToolDescriptor>] {
        self.tools.get_or_init(|| {
            let mut tools: Vec<_> =
                self.servers.values().flat_map(|server| server.tools.iter().cloned()).collect();
            tools.sort_by(|left, right| left.name.cmp(&right.name));
            tools
        })
    }

    /// The index; its segments are the servers, in their order here.
    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            Index::new(self.listed.iter().map(|server| server.words.clone()).collect())
        })
    }

    /// The servers that a caller means by a name or a segment: one, or none.
    fn servers_called<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<ServerTools>> {
        let exact = self.servers.get(name);
        let by_segment = || self.servers.get(self.called.segments.get(name)?);
        exact.or_else(by_segment).into_iter()
    }

    /// All hits, in no order; `None` when there is no word in the query.
    fn search(&self, query: &str, server: Option<&str>) -> Option<Vec<Hit>> {
        let Some(name) = server else { return self.index().search(query, |_| true) };
        let wanted = self.servers_called(name).next();
        let kept: Vec<bool> = self
            .listed
            .iter()
            .map(|server| wanted.is_some_and(|wanted| Arc::ptr_eq(server, wanted)))
            .collect();
        self.index().search(query, |segment| kept[segment])
    }

    /// The tools of the `limit` best hits, best first, equal ones in name order.
    fn best(&self, mut hits: Vec<Hit>, limit: usize) -> Vec<Arc<ToolDescriptor>> {
        let order = |left: &Hit, right: &Hit| {
            let score = right.score.total_cmp(&left.score);
            score.then_with(|| self.tool(left).name.cmp(&self.tool(right).name))
        };
        if limit == 0 {
            return Vec::new();
        }
        if limit < hits.len() {
            hits.select_nth_unstable_by(limit - 1, order);
            hits.truncate(limit);
        }
        hits.sort_unstable_by(order);
        hits.iter().map(|hit| self.tool(hit).clone()).collect()
    }

    fn tool(&self, hit: &Hit) -> &Arc<ToolDescriptor> {
        let (server, number) = self.index().place_of(hit.document);
        &self.listed[server].tools[number]
    }
}

/// The tools of one server, in name order, and their words.
#[derive(Debug, Default)]
struct ServerTools {
    revision: Option<u64>,
    tools: Vec<Arc<ToolDescriptor>>,
    words: Arc<Segment>,
    /// Measured when somebody first asks.
    definitions: OnceLock<Definitions>,
    /// Put together when a program first imports one.
    functions: OnceLock<Arc<Functions>>,
}

impl ServerTools {
    fn new(server: &str, revision: u64, tools: Vec<NewTool>) -> Self {
        let mut seen = HashSet::new();
        let mut tools: Vec<(String, NewTool)> = tools
            .into_iter()
            .map(|tool| (names::full_name(server, &tool.name), tool))
            .filter(|(name, _)| seen.insert(name.clone()))
            .collect();
        tools.sort_by(|left, right| left.0.cmp(&right.0));
        let listed: Vec<&NewTool> = tools.iter().map(|(_, tool)| tool).collect();
        let words = Arc::new(Segment::new(server, &listed));
        let described =
            tools.into_iter().map(|(name, tool)| Arc::new(described(server, name, tool)));
        let (tools, functions) = (described.collect(), OnceLock::new());
        let definitions = OnceLock::new();
        Self { revision: Some(revision), tools, words, functions, definitions }
    }

    fn definitions(&self) -> Definitions {
        let tools = self.tools.iter().map(|tool| &**tool);
        *self.definitions.get_or_init(|| tokens::definitions(tools))
    }

    fn find(&self, full_name: &str) -> Option<&Arc<ToolDescriptor>> {
        let at = self.tools.binary_search_by(|tool| tool.name.as_str().cmp(full_name));
        at.ok().map(|at| &self.tools[at])
    }
}

fn described(server: &str, name: String, tool: NewTool) -> ToolDescriptor {
    ToolDescriptor {
        name,
        server: server.to_owned(),
        tool: tool.name,
        description: tool.description,
        input_schema: tool.input_schema,
        output_schema: tool.output_schema,
        annotations: tool.annotations,
    }
}

#[cfg(test)]
pub(crate) mod tests;
