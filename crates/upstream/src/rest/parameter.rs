//! The parameters of an operation: where each goes, in which style, and what it is called as an
//! argument.

use std::collections::HashMap;

use serde_json::Value;

use crate::rest::distinct::Distinct;
use crate::rest::document::Document;
use crate::rest::error::Invalid;

/// Headers that an argument never sets: those that the specification gives to other parts of a
/// description, and those that frame, route or authorise the message.
const NOT_ARGUMENTS: [&str; 13] = [
    "accept",
    "content-type",
    "authorization",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "cookie",
    "upgrade",
    "te",
    "trailer",
    "expect",
    "keep-alive",
];

/// The most parameters of one operation.
const MOST: usize = 1000;

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Into a header of its own.
    Header,
    /// Into the header `Cookie`.
    Cookie,
}

/// How lists and objects are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `a,b`
    Simple,
    /// `.a.b`
    Label,
    /// `;name=a,b`
    Matrix,
    /// `name=a,b`
    Form,
    /// `name=a%20b`
    Space,
    /// `name=a|b`
    Pipe,
    /// `name[key]=a`
    Deep,
    /// As one JSON text.
    Json,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// The API's name for it.
    pub(crate) name: String,
    /// What it is called among a tool's arguments.
    pub(crate) argument: String,
    pub(crate) place: Place,
    pub(crate) style: Style,
    /// Whether each item of a list or object is written by itself.
    pub(crate) explode: bool,
    /// Whether reserved characters are left as they are.
    pub(crate) reserved: bool,
    pub(crate) required: bool,
}

/// A parameter and the part of the document that describes it.
pub(crate) struct Described<'a> {
    pub(crate) parameter: Parameter,
    pub(crate) source: &'a Value,
    pub(crate) schema: Option<&'a Value>,
}

impl Place {
    fn read(name: &str) -> Option<Self> {
        match name {
            "path" => Some(Self::Path),
            "query" => Some(Self::Query),
            "header" => Some(Self::Header),
            "cookie" => Some(Self::Cookie),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// What the operator says with every request, which no argument does.
#[derive(Debug, Default)]
pub(crate) struct Fixed {
    /// Names of headers, in lower case.
    pub(crate) headers: Vec<String>,
    /// Names of the query's parameters.
    pub(crate) query: Vec<String>,
}

/// Reads the parameters of a path and of one of its operations, which win. The error says why the
/// operation cannot be offered; a reference to another document is the outer one.
pub(crate) fn read<'a>(
    document: &'a Document,
    lists: [Option<&'a Value>; 2],
    fixed: &Fixed,
) -> Result<Result<Vec<Described<'a>>, &'static str>, Invalid> {
    let mut read: Vec<Described<'a>> = Vec::new();
    let mut places: HashMap<(Place, String), usize> = HashMap::new();
    for given in lists.into_iter().flatten().filter_map(Value::as_array).flatten() {
        let Some(source) = document.resolve(given)? else {
            return Ok(Err("a parameter is missing in the document"));
        };
        let Some(described) = one(source) else {
            return Ok(Err("a parameter has no name, or a place that is not known"));
        };
        if is_fixed(&described.parameter, fixed) {
            continue;
        }
        let key = (described.parameter.place, described.parameter.name.clone());
        match places.get(&key) {
            Some(&before) => read[before] = described,
            None if read.len() >= MOST => return Ok(Err("it has more than 1000 parameters")),
            None => {
                places.insert(key, read.len());
                read.push(described);
            }
        }
    }
    Ok(Ok(read))
}

fn one(source: &Value) -> Option<Described<'_>> {
    let text = |key: &str| source.get(key).and_then(Value::as_str);
    let flag = |key: &str| source.get(key).and_then(Value::as_bool);
    let name = text("name").filter(|name| !name.is_empty())?;
    let place = Place::read(text("in")?)?;
    let content =
        source.get("content").and_then(Value::as_object).and_then(|map| map.values().next());
    let style = match (content, text("style"), place) {
        (Some(_), ..) => Style::Json,
        (_, Some("label"), Place::Path) => Style::Label,
        (_, Some("matrix"), Place::Path) => Style::Matrix,
        (_, Some("spaceDelimited"), Place::Query) => Style::Space,
        (_, Some("pipeDelimited"), Place::Query) => Style::Pipe,
        (_, Some("deepObject"), Place::Query) => Style::Deep,
        (_, _, Place::Path | Place::Header) => Style::Simple,
        (_, _, Place::Query | Place::Cookie) => Style::Form,
    };
    let parameter = Parameter {
        name: name.to_owned(),
        argument: name.to_owned(),
        place,
        style,
        explode: flag("explode").unwrap_or(matches!(style, Style::Form | Style::Deep)),
        reserved: place == Place::Query && flag("allowReserved") == Some(true),
        required: place == Place::Path || flag("required") == Some(true),
    };
    let schema = source.get("schema").or_else(|| content?.get("schema"));
    Some(Described { parameter, source, schema })
}

fn is_fixed(parameter: &Parameter, fixed: &Fixed) -> bool {
    let name = parameter.name.to_ascii_lowercase();
    let configured = |name: &str| fixed.headers.iter().any(|header| header == name);
    match parameter.place {
        Place::Path => false,
        Place::Query => fixed.query.contains(&parameter.name),
        Place::Cookie => configured("cookie"),
        Place::Header => {
            NOT_ARGUMENTS.contains(&name.as_str())
                || name.starts_with("proxy-")
                || configured(&name)
        }
    }
}

/// Gives every parameter a name of its own among the arguments: its own, and beside another (or the
/// body) of that name with its place behind it, and a number where that is taken, too.
pub(crate) fn name_arguments(parameters: &mut [Described<'_>], body: Option<&str>) {
    let mut taken = Distinct::default();
    if let Some(body) = body {
        taken.take(body);
    }
    for Described { parameter, .. } in parameters {
        let name = &parameter.name;
        parameter.argument = match taken.has(name) {
            true => taken.numbered(&format!("{name}_{}", parameter.place.as_str())),
            false => taken.numbered(name),
        };
    }
}
