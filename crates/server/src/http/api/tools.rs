//! `GET /tools...`: which tools there are.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use gateway::SearchAnswer;
use serde_json::{Value, json};
use types::{Detail, Principal, ToolSchema, scope};

use crate::backend::Backend;
use crate::http::api::execute::may;
use crate::http::api::query::{Query, invalid};
use crate::http::app::App;
use crate::http::identity::Caller;
use crate::http::problem::Problem;
use crate::mcp::search_text;

/// Tools of a list, at most and when a request does not say.
const LISTED: (u64, usize) = (10_000, 1_000);
/// The same of a search.
const FOUND: (u64, usize) = (100, 10);
/// Tools that are shown whole, at most.
const MOST_WHOLE: u64 = 100;
/// The longest query, in bytes.
const MAX_QUERY: usize = 1024;

/// `GET /tools?server=&limit=&detail=`: all tools, in the order of their names.
pub(crate) async fn list<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    may(&principal, scope::TOOLS_READ)?;
    let query = Query::read(query.as_deref(), &["server", "limit", "detail"])?;
    answer(&app, &principal, "", &query, LISTED).await
}

/// `GET /tools/search?q=&server=&limit=&detail=`: the best tools for some words.
pub(crate) async fn search<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    may(&principal, scope::TOOLS_READ)?;
    let query = Query::read(query.as_deref(), &["q", "server", "limit", "detail"])?;
    let words =
        query.text("q").ok_or_else(|| invalid("`q` is missing: what to search for".into()))?;
    if words.len() > MAX_QUERY {
        let what = format!("`q` has {} bytes; at most {MAX_QUERY} are searched for", words.len());
        return Err(invalid(what).into());
    }
    answer(&app, &principal, words, &query, FOUND).await
}

/// `GET /tools/info/{server}/{tool}`: everything about one tool, by its own name or its full one.
pub(crate) async fn info<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    Path((server, tool)): Path<(String, String)>,
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
) -> Result<Json<Value>, Problem> {
    let detail: Detail = match query.text("detail") {
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
    Ok(Json(shown(&found, &schemas, detail)))
}

fn shown(found: &SearchAnswer, schemas: &[ToolSchema], detail: Detail) -> Value {
    let tools: Vec<Value> = match detail {
        Detail::Name => {
            found.hits.iter().map(|hit| json!({"name": hit.name, "server": hit.server})).collect()
        }
        Detail::Description => found.hits.iter().map(|hit| json!(hit)).collect(),
        Detail::Full => schemas.iter().map(|schema| json!(schema)).collect(),
    };
    let unavailable = found.unavailable.iter();
    let unavailable: Vec<_> =
        unavailable.map(|(server, error)| json!({"server": server, "error": error})).collect();
    json!({
        "tools": tools,
        "total": found.total,
        "unavailable": unavailable,
        "metrics": found.metrics(&search_text(found, schemas, detail)),
    })
}
