//! What the tests of several files need.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::{Definition, Digest, Fingerprint};

/// A place that is not there yet, and what keeps it.
pub(crate) fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/down");
    (folder, path)
}

/// What reaches a server.
pub(crate) fn server(name: &str) -> Digest {
    Fingerprint::new("server").part(name).finish()
}

/// A tool with these properties.
pub(crate) fn tool(name: &str, properties: Value) -> Definition {
    Definition {
        name: name.to_owned(),
        title: None,
        description: format!("Does {name}."),
        input_schema: Arc::new(json!({"type": "object", "properties": properties})),
        output_schema: None,
        annotations: None,
    }
}

/// Tools with their hashes.
pub(crate) fn listed(tools: impl IntoIterator<Item = Definition>) -> Vec<(Definition, Digest)> {
    let hashed = |tool: Definition| {
        let digest = tool.digest();
        (tool, digest)
    };
    tools.into_iter().map(hashed).collect()
}
