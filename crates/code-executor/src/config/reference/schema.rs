//! The JSON schema of the configuration file, for editors.

use serde_json::{Map, Value as Json, json};

use crate::config::reference::{Fallback, Kind, SECTIONS, SETTINGS, Setting};

/// The schema of `.code-executor.json`, pretty-printed with a final newline.
pub fn schema() -> String {
    let mut root = section("");
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("title".to_owned(), json!("code-executor configuration"));
    root.sort_keys();
    let mut text = format!("{:#}", Json::Object(root));
    text.push('\n');
    text
}

/// The schema of a section, its settings and the sections in it.
fn section(path: &str) -> Map<String, Json> {
    let mut properties = Map::new();
    if path.is_empty() {
        let description = "The address of this schema, for editors. Ignored.";
        let schema = json!({"type": "string", "description": description});
        properties.insert("$schema".to_owned(), schema);
    }
    for setting in SETTINGS.iter().filter(|setting| setting.split().0 == path) {
        properties.insert(setting.split().1.to_owned(), property(setting));
    }
    for (inner, description) in SECTIONS {
        let (parent, name) = inner.rsplit_once('.').unwrap_or(("", inner));
        if parent == path {
            let mut schema = section(inner);
            schema.insert("description".to_owned(), json!(description));
            properties.insert(name.to_owned(), Json::Object(schema));
        }
    }
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Json::Object(properties));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

/// The schema of one setting: its own kind, or the name of a variable that holds it.
fn property(setting: &Setting) -> Json {
    let description = setting.description;
    let variable = json!({"type": "string", "pattern": "^env:[A-Za-z_][A-Za-z0-9_]*$"});
    let mut schema = match setting.kind {
        Kind::Bool => json!({"anyOf": [{"type": "boolean"}, variable]}),
        Kind::Integer(least, most) => {
            let number = json!({"type": "integer", "minimum": least, "maximum": most});
            json!({"anyOf": [number, variable]})
        }
        Kind::Choice(words) => json!({"anyOf": [{"enum": words}, variable]}),
        Kind::Path | Kind::Program | Kind::Url => json!({"type": "string", "minLength": 1}),
        Kind::Paths => {
            let path = json!({"type": "string", "minLength": 1});
            json!({"anyOf": [path, {"type": "array", "items": path}]})
        }
        Kind::Issuers => crate::config::issuers::schema(),
        Kind::List(_) => {
            let strings = json!({"type": "array", "items": {"type": "string", "minLength": 1}});
            json!({"anyOf": [strings, {"const": false}, variable]})
        }
    };
    schema["description"] = json!(description);
    match setting.fallback {
        Fallback::Bool(value) => schema["default"] = json!(value),
        Fallback::Integer(value) => schema["default"] = json!(value),
        Fallback::Word(value) => schema["default"] = json!(value),
        Fallback::Nothing => schema["default"] = json!([]),
        Fallback::Unset(_) => {}
    }
    schema
}
