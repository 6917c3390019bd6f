//! `GET /tools...`: which tools there are.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use gateway::SearchAnswer;
use serde::Serialize;
use types::{Detail, Principal, SearchHit, SearchMetrics, ToolSchema, scope};
use utoipa::ToSchema;

use crate::backend::Backend;
use crate::http::api::execute::may;
use crate::http::api::named::Named;
use crate::http::api::query::{Query, invalid};
use crate::http::app::App;
use crate::http::identity::Caller;
use crate::http::openapi::Refused;
use crate::http::problem::Problem;
use crate::mcp::search_text;

/// Tools of a list, at most and when a request does not say.
const LISTED: (u64, usize) = (10_000, 1_000);
/// The same of a search.
const FOUND: (u64, usize) = (100, 10);
/// Tools that are shown whole, at most.
const MOST_WHOLE: u64 = 100;
/// The longest query, in characters.
const MAX_QUERY: usize = 1024;

/// Tools, and what it costs a model to read of them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tools {
    /// The tools, as much of each as was asked for.
    tools: Vec<ShownTool>,
    /// How many there are in all.
    total: usize,
    /// Servers whose tools are not there.
    unavailable: Vec<Unavailable>,
    /// What this answer costs.
    metrics: SearchMetrics,
}

/// A tool, as `detail` says.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ShownTool {
    /// `full`.
    Whole(ToolSchema),
    /// `description`.
    Hit(SearchHit),
    /// `name`.
    Name {
        /// The full name.
        name: String,
        /// The server it belongs to.
        server: String,
    },
}

/// A server whose tools are not there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unavailable {
    /// Its name.
    server: String,
    /// Why.
    error: String,
}

/// All tools, in the order of their names.
#[utoipa::path(
    get, path = "/tools", tag = "tools", operation_id = "listTools",
    params(
        ("server" = Option<String>, Query, description = "Only those of this server."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 10_000, description = "At most so many; 100 with `detail=full`."),
        ("detail" = Option<Detail>, Query, description = "How much of each; `description` when absent."),
    ),
    responses((status = 200, description = "The tools.", body = Tools), (status = "default", response = Refused)),
)]
pub(crate) async fn list<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Tools>, Problem> {
    may(&principal, scope::TOOLS_READ)?;
    let query = Query::read(query.as_deref(), &["server", "limit", "detail"])?;
    answer(&app, &principal, "", &query, LISTED).await
}

/// The best tools for some words.
#[utoipa::path(
    get, path = "/tools/search", tag = "tools", operation_id = "searchTools",
    params(
        ("q" = String, Query, min_length = 1, max_length = 1024, description = "What the tool is to do.", example = "read a file"),
        ("server" = Option<String>, Query, description = "Only those of this server."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 100, description = "At most so many; 10 when absent."),
        ("detail" = Option<Detail>, Query, description = "How much of each; `description` when absent."),
    ),
    responses((status = 200, description = "The tools, best first.", body = Tools), (status = "default", response = Refused)),
)]
pub(crate) async fn search<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Tools>, Problem> {
    may(&principal, scope::TOOLS_READ)?;
    let query = Query::read(query.as_deref(), &["q", "server", "limit", "detail"])?;
    let words =
        query.text("q").ok_or_else(|| invalid("`q` is missing: what to search for".into()))?;
    let length = words.chars().count();
    if length > MAX_QUERY {
        let what = format!("`q` has {length} characters; at most {MAX_QUERY} are searched for");
        return Err(invalid(what).into());
    }
    answer(&app, &principal, words, &query, FOUND).await
}

/// One tool whole.
#[utoipa::path(
    get, path = "/tools/info/{server}/{tool}", tag = "tools", operation_id = "describeTool",
    params(
        ("server" = String, Path, description = "The server."),
        ("tool" = String, Path, description = "The tool, by its own name or its full one."),
    ),
    responses((status = 200, description = "The tool.", body = ToolSchema), (status = "default", response = Refused)),
)]
pub(crate) async fn info<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    Named((server, tool)): Named<(String, String)>,
) -> Result<Json<ToolSchema>, Problem> {
    may(&principal, scope::TOOLS_READ)?;
    let name = if tool.starts_with("mcp__") { tool } else { gateway::full_name(&server, &tool) };
    let found = app.backend.schema(&principal, &name).await;
    let found =
        found.filter(|schema| schema.name == gateway::full_name(&server, &schema_tool(schema)));
    found.map(Json).ok_or_else(|| {
        let what = "no server of that name has such a tool; GET /tools lists them";
        Problem::new(StatusCode::NOT_FOUND, "tool_not_found", what)
    })
}

/// The tool's part of a full name, which stays itself when it is put together again.
fn schema_tool(schema: &ToolSchema) -> String {
    schema.name.splitn(3, "__").nth(2).unwrap_or_default().to_owned()
}

async fn answer<B: Backend>(
    app: &App<B>,
    principal: &Principal,
    words: &str,
    query: &Query,
    (most, usual): (u64, usize),
) -> Result<Json<Tools>, Problem> {
    let detail: Detail = match query.given("detail") {
        None => Detail::default(),
        Some(word) => word.parse().map_err(|words| invalid(format!("`detail` must be {words}")))?,
    };
    // A declaration of each is costly.
    let (most, usual) = match detail {
        Detail::Full => (most.min(MOST_WHOLE), usual.min(FOUND.1)),
        _ => (most, usual),
    };
    let limit = query.number("limit", (1, most))?;
    let limit = limit.map_or(usual, |limit| usize::try_from(limit).unwrap_or(usual));
    let found = app.backend.search(principal, words, query.text("server"), limit).await;
    let mut schemas = Vec::new();
    if detail == Detail::Full {
        for hit in &found.hits {
            schemas.extend(app.backend.schema(principal, &hit.name).await);
            // Others have their turn in between.
            tokio::task::yield_now().await;
        }
    }
    Ok(Json(shown(&found, schemas, detail)))
}

fn shown(found: &SearchAnswer, schemas: Vec<ToolSchema>, detail: Detail) -> Tools {
    let metrics = found.metrics(&search_text(found, &schemas, detail));
    let hits = found.hits.iter();
    let tools = match detail {
        Detail::Name => hits
            .map(|hit| ShownTool::Name { name: hit.name.clone(), server: hit.server.clone() })
            .collect(),
        Detail::Description => hits.cloned().map(ShownTool::Hit).collect(),
        Detail::Full => schemas.into_iter().map(ShownTool::Whole).collect(),
    };
    let unavailable = found.unavailable.iter().cloned();
    let unavailable = unavailable.map(|(server, error)| Unavailable { server, error }).collect();
    Tools { tools, total: found.total, unavailable, metrics }
}
