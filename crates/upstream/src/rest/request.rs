//! From a call's arguments to the request that is sent. An argument chooses values and nothing else:
//! no other path, host or header than the operation's.

use egress::{Redirect, Request};
use serde_json::{Map, Value};

use crate::rest::api::{Call, CallBody};
use crate::rest::base64;
use crate::rest::media::BodyKind;
use crate::rest::multipart;
use crate::rest::parameter::{Parameter, Place, Style};
use crate::rest::path::{self, Piece};
use crate::rest::style::{self, Pair};

/// What the operator sends with every request.
#[derive(Default)]
pub(crate) struct Always {
    /// Headers.
    pub(crate) headers: Vec<(String, String)>,
    /// The end of the query, as it is written.
    pub(crate) query: Option<String>,
    /// The names in it.
    pub(crate) query_names: Vec<String>,
}

/// Why a call's arguments make no request. Names are the API's; no value is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfit {
    /// A required one is not there.
    #[error("the argument `{0}` is missing")]
    Missing(String),
    /// There is none of that name.
    #[error("there is no argument `{0}`")]
    Unknown(String),
    /// A value that cannot stand in a path.
    #[error(
        "the argument `{0}` goes into the path: it may not be empty, nor hold control characters, nor \
         be or contain a segment `.` or `..`"
    )]
    Path(String),
    /// A value that cannot stand in a header.
    #[error("the argument `{0}` goes into a header: it may hold printable ASCII characters only")]
    Header(String),
    /// A name that the operator sends.
    #[error("the argument `{0}` sets a parameter that is configured")]
    Configured(String),
    /// A body of the wrong kind.
    #[error("the argument `{name}` has to be {wanted}")]
    Body {
        /// The argument.
        name: String,
        /// What it has to be.
        wanted: &'static str,
    },
    /// No boundary between the parts of a form can be made.
    #[error("the host has no randomness for a form in parts; it is not the call's fault")]
    NoRandomness,
}

/// The request of a call.
pub(crate) fn build(
    call: &Call,
    mut arguments: Map<String, Value>,
    always: &Always,
) -> Result<Request, Unfit> {
    let mut written = Written::default();
    for parameter in &call.parameters {
        // Null is how a program says that it has no value.
        match arguments.swap_remove(&parameter.argument).filter(|value| !value.is_null()) {
            Some(value) => written.add(parameter, &value)?,
            None if parameter.required => {
                return Err(Unfit::Missing(parameter.argument.clone()));
            }
            None => {}
        }
    }
    let body = match &call.body {
        Some(body) => self::body(body, arguments.swap_remove(&body.argument))?,
        None => None,
    };
    if let Some((name, _)) = arguments.into_iter().next() {
        return Err(Unfit::Unknown(name));
    }
    let named = |pair: &&Pair| always.query_names.contains(&pair.name);
    if let Some(pair) = written.query.iter().find(named) {
        return Err(Unfit::Configured(pair.name.clone()));
    }
    let path = written.path(&call.pieces)?;
    let query = [Some(style::joined(&written.query)), always.query.clone()];
    let query: Vec<String> = query.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let url = format!("{}{path}{mark}{}", call.base, query.join("&"));
    let (media, body) = body.unwrap_or_default();
    let headers = written.headers(always, &media);
    let method = call.method.to_owned();
    Ok(Request { method, url, headers, body: body.into(), redirect: Redirect::Follow })
}

/// Parameters in the form that they are sent in.
#[derive(Default)]
struct Written {
    path: Vec<(String, String)>,
    query: Vec<Pair>,
    headers: Vec<(String, String)>,
    cookies: Vec<Pair>,
}

impl Written {
    fn add(&mut self, parameter: &Parameter, value: &Value) -> Result<(), Unfit> {
        let name = &parameter.name;
        match parameter.place {
            Place::Path => {
                if !fits_path(parameter, value) {
                    return Err(Unfit::Path(parameter.argument.clone()));
                }
                self.path.push((name.clone(), style::in_path(parameter, value)));
            }
            Place::Query => self.query.extend(style::in_pairs(parameter, value)),
            Place::Cookie => self.cookies.extend(style::in_pairs(parameter, value)),
            Place::Header => {
                let text = style::in_header(parameter, value);
                if !text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
                    return Err(Unfit::Header(parameter.argument.clone()));
                }
                self.headers.push((name.clone(), text));
            }
        }
        Ok(())
    }

    fn path(&self, pieces: &[Piece]) -> Result<String, Unfit> {
        let mut path = String::new();
        let mut last = "";
        for piece in pieces {
            match piece {
                Piece::Text(text) => path.push_str(text),
                Piece::Parameter(name) => {
                    let value = self.path.iter().find(|(own, _)| own == name);
                    let (name, value) = value.ok_or_else(|| Unfit::Missing(name.clone()))?;
                    path.push_str(value);
                    last = name;
                }
            }
        }
        // Two values side by side may make what none of them is.
        match path::climbs(&path) {
            true => Err(Unfit::Path(last.to_owned())),
            false => Ok(path),
        }
    }

    fn headers(self, always: &Always, media: &str) -> Vec<(String, String)> {
        let mut headers = always.headers.clone();
        headers.extend(self.headers);
        if !self.cookies.is_empty() {
            let cookies: Vec<String> =
                self.cookies.iter().map(|pair| style::joined(std::slice::from_ref(pair))).collect();
            headers.push(("cookie".to_owned(), cookies.join("; ")));
        }
        let has = |name: &str| always.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        if !has("accept") {
            let json = "application/json, */*;q=0.5";
            headers.push(("accept".to_owned(), json.to_owned()));
        }
        if !media.is_empty() {
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            headers.push(("content-type".to_owned(), media.to_owned()));
        }
        headers
    }
}

/// Whether no value of it could lead to another path than the operation's, even at a server that
/// decodes before it looks for segments.
fn fits_path(parameter: &Parameter, value: &Value) -> bool {
    let fits = |text: &str| {
        let is_dots = |segment: &str| matches!(segment, "." | "..");
        !text.chars().any(char::is_control) && !text.split(['/', '\\']).any(is_dots)
    };
    if parameter.style == Style::Json {
        return fits(&value.to_string());
    }
    let is_some = |text: String| !text.is_empty() && fits(&text);
    match value {
        Value::Array(items) => {
            !items.is_empty() && items.iter().all(|item| is_some(style::text(item)))
        }
        Value::Object(entries) => {
            let fine = |(key, item): (&String, &Value)| fits(key) && is_some(style::text(item));
            !entries.is_empty() && entries.iter().all(fine)
        }
        one => is_some(style::text(one)),
    }
}

fn body(body: &CallBody, value: Option<Value>) -> Result<Option<(String, Vec<u8>)>, Unfit> {
    let unfit = |wanted| Unfit::Body { name: body.argument.clone(), wanted };
    let Some(value) = value else {
        return match body.required {
            true => Err(Unfit::Missing(body.argument.clone())),
            false => Ok(None),
        };
    };
    let bytes = match (&body.kind, value) {
        (BodyKind::Json, value) => value.to_string().into_bytes(),
        (BodyKind::Form { deep }, Value::Object(fields)) => form(&fields, deep).into_bytes(),
        (BodyKind::Form { .. }, _) => return Err(unfit("an object of the form's fields")),
        (BodyKind::Multipart { files }, Value::Object(fields)) => {
            return multipart::write(&fields, files)
                .map_err(|_| Unfit::NoRandomness)?
                .map(Some)
                .ok_or_else(|| unfit("an object of the form's fields, with files in base64"));
        }
        (BodyKind::Multipart { .. }, _) => return Err(unfit("an object of the form's fields")),
        (BodyKind::Text, Value::String(text)) => text.into_bytes(),
        (BodyKind::Text, _) => return Err(unfit("a text")),
        (BodyKind::Bytes, Value::String(text)) => {
            base64::decode(&text).ok_or_else(|| unfit("bytes as a text in base64"))?
        }
        (BodyKind::Bytes, _) => return Err(unfit("bytes as a text in base64")),
    };
    Ok(Some((body.media.clone(), bytes)))
}

fn form(fields: &Map<String, Value>, deep: &[String]) -> String {
    let mut pairs = Vec::new();
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
        // An object among the fields has no other form that a server would know.
        let style = match value {
            Value::Object(_) if !deep.contains(name) => Style::Json,
            _ if deep.contains(name) => Style::Deep,
            _ => Style::Form,
        };
        let parameter = Parameter {
            name: name.clone(),
            argument: name.clone(),
            place: Place::Query,
            style,
            explode: true,
            reserved: false,
            required: false,
        };
        pairs.extend(style::in_pairs(&parameter, value));
    }
    style::joined(&pairs)
}
