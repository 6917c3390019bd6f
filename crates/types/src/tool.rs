//! Tools of upstream servers: how they are described, found and answered.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One tool of one upstream server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolDescriptor {
    /// `mcp__<server>__<tool>`: what programs and allowlists use.
    pub name: String,
    /// The server's name in the configuration.
    pub server: String,
    /// The tool's own name, used for the call.
    pub tool: String,
    /// What the server says the tool does. Data, never instructions of ours.
    pub description: String,
    /// JSON Schema of the arguments.
    pub input_schema: Arc<Value>,
    /// JSON Schema of the structured answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Arc<Value>>,
    /// The server's hints (`readOnlyHint` and so on), as it gave them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Arc<Value>>,
}

/// What a tool answered, before it is turned into what a program sees.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolAnswer {
    /// The content blocks, in order, as MCP has them (`{"type": "text", "text": ...}`).
    pub content: Vec<Value>,
    /// The structured value, when the tool gave one.
    pub structured_content: Option<Value>,
    /// Whether the tool says that it failed.
    pub is_error: bool,
}

/// One hit of a search, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchHit {
    /// The full name.
    pub name: String,
    /// The server it belongs to.
    pub server: String,
    /// The first lines of its description.
    pub description: String,
    /// A one-line signature in the language of whoever asked.
    pub signature: String,
    /// Whether this execution may call it.
    pub callable: bool,
    /// What differs from the definition that was approved, in a few words; absent when nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<String>,
}

/// How much a client gives to its model that lists every tool up front: name, description and input
/// schema of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Definitions {
    /// How many tools these are.
    pub tools: usize,
    /// Their definitions, in bytes.
    pub bytes: usize,
    /// The same in o200k tokens, estimated.
    pub estimated_tokens: usize,
}

/// What an answer costs a model, beside all tools listed up front.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchMetrics {
    /// The answer's text, in bytes.
    pub output_bytes: usize,
    /// The same in o200k tokens, estimated.
    pub estimated_tokens: usize,
    /// Every tool that is known now, listed up front.
    pub up_front: Definitions,
    /// The part of that which the answer spares, in percent with one decimal; negative when it is
    /// the longer one.
    pub saved_percent: f64,
}

impl SearchMetrics {
    /// Sets an answer of so many bytes and tokens beside all definitions.
    pub fn new(output_bytes: usize, estimated_tokens: usize, up_front: Definitions) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a percentage with one decimal")]
        let (answer, all) = (estimated_tokens as f64, up_front.estimated_tokens.max(1) as f64);
        let saved_percent = match up_front.estimated_tokens {
            0 => 0.0,
            _ => ((1.0 - answer / all) * 1000.0).round() / 10.0,
        };
        Self { output_bytes, estimated_tokens, up_front, saved_percent }
    }
}

/// Everything about one tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToolSchema {
    /// The full name.
    pub name: String,
    /// The server it belongs to.
    pub server: String,
    /// Its whole description.
    pub description: String,
    /// JSON Schema of the arguments.
    #[schema(value_type = Value)]
    pub input_schema: Arc<Value>,
    /// JSON Schema of the structured answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    pub output_schema: Option<Arc<Value>>,
    /// A declaration with the types of arguments and answer, in the language of whoever asked.
    pub declaration: String,
    /// Whether this execution may call it.
    pub callable: bool,
    /// What differs from the definition that was approved, in a few words; absent when nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<String>,
}
