//! A tool as it is shown: as much of it as was asked for, every text cleaned.

use std::{fmt, str::FromStr, sync::Arc};

use serde_json::{Map, Value};
use types::{Language, ToolDescriptor};

use crate::{Catalog, text};

/// How much of a tool is shown. A model pays for every word of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Detail {
    /// Its names.
    Name,
    /// Also what it does, in a few lines, and a one-line signature.
    #[default]
    Description,
    /// Also its whole description, its declaration and its schemas.
    Full,
}

/// What is shown of one tool. What the level of detail leaves out is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// The full name, which programs use.
    pub name: String,
    /// The server it belongs to.
    pub server: String,
    /// What its server says it does.
    pub description: Option<String>,
    /// The call in one line.
    pub signature: Option<String>,
    /// The types of the call's arguments and answer.
    pub declaration: Option<String>,
    /// JSON Schema of the arguments, as the server gave it: data that is not cleaned.
    pub input_schema: Option<Arc<Value>>,
    /// JSON Schema of the answer, likewise.
    pub output_schema: Option<Arc<Value>>,
}

/// A word that names no level of detail.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown detail {0}: it is one of name, description, full")]
pub struct UnknownDetail(String);

impl Card {
    /// Shows as much of a tool as `detail` says, for a program in this language.
    pub fn new(tool: &ToolDescriptor, detail: Detail, language: Language) -> Self {
        let full = detail == Detail::Full;
        let described = detail >= Detail::Description;
        let description = match detail {
            Detail::Name => None,
            Detail::Description => Some(text::summary(&tool.description)),
            Detail::Full => Some(text::shown(&tool.description)),
        };
        Self {
            name: tool.name.clone(),
            server: text::line(&tool.server, MAX_SERVER),
            description,
            signature: described.then(|| Catalog::signature(tool, language)),
            declaration: full.then(|| Catalog::declaration(tool, language)),
            input_schema: full.then(|| tool.input_schema.clone()),
            output_schema: tool.output_schema.clone().filter(|_| full),
        }
    }

    /// The card as JSON; what it leaves out is not there.
    pub fn to_json(&self) -> Value {
        let mut members = Map::new();
        members.insert("name".to_owned(), Value::from(self.name.clone()));
        members.insert("server".to_owned(), Value::from(self.server.clone()));
        let texts = [
            ("description", &self.description),
            ("signature", &self.signature),
            ("declaration", &self.declaration),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                members.insert(key.to_owned(), Value::from(text.clone()));
            }
        }
        for (key, schema) in
            [("inputSchema", &self.input_schema), ("outputSchema", &self.output_schema)]
        {
            if let Some(schema) = schema {
                members.insert(key.to_owned(), Value::clone(schema));
            }
        }
        Value::Object(members)
    }
}

impl FromStr for Detail {
    type Err = UnknownDetail;

    fn from_str(word: &str) -> Result<Self, UnknownDetail> {
        match word {
            "name" => Ok(Self::Name),
            "description" => Ok(Self::Description),
            "full" => Ok(Self::Full),
            other => Err(UnknownDetail(text::quoted(&text::line(other, 40)))),
        }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "name",
            Self::Description => "description",
            Self::Full => "full",
        })
    }
}

/// The most of a server's name that is shown, in characters.
const MAX_SERVER: usize = 200;

#[cfg(test)]
mod tests;
