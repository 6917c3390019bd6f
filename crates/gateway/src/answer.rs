//! What a program sees of a tool's answer: text, a value, content blocks, or an error to catch.

use serde::Serialize;
use serde_json::Value;
use types::{ErrorCode, ToolAnswer};
use wire::Reply;

/// What a failed call is told as: the fields of `McpToolError`.
#[derive(Debug, Serialize)]
pub struct CallError<'a> {
    /// The stable code.
    pub code: ErrorCode,
    /// The server, when the name led to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<&'a str>,
    /// The name the program called.
    pub tool: &'a str,
    /// What happened, unmasked.
    pub message: String,
    /// The tool's own content blocks, when it answered.
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    pub content: &'a [Value],
}

impl CallError<'_> {
    /// As a reply.
    pub fn reply(&self) -> Reply {
        Reply::Error(json(self))
    }
}

/// JSON of a value of ours, which always serialises.
pub fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec())
}

/// What `callMCPTool` returns: the text when the tool answers text; the structured value when it
/// is the whole answer; the content blocks when there is something else.
pub fn plain(answer: ToolAnswer) -> Reply {
    let texts: Option<Vec<&str>> = answer.content.iter().map(text_of).collect();
    match (texts, answer.structured_content) {
        (Some(texts), Some(structured)) if is_whole(&texts, &structured) => {
            Reply::Json(json(&structured))
        }
        (Some(texts), _) if texts.is_empty() => Reply::Json(b"null".to_vec()),
        (Some(texts), _) => Reply::Text(texts.join("\n")),
        (None, _) => Reply::Json(json(&answer.content)),
    }
}

/// What a tool's own function returns: the structured value when there is one; a text that is wholly
/// an object or a list in JSON as that; else the same as [`plain`].
pub fn typed(answer: ToolAnswer) -> Reply {
    if let Some(structured) = answer.structured_content {
        return Reply::Json(json(&structured));
    }
    match plain(answer) {
        Reply::Text(text) => {
            let json = text.trim_matches([' ', '\t', '\r', '\n']);
            match is_object_or_list(json) {
                true => Reply::Json(json.as_bytes().to_vec()),
                false => Reply::Text(text),
            }
        }
        other => other,
    }
}

/// What `callMCPToolRaw` returns: the whole result as MCP has it.
pub fn raw(answer: ToolAnswer) -> Reply {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Raw {
        content: Vec<Value>,
        #[serde(skip_serializing_if = "Option::is_none")]
        structured_content: Option<Value>,
        is_error: bool,
    }
    let ToolAnswer { content, structured_content, is_error } = answer;
    Reply::Json(json(&Raw { content, structured_content, is_error }))
}

/// The message of a tool that says it failed.
pub fn error_message(answer: &ToolAnswer) -> String {
    let texts: Vec<&str> = answer.content.iter().filter_map(text_of).collect();
    match (texts.is_empty(), &answer.structured_content) {
        (false, _) => texts.join("\n"),
        (true, Some(structured)) => structured.to_string(),
        (true, None) => "the tool failed without saying why".to_owned(),
    }
}

fn text_of(block: &Value) -> Option<&str> {
    match block.get("type")?.as_str()? {
        "text" => block.get("text")?.as_str(),
        _ => None,
    }
}

/// Whether the structured value is the whole answer: no text, or one text that is its JSON.
fn is_whole(texts: &[&str], structured: &Value) -> bool {
    match texts {
        [] => true,
        [text] => serde_json::from_str::<Value>(text).is_ok_and(|value| value == *structured),
        _ => false,
    }
}

/// Whether a text is JSON of an object or a list, and no deeper than parsers like.
fn is_object_or_list(text: &str) -> bool {
    text.starts_with(['{', '[']) && serde_json::from_str::<Checked>(text).is_ok()
}

/// Any JSON, read and forgotten: within the depth that is read here, without memory for its values.
struct Checked;

impl<'de> serde::Deserialize<'de> for Checked {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Checked)
    }
}

impl<'de> serde::de::Visitor<'de> for Checked {
    type Value = Self;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Checked>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<Checked, Checked>()?.is_some() {}
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
