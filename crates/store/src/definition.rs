//! A tool as its server defines it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::digest::{Digest, Fingerprint};

/// A tool as its server defines it: its words, its schemas and its hints, as they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Definition {
    /// The server's own name for it.
    pub name: String,
    /// A title for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it does; empty when the server does not say.
    pub description: String,
    /// JSON Schema of the arguments.
    pub input_schema: Arc<Value>,
    /// JSON Schema of the structured answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Arc<Value>>,
    /// The server's hints, as it gave them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Arc<Value>>,
}

impl Definition {
    /// The hash of all of it.
    pub fn digest(&self) -> Digest {
        let title = self.title.as_deref();
        Fingerprint::new("tool 1")
            .part(&self.name)
            .parts(title)
            .part(&self.description)
            .json(Some(&self.input_schema))
            .json(self.output_schema.as_deref())
            .json(self.annotations.as_deref())
            .finish()
    }
}
