//! Dispatch: from a call to what answers it.

use std::{sync::Arc, time::Duration};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
        JsonObject, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
        Tool,
    },
    service::RequestContext,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{
    arguments::{self, AddNote, Big, Fail, GetNote, ListNotes, Now, QueryCsv, SearchNotes, Slow},
    clock, noise,
    notes::Notes,
    orders::Orders,
    tools,
};

/// The longest `slow` waits.
pub const MAX_SLOW_MS: u64 = 60_000;

const MAX_MESSAGE_CHARS: usize = 1_000;

/// The demo server.
#[derive(Debug, Clone)]
pub struct Demo {
    tools: Arc<[Tool]>,
    notes: Arc<Notes>,
    orders: Arc<Orders>,
}

enum Answer {
    Structured(Value),
    Text(String),
}

impl Demo {
    /// A server with the data it has from the start.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self {
            tools: tools::all().into(),
            notes: Arc::new(Notes::seeded()),
            orders: Arc::new(Orders::load()?),
        })
    }

    async fn answer(
        &self,
        tool: &str,
        given: JsonObject,
        cancelled: CancellationToken,
    ) -> Result<Answer, String> {
        let structured = match tool {
            "list_notes" => self.notes.list(&arguments::read::<ListNotes>(given)?),
            "get_note" => self.notes.get(arguments::read::<GetNote>(given)?.id),
            "add_note" => self.notes.add(arguments::read::<AddNote>(given)?),
            "search_notes" => self.notes.search(&arguments::read::<SearchNotes>(given)?.query),
            "query_csv" => self.orders.query(&arguments::read::<QueryCsv>(given)?),
            "now" => clock::now(arguments::read::<Now>(given)?.timezone.as_deref()),
            "slow" => slow(arguments::read::<Slow>(given)?.ms, cancelled).await,
            "big" => {
                let Big { bytes, shape: arguments::Shape::Text } = arguments::read(given)?;
                return noise::text(bytes).map(Answer::Text);
            }
            _ => fail(arguments::read::<Fail>(given)?),
        };
        structured.map(Answer::Structured)
    }
}

impl ServerHandler for Demo {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("code-executor-demo", env!("CARGO_PKG_VERSION")))
            .with_instructions("Notes, a table of orders, a clock, and tools to try out failure.")
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.to_vec()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !self.tools.iter().any(|tool| tool.name == request.name) {
            let names: Vec<_> = self.tools.iter().map(|tool| tool.name.as_ref()).collect();
            let message = format!("there is no such tool; the tools are {}", names.join(", "));
            return Err(ErrorData::invalid_params(message, None));
        }
        let given = request.arguments.unwrap_or_default();
        Ok(match self.answer(&request.name, given, context.ct).await {
            Ok(Answer::Structured(value)) => CallToolResult::structured(value),
            Ok(Answer::Text(text)) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Err(message) => CallToolResult::error(vec![ContentBlock::text(message)]),
        }
        .into())
    }
}

async fn slow(ms: u64, cancelled: CancellationToken) -> Result<Value, String> {
    if ms > MAX_SLOW_MS {
        return Err(format!("`ms` must be from 0 to {MAX_SLOW_MS}, got {ms}"));
    }
    tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(ms)) => Ok(json!({"waitedMs": ms})),
        () = cancelled.cancelled() => Err("it was cancelled".to_owned()),
    }
}

fn fail(asked: Fail) -> Result<Value, String> {
    let message = asked.message.unwrap_or_else(|| "this tool always fails".to_owned());
    Err(message.chars().take(MAX_MESSAGE_CHARS).collect())
}
