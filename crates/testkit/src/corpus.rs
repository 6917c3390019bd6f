//! The corpus of real tool definitions, which lies beside the repository or where `TOOL_CORPUS`
//! says, and servers that offer what is in it.

use std::path::PathBuf;

use serde_json::Value;

use crate::Workspace;

const REPLAY: &str = include_str!("../fakes/replay.py");

/// The servers of the corpus, each with its tools as it listed them.
#[derive(Debug, Clone)]
pub struct Corpus(Vec<Value>);

impl Corpus {
    /// Reads it. Without one, says so on standard error and gives `None`.
    pub fn load() -> Option<Self> {
        let folder = match std::env::var_os("TOOL_CORPUS") {
            Some(folder) => PathBuf::from(folder),
            None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        };
        let Ok(text) = std::fs::read_to_string(folder.join("tools.json")) else {
            eprintln!("skipped: no corpus of tools; set TOOL_CORPUS to a folder with tools.json");
            return None;
        };
        match serde_json::from_str(&text) {
            Ok(Value::Array(servers)) => Some(Self(servers)),
            other => panic!("the corpus is no list of servers: {:?}", other.err()),
        }
    }

    /// Every server: its name and its tools.
    pub fn servers(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.0.iter().map(|server| {
            let name = server["server"].as_str().unwrap_or_default();
            (name, server["tools"].as_array().map_or(&[][..], Vec::as_slice))
        })
    }

    /// A workspace with these servers of the corpus behind it, played by a program of ours.
    pub fn behind(&self, mut workspace: Workspace, servers: &[&str]) -> Workspace {
        let script = workspace.write("replay/replay.py", REPLAY);
        for name in servers {
            let tools = self.servers().find(|(known, _)| known == name).map(|(_, tools)| tools);
            let Some(tools) = tools else { panic!("the corpus has no server {name}") };
            let list = serde_json::to_vec(tools).unwrap_or_default();
            let list = workspace.write(&format!("replay/{name}.json"), list);
            let entry = serde_json::json!({"command": "python3", "args": [script, list]});
            workspace = workspace.with_server(name, entry);
        }
        workspace
    }
}
