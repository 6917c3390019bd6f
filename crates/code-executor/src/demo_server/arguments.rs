//! What each tool takes. Keys a tool does not know are errors.

use std::collections::BTreeMap;

use rmcp::model::JsonObject;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// Arguments of `list_notes`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListNotes {
    /// Only notes with this tag.
    pub tag: Option<String>,
    /// Notes to skip.
    #[serde(default)]
    pub offset: usize,
    /// Notes to list at most.
    #[serde(default = "default_page")]
    pub limit: usize,
}

/// Arguments of `get_note`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetNote {
    /// The note's number.
    pub id: u64,
}

/// Arguments of `add_note`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// The title.
    pub title: String,
    /// The text.
    pub body: String,
    /// Tags.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// Arguments of `search_notes`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchNotes {
    /// Words that must all occur.
    pub query: String,
}

/// Arguments of `query_csv`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryCsv {
    /// What each column must be.
    #[serde(default, rename = "where")]
    pub conditions: BTreeMap<String, Value>,
    /// Columns to give; all when absent.
    pub columns: Option<Vec<String>>,
    /// Rows to give at most.
    #[serde(default = "default_rows")]
    pub limit: usize,
}

/// Arguments of `now`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Now {
    /// `UTC` or an offset such as `+02:00`.
    pub timezone: Option<String>,
}

/// Arguments of `fail`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// What the error says.
    pub message: Option<String>,
}

/// Arguments of `slow`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slow {
    /// How long to take.
    pub ms: u64,
}

/// Arguments of `big`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Big {
    /// The size of the answer.
    pub bytes: usize,
    /// What the answer is made of.
    #[serde(default)]
    pub shape: Shape,
}

/// What a big answer is made of.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Lines of a log.
    #[default]
    Text,
}

/// Reads a tool's arguments.
pub fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, String> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| format!("these arguments do not fit the tool: {error}"))
}

fn default_page() -> usize {
    50
}

fn default_rows() -> usize {
    100
}
