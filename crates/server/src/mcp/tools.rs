//! The tools offered, with schemas written by hand: every token of them is paid by every
//! conversation, whether it uses us or not.

use std::{borrow::Cow, sync::Arc};

use rmcp::{
    ErrorData,
    model::{JsonObject, Tool, ToolAnnotations},
};
use serde_json::{Value, json};

use gateway::Languages;
use types::{Language, Runtime, scope};

use crate::{
    Config,
    mcp::arguments::{self, DEFAULT_HITS, MAX_HITS},
};

#[cfg(test)]
mod tests;

/// Runs a program in TypeScript or JavaScript.
pub(crate) const EXECUTE_TYPESCRIPT: &str = "executeTypescript";
/// Runs a program in Python.
pub(crate) const EXECUTE_PYTHON: &str = "executePython";
/// Finds upstream tools.
pub(crate) const SEARCH_TOOLS: &str = "searchTools";
/// Tells how we are.
pub(crate) const HEALTH: &str = "health";

/// Every tool there can be.
const ALL: [&str; 4] = [EXECUTE_TYPESCRIPT, EXECUTE_PYTHON, SEARCH_TOOLS, HEALTH];

const TYPESCRIPT: &str = "Runs TypeScript/JavaScript (modules, top-level await) in a fresh sandbox: \
    no npm, but every connected MCP tool; node:fs and fetch by permissions. In the program:\n\
    await callMCPTool('mcp__server__tool', {...}): text or structured value; throws McpToolError; \
    or import {tool} from 'servers/server'\n\
    searchTools(query), getToolSchema(name), discoverMCPTools({server?}): find tools\n\
    `export default` or the last expression is the result (JSON). \
    console.log only what you need.";

/// Where `executeTypescript` stands beside it: what is the same is not said again.
const PYTHON_TOO: &str = "The same in Python 3, standard library:\n\
    call_mcp_tool('mcp__server__tool', {...}) or from servers.server import tool; \
    search_tools, get_tool_schema, discover_mcp_tools\n\
    print prints. `result` or the last expression is the result; asyncio.gather works.";

const PYTHON_ALONE: &str = "Runs Python 3 (standard library, top-level await) in a fresh \
    sandbox: every connected MCP tool; files and network by permissions. In the program, awaited or not:\n\
    call_mcp_tool('mcp__server__tool', {...}): text or structured value; raises McpToolError; \
    or from servers.server import tool\n\
    search_tools(query), get_tool_schema(name), discover_mcp_tools(): find tools\n\
    print prints. `result` or the last expression is the result (JSON).\n\
    Loop, filter and join there (asyncio.gather over call_mcp_tool_async works); print only what \
    you need.";

/// What a client is told about us as a whole.
pub(crate) fn instructions(languages: &Languages) -> String {
    let (program, tool) = match (&languages.typescript, &languages.python) {
        (Ok(()), Ok(())) => ("TypeScript or Python", "executeTypescript or executePython"),
        (Err(_), Ok(())) => ("Python", EXECUTE_PYTHON),
        _ => ("TypeScript", EXECUTE_TYPESCRIPT),
    };
    format!(
        "One server in front of many: find tools with searchTools, then call them from a {program} \
         program run by {tool}. Do whole jobs in one program and return only what matters."
    )
}

/// The tool that runs a language.
pub(crate) fn of_language(language: Language) -> &'static str {
    match language {
        Language::TypeScript => EXECUTE_TYPESCRIPT,
        Language::Python => EXECUTE_PYTHON,
    }
}

/// What one must have been given leave for to use a tool; nothing for `health`.
pub(crate) fn scope(name: &str) -> Option<&'static str> {
    match name {
        EXECUTE_TYPESCRIPT => Some(scope::EXECUTE_TYPESCRIPT),
        EXECUTE_PYTHON => Some(scope::EXECUTE_PYTHON),
        SEARCH_TOOLS => Some(scope::TOOLS_READ),
        _ => None,
    }
}

/// Whether there is such a tool, be it offered now or not.
pub(crate) fn is_ours(name: &str) -> bool {
    ALL.contains(&name)
}

/// The tools offered where these languages are run.
pub(crate) fn offered(config: &Config, languages: &Languages) -> Vec<Tool> {
    let mut tools = Vec::with_capacity(ALL.len());
    let typescript = languages.typescript.is_ok();
    if typescript {
        let mut tool = execute(EXECUTE_TYPESCRIPT, TYPESCRIPT, config, None);
        if languages.deno.is_ok() {
            let properties = Arc::make_mut(&mut tool.input_schema).get_mut("properties");
            if let Some(Value::Object(properties)) = properties {
                properties.insert("runtime".to_owned(), runtime());
            }
        }
        tools.push(tool);
    }
    if languages.python.is_ok() {
        let description = if typescript { PYTHON_TOO } else { PYTHON_ALONE };
        tools.push(execute(EXECUTE_PYTHON, description, config, tools.first()));
    }
    tools.push(search_tools(&tools));
    tools.push(health());
    tools
}

/// What a client gives to its model of our own tools, one by one: name, description and input schema.
pub fn definitions(config: &Config, languages: &Languages) -> Vec<String> {
    let tools = offered(config, languages);
    let shown = tools.iter().map(|tool| {
        let (name, description) = (&tool.name, tool.description.as_deref().unwrap_or_default());
        json!({"name": name, "description": description, "inputSchema": tool.input_schema})
    });
    shown.map(|definition| definition.to_string()).collect()
}

/// The answer to a call of a tool that there is not.
pub(crate) fn unknown(name: &str, offered: &[Tool]) -> ErrorData {
    let names = || offered.iter().map(|tool| tool.name.as_ref());
    let shown = arguments::shorten(name);
    let message = if name.starts_with("mcp__") {
        let call = match names().next() {
            Some(EXECUTE_PYTHON) => format!("{EXECUTE_PYTHON} with call_mcp_tool('{shown}', args)"),
            _ => format!("{EXECUTE_TYPESCRIPT} with callMCPTool('{shown}', args)"),
        };
        format!("`{shown}` is not a tool of this server; call it inside a program: {call}")
    } else if let Some(near) = arguments::nearest(name, names()) {
        format!("there is no tool `{shown}`; did you mean `{near}`?")
    } else {
        let names: Vec<_> = names().collect();
        format!("there is no tool `{shown}`; the tools are {}", names.join(", "))
    };
    ErrorData::invalid_params(message, None)
}

/// Where two such tools are offered, the second says of its arguments and its outcome only what a
/// client must have: the rest stands in the first.
fn execute(
    name: &'static str,
    description: &'static str,
    config: &Config,
    after: Option<&Tool>,
) -> Tool {
    let mut input = json!({
        "type": "object",
        "properties": {
            "code": {"type": "string"},
            "allowedTools": {"type": "array", "items": {"type": "string"}},
            "timeoutMs": {
                "type": "integer",
                "minimum": 1,
                "maximum": config.max_timeout_ms,
                "default": config.default_timeout_ms,
            },
            "permissions": {"type": "object"},
            "sessionId": {"type": "string"},
            "resetSession": {"type": "boolean"},
        },
        "required": ["code"],
        "additionalProperties": false,
    });
    let mut output = json!({
        "type": "object",
        "properties": {
            "success": {"type": "boolean"},
            "output": {"type": "string"},
            "result": {},
            "error": {"type": "object"},
        },
        "required": ["success"],
    });
    if after.is_none() {
        let tools = "Tools it may call, such as mcp__fs__*";
        input["properties"]["allowedTools"]["description"] = json!(tools);
        input["properties"]["permissions"]["description"] = json!(
            "Beyond tools, as far as allowed: {read: [dir], write: [dir], net: [host], cwd: dir}"
        );
        input["properties"]["sessionId"]["description"] =
            json!("Keeps variables for later calls with it");
        let properties = &mut output["properties"];
        properties["error"]["properties"] = json!({
            "type": {"type": "string"},
            "message": {"type": "string"},
        });
        properties["toolCallsMade"] = json!({"type": "array", "items": {"type": "string"}});
    }
    let annotations = ToolAnnotations::new()
        .read_only(false)
        .destructive(true)
        .idempotent(false)
        .open_world(true);
    tool(name, description, input, output, annotations)
}

/// The argument that asks for Deno, where there is one.
fn runtime() -> Value {
    json!({"enum": Runtime::WORDS, "description": "deno: V8, slower to start"})
}

/// `executing` are the tools that run programs: found tools are called from there.
fn search_tools(executing: &[Tool]) -> Tool {
    const WHAT: &str = "Finds tools of the connected MCP servers by intent, best first, with \
        TypeScript signatures.";
    let names: Vec<_> = executing.iter().map(|tool| tool.name.as_ref()).collect();
    let description = match names.is_empty() {
        true => WHAT.to_owned(),
        false => format!("{WHAT} Call them from {}.", names.join(" or ")),
    };
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
            "unavailable": {"type": "array"},
        },
    });
    tool(SEARCH_TOOLS, description, input, output, looks_only())
}

fn health() -> Tool {
    const DESCRIPTION: &str = "State of the executor and each connected MCP server.";
    let input = json!({"type": "object", "additionalProperties": false});
    let output = json!({
        "type": "object",
        "properties": {
            "healthy": {"type": "boolean"},
            "problem": {"type": "string"},
            "upstreams": {"type": "array"},
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
    description: impl Into<Cow<'static, str>>,
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
