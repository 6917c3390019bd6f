//! Dispatch: from a request of the protocol library to the gateway and back.

use std::sync::Arc;

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, CustomRequest,
        CustomResult, Implementation, InitializeRequestParams, InitializeResult, JsonObject,
        ListToolsResult, PaginatedRequestParams, ProtocolVersion, ServerCapabilities, ServerConfig,
        Tool,
    },
    service::RequestContext,
};
use tokio_util::sync::CancellationToken;

use types::{Principal, Refusal};

use crate::{
    Config,
    backend::Backend,
    mcp::{
        Work,
        arguments::{self, Detail, Search},
        present,
        tools::{self, EXECUTE_TYPESCRIPT, SEARCH_TOOLS},
    },
};

/// What a client is told about us as a whole.
const INSTRUCTIONS: &str = "One server in front of many: find tools with searchTools, then call \
    them from a TypeScript program run by executeTypescript. Do whole jobs in one program and \
    return only what matters.";
/// Our tools never change while we run.
const TOOLS_FRESH_MS: u64 = 3_600_000;
/// Requests the library knows; one of these it could not read has unusable params.
const KNOWN_METHODS: [&str; 7] = [
    "initialize",
    "ping",
    "server/discover",
    "tools/list",
    "completion/complete",
    "prompts/list",
    "resources/list",
];

/// The MCP server of one session.
#[derive(Debug, Clone)]
pub(crate) struct Handler<B> {
    backend: B,
    principal: Arc<Principal>,
    version: Arc<str>,
    tools: Arc<[Tool]>,
    max_timeout_ms: u64,
    initialize_sent: CancellationToken,
    work: Work,
}

impl<B: Backend> Handler<B> {
    pub(crate) fn new(backend: B, config: &Config, initialize_sent: CancellationToken) -> Self {
        Self {
            backend,
            principal: Arc::new(Principal::local()),
            version: config.version.as_str().into(),
            tools: tools::offered(config).into(),
            max_timeout_ms: config.max_timeout_ms,
            initialize_sent,
            work: Work::new(),
        }
    }

    /// The requests in flight.
    pub(crate) fn work(&self) -> Work {
        self.work.clone()
    }

    async fn answer(
        &self,
        tool: &str,
        arguments: JsonObject,
        cancel: CancellationToken,
    ) -> Result<CallToolResult, Refusal> {
        let _in_flight = self.work.begin()?;
        match tool {
            EXECUTE_TYPESCRIPT => self.execute(arguments, cancel).await,
            SEARCH_TOOLS => {
                let search = arguments::search(arguments)?;
                tokio::select! {
                    result = self.search(search) => Ok(result),
                    () = cancel.cancelled() => Err(present::cancelled()),
                }
            }
            _ => {
                arguments::health(&arguments)?;
                Ok(present::health(&self.backend.health().await))
            }
        }
    }

    async fn execute(
        &self,
        arguments: JsonObject,
        cancel: CancellationToken,
    ) -> Result<CallToolResult, Refusal> {
        let request = arguments::execution(arguments, self.max_timeout_ms)?;
        let outcome = self.backend.execute(&self.principal, request, cancel).await?;
        Ok(present::outcome(outcome, self.max_timeout_ms))
    }

    async fn search(&self, search: Search) -> CallToolResult {
        let Search { query, server, detail, limit } = search;
        let found = self.backend.search(&self.principal, &query, server.as_deref(), limit).await;
        let mut schemas = Vec::new();
        if detail == Detail::Full {
            for hit in &found.hits {
                schemas.extend(self.backend.schema(&self.principal, &hit.name).await);
            }
        }
        present::search(&found, &schemas, detail)
    }

    /// A session without `initialize` is one of 2026-07-28, where every request introduces itself.
    fn check_introduction(&self, context: &RequestContext<RoleServer>) -> Result<(), ErrorData> {
        if self.initialize_sent.is_cancelled() {
            return Ok(());
        }
        let missing = context.meta.missing_required_keys(&ProtocolVersion::V_2026_07_28);
        if missing.is_empty() {
            return Ok(());
        }
        let message = format!(
            "the request's `params._meta` is missing or has malformed {}; \
             send these with every request, or `initialize` first",
            missing.join(", ")
        );
        Err(ErrorData::invalid_params(message, None))
    }
}

impl<B: Backend> ServerHandler for Handler<B> {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(
                Implementation::new("code-executor", self.version.as_ref())
                    .with_title("Code Executor"),
            )
            .with_instructions(INSTRUCTIONS)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let result = self.negotiate_initialize(&request)?;
        let mut client = request;
        client.protocol_version = result.protocol_version.clone();
        context.peer.set_peer_info(client);
        Ok(result)
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        self.check_introduction(&context)?;
        Ok(ListToolsResult::with_all_items(self.tools.to_vec())
            .with_ttl_ms(TOOLS_FRESH_MS)
            .with_cache_scope(CacheScope::Private))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools.iter().find(|tool| tool.name == name).cloned()
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.check_introduction(&context)?;
        if !self.tools.iter().any(|tool| tool.name == request.name) {
            return Err(tools::unknown(&request.name, &self.tools));
        }
        let arguments = request.arguments.unwrap_or_default();
        let result = self.answer(&request.name, arguments, context.ct).await;
        Ok(result.unwrap_or_else(|refusal| present::refusal(&refusal)).into())
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        let method = arguments::shorten(&request.method);
        Err(if KNOWN_METHODS.contains(&request.method.as_str()) {
            let message = format!("the params of `{method}` do not fit its schema");
            ErrorData::invalid_params(message, None)
        } else {
            let message = format!("there is no method `{method}` here");
            ErrorData::new(rmcp::model::ErrorCode::METHOD_NOT_FOUND, message, None)
        })
    }
}
