//! The body of a request: which of an operation's media types is used, and how it is written.

use serde_json::{Map, Value};

use crate::rest::document::Document;
use crate::rest::error::Invalid;
use crate::rest::multipart;

/// What the body is called among the arguments.
const BODY: &str = "body";

/// The body of a request.
pub(crate) struct Body<'a> {
    /// What it is called among the arguments.
    pub(crate) argument: String,
    pub(crate) media: String,
    pub(crate) kind: BodyKind,
    pub(crate) required: bool,
    pub(crate) schema: Option<&'a Value>,
    pub(crate) description: Option<&'a str>,
}

/// How a body is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BodyKind {
    Json,
    /// A form. The properties of these names are written as `name[key]=value`.
    Form {
        deep: Vec<String>,
    },
    /// A form in parts. The properties of these names are files.
    Multipart {
        files: Vec<String>,
    },
    /// A text as it is, such as XML.
    Text,
    /// Bytes, given in base64.
    Bytes,
}

/// The body that an operation takes; the inner error says why it cannot be written.
pub(crate) fn read<'a>(
    document: &'a Document,
    operation: &'a Value,
) -> Result<Result<Option<Body<'a>>, &'static str>, Invalid> {
    let Some(given) = operation.get("requestBody") else { return Ok(Ok(None)) };
    let Some(source) = document.resolve(given)? else {
        return Ok(Err("its body is missing in the document"));
    };
    let content = source.get("content").and_then(Value::as_object);
    let Some((media, mut kind, described)) = content.and_then(choose) else {
        return Ok(match content.is_some_and(|content| !content.is_empty()) {
            true => Err("its body is of a multipart type that is not written"),
            false => Ok(None),
        });
    };
    let schema = described.get("schema");
    if let BodyKind::Multipart { files } = &mut kind {
        *files = multipart::files(document, schema)?;
    }
    Ok(Ok(Some(Body {
        argument: BODY.to_owned(),
        media,
        kind,
        required: source.get("required") == Some(&Value::Bool(true)),
        schema,
        description: source.get("description").and_then(Value::as_str),
    })))
}

/// The media type that a body is sent in: JSON where there is a choice, then a form, one in parts, a
/// text, bytes.
fn choose(content: &Map<String, Value>) -> Option<(String, BodyKind, &Value)> {
    let kinds = content.iter().filter_map(|(media, described)| {
        let essence = essence(media);
        let kind = match &*essence {
            _ if is_json(&essence) => BodyKind::Json,
            "*/*" | "application/*" => BodyKind::Json,
            "application/x-www-form-urlencoded" => BodyKind::Form { deep: deep(described) },
            "multipart/form-data" => BodyKind::Multipart { files: Vec::new() },
            _ if essence.starts_with("multipart/") => return None,
            _ if essence.starts_with("text/") || is_xml(&essence) => BodyKind::Text,
            _ => BodyKind::Bytes,
        };
        let media = match &*essence {
            "*/*" | "application/*" => "application/json",
            "text/*" => "text/plain",
            _ => media.trim(),
        };
        Some((media.to_owned(), kind, described))
    });
    kinds.min_by_key(|(_, kind, _)| match kind {
        BodyKind::Json => 0,
        BodyKind::Form { .. } => 1,
        BodyKind::Multipart { .. } => 2,
        BodyKind::Text => 3,
        BodyKind::Bytes => 4,
    })
}

fn deep(described: &Value) -> Vec<String> {
    let encoding = described.get("encoding").and_then(Value::as_object);
    let is_deep =
        |encoding: &Value| encoding.get("style").and_then(Value::as_str) == Some("deepObject");
    let deep = encoding.into_iter().flatten().filter(|(_, encoding)| is_deep(encoding));
    deep.map(|(name, _)| name.clone()).collect()
}

/// A media type without its parameters, in lower case.
pub(crate) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is JSON.
pub(crate) fn is_json(essence: &str) -> bool {
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

/// Whether a media type is XML.
pub(crate) fn is_xml(essence: &str) -> bool {
    essence == "application/xml" || essence.ends_with("+xml")
}
