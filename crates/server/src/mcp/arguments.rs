//! Tool arguments: from what a client sent to what was meant, or to a message that says which key
//! is wrong and what it takes. Values are never repeated; ranges of an execution are the gateway's.

use std::borrow::Cow;

use rmcp::model::JsonObject;
use serde_json::Value;

use types::{
    Detail, ErrorCode, ExecutionRequest, Language, Priority, Refusal, Runtime, SessionId,
    SessionUse, Turn,
};

use crate::mcp::tools::{self, HEALTH, SEARCH_TOOLS};

#[cfg(test)]
mod tests;

/// The most hits a search may ask for.
pub(crate) const MAX_HITS: u64 = 100;
/// Hits when a search does not say.
pub(crate) const DEFAULT_HITS: u64 = 10;
const MAX_QUERY_BYTES: usize = 1024;

/// What `searchTools` was asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) query: String,
    pub(crate) server: Option<String>,
    pub(crate) detail: Detail,
    pub(crate) limit: usize,
}

/// The arguments of `executeTypescript` and `executePython`.
pub(crate) fn execution(
    language: Language,
    arguments: JsonObject,
    max_timeout_ms: u64,
) -> Result<ExecutionRequest, Refusal> {
    // The last one is of TypeScript alone.
    const KEYS: [&str; 7] = [
        "code",
        "allowedTools",
        "timeoutMs",
        "permissions",
        "sessionId",
        "resetSession",
        "runtime",
    ];
    let keys = match language {
        Language::TypeScript => &KEYS[..],
        Language::Python => &KEYS[..6],
    };
    let arguments = Arguments::new(tools::of_language(language), arguments, keys)?;
    program(language, arguments, max_timeout_ms)
}

/// The part of the arguments that every front takes.
pub(crate) fn program(
    language: Language,
    mut arguments: Arguments,
    max_timeout_ms: u64,
) -> Result<ExecutionRequest, Refusal> {
    let milliseconds = format!("an integer from 1 to {max_timeout_ms} (milliseconds)");
    let session = arguments.session()?;
    Ok(ExecutionRequest {
        language,
        runtime: arguments.runtime()?,
        code: arguments.required_string("code")?,
        allowed_tools: arguments.strings("allowedTools")?,
        timeout_ms: arguments.integer("timeoutMs", &milliseconds)?,
        permissions: arguments.object("permissions")?,
        session,
        turn: arguments.turn()?,
        trace: None,
    })
}

/// The arguments of `searchTools`.
pub(crate) fn search(arguments: JsonObject) -> Result<Search, Refusal> {
    const KEYS: [&str; 4] = ["query", "server", "detail", "limit"];
    let mut arguments = Arguments::new(SEARCH_TOOLS, arguments, &KEYS)?;
    let query = arguments.required_string("query")?;
    if query.len() > MAX_QUERY_BYTES {
        return Err(invalid(format!(
            "`query` has {} bytes; at most {MAX_QUERY_BYTES} are searched for: use a few words",
            query.len()
        )));
    }
    let hits = format!("an integer from 1 to {MAX_HITS}");
    let limit = arguments.integer("limit", &hits)?.unwrap_or(DEFAULT_HITS);
    if !(1..=MAX_HITS).contains(&limit) {
        return Err(invalid(format!("`limit` must be {hits}, got {limit}")));
    }
    Ok(Search {
        query,
        server: arguments.string("server")?,
        detail: arguments.detail()?,
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
    })
}

/// The arguments of `health`: none.
pub(crate) fn health(arguments: &JsonObject) -> Result<(), Refusal> {
    match arguments.keys().next() {
        Some(key) => {
            let key = shorten(key);
            Err(invalid(format!("{HEALTH} has no argument `{key}`; it takes none")))
        }
        None => Ok(()),
    }
}

/// A name from a client, at a length fit for a message.
pub(crate) fn shorten(name: &str) -> Cow<'_, str> {
    const KEPT: usize = 64;
    match name.char_indices().nth(KEPT) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => Cow::Borrowed(name),
    }
}

/// The candidate most like `name`, if any is at all.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const ALIKE: f64 = 0.6;
    let name = shorten(name).to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|it| (strsim::jaro_winkler(&name, &it.to_ascii_lowercase()), it))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, it)| it)
}

/// An object of which every key is known. An explicit null is as good as an absent key.
pub(crate) struct Arguments(JsonObject);

impl Arguments {
    pub(crate) fn new(tool: &str, arguments: JsonObject, keys: &[&str]) -> Result<Self, Refusal> {
        if let Some(unknown) = arguments.keys().find(|key| !keys.contains(&key.as_str())) {
            let hint = nearest(unknown, keys.iter().copied())
                .map(|key| format!("did you mean `{key}`? "))
                .unwrap_or_default();
            return Err(invalid(format!(
                "{tool} has no argument `{}`; {hint}it takes {}",
                shorten(unknown),
                keys.join(", ")
            )));
        }
        Ok(Self(arguments))
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key).filter(|value| !value.is_null())
    }

    fn string(&mut self, key: &str) -> Result<Option<String>, Refusal> {
        match self.take(key) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(key, "a string", &other)),
            None => Ok(None),
        }
    }

    fn required_string(&mut self, key: &str) -> Result<String, Refusal> {
        let missing = || invalid(format!("`{key}` is missing; it must be a string"));
        self.string(key)?.ok_or_else(missing)
    }

    fn strings(&mut self, key: &str) -> Result<Vec<String>, Refusal> {
        let values = match self.take(key) {
            Some(Value::Array(values)) => values,
            Some(other) => return Err(wrong(key, "an array of strings", &other)),
            None => return Ok(Vec::new()),
        };
        let strings = values.into_iter().enumerate().map(|(index, value)| match value {
            Value::String(text) => Ok(text),
            other => Err(wrong(&format!("{key}[{index}]"), "a string", &other)),
        });
        strings.collect()
    }

    fn integer(&mut self, key: &str, expected: &str) -> Result<Option<u64>, Refusal> {
        match self.take(key) {
            Some(value) => match integer(&value) {
                Some(number) => Ok(Some(number)),
                None => Err(wrong(key, expected, &value)),
            },
            None => Ok(None),
        }
    }

    fn object(&mut self, key: &str) -> Result<Option<Value>, Refusal> {
        match self.take(key) {
            Some(value @ Value::Object(_)) => Ok(Some(value)),
            Some(other) => Err(wrong(key, "an object", &other)),
            None => Ok(None),
        }
    }

    fn boolean(&mut self, key: &str) -> Result<bool, Refusal> {
        match self.take(key) {
            Some(Value::Bool(value)) => Ok(value),
            Some(other) => Err(wrong(key, "a boolean", &other)),
            None => Ok(false),
        }
    }

    /// The session a program is to run in. Asked for before the tools are taken.
    fn session(&mut self) -> Result<Option<SessionUse>, Refusal> {
        let names_tools = self.0.get("allowedTools").is_some_and(|tools| !tools.is_null());
        let (id, reset) = (self.string("sessionId")?, self.boolean("resetSession")?);
        match id.map(|text| SessionId::parse(&text)) {
            Some(Some(id)) => Ok(Some(SessionUse { id, reset, names_tools })),
            Some(None) => Err(invalid(format!("`sessionId` must be {}", SessionId::WORDS))),
            // Without one, every program begins anew.
            None => Ok(None),
        }
    }

    fn runtime(&mut self) -> Result<Option<Runtime>, Refusal> {
        let Some(word) = self.string("runtime")? else { return Ok(None) };
        let words = || invalid(format!("`runtime` must be {}", Runtime::WORDS.join(" or ")));
        Runtime::of_word(&word).map(Some).ok_or_else(words)
    }

    fn turn(&mut self) -> Result<Turn, Refusal> {
        let priority = match self.string("priority")? {
            None => Priority::default(),
            Some(word) => Priority::of_word(&word).ok_or_else(|| {
                invalid(format!("`priority` must be {}", Priority::WORDS.join(" or ")))
            })?,
        };
        let max_wait_ms = self.integer("maxWaitMs", "a number of milliseconds")?;
        Ok(Turn { priority, max_wait_ms })
    }

    fn detail(&mut self) -> Result<Detail, Refusal> {
        let Some(word) = self.string("detail")? else { return Ok(Detail::default()) };
        word.parse().map_err(|words| invalid(format!("`detail` must be {words}")))
    }
}

/// JSON Schema counts 5.0 as an integer.
fn integer(value: &Value) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Some(number) = value.as_u64() {
        return Some(number);
    }
    let number = value.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked: a whole number from 0 to 2^53"
    )]
    (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64)
}

fn wrong(key: &str, expected: &str, value: &Value) -> Refusal {
    let got = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    invalid(format!("`{key}` must be {expected}, got {got}"))
}

fn invalid(message: String) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, message)
}
