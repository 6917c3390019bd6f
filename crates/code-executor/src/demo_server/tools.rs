//! The demo server's tools, as a client is told about them.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use super::{handler, noise, notes, orders};

/// Every tool.
pub fn all() -> Vec<Tool> {
    let mut tools = notes();
    tools.extend([orders(), now(), fail(), slow(), big()]);
    tools
}

fn notes() -> Vec<Tool> {
    let note = json!({
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "title": {"type": "string"},
            "body": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["id", "title", "body", "tags"],
    });
    vec![
        list_notes(),
        tool(
            "get_note",
            "Gives one note with its whole text. Fails when there is no note with that id.",
            json!({"id": {"type": "integer", "minimum": 1, "description": "From list_notes"}}),
            &["id"],
        )
        .with_raw_output_schema(object(note.clone()))
        .with_annotations(looks_only()),
        tool(
            "add_note",
            "Stores a new note and gives it back with its id. Notes live as long as the server.",
            json!({
                "title": {"type": "string", "minLength": 1, "maxLength": 200},
                "body": {"type": "string", "maxLength": 10_000},
                "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 10},
            }),
            &["title", "body"],
        )
        .with_raw_output_schema(object(note))
        .with_annotations(
            ToolAnnotations::new()
                .read_only(false)
                .destructive(false)
                .idempotent(false)
                .open_world(false),
        ),
        search_notes(),
    ]
}

fn list_notes() -> Tool {
    let description = format!(
        "Lists notes by id, without their text: {} from the start, tagged {}, some of them `todo`. \
         When there are more, `nextOffset` is where to go on.",
        notes::SEEDED,
        notes::TAGS.join(", ")
    );
    let input = json!({
        "tag": {"type": "string", "description": "Only notes with this tag"},
        "offset": {"type": "integer", "minimum": 0, "default": 0},
        "limit": {"type": "integer", "minimum": 1, "maximum": notes::MAX_PAGE, "default": 50},
    });
    let output = json!({
        "type": "object",
        "properties": {
            "notes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "integer"},
                        "title": {"type": "string"},
                        "tags": {"type": "array", "items": {"type": "string"}},
                    },
                    "required": ["id", "title", "tags"],
                },
            },
            "total": {"type": "integer", "description": "Notes there are, on all pages"},
            "nextOffset": {"type": "integer"},
        },
        "required": ["notes", "total"],
    });
    tool("list_notes", description, input, &[])
        .with_raw_output_schema(object(output))
        .with_annotations(looks_only())
}

fn search_notes() -> Tool {
    let description = format!(
        "Finds notes whose title and text contain every word of the query, in any case; gives the \
         first {}.",
        notes::MAX_HITS
    );
    let output = json!({
        "type": "object",
        "properties": {
            "hits": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "integer"},
                        "title": {"type": "string"},
                        "snippet": {"type": "string"},
                    },
                    "required": ["id", "title", "snippet"],
                },
            },
            "total": {"type": "integer"},
        },
        "required": ["hits", "total"],
    });
    tool("search_notes", description, json!({"query": {"type": "string"}}), &["query"])
        .with_raw_output_schema(object(output))
        .with_annotations(looks_only())
}

fn orders() -> Tool {
    let input = json!({
        "where": {
            "type": "object",
            "description": "By column: a value, or {min, max}; dates are YYYY-MM-DD",
            "additionalProperties": {
                "anyOf": [
                    {"type": ["string", "number"]},
                    {
                        "type": "object",
                        "properties": {
                            "min": {"type": ["string", "number"]},
                            "max": {"type": ["string", "number"]},
                        },
                        "additionalProperties": false,
                    },
                ],
            },
        },
        "columns": {"type": "array", "items": {"enum": orders::COLUMNS}},
        "limit": {"type": "integer", "minimum": 1, "maximum": orders::MAX_ROWS, "default": 100},
    });
    let output = json!({
        "type": "object",
        "properties": {
            "rows": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": {"type": "integer"},
                        "region": {"type": "string"},
                        "product": {"type": "string"},
                        "quantity": {"type": "integer"},
                        "price": {"type": "number", "description": "Of one piece"},
                        "date": {"type": "string"},
                    },
                },
            },
            "total": {"type": "integer", "description": "Rows that match, shown or not"},
        },
        "required": ["rows", "total"],
    });
    let description = "Rows of a table of 500 orders of 2025: id, region (North, South, East, \
        West), product, quantity, price, date.";
    tool("query_csv", description, input, &[])
        .with_raw_output_schema(object(output))
        .with_annotations(looks_only())
}

fn now() -> Tool {
    let input = json!({
        "timezone": {
            "type": "string",
            "description": "UTC or an offset from it, such as +02:00",
            "default": "UTC",
        },
    });
    let output = json!({
        "type": "object",
        "properties": {
            "time": {"type": "string", "description": "RFC 3339"},
            "weekday": {"type": "string"},
            "timezone": {"type": "string"},
            "unixMs": {"type": "integer"},
        },
        "required": ["time", "weekday", "timezone", "unixMs"],
    });
    tool("now", "Tells the time.", input, &[])
        .with_raw_output_schema(object(output))
        .with_annotations(looks_only())
}

fn fail() -> Tool {
    let input = json!({"message": {"type": "string", "description": "What the error shall say"}});
    tool("fail", "Always answers with an error, to try out how errors are handled.", input, &[])
        .with_annotations(looks_only())
}

fn slow() -> Tool {
    let input = json!({"ms": {"type": "integer", "minimum": 0, "maximum": handler::MAX_SLOW_MS}});
    let output = json!({
        "type": "object",
        "properties": {"waitedMs": {"type": "integer"}},
        "required": ["waitedMs"],
    });
    tool("slow", "Answers after so many milliseconds; can be cancelled.", input, &["ms"])
        .with_raw_output_schema(object(output))
        .with_annotations(looks_only())
}

fn big() -> Tool {
    let input = json!({
        "bytes": {"type": "integer", "minimum": noise::MIN_BYTES, "maximum": noise::MAX_BYTES},
        "shape": {"enum": ["text"], "default": "text"},
    });
    let description =
        "Answers a text of exactly so many bytes: lines of a log, one of which contains NEEDLE.";
    tool("big", description, input, &["bytes"]).with_annotations(looks_only())
}

fn looks_only() -> ToolAnnotations {
    ToolAnnotations::new().read_only(true).open_world(false)
}

fn tool(
    name: &'static str,
    description: impl Into<std::borrow::Cow<'static, str>>,
    properties: Value,
    required: &[&str],
) -> Tool {
    let mut input = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        input["required"] = json!(required);
    }
    input["additionalProperties"] = false.into();
    Tool::new(name, description, object(input))
}

fn object(schema: Value) -> Arc<JsonObject> {
    match schema {
        Value::Object(schema) => Arc::new(schema),
        _ => Arc::default(),
    }
}
