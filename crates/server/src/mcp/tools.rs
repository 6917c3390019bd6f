//! The tools offered, with schemas written by hand: every token of them is paid by every
//! conversation, whether it uses us or not.

use std::sync::Arc;

use rmcp::{
    ErrorData,
    model::{JsonObject, Tool, ToolAnnotations},
};
use serde_json::{Value, json};

use crate::{
    Config,
    mcp::arguments::{self, DEFAULT_HITS, MAX_HITS},
};

#[cfg(test)]
mod tests;

/// Runs a program.
pub(crate) const EXECUTE_TYPESCRIPT: &str = "executeTypescript";
/// Finds upstream tools.
pub(crate) const SEARCH_TOOLS: &str = "searchTools";
/// Tells how we are.
pub(crate) const HEALTH: &str = "health";

/// The tools this configuration offers.
pub(crate) fn offered(config: &Config) -> Vec<Tool> {
    let mut tools = Vec::with_capacity(3);
    if config.typescript {
        tools.push(execute_typescript(config));
    }
    tools.push(search_tools());
    tools.push(health());
    tools
}

/// The answer to a call of a tool that is not offered.
pub(crate) fn unknown(name: &str, offered: &[Tool]) -> ErrorData {
    let names = || offered.iter().map(|tool| tool.name.as_ref());
    let shown = arguments::shorten(name);
    let message = if name == EXECUTE_TYPESCRIPT {
        format!("`{name}` is switched off by the operator (executors.typescript.enabled)")
    } else if name.starts_with("mcp__") {
        format!(
            "`{shown}` is not a tool of this server; call it inside a program: \
             {EXECUTE_TYPESCRIPT} with callMCPTool('{shown}', args)"
        )
    } else if let Some(near) = arguments::nearest(name, names()) {
        format!("there is no tool `{shown}`; did you mean `{near}`?")
    } else {
        let names: Vec<_> = names().collect();
        format!("there is no tool `{shown}`; the tools are {}", names.join(", "))
    };
    ErrorData::invalid_params(message, None)
}

fn execute_typescript(config: &Config) -> Tool {
    const DESCRIPTION: &str = "Runs TypeScript/JavaScript (modules, top-level await) in a fresh \
        sandbox: no network, files or npm, but every connected MCP tool. In the program:\n\
        await callMCPTool('mcp__server__tool', {...}): text or structured value; throws \
        McpToolError\n\
        await searchTools(query), getToolSchema(name), discoverMCPTools({server?}): find tools\n\
        console.log prints. `export default` or the last expression is the result (JSON).\n\
        Loop, filter and join there (Promise.all works); print only what you need.";
    let input = json!({
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "allowedTools": {
                "type": "array",
                "items": {"type": "string"},
                "default": [],
                "description": "Tools it may call: exact names or a * suffix (mcp__fs__*)",
            },
            "timeoutMs": {
                "type": "integer",
                "minimum": 1,
                "maximum": config.max_timeout_ms,
                "default": config.default_timeout_ms,
            },
            "permissions": {"type": "object", "description": "Not supported yet"},
        },
        "required": ["code"],
        "additionalProperties": false,
    });
    let output = json!({
        "type": "object",
        "properties": {
            "success": {"type": "boolean"},
            "output": {"type": "string"},
            "result": {},
            "error": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "message": {"type": "string"},
                    "stack": {"type": "string"},
                },
            },
            "truncated": {"type": "boolean"},
            "limit": {"type": "string"},
            "executionTimeMs": {"type": "number"},
            "toolCallsMade": {"type": "array", "items": {"type": "string"}},
            "toolCallSummary": {"type": "array", "items": {"type": "object"}},
            "isolation": {"type": "object"},
        },
        "required": ["success"],
    });
    let annotations = ToolAnnotations::new()
        .read_only(false)
        .destructive(true)
        .idempotent(false)
        .open_world(true);
    tool(EXECUTE_TYPESCRIPT, DESCRIPTION, input, output, annotations)
}

fn search_tools() -> Tool {
    const DESCRIPTION: &str = "Finds tools of the connected MCP servers by intent, best first, with TypeScript \
         signatures. Call them from executeTypescript.";
    let input = json!({
        "type": "object",
        "properties": {
            "query": {"type": "string"},
            "server": {"type": "string", "description": "Only this server's"},
            "detail": {"enum": ["name", "description", "full"], "default": "description"},
            "limit": {
                "type": "integer", "minimum": 1, "maximum": MAX_HITS, "default": DEFAULT_HITS,
            },
        },
        "required": ["query"],
        "additionalProperties": false,
    });
    let output = json!({
        "type": "object",
        "properties": {
            "tools": {
                "type": "array",
                "items": {"type": "object", "properties": {"name": {"type": "string"}}},
            },
            "total": {"type": "integer"},
            "unavailable": {"type": "array", "items": {"type": "object"}},
        },
    });
    tool(SEARCH_TOOLS, DESCRIPTION, input, output, looks_only())
}

fn health() -> Tool {
    const DESCRIPTION: &str = "State of the executor and each connected MCP server.";
    let input = json!({"type": "object", "additionalProperties": false});
    let output = json!({
        "type": "object",
        "properties": {
            "healthy": {"type": "boolean"},
            "problem": {"type": "string"},
            "upstreams": {"type": "array", "items": {"type": "object"}},
        },
    });
    tool(HEALTH, DESCRIPTION, input, output, looks_only())
}

/// Destructive and idempotent mean nothing for a tool that changes nothing, but clients read them.
fn looks_only() -> ToolAnnotations {
    ToolAnnotations::new().read_only(true).destructive(false).idempotent(true).open_world(false)
}

fn tool(
    name: &'static str,
    description: &'static str,
    input: Value,
    output: Value,
    annotations: ToolAnnotations,
) -> Tool {
    Tool::new(name, description, object(input))
        .with_raw_output_schema(object(output))
        .with_annotations(annotations)
}

fn object(schema: Value) -> Arc<JsonObject> {
    match schema {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}
