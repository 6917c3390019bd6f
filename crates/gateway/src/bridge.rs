//! What a program may ask of the host: call a tool, look for tools, import them. Every call is checked
//! against the allowlist and the tool's schema before it leaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use policy::Allowlist;
use serde_json::{Map, Value};
use types::{CallStatus, ErrorCode, Language, Refusal, ToolAnswer, ToolDescriptor};
use upstream::Listed;
use wire::{Op, Reply};

use crate::answer::{self, CallError};
use crate::caller::{Caller, View, not_by_roles};
use crate::content::Wish;
use crate::discovery::{Discovery, MOST_HITS};
use crate::health::Health;
use crate::ledger::millis;
use crate::limiting::OfCalls;
use crate::modules::{self, OWN_HEALTH};
use crate::observe::Observed;
use crate::requests::{self, Call, Question};

/// Refusals of one execution that look for the name that was meant: each goes through all tools.
const HINTS: usize = 100;

/// How often a server's tools are looked at for one call, when it is started anew in between.
const LISTINGS: usize = 4;

/// What a resource or a prompt is charged as: a call, but of no tool.
const OF_NO_TOOL: &str = "";

/// Hits a search gives when the program names no number.
const DEFAULT_HITS: usize = 10;

/// How a call ended.
#[derive(Debug)]
pub struct Called {
    /// What the program gets.
    pub reply: Reply,
    /// For the ledger and the audit log.
    pub status: CallStatus,
    /// Why it failed, when it did.
    pub error_code: Option<ErrorCode>,
    /// Milliseconds.
    pub duration_ms: f64,
}

/// The host as one execution sees it.
pub struct Bridge<'a> {
    /// Which tools there are.
    pub discovery: &'a Discovery,
    /// The state of everything.
    pub health: &'a Health,
    /// The tools this execution may call.
    pub allowed: &'a Allowlist,
    /// Whoever runs it.
    pub caller: &'a Caller,
    limits: OfCalls<'a>,
    observed: &'a Observed,
    language: Language,
    hints: AtomicUsize,
}

/// A call that failed before or after it left.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) code: ErrorCode,
    pub(crate) server: Option<String>,
    pub(crate) message: String,
    pub(crate) content: Vec<Value>,
}

impl<'a> Bridge<'a> {
    /// For one execution.
    pub fn new(
        discovery: &'a Discovery,
        health: &'a Health,
        allowed: &'a Allowlist,
        caller: &'a Caller,
        limits: OfCalls<'a>,
        language: Language,
        observed: &'a Observed,
    ) -> Self {
        let hints = AtomicUsize::new(0);
        Self { discovery, health, allowed, caller, limits, observed, language, hints }
    }

    /// Calls a tool; at most until `timeout` has passed.
    pub async fn call(&self, call: Call, op: Op, timeout: Duration) -> Called {
        let began = Instant::now();
        let label = call.label.clone();
        let calling = self.observed.call("tools/call", &label, self.owner_of(&label));
        let traced = upstream::traced(calling.context(), self.try_call(call, op, timeout));
        let called = called(traced.await, &label, began);
        calling.ended(called.status, called.error_code, self.owner_of(&label));
        called
    }

    /// Reads a resource or a prompt, or lists them; at most until `timeout` has passed.
    pub async fn read(&self, wish: Wish, label: &str, timeout: Duration) -> Called {
        let began = Instant::now();
        let (server, method) = (self.asked_by(&wish), wish.method());
        let calling = self.observed.call(method, label, server.clone());
        let fetching = async {
            self.charge(OF_NO_TOOL).await?;
            self.fetch(wish, timeout).await
        };
        let traced = upstream::traced(calling.context(), fetching);
        let called = called(traced.await, label, began);
        calling.ended(called.status, called.error_code, server);
        called
    }

    /// The server of a tool that there is.
    fn owner_of(&self, tool: &str) -> Option<String> {
        self.discovery.catalog.get(tool).map(|tool| tool.server.clone())
    }

    /// Answers a question about tools.
    pub async fn ask(&self, op: Op, question: Question) -> Reply {
        let (allowed, view, language) = (Some(self.allowed), self.caller.view(), self.language);
        match op {
            Op::GetToolSchema => {
                let name = question.name.unwrap_or_default();
                let schema = self.discovery.schema(&name, allowed, &view, language).await;
                Reply::Json(answer::json(&schema))
            }
            Op::ListServers => Reply::Json(answer::json(&self.folders(&view))),
            Op::ServerModule => self.module(&question, &view).await,
            _ => {
                let limit = match op {
                    Op::SearchTools => question.limit.map_or(DEFAULT_HITS, bounded),
                    _ => MOST_HITS,
                };
                let Question { query, search, server, importable, detail, .. } = question;
                let query = query.or(search).unwrap_or_default();
                let called =
                    |name: String| self.discovery.catalog.server_called(&name).unwrap_or(name);
                let server = server.map(called);
                let found = self.discovery.search(
                    &query,
                    server.as_deref(),
                    limit,
                    allowed,
                    &view,
                    language,
                );
                let found = found.await;
                Reply::Json(match importable {
                    true => answer::json(&modules::importable(
                        self.discovery,
                        &found.hits,
                        detail,
                        language,
                    )),
                    false => answer::json(&found.hits),
                })
            }
        }
    }

    /// The folders of the servers that the caller is told of.
    fn folders(&self, view: &View) -> Vec<String> {
        let catalog = &self.discovery.catalog;
        let mut folders = catalog.folders();
        folders.retain(|it| catalog.server_called(it).is_some_and(|server| view.sees(&server)));
        folders
    }

    async fn module(&self, question: &Question, view: &View) -> Reply {
        let (may_hint, language) = (self.may_hint(), self.language);
        match modules::module(self.discovery, question, view, language, may_hint).await {
            Ok(module) => Reply::Json(answer::json(&module)),
            Err(none) => {
                let wanted = question.tool.as_ref().or(question.server.as_ref());
                let tool = requests::label(wanted.map_or("", String::as_str));
                let (code, server, message) = (none.code, none.server.as_deref(), none.message);
                CallError { code, server, tool: &tool, message, content: &[] }.reply()
            }
        }
    }

    async fn try_call(&self, call: Call, op: Op, timeout: Duration) -> Result<Reply, Failed> {
        let Call { name, label, arguments, .. } = call;
        // What cannot be a name goes no further than its label.
        let name = name.ok_or_else(|| self.not_found(&label))?;
        self.check_allowed(&name)?;
        if name == OWN_HEALTH {
            return Ok(Reply::Json(answer::json(&self.health.report_to(&self.caller.view()))));
        }
        self.charge(&name).await?;
        let answer = self.call_upstream(&name, arguments, timeout).await?;
        match op {
            Op::CallToolRaw => Ok(answer::raw(answer)),
            _ if answer.is_error => Err(Failed {
                code: ErrorCode::ToolError,
                server: self.discovery.catalog.server_of(&name),
                message: answer::error_message(&answer),
                content: answer.content,
            }),
            Op::CallToolTyped => Ok(answer::typed(answer)),
            _ => Ok(answer::plain(answer)),
        }
    }

    /// Charges a call of a tool, or of what a server has beside tools.
    pub(crate) async fn charge(&self, name: &str) -> Result<(), Failed> {
        let charged = self.limits.charge(name).await;
        charged.map_err(|Refusal { code, message, .. }| {
            let server = self.told_server_of(name, &self.caller.view());
            Failed { code, server, message, content: Vec::new() }
        })
    }

    /// Whether this execution may call it, and whoever runs it by the roles of now.
    fn check_allowed(&self, name: &str) -> Result<(), Failed> {
        let view = self.caller.view();
        if self.allowed.allows(name) {
            return match view.may_call(name) {
                true => Ok(()),
                false => Err(Failed {
                    code: ErrorCode::ToolNotAllowed,
                    server: None,
                    message: not_by_roles(name),
                    content: Vec::new(),
                }),
            };
        }
        let known = if self.may_hint() { self.discovery.catalog.tools(None) } else { Vec::new() };
        let names = known.iter().map(|tool| tool.name.as_str());
        let names = names.filter(|known| view.may_call(known));
        Err(Failed {
            code: ErrorCode::ToolNotAllowed,
            server: self.told_server_of(name, &view),
            message: self.allowed.refusal(name, names),
            content: Vec::new(),
        })
    }

    /// The server of a name, if the caller is told of it.
    fn told_server_of(&self, name: &str, view: &View) -> Option<String> {
        self.discovery.catalog.server_of(name).filter(|server| view.sees(server))
    }

    async fn call_upstream(
        &self,
        name: &str,
        arguments: Value,
        timeout: Duration,
    ) -> Result<ToolAnswer, Failed> {
        let began = Instant::now();
        let Discovery { catalog, hub, .. } = self.discovery;
        let server = catalog.server_of(name).ok_or_else(|| self.not_found(name))?;
        let upstream_failed = |error: upstream::Error| Failed {
            code: error.code(),
            server: Some(server.clone()),
            message: error.to_string(),
            content: Vec::new(),
        };
        let mut arguments = arguments;
        for _ in 0..LISTINGS {
            let listing = self.discovery.listing(&server).await.map_err(upstream_failed)?;
            let tool = self.checked(name, &server, &arguments)?;
            let given = match arguments {
                Value::Object(arguments) => arguments,
                _ => Map::new(),
            };
            let left = timeout.saturating_sub(began.elapsed());
            let called = hub.call_listed(&server, &listing, &tool.tool, given, left).await;
            match called.map_err(upstream_failed)? {
                Listed::Answered(answer) => return Ok(answer),
                Listed::Outdated(back) => arguments = Value::Object(back),
            }
        }
        Err(Failed {
            code: ErrorCode::UpstreamUnavailable,
            message: format!(
                "server `{server}` was started anew each time before {name} could be called; it was \
                 not called"
            ),
            server: Some(server),
            content: Vec::new(),
        })
    }

    /// The tool, if it may be called so as it was last listed.
    fn checked(
        &self,
        name: &str,
        server: &str,
        arguments: &Value,
    ) -> Result<Arc<ToolDescriptor>, Failed> {
        let catalog = &self.discovery.catalog;
        let tool = catalog.get(name).ok_or_else(|| self.not_found(name))?;
        let refused = |code, message| {
            let server = Some(server.to_owned());
            Failed { code, server, message, content: Vec::new() }
        };
        if let Some(message) = self.discovery.blocked(&tool) {
            return Err(refused(ErrorCode::ToolChanged, message));
        }
        catalog.validate(&tool, arguments).map_err(|invalid| {
            let told = invalid.told(match self.language {
                Language::TypeScript => "getToolSchema",
                Language::Python => "get_tool_schema",
            });
            refused(ErrorCode::InvalidArguments, told)
        })?;
        Ok(tool)
    }

    fn not_found(&self, name: &str) -> Failed {
        let nearest = if self.may_hint() { self.discovery.catalog.nearest(name) } else { None };
        let nearest = nearest.filter(|near| self.caller.view().may_call(near));
        let nearest = nearest.map(|near| format!("; the nearest is {near}")).unwrap_or_default();
        let search = match self.language {
            Language::TypeScript => "searchTools",
            Language::Python => "search_tools",
        };
        let message = format!("no tool is named {name}{nearest}; {search}(query) finds tools");
        Failed { code: ErrorCode::ToolNotFound, server: None, message, content: Vec::new() }
    }

    pub(crate) fn may_hint(&self) -> bool {
        self.hints.fetch_add(1, Relaxed) < HINTS
    }
}

/// How a call ended, as it is answered and recorded.
fn called(result: Result<Reply, Failed>, label: &str, began: Instant) -> Called {
    let duration_ms = millis(began);
    match result {
        Ok(reply) => Called { reply, status: CallStatus::Ok, error_code: None, duration_ms },
        Err(failed) => {
            let error = CallError {
                code: failed.code,
                server: failed.server.as_deref(),
                tool: label,
                message: failed.message,
                content: &failed.content,
            };
            let status = match failed.code {
                ErrorCode::ToolNotAllowed
                | ErrorCode::RateLimited
                | ErrorCode::QuotaExceeded
                | ErrorCode::LimitsUnavailable
                | ErrorCode::ToolChanged
                | ErrorCode::ToolNotFound
                | ErrorCode::InvalidArguments => CallStatus::Refused,
                _ => CallStatus::Error,
            };
            let error_code = Some(failed.code);
            Called { reply: error.reply(), status, error_code, duration_ms }
        }
    }
}

/// A number of hits a program asked for, within what is answered.
fn bounded(limit: f64) -> usize {
    // Saturates: a negative number or NaN is 0.
    (limit as usize).clamp(1, MOST_HITS)
}
