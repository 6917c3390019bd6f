//! Dispatch: from a request of the protocol library to the gateway and back.

use std::{
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
};

use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{
        CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, CustomRequest,
        CustomResult, Implementation, InitializeRequestParams, InitializeResult, JsonObject,
        ListPromptsRequestMethod, ListPromptsResult, ListToolsResult, PaginatedRequestParams,
        ProtocolVersion, ServerCapabilities, ServerConfig, SubscriptionFilter, Tool,
    },
    service::{NotificationContext, RequestContext, SubscriptionContext},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use gateway::{Client, Languages, Progress};
use types::{Detail, ErrorCode, ExecutionRequest, Language, Principal, Refusal, TraceContext};

use crate::{
    Config, Leave,
    backend::Backend,
    mcp::{
        Work,
        arguments::{self, Search},
        news::{ListChanges, Telling},
        present,
        shown::{List, Print, seen_by},
        tools::{self, EXECUTE_PYTHON, EXECUTE_TYPESCRIPT, SEARCH_TOOLS},
    },
};

/// How long a list of our tools is good for a client that is not told of changes. They hardly ever
/// change: a language goes when its interpreter turns out to be of no use.
const TOOLS_FRESH_MS: u64 = 300_000;
/// Requests the library knows; one of these it could not read has unusable params.
const KNOWN_METHODS: [&str; 7] = [
    "initialize",
    "ping",
    "server/discover",
    "tools/list",
    "completion/complete",
    "resources/list",
    "subscriptions/listen",
];

/// The MCP server of one session, or of all requests that belong to none.
#[derive(Debug, Clone)]
pub(crate) struct Handler<B> {
    backend: B,
    /// Who asks, where a request does not say.
    principal: Option<Arc<Principal>>,
    /// Whoever asked last, where all requests are one client's.
    caller: Option<Arc<watch::Sender<Option<Arc<Principal>>>>>,
    /// The list of tools as that client was last told of it.
    told: Arc<Mutex<Option<Print>>>,
    config: Arc<Config>,
    languages: watch::Receiver<Languages>,
    changes: ListChanges,
    initialize_sent: CancellationToken,
    work: Work,
}

impl<B: Backend> Handler<B> {
    /// `initialize_sent` tells the era of the session, `ended` that nothing more is to be told. Whoever
    /// asks is the local user, unless a request brings its own `Arc<Principal>` as an extension.
    pub(crate) fn new(
        backend: B,
        config: impl Into<Arc<Config>>,
        initialize_sent: CancellationToken,
        ended: CancellationToken,
    ) -> Self {
        let languages = backend.languages();
        let local = Arc::new(Principal::local());
        let this = Self {
            backend,
            caller: Some(Arc::new(watch::Sender::new(Some(Arc::clone(&local))))),
            principal: Some(Arc::clone(&local)),
            told: Arc::default(),
            config: config.into(),
            changes: ListChanges::new(ended),
            languages,
            initialize_sent,
            work: Work::new(),
        };
        this.remember(&local);
        this
    }

    /// The same for many clients: what one session may have at once does not bind them all, whoever
    /// takes their requests does.
    pub(crate) fn of_many(self) -> Self {
        Self { changes: self.changes.of_many(), work: Work::of_many(), caller: None, ..self }
    }

    /// The same where anybody may ask: nobody does whom the request does not bring.
    pub(crate) fn of_anybody(self) -> Self {
        if let Some(caller) = &self.caller {
            caller.send_replace(None);
        }
        Self { principal: None, told: Arc::default(), ..self }
    }

    /// Notes the list as it is for whoever asks: what becomes of it later is a change.
    pub(crate) fn remember(&self, principal: &Principal) {
        self.note(&self.tools_of(principal));
    }

    fn note(&self, tools: &[Tool]) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(Print::of(tools));
    }

    fn last_told(&self, principal: &Principal) -> Print {
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.unwrap_or_else(|| self.print(principal))
    }

    /// The requests in flight.
    pub(crate) fn work(&self) -> Work {
        self.work.clone()
    }

    fn tools(&self) -> Vec<Tool> {
        tools::offered(&self.config, &self.languages.borrow())
    }

    /// What tells the list of somebody from a later one.
    pub(crate) fn print(&self, principal: &Principal) -> Print {
        Print::of(&self.tools_of(principal))
    }

    /// Those that somebody may use.
    fn tools_of(&self, principal: &Principal) -> Vec<Tool> {
        seen_by(&self.backend, principal, self.tools())
    }

    fn principal(&self, context: &RequestContext<RoleServer>) -> Result<Arc<Principal>, Refusal> {
        let own = context.extensions.get::<Arc<Principal>>().or(self.principal.as_ref());
        let own = own.cloned().ok_or_else(|| {
            let message = "the request does not say who asks; this is a defect of ours";
            Refusal::new(ErrorCode::Internal, message)
        })?;
        if let Some(caller) = &self.caller {
            // A newer token may bring other roles.
            caller.send_if_modified(|last| {
                let other = last.as_ref() != Some(&own);
                if other {
                    *last = Some(Arc::clone(&own));
                }
                other
            });
        }
        Ok(own)
    }

    /// Answers a request, and cancels what it runs once its sender may no longer ask.
    async fn answer(
        &self,
        tool: &str,
        arguments: JsonObject,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResult, Refusal> {
        let leave = context.extensions.get::<Leave>().cloned().unwrap_or_default();
        let cancel = context.ct.child_token();
        let client = Client { cancel: cancel.clone(), over: Some(leave.watched()) };
        let mut answer = pin!(self.answer_until(tool, arguments, context, client));
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            () = leave.over() => cancel.cancel(),
        }
        answer.await
    }

    async fn answer_until(
        &self,
        tool: &str,
        arguments: JsonObject,
        context: RequestContext<RoleServer>,
        client: Client,
    ) -> Result<CallToolResult, Refusal> {
        let _in_flight = self.work.begin()?;
        let principal = self.principal(&context)?;
        let trace = trace(&context);
        if let Some(language) = language_of(tool) {
            let telling = Telling::new(context.meta.get_progress_token(), context.peer);
            let progress = telling.progress();
            return self.execute(&principal, language, (arguments, trace), client, progress).await;
        }
        match tool {
            SEARCH_TOOLS => {
                let search = arguments::search(arguments)?;
                tokio::select! {
                    result = self.search(&principal, search) => Ok(result),
                    () = client.cancel.cancelled() => Err(present::cancelled()),
                }
            }
            _ => {
                arguments::health(&arguments)?;
                Ok(present::health(&self.backend.health_to(&principal).await))
            }
        }
    }

    async fn execute(
        &self,
        principal: &Principal,
        language: Language,
        (arguments, trace): (JsonObject, Option<TraceContext>),
        client: Client,
        progress: Progress,
    ) -> Result<CallToolResult, Refusal> {
        let max_timeout_ms = self.config.max_timeout_ms;
        let request = arguments::execution(language, arguments, max_timeout_ms);
        let request = request
            .inspect_err(|refusal| self.backend.refused(principal, refusal.code.as_str()))?;
        let request = ExecutionRequest { trace, ..request };
        let outcome = self.backend.execute(principal, request, client, progress).await?;
        Ok(present::outcome(outcome, max_timeout_ms))
    }

    async fn search(&self, principal: &Principal, search: Search) -> CallToolResult {
        let Search { query, server, detail, limit } = search;
        let found = self.backend.search(principal, &query, server.as_deref(), limit).await;
        let mut schemas = Vec::new();
        if detail == Detail::Full {
            for hit in &found.hits {
                schemas.extend(self.backend.schema(principal, &hit.name).await);
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

/// A request's place in a trace: as its `_meta` has it, or else the headers that it came with.
fn trace(context: &RequestContext<RoleServer>) -> Option<TraceContext> {
    let own = TraceContext::read(context.meta.get_traceparent(), context.meta.get_tracestate());
    own.or_else(|| context.extensions.get::<TraceContext>().cloned())
}

/// The language of programs that a tool of ours runs.
pub(crate) fn language_of(tool: &str) -> Option<Language> {
    match tool {
        EXECUTE_TYPESCRIPT => Some(Language::TypeScript),
        EXECUTE_PYTHON => Some(Language::Python),
        _ => None,
    }
}

impl<B: Backend> ServerHandler for Handler<B> {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_tool_list_changed();
        let us = Implementation::new("code-executor", self.config.version.as_str());
        ServerConfig::new(capabilities.build())
            .with_server_info(us.with_title("Code Executor"))
            .with_instructions(tools::instructions(&self.languages.borrow()))
    }

    async fn on_initialized(&self, context: NotificationContext<RoleServer>) {
        let Some(caller) = self.caller.as_ref().map(|caller| caller.subscribe()) else { return };
        let told = match caller.borrow().as_ref() {
            Some(caller) => self.last_told(caller),
            // Whoever has not said who it is sees no list.
            None => return,
        };
        let (backend, config) = (self.backend.clone(), Arc::clone(&self.config));
        self.changes.tell(context.peer, List::new(backend, config, caller), told);
    }

    fn accepted_subscription_filter(
        &self,
        _requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(ListChanges::accepted())
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let request = context.request_context();
        let caller = self.principal(request);
        let caller = caller.map_err(|refusal| ErrorData::internal_error(refusal.message, None))?;
        let told = match request.extensions.get::<Print>() {
            Some(told) => *told,
            None => self.last_told(&caller),
        };
        let (backend, config) = (self.backend.clone(), Arc::clone(&self.config));
        self.changes.listen(&context, List::of(backend, config, caller), told).await
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
        // Whose list is told of from now on.
        if let Ok(principal) = self.principal(&context) {
            self.remember(&principal);
        }
        Ok(result)
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        self.check_introduction(&context)?;
        let principal = self.principal(&context);
        let principal =
            principal.map_err(|refusal| ErrorData::internal_error(refusal.message, None))?;
        let tools = self.tools_of(&principal);
        if self.caller.is_some() {
            self.note(&tools);
        }
        Ok(ListToolsResult::with_all_items(tools)
            .with_ttl_ms(TOOLS_FRESH_MS)
            .with_cache_scope(CacheScope::Private))
    }

    /// There are none, and none are announced: a list of none would say that there may be some.
    async fn list_prompts(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Err(ErrorData::method_not_found::<ListPromptsRequestMethod>())
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.tools().into_iter().find(|tool| tool.name == name)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.check_introduction(&context)?;
        // One that is not offered now is refused by the gateway, which knows why.
        if !tools::is_ours(&request.name) {
            return Err(tools::unknown(&request.name, &self.tools()));
        }
        let arguments = request.arguments.unwrap_or_default();
        let result = self.answer(&request.name, arguments, context).await;
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
