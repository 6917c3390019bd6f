//! A server's list of tools: fetched page by page within bounds, read tool by tool.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rmcp::model::{ClientRequest, ListToolsRequest, PaginatedRequestParams};
use serde_json::{Map, Value, json};

use crate::connection::Connection;
use crate::pages::{List, Pages};
use crate::patience::Patience;
use crate::{Config, Error};

/// What stands for the tool's name in errors about the list.
pub(crate) const METHOD: &str = "tools/list";

const TOOLS: List = List { method: METHOD, key: "tools" };

/// The longest name of a tool.
const NAME_LIMIT: usize = 1024;

/// The tools of one server as it last listed them.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolList {
    /// Different for each list that differs, among all servers of this process.
    pub revision: u64,
    /// The tools, in the server's order.
    pub tools: Vec<RawTool>,
}

/// One tool as its server describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct RawTool {
    /// The server's own name for it.
    pub name: String,
    /// A title for people.
    pub title: Option<String>,
    /// What it does; empty when the server does not say.
    pub description: String,
    /// JSON Schema of the arguments: an object.
    pub input_schema: Arc<Value>,
    /// JSON Schema of the structured answer.
    pub output_schema: Option<Arc<Value>>,
    /// The server's hints, as it gave them.
    pub annotations: Option<Arc<Value>>,
}

impl ToolList {
    /// A list that differs from all before it.
    pub(crate) fn new(tools: Vec<RawTool>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { revision: NEXT.fetch_add(1, Ordering::Relaxed), tools }
    }
}

/// Fetches the whole list.
pub(crate) async fn fetch(
    connection: &Connection,
    config: &Config,
    patience: &Patience,
) -> Result<Vec<RawTool>, Error> {
    let mut list = Reader::new(connection.server(), config);
    let mut cursor = None;
    loop {
        let params = PaginatedRequestParams::default().with_cursor(cursor);
        let request = ListToolsRequest { params: Some(params), ..ListToolsRequest::default() };
        let request = ClientRequest::ListToolsRequest(request);
        let answer = match connection.request(request, METHOD, patience).await {
            // A server without tools need not know the method.
            Err(Error::Refused { code: -32601, .. }) if !connection.claims_tools() => {
                return Ok(list.tools);
            }
            answer => answer?,
        };
        cursor = list.page(answer.result, answer.bytes)?;
        if cursor.is_none() {
            return Ok(list.tools);
        }
    }
}

/// Reads pages that are there already.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_pages(
    pages: impl IntoIterator<Item = Value>,
    config: &Config,
) -> Result<Vec<RawTool>, Error> {
    let mut list = Reader::new("fuzzed", config);
    for page in pages {
        if list.page(page, 0)?.is_none() {
            break;
        }
    }
    Ok(list.tools)
}

/// The list so far, and what it may still become.
struct Reader<'a> {
    server: &'a str,
    config: &'a Config,
    pages: Pages<'a>,
    tools: Vec<RawTool>,
    names: HashSet<String>,
}

impl<'a> Reader<'a> {
    fn new(server: &'a str, config: &'a Config) -> Self {
        Self {
            server,
            config,
            pages: Pages::new(server, TOOLS, config),
            tools: Vec::new(),
            names: HashSet::new(),
        }
    }

    /// Takes in one page; gives the cursor of the next.
    fn page(&mut self, page: Value, bytes: usize) -> Result<Option<String>, Error> {
        let (tools, cursor) = self.pages.page(page, bytes)?;
        for tool in tools {
            self.tool(tool)?;
        }
        Ok(cursor)
    }

    fn tool(&mut self, tool: Value) -> Result<(), Error> {
        let Some(tool) = read(tool) else {
            tracing::warn!(server = self.server, "skipped a tool without a usable name");
            return Ok(());
        };
        if !self.names.insert(tool.name.clone()) {
            tracing::warn!(server = self.server, tool = tool.name, "skipped a tool listed twice");
            return Ok(());
        }
        if self.tools.len() >= self.config.max_tools_per_server {
            let limit = self.config.max_tools_per_server;
            return Err(self.pages.broken(format!("it offers more than {limit} tools, the limit")));
        }
        self.tools.push(tool);
        Ok(())
    }
}

/// Reads one tool. All but its name may be missing or odd: it can still be called.
fn read(tool: Value) -> Option<RawTool> {
    let Value::Object(mut tool) = tool else { return None };
    let name = text(&mut tool, "name").filter(|name| usable(name))?;
    let annotations = object(&mut tool, "annotations");
    let title = text(&mut tool, "title")
        .or_else(|| annotations.as_ref()?.get("title").and_then(Value::as_str).map(str::to_owned));
    let input_schema = object(&mut tool, "inputSchema");
    Some(RawTool {
        name,
        title,
        description: text(&mut tool, "description").unwrap_or_default(),
        input_schema: input_schema.unwrap_or_else(|| Arc::new(json!({"type": "object"}))),
        output_schema: object(&mut tool, "outputSchema"),
        annotations,
    })
}

fn usable(name: &str) -> bool {
    !name.is_empty() && name.len() <= NAME_LIMIT && !name.chars().any(char::is_control)
}

fn text(tool: &mut Map<String, Value>, key: &str) -> Option<String> {
    match tool.get_mut(key).map(Value::take) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn object(tool: &mut Map<String, Value>, key: &str) -> Option<Arc<Value>> {
    tool.get_mut(key).map(Value::take).filter(Value::is_object).map(Arc::new)
}
