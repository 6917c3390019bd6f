//! How answers read: a structured value for programs and a text for models.

mod execution;
mod search;

#[cfg(test)]
mod tests;

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use types::{ErrorCode, HealthReport, Refusal};

pub(crate) use execution::outcome;
pub(crate) use search::search;
pub use search::text as search_text;

/// Nothing was run, and why. Shaped like a failed execution, so that it fits the output schema.
pub(crate) fn refusal(refusal: &Refusal) -> CallToolResult {
    let mut error = json!({"type": refusal.code.as_str(), "message": refusal.message});
    if let Some(wait) = refusal.retry_after {
        let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        error["retryAfterMs"] = json!(ms);
    }
    let structured = json!({"success": false, "error": error});
    failed(refusal.to_string(), structured)
}

/// A search that its client no longer wants.
pub(crate) fn cancelled() -> Refusal {
    Refusal::new(ErrorCode::Cancelled, "the search was cancelled by its client")
}

/// The state of everything.
pub(crate) fn health(report: &HealthReport) -> CallToolResult {
    match serde_json::to_value(report) {
        Ok(structured) => succeeded(structured.to_string(), structured),
        Err(error) => unshowable(&error),
    }
}

fn succeeded(text: String, structured: Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    result
}

fn failed(text: String, structured: Value) -> CallToolResult {
    let mut result = CallToolResult::error(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    result
}

/// Our own types always serialise; should one day one not, the client is still answered.
fn unshowable(error: &serde_json::Error) -> CallToolResult {
    let message = format!("the answer cannot be written as JSON: {error}; please report this");
    refusal(&Refusal::new(ErrorCode::Internal, message))
}
