//! What must hold for whatever a description says, and whatever a program asks of it. A broken
//! property is a panic.

use std::collections::HashSet;

use serde_json::{Map, Value};
use url::Url;

use crate::rest::answer::{self, Answered};
use crate::rest::api::{Api, Call};
use crate::rest::document::Bounds;
use crate::rest::operations::Settings;
use crate::rest::path::Piece;
use crate::rest::request::{self, Always};

/// A description, and after a NUL the arguments of a call: an object for every operation of it.
pub(crate) fn calls(data: &[u8]) {
    let bounds =
        Bounds { values: 20_000, operations: 200, definitions: 1 << 20, ..Bounds::default() };
    let (document, arguments) = match data.iter().position(|&byte| byte == 0) {
        Some(nul) => (&data[..nul], &data[nul + 1..]),
        None => (data, &b"{}"[..]),
    };
    let api = match Api::read(document, &Settings::default(), &bounds) {
        Ok(api) => api,
        Err(invalid) => {
            let said = invalid.to_string();
            assert!(!said.contains(char::is_control) && said.len() < 1024, "{said:?}");
            return;
        }
    };
    assert!(api.tools.iter().map(String::len).sum::<usize>() <= bounds.definitions);
    let arguments: Map<String, Value> = serde_json::from_slice(arguments).unwrap_or_default();
    let mut names = HashSet::new();
    for tool in &api.tools {
        let tool: Value = serde_json::from_str(tool).expect("a definition is JSON");
        let name = tool["name"].as_str().expect("a tool has a name");
        assert!(names.insert(name.to_owned()), "two tools of one name");
        complete(&tool["inputSchema"]);
        complete(&tool["outputSchema"]);
        let call = api.call(name).expect("every tool can be called");
        request(&api, call, &arguments);
    }
}

/// A response as an API gives it: the first line is its status and its media type.
pub(crate) fn responses(data: &[u8]) {
    let [status, rest @ ..] = data else { return };
    let end = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    let media = String::from_utf8_lossy(&rest[..end]);
    let body = rest.get(end + 1..).unwrap_or_default();
    let status = 100 + u16::from(*status) * 2;
    let answered =
        Answered { tool: "t", status, phrase: &media, media: &media, body, cut_off: false };
    let line = answer::result(&answered);
    assert!(!line.contains(['\n', '\r']), "a result is one line");
    let Ok(result) = serde_json::from_str::<Value>(&line) else {
        // A value that is nested deeper than is read: refused where it arrives.
        assert!(body.len() > 100);
        return;
    };
    let fails = !(200..300).contains(&status);
    assert_eq!(result["isError"].as_bool().unwrap_or_default(), fails);
    assert!(crate::answer::read(result).is_ok());
}

/// A schema refers to nothing but what comes with it.
fn complete(schema: &Value) {
    let mut waiting = vec![schema];
    while let Some(part) = waiting.pop() {
        match part {
            Value::Object(map) => waiting.extend(map.values()),
            Value::Array(list) => waiting.extend(list),
            _ => {}
        }
        let reference = part.get("$ref").and_then(Value::as_str);
        // A property or an example may have that name, too: ours begin in one way.
        let Some(name) = reference.and_then(|text| text.strip_prefix("#/$defs/")) else { continue };
        let is_ours = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
        assert!(!is_ours || !schema["$defs"][name].is_null() || is_data(schema), "{name}");
    }
}

/// Whether a schema has values in it that are no schemas, and may look like references.
fn is_data(schema: &Value) -> bool {
    let text = schema.to_string();
    ["\"const\"", "\"enum\"", "\"default\"", "\"examples\""].iter().any(|word| text.contains(word))
}

/// A request goes to the operation's own place, whatever the arguments.
fn request(api: &Api, call: &Call, arguments: &Map<String, Value>) {
    let known = |name: &String| {
        call.parameters.iter().any(|parameter| parameter.argument == *name)
            || call.body.as_ref().is_some_and(|body| body.argument == *name)
    };
    let mut own = arguments.clone();
    own.retain(|name, _| known(name));
    let Ok(request) = request::build(call, own, &Always::default()) else { return };
    let url = Url::parse(&request.url).expect("a request has a URL");
    assert_eq!(url.origin().ascii_serialization(), api.origin);
    assert!(url.fragment().is_none());
    assert_eq!(request.method, call.method);
    let slashes = |text: &str| text.matches('/').count();
    let template: usize = call
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => slashes(text),
            Piece::Parameter(_) => 0,
        })
        .sum();
    let base = Url::parse(&call.base).expect("an API has a URL");
    let before = slashes(base.path().trim_end_matches('/'));
    assert_eq!(slashes(url.path()), before + template, "{}", url.path());
    for (name, value) in &request.headers {
        assert!(!name.eq_ignore_ascii_case("authorization") && !name.eq_ignore_ascii_case("host"));
        assert!(!value.contains(['\r', '\n']));
    }
}
