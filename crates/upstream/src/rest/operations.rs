//! The operations of a description: all of them by name, and those that are wanted, read.

use std::collections::HashSet;

use serde_json::Value;
use url::Url;

use crate::rest::base::{self, Base};
use crate::rest::distinct::Distinct;
use crate::rest::document::{Bounds, Document};
use crate::rest::error::Invalid;
use crate::rest::filter::Filter;
use crate::rest::media::{self, Body};
use crate::rest::parameter::{self, Described, Fixed, Parameter, Place, Style};
use crate::rest::path::{self, Piece};
use crate::transport::cut;

/// The longest name that is taken from a description.
const NAME: usize = 128;

/// The methods that become tools. `TRACE` does not: it is never sent.
const METHODS: [(&str, &str); 7] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
];

/// What describes a parameter that nobody described.
static NOTHING: Value = Value::Null;

/// What the operator wrote beside the document.
#[derive(Debug, Default)]
pub(crate) struct Settings<'a> {
    /// Where the API is, whatever the document says.
    pub(crate) base: Option<Base>,
    /// Where the document is from, when that is a URL.
    pub(crate) document: Option<Url>,
    pub(crate) filter: Filter<'a>,
    pub(crate) fixed: Fixed,
}

/// An operation as it stands in the document.
#[derive(Debug, Clone, Copy)]
struct Site<'a> {
    method: &'static str,
    path: &'a str,
    item: &'a Value,
    operation: &'a Value,
}

/// An operation that has been read.
pub(crate) struct Operation<'a> {
    pub(crate) name: String,
    pub(crate) method: &'static str,
    /// The path as the document writes it.
    pub(crate) path: &'a str,
    pub(crate) pieces: Vec<Piece>,
    /// What the path is appended to.
    pub(crate) base: String,
    pub(crate) parameters: Vec<Described<'a>>,
    pub(crate) body: Option<Body<'a>>,
    pub(crate) source: &'a Value,
}

/// What was read.
pub(crate) struct Read<'a> {
    pub(crate) operations: Vec<Operation<'a>>,
    /// Operations that cannot be offered, and why.
    pub(crate) left_out: Vec<(String, &'static str)>,
    /// Where all of them are.
    pub(crate) origin: String,
}

/// Reads the operations that are wanted.
pub(crate) fn read<'a>(
    document: &'a Document,
    settings: &Settings<'_>,
    bounds: &Bounds,
) -> Result<Read<'a>, Invalid> {
    let all = named(document)?;
    let count = all.len();
    let is_wanted =
        |(name, place): &(String, Site<'_>)| settings.filter.keeps(name, place.method, place.path);
    let wanted: Vec<_> = all.into_iter().filter(is_wanted).collect();
    if wanted.len() > bounds.operations {
        return Err(Invalid::TooManyOperations { limit: bounds.operations });
    }
    let root = match &settings.base {
        Some(base) => base.clone(),
        None => base::described(document.root.get("servers"), settings.document.as_ref())?,
    };
    let reader = Reader { document, settings, root };
    let origin = reader.root.origin();
    let (mut operations, mut left_out) = (Vec::new(), Vec::new());
    for (name, place) in wanted {
        match reader.operation(name, place)? {
            Ok(operation) => operations.push(operation),
            Err(why) => left_out.push((format!("{} {}", place.method, place.path), why)),
        }
    }
    match operations.is_empty() {
        true => Err(Invalid::NothingLeft(count)),
        false => Ok(Read { operations, left_out, origin }),
    }
}

/// Every operation with a name that no other has.
fn named(document: &Document) -> Result<Vec<(String, Site<'_>)>, Invalid> {
    let mut taken = Distinct::default();
    let mut named = Vec::new();
    let paths = document.root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let Some(item) = document.resolve(item)? else { continue };
        for (key, method) in METHODS {
            let Some(operation) = item.get(key).filter(|operation| operation.is_object()) else {
                continue;
            };
            let place = Site { method, path, item, operation };
            named.push((name(place, &mut taken), place));
        }
    }
    Ok(named)
}

/// The operation's own name, else one from its method and path. What is taken gets a number, the
/// same each time the same document is read.
fn name(place: Site<'_>, taken: &mut Distinct) -> String {
    let own = place.operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let own: String = own.chars().filter(|c| !c.is_control()).collect();
    let own = cut(own.trim(), NAME);
    if !own.is_empty() && taken.take(own) {
        return own.to_owned();
    }
    let mut from_path = place.method.to_ascii_lowercase();
    for c in place.path.chars() {
        match c.is_ascii_alphanumeric() {
            true => from_path.push(c),
            false if !from_path.ends_with('_') => from_path.push('_'),
            false => {}
        }
    }
    taken.numbered(cut(from_path.trim_end_matches('_'), NAME))
}

struct Reader<'a, 's> {
    document: &'a Document,
    settings: &'s Settings<'s>,
    root: Base,
}

impl<'a> Reader<'a, '_> {
    /// Reads one operation; the inner error says why it cannot be offered.
    fn operation(
        &self,
        name: String,
        place: Site<'a>,
    ) -> Result<Result<Operation<'a>, &'static str>, Invalid> {
        let Site { method, path, item, operation } = place;
        let pieces = match path::read(path) {
            Ok(pieces) => pieces,
            Err(why) => return Ok(Err(why)),
        };
        let Some(base) = self.base(place) else {
            return Ok(Err("its own `servers` lead to another host; say where with `baseUrl`"));
        };
        let lists = [item.get("parameters"), operation.get("parameters")];
        let mut parameters = match parameter::read(self.document, lists, &self.settings.fixed)? {
            Ok(parameters) => parameters,
            Err(why) => return Ok(Err(why)),
        };
        complete_path(&pieces, &mut parameters);
        let body = match media::read(self.document, operation)? {
            Ok(body) => body,
            Err(why) => return Ok(Err(why)),
        };
        parameter::name_arguments(&mut parameters, body.as_ref().map(|body| &*body.argument));
        let source = operation;
        Ok(Ok(Operation { name, method, path, pieces, base, parameters, body, source }))
    }

    /// What the operation's path is appended to; nothing when that is on another host.
    fn base(&self, place: Site<'_>) -> Option<String> {
        let own = [place.operation, place.item].into_iter().find_map(|part| part.get("servers"));
        if self.settings.base.is_some() || own.is_none() {
            return Some(self.root.url.clone());
        }
        let base = base::described(own, self.settings.document.as_ref()).ok()?;
        (base.origin() == self.root.origin()).then_some(base.url)
    }
}

/// Parameters of the path alone, one for each place in it: one that nobody described is a text.
fn complete_path(pieces: &[Piece], parameters: &mut Vec<Described<'_>>) {
    let mut places: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Parameter(name) => Some(&**name),
            Piece::Text(_) => None,
        })
        .collect();
    let named: HashSet<&str> = places.iter().copied().collect();
    let is_path = |described: &Described<'_>| described.parameter.place == Place::Path;
    parameters.retain(|described| {
        !is_path(described) || named.contains(described.parameter.name.as_str())
    });
    let described = parameters.iter().filter(|described| is_path(described));
    let mut known: HashSet<String> =
        described.map(|described| described.parameter.name.clone()).collect();
    places.retain(|name| known.insert((*name).to_owned()));
    for name in places {
        let parameter = Parameter {
            name: name.to_owned(),
            argument: name.to_owned(),
            place: Place::Path,
            style: Style::Simple,
            explode: false,
            reserved: false,
            required: true,
        };
        parameters.push(Described { parameter, source: &NOTHING, schema: None });
    }
}
