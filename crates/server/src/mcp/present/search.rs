//! Search results as an answer.

use rmcp::model::CallToolResult;
use serde_json::{Value, json};

use gateway::SearchAnswer;
use types::{Detail, SearchHit, ToolSchema};

use crate::mcp::present::{succeeded, unshowable};

/// The answer to a search. `schemas` holds those of the hits, in their order, for `Full`.
pub(crate) fn search(
    found: &SearchAnswer,
    schemas: &[ToolSchema],
    detail: Detail,
) -> CallToolResult {
    let text = text(found, schemas, detail);
    match structured(found, schemas, detail, &text) {
        Ok(structured) => succeeded(text, structured),
        Err(error) => unshowable(&error),
    }
}

fn structured(
    found: &SearchAnswer,
    schemas: &[ToolSchema],
    detail: Detail,
    text: &str,
) -> Result<Value, serde_json::Error> {
    let tools: Vec<Value> = match detail {
        Detail::Name => found.hits.iter().map(|hit| json!({"name": hit.name})).collect(),
        Detail::Description => found.hits.iter().map(described).collect(),
        Detail::Full => schemas.iter().map(serde_json::to_value).collect::<Result<_, _>>()?,
    };
    let metrics = found.metrics(text);
    let mut answer = json!({"tools": tools, "total": found.total, "metrics": metrics});
    if !found.unavailable.is_empty() {
        let servers = found.unavailable.iter();
        answer["unavailable"] =
            servers.map(|(server, error)| json!({"server": server, "error": error})).collect();
    }
    Ok(answer)
}

fn described(hit: &SearchHit) -> Value {
    let mut told = json!({
        "name": hit.name,
        "server": hit.server,
        "description": hit.description,
        "signature": hit.signature,
    });
    if let Some(changed) = &hit.changed {
        told["changed"] = json!(changed);
        told["callable"] = json!(hit.callable);
    }
    told
}

/// The answer as a model reads it. `schemas` as above.
pub fn text(found: &SearchAnswer, schemas: &[ToolSchema], detail: Detail) -> String {
    let mut lines = vec![headline(found)];
    match detail {
        Detail::Name => lines.extend(found.hits.iter().map(|hit| hit.name.clone())),
        Detail::Description => {
            for hit in &found.hits {
                lines.push(String::new());
                lines.push(signature(hit));
                lines.push(indented(&hit.description));
                lines.extend(note(hit.changed.as_deref(), hit.callable));
            }
        }
        Detail::Full => {
            for schema in schemas {
                lines.push(String::new());
                lines.push(schema.declaration.trim_end().to_owned());
                // A declaration may carry the description as its comment.
                if !schema.declaration.contains("/**") {
                    lines.push(indented(&schema.description));
                }
                lines.extend(note(schema.changed.as_deref(), schema.callable));
            }
        }
    }
    for (server, error) in &found.unavailable {
        lines.push(format!("Server {server} is unavailable, its tools may be missing: {error}"));
    }
    lines.join("\n")
}

/// What is to be known of a tool that is not as it was approved.
fn note(changed: Option<&str>, callable: bool) -> Option<String> {
    let changed = changed?;
    Some(match callable {
        true => format!("  Not as it was approved: {changed}"),
        false => format!("  Blocked until the operator accepts it: {changed}"),
    })
}

fn headline(found: &SearchAnswer) -> String {
    match (found.hits.len(), found.total) {
        (0, _) => "No tool matches; try other words, fewer, or no `server`.".to_owned(),
        (shown, total) if shown < total => {
            format!("{shown} of {total} matching tools, best first:")
        }
        (1, _) => "1 matching tool:".to_owned(),
        (shown, _) => format!("{shown} matching tools, best first:"),
    }
}

fn signature(hit: &SearchHit) -> String {
    if hit.signature.contains(&hit.name) {
        hit.signature.clone()
    } else {
        format!("{} {}", hit.name, hit.signature)
    }
}

fn indented(text: &str) -> String {
    let lines: Vec<_> = text.trim().lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}
