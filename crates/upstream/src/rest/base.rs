//! Where an API is: the operator's word, or that of its description.

use serde_json::{Map, Value};
use url::Url;

use crate::rest::error::Invalid;

/// Where an API is, and what goes with every request's query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// The URL up to the paths of the operations, without a final `/`.
    pub(crate) url: String,
    /// The query that the operator wrote, as it stands.
    pub(crate) query: Option<String>,
}

impl Base {
    /// Reads a URL; the error says what is wrong, and shows none of it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "is no URL")?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err("is no URL of http or https");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("holds a user name or a password; send a header instead");
        }
        if url.fragment().is_some() {
            return Err("holds a fragment");
        }
        let query = url.query().filter(|query| !query.is_empty()).map(str::to_owned);
        let path = url.path().trim_end_matches('/');
        let end = &url[..url::Position::BeforePath];
        Ok(Self { url: format!("{end}{path}"), query })
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> String {
        origin(&self.url)
    }
}

/// Scheme, host and port of a URL.
pub(crate) fn origin(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

/// The host of a URL, for people.
pub(crate) fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// The address that a description gives: of the first of its `servers`, with the defaults of its
/// variables. `document` is where the description came from, when that is a URL.
pub(crate) fn described(servers: Option<&Value>, document: Option<&Url>) -> Result<Base, Invalid> {
    let first = servers.and_then(Value::as_array).and_then(|list| list.first());
    let given = first.and_then(|server| server.get("url")).and_then(Value::as_str).unwrap_or("/");
    let variables = first.and_then(|server| server.get("variables")).and_then(Value::as_object);
    let filled = fill(given, variables);
    let missing = |why: &str| {
        Invalid::Address(format!(
            "the OpenAPI document does not say where the API is ({why}): say it with `baseUrl`"
        ))
    };
    let absolute = match Url::parse(&filled) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => match document {
            Some(document) => {
                document.join(&filled).map_err(|_| missing("`servers` has no URL"))?
            }
            None => return Err(missing("`servers` has no absolute URL")),
        },
        Err(_) => return Err(missing("the URL of `servers` is none")),
    };
    let base = Base::parse(absolute.as_str())
        .map_err(|why| missing(&format!("the URL of `servers` {why}")))?;
    // Only the operator may send something with every request.
    Ok(Base { query: None, ..base })
}

/// Each `{name}` becomes its default, once: a default is not looked at for more of them.
fn fill(url: &str, variables: Option<&Map<String, Value>>) -> String {
    let default = |name: &str| match variables?.get(name)?.get("default")? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let mut filled = String::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            rest = &rest[before.len()..];
            break;
        };
        filled.push_str(&default(name).unwrap_or_default());
        rest = behind;
    }
    filled + rest
}
