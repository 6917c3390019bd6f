//! What callers are shown of an operation: its definition as a tool, as text, within a budget.

use std::collections::HashSet;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::rest::definitions::{Converted, Definitions, with_definitions};
use crate::rest::error::Invalid;
use crate::rest::media::{Body, BodyKind, essence, is_json};
use crate::rest::multipart;
use crate::rest::operations::Operation;
use crate::rest::parameter::Described;
use crate::rest::schema::Direction;
use crate::transport::cut;

/// The budgets that are tried in turn for one tool, in bytes, until all tools fit.
pub(crate) const BUDGETS: [usize; 8] =
    [64 << 10, 32 << 10, 16 << 10, 8 << 10, 4 << 10, 2 << 10, 1 << 10, 512];
/// The longest description of a tool.
const DESCRIPTION: usize = 4 * 1024;
/// The longest title.
const TITLE: usize = 200;
/// The longest description of one argument.
const ARGUMENT: usize = 1024;
/// What stands in the place of a schema that did not fit.
const LEFT_OUT: &str = "left out for its size; see the API's own documentation";

/// A tool whose schemas are converted, and not put together yet.
pub(crate) struct Draft {
    name: String,
    title: Option<String>,
    description: String,
    place: String,
    annotations: Value,
    arguments: Vec<Argument>,
    output: Option<Rc<Converted>>,
}

struct Argument {
    name: String,
    required: bool,
    schema: String,
    refers: Vec<String>,
}

/// Converts what an operation says of its arguments and its answer.
pub(crate) fn draft(
    operation: &Operation<'_>,
    definitions: &mut Definitions<'_>,
) -> Result<Draft, Invalid> {
    let mut arguments = Vec::new();
    for described in &operation.parameters {
        arguments.push(parameter(described, definitions)?);
    }
    if let Some(body) = &operation.body {
        arguments.push(self::body(body, definitions)?);
    }
    let text = |key: &str| operation.source.get(key).and_then(Value::as_str).map(str::trim);
    let summary = text("summary").filter(|summary| !summary.is_empty());
    let described = text("description").filter(|description| Some(*description) != summary);
    let parts = [summary, described.filter(|description| !description.is_empty())];
    let mut description = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    if operation.source.get("deprecated") == Some(&Value::Bool(true)) {
        description = format!("Deprecated. {description}");
    }
    Ok(Draft {
        name: operation.name.clone(),
        title: summary.map(|summary| cut(summary, TITLE).to_owned()),
        description,
        place: format!("{} {}", operation.method, operation.path),
        annotations: annotations(operation.method),
        arguments,
        output: output(operation, definitions)?,
    })
}

impl Draft {
    /// The definition as JSON text, with schemas in about `budget` bytes.
    pub(crate) fn render(
        &self,
        definitions: &mut Definitions<'_>,
        budget: usize,
    ) -> Result<String, Invalid> {
        definitions.document().go_on()?;
        let place = cut(&self.place, DESCRIPTION.min(budget));
        let description = cut(self.description.trim(), DESCRIPTION.min(budget));
        let gap = if description.is_empty() { "" } else { "\n\n" };
        let description = Value::from(format!("{description}{gap}`{place}`"));
        let input = self.input(definitions, budget / 3 * 2)?;
        let mut made = format!(
            "{{\"name\":{},\"description\":{description},\"inputSchema\":{input},\"annotations\":{}",
            Value::from(self.name.as_str()),
            self.annotations,
        );
        if let Some(title) = &self.title {
            made.push_str(&format!(",\"title\":{}", Value::from(title.as_str())));
        }
        if let Some(Converted { json: schema, refers }) = self.output.as_deref()
            && schema.len() <= budget / 3
        {
            let left = budget / 3 - schema.len();
            let gathered = definitions.gather(refers, Direction::Output, left)?;
            let schema = with_definitions(schema, gathered.as_deref());
            made.push_str(&format!(",\"outputSchema\":{schema}"));
        }
        made.push('}');
        Ok(made)
    }

    fn input(&self, definitions: &mut Definitions<'_>, budget: usize) -> Result<String, Invalid> {
        let mut properties = String::new();
        let mut refers: Vec<String> = Vec::new();
        let mut seen: HashSet<&str> = HashSet::new();
        for argument in &self.arguments {
            let fits = properties.len() + argument.schema.len() <= budget;
            let left_out = json!({"description": LEFT_OUT}).to_string();
            let schema = if fits { &argument.schema } else { &left_out };
            let separator = if properties.is_empty() { "" } else { "," };
            let name = Value::from(argument.name.as_str());
            properties.push_str(&format!("{separator}{name}:{schema}"));
            if fits {
                let new = argument.refers.iter().filter(|pointer| seen.insert(pointer.as_str()));
                refers.extend(new.cloned());
            }
        }
        let required = self.arguments.iter().filter(|argument| argument.required);
        let required: Vec<&str> = required.map(|argument| argument.name.as_str()).collect();
        let mut schema = format!("{{\"type\":\"object\",\"properties\":{{{properties}}}");
        if !required.is_empty() {
            schema.push_str(&format!(",\"required\":{}", json!(required)));
        }
        schema.push_str(",\"additionalProperties\":false}");
        let left = budget.saturating_sub(schema.len());
        let gathered = definitions.gather(&refers, Direction::Input, left)?;
        Ok(with_definitions(&schema, gathered.as_deref()))
    }
}

fn parameter(
    described: &Described<'_>,
    definitions: &mut Definitions<'_>,
) -> Result<Argument, Invalid> {
    let Described { parameter, source, schema } = described;
    let text = json!({"type": "string"});
    let (mut converted, refers) = definitions.convert(schema.unwrap_or(&text), Direction::Input)?;
    describe(&mut converted, source.get("description").and_then(Value::as_str));
    if source.get("deprecated") == Some(&Value::Bool(true)) {
        set(&mut converted, "deprecated", true.into());
    }
    Ok(Argument {
        name: parameter.argument.clone(),
        required: parameter.required,
        schema: converted.to_string(),
        refers,
    })
}

fn body(body: &Body<'_>, definitions: &mut Definitions<'_>) -> Result<Argument, Invalid> {
    let anything = json!({});
    let (mut converted, refers) = match &body.kind {
        BodyKind::Json | BodyKind::Form { .. } => {
            definitions.convert(body.schema.unwrap_or(&anything), Direction::Input)?
        }
        BodyKind::Multipart { files } => {
            let schema = multipart::schema(definitions.document(), body.schema, files)?;
            definitions.convert(&schema, Direction::Input)?
        }
        BodyKind::Text => (json!({"type": "string", "contentMediaType": body.media}), Vec::new()),
        BodyKind::Bytes => {
            let schema = json!({"type": "string", "contentEncoding": "base64",
                "contentMediaType": body.media});
            (schema, Vec::new())
        }
    };
    describe(&mut converted, body.description);
    Ok(Argument {
        name: body.argument.clone(),
        required: body.required,
        schema: converted.to_string(),
        refers,
    })
}

/// The first successful answer's schema, when that is JSON.
fn output(
    operation: &Operation<'_>,
    definitions: &mut Definitions<'_>,
) -> Result<Option<Rc<Converted>>, Invalid> {
    let document = definitions.document();
    let Some(Value::Object(responses)) = operation.source.get("responses") else {
        return Ok(None);
    };
    let successes = responses.iter().filter(|(status, _)| status.starts_with('2'));
    let Some((_, response)) = successes.min_by(|a, b| a.0.cmp(b.0)) else { return Ok(None) };
    let Some(response) = document.resolve(response)? else { return Ok(None) };
    let content = response.get("content").and_then(Value::as_object);
    let json = content.into_iter().flatten().find(|(media, _)| is_json(&essence(media)));
    let Some(schema) = json.and_then(|(_, described)| described.get("schema")) else {
        return Ok(None);
    };
    // At the top stands the schema itself and no reference to it.
    let only = schema.as_object().filter(|schema| schema.len() == 1);
    let reference = only.and_then(|schema| schema.get("$ref")).and_then(Value::as_str);
    if let Some(reference) = reference
        && let Some((_, pointer)) = document.follow(reference)?
    {
        let found = definitions.at(&pointer, Direction::Output)?;
        // Shared: any number of operations may answer with it.
        return Ok(found.json.starts_with('{').then_some(found));
    }
    let (converted, refers) = definitions.convert(schema, Direction::Output)?;
    let converted = converted.is_object().then(|| converted.to_string());
    Ok(converted.map(|json| Rc::new(Converted { json, refers })))
}

/// Hints by the method's meaning in HTTP.
fn annotations(method: &str) -> Value {
    match method {
        "GET" | "HEAD" | "OPTIONS" => json!({"readOnlyHint": true, "idempotentHint": true}),
        "DELETE" => {
            json!({"readOnlyHint": false, "destructiveHint": true, "idempotentHint": true})
        }
        "PUT" => json!({"readOnlyHint": false, "idempotentHint": true}),
        _ => json!({"readOnlyHint": false}),
    }
}

/// What a parameter says of itself is more than what its schema says.
fn describe(schema: &mut Value, description: Option<&str>) {
    let Some(description) = description.map(str::trim).filter(|text| !text.is_empty()) else {
        return;
    };
    set(schema, "description", cut(description, ARGUMENT).into());
}

fn set(schema: &mut Value, keyword: &str, value: Value) {
    if !schema.is_object() {
        // `true` allows what an empty schema does; `false` has nothing to describe.
        if *schema == Value::Bool(false) {
            return;
        }
        *schema = Value::Object(Map::new());
    }
    schema[keyword] = value;
}
