//! Pages for people: the API as `/docs` shows it, and a page for each code. Plain HTML without scripts
//! or anything from elsewhere.

use std::fmt::Write;
use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::http::api::named::Named;
use crate::http::errors::explained;
use crate::http::openapi;
use crate::http::problem::Problem;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#222;background:#fff}code,pre{font:14px/1.4 ui-monospace,monospace;background:#f3f3f3}\
pre{padding:.7rem;overflow:auto}table{border-collapse:collapse}td,th{border:1px solid #ccc;\
padding:.2rem .6rem;text-align:left;vertical-align:top}h2{margin-top:2.5rem}\
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}code,pre{background:#2b2b2b}\
a{color:#8ab4f8}td,th{border-color:#555}}";

/// `GET /docs`.
pub(crate) async fn docs() -> Response {
    // It is the same for everybody, and costs a hundred times a plain answer to make.
    static PAGE: OnceLock<Bytes> = OnceLock::new();
    sent(PAGE.get_or_init(|| page(&rendered(&openapi::parsed()))).clone())
}

/// `GET /docs/style.css`.
pub(crate) async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "max-age=3600")], STYLE)
        .into_response()
}

/// `GET /errors/{code}`.
#[utoipa::path(
    get, path = "/errors/{code}", tag = "descriptions", operation_id = "explainError",
    params(("code" = String, Path, description = "The `code` of a problem.", example = "busy")),
    responses(
        (status = 200, description = "What the code means and what to do.", body = String, content_type = "text/html"),
        (status = "default", response = openapi::Refused),
    ),
)]
pub(crate) async fn error(Named(code): Named<String>) -> Response {
    let Some(said) = explained(&code) else {
        let what = "there is no such code; docs/errors.md lists them";
        return Problem::new(StatusCode::NOT_FOUND, "not_found", what).into_response();
    };
    let mut body = String::new();
    let _ = write!(body, "<h1><code>{}</code></h1>", escaped(&code));
    let _ = write!(body, "<p>HTTP status {}.</p>", escaped(&said.status.to_string()));
    let _ = write!(body, "<h2>What it means</h2><p>{}</p>", prose(said.meaning));
    let _ = write!(body, "<h2>What to do</h2><p>{}</p>", prose(said.remedy));
    sent(page(&body))
}

fn page(body: &str) -> Bytes {
    let html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>code-executor</title>\
         <meta name=viewport content=\"width=device-width\"><link rel=stylesheet \
         href=/docs/style.css></head><body>{body}</body></html>"
    );
    html.into()
}

fn sent(page: Bytes) -> Response {
    let mut response = page.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let allowed = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                   frame-ancestors 'none'";
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(allowed));
    response
}

/// The whole description as a page.
fn rendered(document: &Value) -> String {
    let mut out = String::new();
    let _ = write!(out, "<h1>{}</h1>", text(&document["info"]["title"]));
    let _ = write!(out, "<p>{}</p>", prose(document["info"]["description"].as_str().unwrap_or("")));
    out.push_str("<p>The same for programs: <a href=/openapi.json>/openapi.json</a>.</p>");
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            shown(&mut out, &method.to_uppercase(), path, operation, document);
        }
    }
    out
}

fn shown(out: &mut String, method: &str, path: &str, operation: &Value, document: &Value) {
    let _ = write!(out, "<h2><code>{method} {}</code></h2>", escaped(path));
    for part in ["summary", "description"] {
        if let Some(words) = operation[part].as_str() {
            let _ = write!(out, "<p>{}</p>", prose(words));
        }
    }
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let mut rows: Vec<_> = parameters
        .map(|it| {
            let name = text(&it["name"]);
            let place = text(&it["in"]);
            (format!("{name}</code> ({place})<code>"), it["required"] == true, &it["schema"], it)
        })
        .collect();
    let body =
        resolved(&operation["requestBody"]["content"]["application/json"]["schema"], document);
    let required: Vec<_> = body["required"].as_array().into_iter().flatten().collect();
    for (name, schema) in body["properties"].as_object().into_iter().flatten() {
        let needed = required.iter().any(|it| it.as_str() == Some(name));
        rows.push((escaped(name), needed, schema, schema));
    }
    if !rows.is_empty() {
        out.push_str("<table><tr><th>name<th>type<th>meaning</tr>");
        for (name, needed, schema, described) in rows {
            let words = prose(described["description"].as_str().unwrap_or(""));
            let needed = if needed { ", required" } else { "" };
            let kind = kind(schema);
            let _ = write!(out, "<tr><td><code>{name}</code><td>{kind}{needed}<td>{words}</tr>");
        }
        out.push_str("</table>");
    }
    out.push_str("<table><tr><th>status<th>answer</tr>");
    for (status, response) in operation["responses"].as_object().into_iter().flatten() {
        let response = resolved(response, document);
        let words = prose(response["description"].as_str().unwrap_or(""));
        let _ = write!(out, "<tr><td>{}<td>{words}", escaped(status));
        for (media, content) in response["content"].as_object().into_iter().flatten() {
            let _ = write!(out, " <code>{}</code>", escaped(media));
            let schema = kind(&content["schema"]);
            if !schema.is_empty() {
                let _ = write!(out, " {schema}");
            }
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>");
}

/// What a reference leads to; one leads to no other here.
fn resolved<'a>(value: &'a Value, document: &'a Value) -> &'a Value {
    let path = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    path.and_then(|path| document.pointer(path)).unwrap_or(value)
}

/// A schema in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
        return escaped(name);
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> = words.iter().map(text).collect();
        return words.join(" or ");
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        if let Some(parts) = schema[several].as_array() {
            let parts: Vec<_> = parts.iter().map(kind).filter(|it| it != "null").collect();
            return parts.join(if several == "allOf" { " and " } else { " or " });
        }
    }
    let mut kind = match &schema["type"] {
        Value::Array(types) => {
            types.iter().filter(|it| *it != "null").map(text).collect::<Vec<_>>().join(" or ")
        }
        one => text(one),
    };
    if kind == "array" {
        kind = format!("list of {}", self::kind(&schema["items"]));
    }
    if let (Some(least), Some(most)) = (schema["minimum"].as_u64(), schema["maximum"].as_u64()) {
        let _ = write!(kind, " from {least} to {most}");
    }
    kind
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

/// Words in which code stands between backquotes.
fn prose(words: &str) -> String {
    let mut out = String::new();
    for (at, part) in words.split('`').enumerate() {
        let part = escaped(part);
        let _ = match at % 2 {
            0 => write!(out, "{part}"),
            _ => write!(out, "<code>{part}</code>"),
        };
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_operation_and_nothing_from_elsewhere() {
        let document = openapi::parsed();
        let page = rendered(&document);
        for path in document["paths"].as_object().expect("paths").keys() {
            assert!(page.contains(&escaped(path)), "{path}");
        }
        assert!(page.contains("allowedTools") && page.contains("from 1 to 300000"));
        assert!(
            !page.contains("<script") && !page.contains("http://") && !page.contains("https://")
        );
        assert_eq!(prose("a `<b>` c"), "a <code>&lt;b&gt;</code> c");
    }
}
