//! What the modules hold that programs import: the servers as folders, their tools as functions.

use catalog::{Catalog, Function, Functions};
use serde::Serialize;
use serde_json::{Value, json};
use types::{Detail, ErrorCode, Language, SearchHit, ToolDescriptor};

use crate::caller::View;
use crate::discovery::Discovery;
use crate::requests::{self, Question};

/// Ourselves, as the folder of what programs may call of us.
const OWN_FOLDER: &str = "code_executor";

/// The same as it stands in full names.
const OWN_SERVER: &str = "code-executor";

/// Our own tool that programs may call like any other.
pub const OWN_HEALTH: &str = "mcp__code-executor__health";

/// Functions that the module of one server holds; those beyond are imported one by one.
const MOST_FUNCTIONS: usize = 10_000;

/// Parameters of one function that are told.
const MOST_PARAMETERS: usize = 64;

/// The longest parameter's name that is told, in bytes.
const PARAMETER: usize = 64;

/// Tools that are shown whole in one answer.
const MOST_WHOLE: usize = 100;

/// What a module of a server holds.
#[derive(Debug, Serialize)]
pub struct Module {
    server: String,
    folder: String,
    functions: Vec<Told>,
    /// How many there are beside those.
    more: usize,
}

/// One function.
#[derive(Debug, Serialize)]
struct Told {
    function: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    awaited: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
}

/// What `help()` shows of a function in Python.
#[derive(Debug, Serialize)]
struct Help {
    description: String,
    signature: String,
    parameters: Vec<Parameter>,
}

#[derive(Debug, Serialize)]
struct Parameter {
    name: String,
    required: bool,
    #[serde(rename = "type")]
    kind: &'static str,
}

/// Why there is no such module.
pub struct NoModule {
    /// The stable code.
    pub code: ErrorCode,
    /// The server, when there is one.
    pub server: Option<String>,
    /// In words for the program's author.
    pub message: String,
}

/// What the module of a server holds, or that of one of its tools. A name that means nothing is
/// answered with the nearest one when `may_hint`.
pub async fn module(
    discovery: &Discovery,
    question: &Question,
    view: &View,
    language: Language,
    may_hint: bool,
) -> Result<Module, NoModule> {
    let catalog = &discovery.catalog;
    let wanted = question.server.as_deref().unwrap_or_default();
    let tool = question.tool.as_deref();
    let sees = |server: &String| view.sees(server);
    let Some(server) = catalog.server_called(wanted).filter(sees) else {
        if [OWN_FOLDER, OWN_SERVER].contains(&wanted) {
            return own_module(tool, language);
        }
        let nearest = may_hint.then(|| catalog.nearest_server(wanted)).flatten();
        let nearest =
            nearest.filter(|near| catalog.server_called(near).is_some_and(|it| sees(&it)));
        return Err(no_server(wanted, nearest, language));
    };
    let learned = discovery.ready(&server).await;
    let functions = catalog.functions(&server);
    let functions = functions.filter(|known| learned.is_ok() || !known.all().is_empty());
    let Some(functions) = functions else {
        let error = learned.err();
        return Err(NoModule {
            code: error.as_ref().map_or(ErrorCode::UpstreamUnavailable, upstream::Error::code),
            message: error.map_or_else(String::new, |error| error.to_string()),
            server: Some(server),
        });
    };
    let folder = catalog.folder_of(&server).unwrap_or_else(|| server.clone());
    let Some(tool) = tool else {
        let seen = |function: &&Function| view.may_call(&function.tool.name);
        let all: Vec<&Function> = functions.all().iter().filter(seen).collect();
        let told = all.iter().take(MOST_FUNCTIONS).map(|function| Told::named(function, language));
        let told: Vec<_> = told.collect();
        let more = all.len() - told.len();
        return Ok(Module { server, folder, functions: told, more });
    };
    match functions.find(tool).filter(|function| view.may_call(&function.tool.name)) {
        Some(function) => {
            let told = Told::whole(function, language);
            Ok(Module { server, folder, functions: vec![told], more: 0 })
        }
        None => {
            let nearest = may_hint.then(|| nearest(&functions, tool, view)).flatten();
            Err(no_tool(&folder, tool, nearest.as_deref(), server, language))
        }
    }
}

/// Hits with the modules to import them from.
pub fn importable(
    discovery: &Discovery,
    hits: &[SearchHit],
    detail: Detail,
    language: Language,
) -> Vec<Value> {
    let catalog = &discovery.catalog;
    let most = if detail == Detail::Full { MOST_WHOLE } else { usize::MAX };
    let told = hits.iter().take(most).filter_map(|hit| {
        let mut told = match detail {
            Detail::Name => {
                json!({ "name": hit.name, "server": hit.server, "callable": hit.callable })
            }
            Detail::Description | Detail::Full => serde_json::to_value(hit).ok()?,
        };
        let tool = catalog.get(&hit.name)?;
        if detail == Detail::Full {
            told["description"] = json!(catalog::text::shown(&tool.description));
            told["inputSchema"] = Value::clone(&tool.input_schema);
            if let Some(schema) = &tool.output_schema {
                told["outputSchema"] = Value::clone(schema);
            }
            told["declaration"] = json!(Catalog::declaration(&tool, language));
        }
        let functions = catalog.functions(&hit.server)?;
        let function = &functions.of_tool(&tool.tool)?.identifier.name;
        let folder = catalog.folder_of(&hit.server)?;
        told["module"] = json!(match language {
            Language::TypeScript => format!("./servers/{folder}/{function}.js"),
            Language::Python => format!("servers.{folder}"),
        });
        told["function"] = json!(function);
        Some(told)
    });
    told.collect()
}

impl Told {
    fn named(function: &Function, language: Language) -> Self {
        let Function { identifier, tool } = function;
        Self {
            function: identifier.name.clone(),
            awaited: (language == Language::Python).then(|| identifier.awaited.clone()),
            name: tool.name.clone(),
            help: None,
        }
    }

    fn whole(function: &Function, language: Language) -> Self {
        let help = || Help {
            description: catalog::text::shown(&function.tool.description),
            signature: Catalog::signature(&function.tool, language),
            parameters: parameters(&function.tool),
        };
        let help = (language == Language::Python).then(help);
        Self { help, ..Self::named(function, language) }
    }
}

/// Our own tools as a module.
fn own_module(tool: Option<&str>, language: Language) -> Result<Module, NoModule> {
    if let Some(wanted) = tool.filter(|tool| *tool != "health") {
        let nearest = Some("health");
        return Err(no_tool(OWN_FOLDER, wanted, nearest, OWN_SERVER.to_owned(), language));
    }
    let python = language == Language::Python;
    let help = || Help {
        description: "The state of the executor and of each connected MCP server.".to_owned(),
        signature: format!("{OWN_HEALTH}() -> dict"),
        parameters: Vec::new(),
    };
    let told = Told {
        function: "health".to_owned(),
        awaited: python.then(|| "health_async".to_owned()),
        name: OWN_HEALTH.to_owned(),
        help: (python && tool.is_some()).then(help),
    };
    let (server, folder) = (OWN_SERVER.to_owned(), OWN_FOLDER.to_owned());
    Ok(Module { server, folder, functions: vec![told], more: 0 })
}

/// The parameters that a schema names, as far as they can be keywords.
fn parameters(tool: &ToolDescriptor) -> Vec<Parameter> {
    let Some(Value::Object(properties)) = tool.input_schema.get("properties") else {
        return Vec::new();
    };
    let required = tool.input_schema.get("required").and_then(Value::as_array);
    let is_required =
        |name: &str| required.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)));
    let told = properties.iter().filter(|(name, _)| is_keyword(name)).take(MOST_PARAMETERS);
    let told = told.map(|(name, schema)| Parameter {
        name: name.clone(),
        required: is_required(name),
        kind: python_type(schema),
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|parameter| !parameter.required);
    told
}

fn is_keyword(name: &str) -> bool {
    name.len() <= PARAMETER
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn python_type(schema: &Value) -> &'static str {
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => "str",
        Some("integer") => "int",
        Some("number") => "float",
        Some("boolean") => "bool",
        Some("array") => "list",
        Some("object") => "dict",
        _ => "Any",
    }
}

fn nearest(functions: &Functions, tool: &str, view: &View) -> Option<String> {
    let nearest = functions.nearest(tool).filter(|near| view.may_call(&near.tool.name));
    nearest.map(|function| function.identifier.name.clone())
}

fn no_server(wanted: &str, nearest: Option<String>, language: Language) -> NoModule {
    let shown = requests::label(wanted);
    let nearest = nearest.map(|near| format!("; the nearest is {near}")).unwrap_or_default();
    let list = match language {
        Language::TypeScript => "listServers() of './servers/discovery.js'",
        Language::Python => "servers.list_servers()",
    };
    let message = format!("no server is called {shown}{nearest}; {list} lists them");
    NoModule { code: ErrorCode::ToolNotFound, server: None, message }
}

fn no_tool(
    folder: &str,
    wanted: &str,
    nearest: Option<&str>,
    server: String,
    language: Language,
) -> NoModule {
    let shown = requests::label(wanted);
    let nearest = nearest.map(|near| format!("; the nearest is {near}")).unwrap_or_default();
    let list = match language {
        Language::TypeScript => format!("listTools('{folder}') of './servers/discovery.js'"),
        Language::Python => format!("servers.list_tools('{folder}')"),
    };
    let message = format!("server {folder} has no tool {shown}{nearest}; {list} lists them");
    NoModule { code: ErrorCode::ToolNotFound, server: Some(server), message }
}

#[cfg(test)]
mod tests;
