//! How fast a large OpenAPI document becomes tools: `cargo bench -p upstream --bench openapi`, or as
//! a section of `cargo xtask bench`. One line of JSON per figure on the standard output.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Map, Value, json};
use upstream::{Config, Document, Hub, OpenApi, Reached, ServerConfig};

const OPERATIONS: usize = 2_500;
const SCHEMAS: usize = 800;
const RUNS: usize = 5;

fn main() -> std::io::Result<()> {
    let directory = tempfile::tempdir()?;
    let document = document();
    let json = directory.path().join("api.json");
    std::fs::write(&json, document.to_string())?;
    // JSON with indentation and without its braces is far from what people write, but a YAML parser
    // has the same work with it.
    let yaml = directory.path().join("api.yaml");
    std::fs::write(&yaml, yaml_of(&document))?;
    let runtime = tokio::runtime::Runtime::new()?;
    let mut out = std::io::stdout().lock();
    for (format, path) in [("JSON", json), ("YAML", yaml)] {
        let bytes = std::fs::metadata(&path)?.len();
        let mut times: Vec<f64> = (0..RUNS).map(|_| runtime.block_on(load(&path))).collect();
        times.sort_by(f64::total_cmp);
        let figure = json!({"format": format, "operations": OPERATIONS, "bytes": bytes,
            "milliseconds": times[RUNS / 2]});
        writeln!(out, "{figure}")?;
    }
    Ok(())
}

/// From the configuration to the list of tools, as the catalog gets it.
async fn load(path: &Path) -> f64 {
    let entry = OpenApi {
        document: Document::File(PathBuf::from(path)),
        base_url: Some("http://127.0.0.1:1".to_owned()),
        headers: Default::default(),
        include: Vec::new(),
        exclude: Vec::new(),
    };
    let servers = vec![ServerConfig::new("api", Reached::OpenApi(entry))];
    let hub = Hub::new(Config { servers, ..Config::default() });
    let start = Instant::now();
    let tools = hub.tools("api").await.map(|list| list.tools.len());
    let elapsed = start.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(tools.ok(), Some(OPERATIONS), "the document cannot be read");
    hub.shutdown().await;
    elapsed
}

/// An API in the manner of large ones: schemas that lead to each other, five operations a resource.
fn document() -> Value {
    let reference = |number: usize| json!({"$ref": format!("#/components/schemas/Schema{number}")});
    let schemas: Map<String, Value> = (0..SCHEMAS)
        .map(|number| {
            let properties = json!({
                "id": {"type": "string", "readOnly": true, "description": "The identifier."},
                "name": {"type": "string", "minLength": 1, "maxLength": 100, "nullable": true},
                "created": {"type": "string", "format": "date-time"},
                "state": {"type": "string", "enum": ["open", "closed", "merged"]},
                "labels": {"type": "array", "items": {"type": "string"}},
                "first": reference((number * 7 + 1) % SCHEMAS),
                "second": reference((number * 3 + 2) % SCHEMAS),
            });
            let schema = json!({"type": "object", "required": ["id", "name"],
                "properties": properties, "description": "One of the things of this API."});
            (format!("Schema{number}"), schema)
        })
        .collect();
    let mut paths = Map::new();
    for resource in 0..OPERATIONS / 5 {
        let thing = reference(resource % SCHEMAS);
        let (one, many) = (format!("/resources{resource}/{{id}}"), format!("/resources{resource}"));
        let id =
            json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
        let page = json!({"name": "page", "in": "query", "schema": {"type": "integer"}});
        let answer = |schema: &Value| json!({"200": {"description": "Fine", "content": {"application/json": {"schema": schema}}}});
        let body = json!({"content": {"application/json": {"schema": thing}}});
        let operation = |verb: &str, responses: Value| {
            json!({"operationId": format!("{verb}Resource{resource}"), "responses": responses,
                "summary": format!("{verb} a resource"), "description": "What it does. ".repeat(10)})
        };
        let mut list = operation("list", answer(&json!({"type": "array", "items": thing})));
        list["parameters"] = json!([page]);
        let mut create = operation("create", answer(&thing));
        create["requestBody"] = body.clone();
        let mut update = operation("update", answer(&thing));
        update["requestBody"] = body;
        paths.insert(many, json!({"get": list, "post": create}));
        paths.insert(
            one,
            json!({
                "parameters": [id], "get": operation("get", answer(&thing)), "put": update,
                "delete": operation("delete", json!({"204": {"description": "Gone"}})),
            }),
        );
    }
    json!({"openapi": "3.0.3", "info": {"title": "Large", "version": "1"}, "paths": paths,
        "components": {"schemas": schemas}})
}

/// The same as block YAML.
fn yaml_of(value: &Value) -> String {
    let mut text = String::new();
    write_yaml(value, 0, &mut text);
    text
}

fn write_yaml(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                text.push_str(&format!("\n{:indent$}{}:", "", json!(key)));
                write_yaml(value, indent + 2, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                text.push_str(&format!("\n{:indent$}-", ""));
                write_yaml(item, indent + 2, text);
            }
        }
        one => text.push_str(&format!(" {one}")),
    }
}
