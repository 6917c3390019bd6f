//! Values written in the styles that a description may ask for (OpenAPI's `style` and `explode`, RFC
//! 6570). Every character of a value that means something in a URL is percent-encoded.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::rest::parameter::{Parameter, Style};

/// What RFC 3986 calls unreserved stays.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// With `allowReserved`, what cannot be taken for an end of the value stays as well.
const RESERVED: &AsciiSet = &VALUE
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';');

/// One `name=value` of a query, a form or a cookie. The name is as it was, the value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A value for a URL.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, VALUE).to_string()
}

/// A parameter of the path, as it stands there.
pub(crate) fn in_path(parameter: &Parameter, value: &Value) -> String {
    let name = encoded(&parameter.name);
    let write = |text: &str| encoded(text);
    match (parameter.style, parameter.explode) {
        (Style::Label, true) => format!(".{}", listed(value, true, ".", &write)),
        (Style::Label, false) => format!(".{}", listed(value, false, ",", &write)),
        (Style::Matrix, true) => match value {
            Value::Array(items) => {
                items.iter().map(|item| format!(";{name}={}", write(&text(item)))).collect()
            }
            Value::Object(_) => format!(";{}", listed(value, true, ";", &write)),
            one => format!(";{name}={}", write(&text(one))),
        },
        (Style::Matrix, false) => format!(";{name}={}", listed(value, false, ",", &write)),
        (Style::Json, _) => write(&value.to_string()),
        (_, explode) => listed(value, explode, ",", &write),
    }
}

/// A parameter that is a header of its own: nothing is encoded there.
pub(crate) fn in_header(parameter: &Parameter, value: &Value) -> String {
    match parameter.style {
        Style::Json => value.to_string(),
        _ => listed(value, parameter.explode, ",", &str::to_owned),
    }
}

/// A parameter of the query, of a cookie or of a form.
pub(crate) fn in_pairs(parameter: &Parameter, value: &Value) -> Vec<Pair> {
    let set = if parameter.reserved { RESERVED } else { VALUE };
    let write = |text: &str| utf8_percent_encode(text, set).to_string();
    let name = parameter.name.as_str();
    let joined = |separator: &str| vec![pair(name, listed(value, false, separator, &write))];
    match (parameter.style, value) {
        (Style::Json, _) => vec![pair(name, write(&value.to_string()))],
        (_, Value::Array(items)) if items.is_empty() => Vec::new(),
        (_, Value::Object(entries)) if entries.is_empty() => Vec::new(),
        (Style::Deep, Value::Object(_) | Value::Array(_)) => {
            let mut pairs = Vec::new();
            deep(name, value, &write, &mut pairs);
            pairs
        }
        (_, Value::Array(items)) if parameter.explode => {
            items.iter().map(|item| pair(name, write(&text(item)))).collect()
        }
        (_, Value::Object(entries)) if parameter.explode => {
            entries.iter().map(|(key, item)| pair(key, write(&text(item)))).collect()
        }
        (Style::Space, Value::Array(_) | Value::Object(_)) => joined("%20"),
        (Style::Pipe, Value::Array(_) | Value::Object(_)) => joined("%7C"),
        _ => joined(","),
    }
}

/// `name[key]=value`, as deep as the value goes; the items of a list are numbered.
fn deep(name: &str, value: &Value, write: &impl Fn(&str) -> String, pairs: &mut Vec<Pair>) {
    match value {
        Value::Object(entries) => {
            for (key, item) in entries {
                deep(&format!("{name}[{key}]"), item, write, pairs);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                deep(&format!("{name}[{index}]"), item, write, pairs);
            }
        }
        one => pairs.push(pair(name, write(&text(one)))),
    }
}

/// A value in one piece. Exploded, an object's entries are `key=value`.
fn listed(
    value: &Value,
    explode: bool,
    separator: &str,
    write: &impl Fn(&str) -> String,
) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| write(&text(item))).collect();
            items.join(separator)
        }
        Value::Object(entries) => {
            let between = if explode { "=" } else { separator };
            let entry = |(key, item): (&String, &Value)| {
                format!("{}{between}{}", write(key), write(&text(item)))
            };
            let entries: Vec<String> = entries.iter().map(entry).collect();
            entries.join(separator)
        }
        one => write(&text(one)),
    }
}

/// A single value; what is nested deeper than a style can say is JSON.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn pair(name: &str, value: String) -> Pair {
    Pair { name: name.to_owned(), value }
}

/// Pairs as a query or a form has them.
pub(crate) fn joined(pairs: &[Pair]) -> String {
    let written: Vec<String> =
        pairs.iter().map(|Pair { name, value }| format!("{}={value}", encoded(name))).collect();
    written.join("&")
}
