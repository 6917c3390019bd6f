//! Turning a validator's error into words: the path, what was expected, the type that was found.
//! Values are never shown; names of properties are, bounded and cleaned.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
    paths::{Location, LocationSegment},
};
use serde_json::Value;

use crate::{nearest, search::compact, text};

/// Alternatives that are listed before `…`.
const MAX_LISTED: usize = 8;

/// The most of a name, a literal or a pattern that is shown, in characters.
const MAX_SHOWN: usize = 64;

/// The most of a path that is shown, in characters.
const MAX_PATH: usize = 160;

/// One thing that is wrong with the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: `$.filter.limit`.
    pub path: String,
    /// What was expected and what was found, by type.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

/// The problem of arguments that are no object.
pub(super) fn not_an_object(arguments: &Value) -> Problem {
    Problem {
        path: "$".to_owned(),
        message: format!("expected an object, found {}", type_of(arguments)),
    }
}

/// Adds what `error` means to `problems`; nothing when the validator gave up rather than decided.
pub(super) fn describe(
    error: &ValidationError<'_>,
    schema: &Value,
    arguments: &Value,
    problems: &mut Vec<Problem>,
) {
    let path = path(error.instance_path());
    let found = type_of(error.instance());
    let message = match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let valid = valid_names(error, schema);
            problems.extend(unexpected.iter().take(super::MAX_PROBLEMS + 1).map(|name| Problem {
                path: member(&path, name),
                message: unknown_property(name, &valid),
            }));
            return;
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            problems.push(Problem {
                path: member(&path, name),
                message: missing_property(name, error, schema),
            });
            return;
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            alternatives(error, context, schema, arguments, problems);
            return;
        }
        Kind::BacktrackLimitExceeded { .. }
        | Kind::RegexEngineFailure { .. }
        | Kind::Referencing(_) => return,
        kind => simple(kind, found),
    };
    problems.push(Problem { path, message });
}

/// The kinds whose words need nothing but the kind and the type that was found.
fn simple(kind: &Kind, found: &str) -> String {
    match kind {
        Kind::Type { kind } => format!("expected {}, found {found}", types_of(kind)),
        Kind::Enum { options } => {
            format!("expected {}, found another {found}", options_of(options))
        }
        Kind::Constant { expected_value } => {
            format!("expected {}, found another {found}", literal(expected_value))
        }
        Kind::Minimum { limit } => format!("expected at least {limit}, found a smaller {found}"),
        Kind::Maximum { limit } => format!("expected at most {limit}, found a larger {found}"),
        Kind::ExclusiveMinimum { limit } => {
            format!("expected more than {limit}, found a {found} that is not")
        }
        Kind::ExclusiveMaximum { limit } => {
            format!("expected less than {limit}, found a {found} that is not")
        }
        Kind::MultipleOf { multiple_of } => format!("expected a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("expected at least {limit} characters, found fewer"),
        Kind::MaxLength { limit } => format!("expected at most {limit} characters, found more"),
        Kind::MinItems { limit } => format!("expected at least {limit} items, found fewer"),
        Kind::MaxItems { limit } => format!("expected at most {limit} items, found more"),
        Kind::AdditionalItems { limit } => format!("expected at most {limit} items, found more"),
        Kind::MinProperties { limit } => {
            format!("expected at least {limit} properties, found fewer")
        }
        Kind::MaxProperties { limit } => format!("expected at most {limit} properties, found more"),
        Kind::UniqueItems => "expected items that differ, found two that are equal".to_owned(),
        Kind::Contains => "no item has the form that one of them must have".to_owned(),
        Kind::Pattern { pattern } => {
            format!("expected a string that matches /{}/", text::line(pattern, MAX_SHOWN))
        }
        Kind::Format { format } => {
            format!("expected a string in the format {}", text::line(format, MAX_SHOWN))
        }
        Kind::FalseSchema => format!("nothing is allowed here, found {found}"),
        Kind::PropertyNames { .. } => "a property's name does not have the form it must".to_owned(),
        Kind::OneOfMultipleValid { .. } => {
            format!("expected exactly one of the allowed forms, found {found} that fits several")
        }
        Kind::Not { .. } => format!("found {found} of a form that is excluded"),
        other => format!("does not satisfy the schema's {}, found {found}", other.keyword()),
    }
}

/// `anyOf` and `oneOf`: all types when the type decides, otherwise the closest alternative.
fn alternatives(
    error: &ValidationError<'_>,
    context: &[Vec<ValidationError<'static>>],
    schema: &Value,
    arguments: &Value,
    problems: &mut Vec<Problem>,
) {
    let here = error.instance_path().as_str();
    let found = type_of(error.instance());
    let mut expected: Vec<String> = Vec::new();
    let mut closest: Option<&[ValidationError<'static>]> = None;
    for branch in context {
        let wrong_here = branch.iter().find_map(|error| {
            (error.instance_path().as_str() == here).then(|| wanted(error.kind())).flatten()
        });
        match wrong_here {
            Some(wanted) if !expected.contains(&wanted) => expected.push(wanted),
            Some(_) => {}
            None if closest.is_none_or(|best| is_closer(branch, best)) => closest = Some(branch),
            None => {}
        }
    }
    match closest {
        Some(branch) if !branch.is_empty() => {
            for error in branch.iter().take(super::MAX_PROBLEMS) {
                describe(error, schema, arguments, problems);
            }
        }
        _ if expected.is_empty() => problems.push(Problem {
            path: path(error.instance_path()),
            message: format!("expected one of {} allowed forms, found {found}", context.len()),
        }),
        _ => problems.push(Problem {
            path: path(error.instance_path()),
            message: format!("expected {}, found {found}", listed(&expected)),
        }),
    }
}

/// What an alternative wanted, when it is a matter of the value as a whole.
fn wanted(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Type { kind } => Some(types_of(kind)),
        Kind::Constant { expected_value } => Some(literal(expected_value)),
        Kind::Enum { options } => Some(options_of(options)),
        _ => None,
    }
}

/// Fewer errors, and errors deeper down, are closer to what was meant.
fn is_closer(branch: &[ValidationError<'static>], best: &[ValidationError<'static>]) -> bool {
    let depth = |errors: &[ValidationError<'static>]| {
        errors.iter().map(|error| error.instance_path().segments().count()).max().unwrap_or(0)
    };
    (branch.len(), std::cmp::Reverse(depth(branch))) < (best.len(), std::cmp::Reverse(depth(best)))
}

fn unknown_property(name: &str, valid: &[String]) -> String {
    match nearest_of(name, valid) {
        Some(meant) => format!("unknown property; did you mean {}?", shown(meant)),
        None if valid.is_empty() => "unknown property; none is allowed here".to_owned(),
        None => {
            let names: Vec<String> = valid.iter().map(|name| shown(name)).collect();
            format!("unknown property; allowed are {}", joined(&names, ", "))
        }
    }
}

fn missing_property(name: &str, error: &ValidationError<'_>, schema: &Value) -> String {
    let members = error.instance().as_object();
    let valid = valid_names(error, schema);
    let strangers: Vec<String> = members
        .into_iter()
        .flat_map(|members| members.keys())
        .filter(|key| !valid.contains(key))
        .cloned()
        .collect();
    match nearest_of(name, &strangers) {
        Some(given) => {
            format!("required property is missing; {} looks like a misspelling of it", shown(given))
        }
        None => "required property is missing".to_owned(),
    }
}

/// The properties that the object schema around a failed keyword names.
fn valid_names(error: &ValidationError<'_>, schema: &Value) -> Vec<String> {
    let keyword = error.schema_path().as_str();
    let around = keyword.rsplit_once('/').map_or("", |(around, _)| around);
    let properties = schema.pointer(around).and_then(|around| around.get("properties"));
    properties
        .and_then(Value::as_object)
        .map(|properties| properties.keys().cloned().collect())
        .unwrap_or_default()
}

fn nearest_of<'a>(name: &str, candidates: &'a [String]) -> Option<&'a String> {
    let wanted = compact(&name.chars().take(MAX_SHOWN).collect::<String>());
    nearest::closest(&wanted, candidates.iter().map(|candidate| (candidate, compact(candidate))))
}

fn types_of(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(single) => single.to_string(),
        TypeKind::Multiple(set) => {
            listed(&set.iter().map(|one| one.to_string()).collect::<Vec<_>>())
        }
    }
}

fn options_of(options: &Value) -> String {
    let options: Vec<String> = options.as_array().into_iter().flatten().map(literal).collect();
    listed(&options)
}

fn listed(items: &[String]) -> String {
    joined(items, " or ")
}

fn joined(items: &[String], separator: &str) -> String {
    let mut text = items.iter().take(MAX_LISTED).cloned().collect::<Vec<_>>().join(separator);
    if items.len() > MAX_LISTED {
        text.push_str(separator);
        text.push('…');
    }
    text
}

/// A literal of the schema (never of the arguments).
fn literal(value: &Value) -> String {
    text::line(&value.to_string(), MAX_SHOWN)
}

fn shown(name: &str) -> String {
    text::quoted(&text::line(name, MAX_SHOWN))
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn path(location: &Location) -> String {
    let mut path = "$".to_owned();
    for segment in location.segments() {
        match segment {
            LocationSegment::Property(name) => path = member(&path, &name),
            LocationSegment::Index(index) => path.push_str(&format!("[{index}]")),
        }
        if path.chars().count() > MAX_PATH {
            return text::line(&path, MAX_PATH);
        }
    }
    path
}

fn member(path: &str, name: &str) -> String {
    let plain = !name.is_empty()
        && name.len() <= MAX_SHOWN
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    if plain { format!("{path}.{name}") } else { format!("{path}[{}]", shown(name)) }
}
