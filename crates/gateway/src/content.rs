//! What servers have beside tools, for programs: resources and prompts. A program reaches those of a
//! server when it may call every tool of it; they are counted and put on record as calls are.

mod lists;

use std::time::{Duration, Instant};

use catalog::{names, text};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use types::ErrorCode;
use wire::{Op, Reply};

use crate::answer;
use crate::bridge::{Bridge, Failed};
use crate::caller::not_by_roles;
use crate::records::arguments_hash;
use crate::requests::{self, MOST_VALUES, Unreadable, Weight, most_values};

pub use lists::Lists;

/// How long the lists of all servers wait for one of them.
const PATIENCE: Duration = Duration::from_secs(5);

/// Entries that one list tells.
const MOST_ENTRIES: usize = 10_000;

/// The longest name of a prompt, and the longest URI, that is asked for, in bytes.
const NAME: usize = 16 * 1024;

/// The most of it that an error tells, in characters.
const SHOWN: usize = 200;

/// What a program asks for.
#[derive(Debug)]
pub struct Wish {
    op: Op,
    server: Option<String>,
    /// The resource's URI, or the prompt's name.
    name: Option<String>,
    arguments: Map<String, Value>,
    /// The hash of the request.
    pub hash: String,
    /// What it holds while it is answered.
    pub weight: Weight,
}

/// Whether this is asked for as a [`Wish`].
pub fn is_wish(op: Op) -> bool {
    matches!(op, Op::ListResources | Op::ReadResource | Op::ListPrompts | Op::GetPrompt)
}

impl Wish {
    /// From the payload of a request.
    pub fn parse(op: Op, payload: &[u8]) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Payload {
            server: Option<String>,
            uri: Option<String>,
            name: Option<String>,
            arguments: Option<Map<String, Value>>,
        }
        let values = most_values(payload);
        if values > MOST_VALUES {
            return Err(Unreadable("the arguments hold more than 500000 values; send less"));
        }
        let Ok(Payload { server, uri, name, arguments }) = serde_json::from_slice(payload) else {
            return Err(Unreadable("the server, the URI, the name or the arguments are no text"));
        };
        let name = uri.or(name);
        let wants_one = matches!(op, Op::ReadResource | Op::GetPrompt);
        if wants_one && (name.is_none() || server.is_none()) {
            return Err(Unreadable("it names no server, or not what is wanted of it"));
        }
        if name.as_ref().is_some_and(|name| name.len() > NAME) {
            return Err(Unreadable("the URI or the name is longer than 16 KiB"));
        }
        let arguments = arguments.unwrap_or_default();
        if arguments.values().any(|value| !value.is_string()) {
            return Err(Unreadable("the arguments of a prompt are texts; convert the others"));
        }
        let hash = arguments_hash(&String::from_utf8_lossy(payload));
        let weight = Weight::of(payload.len(), values);
        Ok(Self { op, server, name, arguments, hash, weight })
    }

    /// The method that a server is asked by.
    pub(crate) fn method(&self) -> &'static str {
        match self.op {
            Op::ListResources => "resources/list",
            Op::ReadResource => "resources/read",
            Op::ListPrompts => "prompts/list",
            _ => "prompts/get",
        }
    }
}

impl Bridge<'_> {
    /// The server that is meant, when there is such a one.
    pub(crate) fn asked_by(&self, wish: &Wish) -> Option<String> {
        self.discovery.catalog.server_called(wish.server.as_deref()?)
    }

    /// What stands for a wish where calls are listed.
    pub fn label_of(&self, wish: &Wish) -> String {
        let segment = match &wish.server {
            None => "*".to_owned(),
            Some(name) => match self.discovery.catalog.server_called(name) {
                Some(server) => names::server_segment(&server),
                None => requests::label(name),
            },
        };
        format!("mcp__{segment}__{}", wish.method())
    }

    /// Answers a wish, at most until `timeout` has passed.
    pub(crate) async fn fetch(&self, wish: Wish, timeout: Duration) -> Result<Reply, Failed> {
        let began = Instant::now();
        let Some(name) = &wish.server else { return self.list_all(&wish, timeout).await };
        let server = self.covered(name, &wish)?;
        let left = timeout.saturating_sub(began.elapsed());
        let hub = &self.discovery.hub;
        let wanted = wish.name.as_deref().unwrap_or_default();
        let answer = match wish.op {
            Op::ReadResource => hub.read_resource(&server, wanted, left).await.map(resource),
            Op::GetPrompt => {
                let arguments = wish.arguments.clone();
                hub.get_prompt(&server, wanted, arguments, left).await.map(prompt)
            }
            _ => {
                let entries = self.list(&server, wish.op, left).await;
                entries.map(|entries| Reply::Json(answer::json(&entries)))
            }
        };
        answer.map_err(|error| Failed {
            code: error.code(),
            server: Some(server),
            message: match wish.name {
                Some(wanted) => format!("{error}; asked for {}", without_query(&wanted)),
                None => error.to_string(),
            },
            content: Vec::new(),
        })
    }

    /// The configured server of this name, when what it has may be reached.
    fn covered(&self, name: &str, wish: &Wish) -> Result<String, Failed> {
        let (catalog, view) = (&self.discovery.catalog, self.caller.view());
        let sees = |server: &String| view.sees(server);
        let shown = requests::label(name);
        let failed = |code, server, message| Failed { code, server, message, content: Vec::new() };
        let Some(server) = catalog.server_called(name).filter(sees) else {
            let nearest = if self.may_hint() { catalog.nearest_server(name) } else { None };
            let seen = |near: &String| catalog.server_called(near).is_some_and(|it| sees(&it));
            let nearest = nearest.filter(seen);
            let nearest = nearest.map(|near| format!("; the nearest is {near}"));
            let nearest = nearest.unwrap_or_default();
            let message = format!("no server is called {shown}{nearest}");
            return Err(failed(ErrorCode::ToolNotFound, None, message));
        };
        let segment = names::server_segment(&server);
        let asked_for = format!("mcp__{segment}__{}", wish.method());
        if self.allowed.covers_server(&segment) && view.may_call(&asked_for) {
            return Ok(server);
        }
        if !view.may_call(&asked_for) {
            let message = not_by_roles(&asked_for);
            return Err(failed(ErrorCode::ToolNotAllowed, Some(server), message));
        }
        let message = format!(
            "{} of server {shown} is not allowed: a program reaches resources and prompts of a \
             server when it may call all its tools; add mcp__{segment}__* to allowedTools",
            wish.method()
        );
        Err(failed(ErrorCode::ToolNotAllowed, Some(server), message))
    }

    /// The lists of all servers that may be reached; those that give none in time are left out.
    async fn list_all(&self, wish: &Wish, timeout: Duration) -> Result<Reply, Failed> {
        let patience = PATIENCE.min(timeout);
        let began = Instant::now();
        let failed = |code, message| Failed { code, server: None, message, content: Vec::new() };
        let all = self.discovery.hub.servers();
        let view = self.caller.view();
        let covered = all.iter().filter(|server| {
            let segment = names::server_segment(server);
            self.allowed.covers_server(&segment)
                && view.may_call(&format!("mcp__{segment}__{}", wish.method()))
        });
        let covered: Vec<&String> = covered.collect();
        if covered.is_empty() {
            let message = format!(
                "{} is allowed for no server: a program reaches resources and prompts of a server \
                 when it may call all its tools; add mcp__<server>__* to allowedTools",
                wish.method()
            );
            return Err(failed(ErrorCode::ToolNotAllowed, message));
        }
        let Some(_turn) = self.discovery.lists.turn(patience).await else {
            return Err(failed(ErrorCode::Busy, lists::BUSY.to_owned()));
        };
        let patience = PATIENCE.min(timeout.saturating_sub(began.elapsed()));
        let lists = covered.into_iter().map(async |server| {
            let list = self.list(server, wish.op, patience);
            tokio::time::timeout(patience, list).await.ok()?.ok()
        });
        let mut entries = lists::gathered(lists).await.map_err(|error| {
            failed(ErrorCode::ResultTooLarge, format!("{}: {error}", wish.method()))
        })?;
        entries.truncate(MOST_ENTRIES);
        Ok(Reply::Json(answer::json(&entries)))
    }

    async fn list(
        &self,
        server: &str,
        op: Op,
        timeout: Duration,
    ) -> Result<Vec<Value>, upstream::Error> {
        let hub = &self.discovery.hub;
        let began = Instant::now();
        let entries = if op == Op::ListPrompts {
            let prompts = hub.list_prompts(server, timeout).await?;
            prompts.iter().filter_map(|it| entry(server, it, "name")).take(MOST_ENTRIES).collect()
        } else {
            let resources = hub.list_resources(server, timeout).await?;
            let left = timeout.saturating_sub(began.elapsed());
            // Servers without templates answer that they know no such request.
            let templates = hub.list_resource_templates(server, left).await.unwrap_or_default();
            let resources = resources.iter().filter_map(|it| entry(server, it, "uri"));
            let templates = templates.iter().filter_map(|it| entry(server, it, "uriTemplate"));
            resources.chain(templates).take(MOST_ENTRIES).collect()
        };
        Ok(entries)
    }
}

/// What was asked for as it may be told: a query may hold what is secret.
fn without_query(wanted: &str) -> String {
    let (start, query) = wanted.split_once('?').unwrap_or((wanted, ""));
    let shown = text::line(start, SHOWN);
    if query.is_empty() { shown } else { format!("{shown}?…") }
}

/// An entry of a list as a program sees it: what it is asked for by as the server gave it, what is
/// said of it made harmless. Not there when it cannot be asked for.
fn entry(server: &str, given: &Value, key: &str) -> Option<Value> {
    let mut told = Map::new();
    told.insert("server".to_owned(), json!(server));
    told.insert(key.to_owned(), json!(given.get(key)?.as_str()?));
    for (key, most) in [("name", 200), ("title", 200), ("mimeType", 100)] {
        if let Some(said) = given.get(key).and_then(Value::as_str) {
            told.entry(key).or_insert_with(|| json!(text::line(said, most)));
        }
    }
    if let Some(said) = given.get("description").and_then(Value::as_str) {
        told.insert("description".to_owned(), json!(text::shown(said)));
    }
    if let Some(size) = given.get("size").filter(|size| size.is_u64()) {
        told.insert("size".to_owned(), size.clone());
    }
    if let Some(Value::Array(arguments)) = given.get("arguments") {
        let arguments: Vec<Value> = arguments.iter().filter_map(argument).collect();
        told.insert("arguments".to_owned(), Value::Array(arguments));
    }
    Some(Value::Object(told))
}

/// An argument of a prompt.
fn argument(given: &Value) -> Option<Value> {
    let mut told = json!({
        "name": given.get("name")?.as_str()?,
        "required": given.get("required").and_then(Value::as_bool).unwrap_or_default(),
    });
    if let Some(said) = given.get("description").and_then(Value::as_str) {
        told["description"] = json!(text::shown(said));
    }
    Some(told)
}

/// A resource's text when that is all of it, else its contents.
fn resource(mut answer: Value) -> Reply {
    let contents = answer.get_mut("contents").map(Value::take).unwrap_or_default();
    if let Value::Array(contents) = &contents
        && let [only] = contents.as_slice()
        && let Some(text) = only.get("text").and_then(Value::as_str)
    {
        return Reply::Text(text.to_owned());
    }
    Reply::Json(answer::json(&contents))
}

/// A prompt's messages, and what it says of itself.
fn prompt(mut answer: Value) -> Reply {
    let mut told = Map::new();
    if let Some(said) = answer.get("description").and_then(Value::as_str) {
        told.insert("description".to_owned(), json!(text::shown(said)));
    }
    let messages = answer.get_mut("messages").map(Value::take).unwrap_or_default();
    told.insert("messages".to_owned(), messages);
    Reply::Json(answer::json(&told))
}

#[cfg(test)]
mod tests;
