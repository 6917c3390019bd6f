//! The corpus of real tool definitions, which lies beside the repository or where
//! `TOOL_CORPUS` says.

use std::{path::PathBuf, sync::Arc};

use catalog::{Catalog, NewTool};
use serde_json::Value;

/// What to say where there is none.
pub const ABSENT: &str = "no corpus of tools; set TOOL_CORPUS to a folder with tools.json";

/// One tool and its server.
#[derive(Debug, Clone)]
pub struct Tool {
    /// The server's name.
    pub server: String,
    /// The tool as it was listed.
    pub tool: NewTool,
}

impl Tool {
    /// `server/tool`, as labels have it.
    pub fn label(&self) -> String {
        format!("{}/{}", self.server, self.tool.name)
    }
}

/// All tools; `None` when there is no corpus.
pub fn load() -> Option<Vec<Tool>> {
    let folder = match std::env::var_os("TOOL_CORPUS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
    };
    let text = std::fs::read_to_string(folder.join("tools.json")).ok()?;
    let servers: Value = serde_json::from_str(&text).expect("the corpus is JSON");
    let mut tools = Vec::new();
    for server in servers.as_array().into_iter().flatten() {
        let name = server["server"].as_str().unwrap_or_default();
        for tool in server["tools"].as_array().into_iter().flatten() {
            tools.push(Tool { server: name.to_owned(), tool: new_tool(tool) });
        }
    }
    Some(tools)
}

/// A catalog of these tools.
pub fn catalog(tools: &[Tool]) -> Catalog {
    let servers = tools.chunk_by(|left, right| left.server == right.server);
    let catalog = Catalog::new(servers.map(|listed| listed[0].server.clone()));
    for listed in tools.chunk_by(|left, right| left.server == right.server) {
        let tools = listed.iter().map(|tool| tool.tool.clone()).collect();
        catalog.replace_server(&listed[0].server, 1, tools);
    }
    catalog
}

fn new_tool(tool: &Value) -> NewTool {
    let text = |key: &str| tool[key].as_str().map(str::to_owned);
    let value = |key: &str| tool.get(key).filter(|v| !v.is_null()).cloned().map(Arc::new);
    NewTool {
        name: text("name").unwrap_or_default(),
        description: text("description").unwrap_or_default(),
        title: text("title"),
        input_schema: value("inputSchema").unwrap_or_default(),
        output_schema: value("outputSchema"),
        annotations: value("annotations"),
    }
}
