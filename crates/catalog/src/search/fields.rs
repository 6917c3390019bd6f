//! Which texts of a tool are searched, how far into them, and what a word is worth in each.

use serde_json::Value;

use crate::NewTool;

/// Text of one field that is looked at, in bytes; the rest of a huge description adds only noise.
const MAX_FIELD: usize = 4 * 1024;

/// Where the first sentence of a description ends at the latest, in bytes.
const MAX_LEAD: usize = 240;

/// Parameters of one tool that are looked at, and how deep.
const MAX_PARAMETERS: usize = 100;
const MAX_DEPTH: usize = 4;

/// What is read of one parameter's description, and of its enumeration.
const MAX_PARAMETER_TEXT: usize = 160;
const MAX_VALUES: usize = 24;

/// BM25's saturation: the second mention of a word counts less than the first.
const SATURATION: f32 = 1.2;

/// How many fields there are.
pub(super) const FIELDS: usize = 7;

/// A text of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// Its own name, words that all names of its server share left out.
    Name,
    Title,
    /// The first sentence of the description: what the tool does.
    Lead,
    /// The rest of it: how, when, with which warnings.
    Body,
    /// Names of parameters.
    Parameters,
    /// Descriptions and allowed values of parameters.
    ParameterText,
    /// The server's name, and what all names of its tools share.
    Server,
}

/// How a field counts. Its usual length is a constant and not an average over the catalog, so a
/// tool's weights do not change when another server's tools do.
struct Share {
    weight: f32,
    usual_length: f32,
    length_matters: f32,
}

const SHARES: [Share; FIELDS] = [
    Share { weight: 6.0, usual_length: 3.0, length_matters: 0.3 },
    Share { weight: 3.0, usual_length: 3.0, length_matters: 0.4 },
    Share { weight: 1.6, usual_length: 14.0, length_matters: 0.5 },
    Share { weight: 0.6, usual_length: 50.0, length_matters: 0.7 },
    Share { weight: 0.6, usual_length: 8.0, length_matters: 0.6 },
    Share { weight: 0.3, usual_length: 60.0, length_matters: 0.8 },
    Share { weight: 2.5, usual_length: 1.0, length_matters: 0.0 },
];

/// What a word is worth for a tool that has it `counts` times in fields of these lengths, 0 to 1.
/// BM25F: fields are weighted and normalised first, then their sum saturates.
pub(super) fn weight(counts: &[u16; FIELDS], lengths: &[u32; FIELDS]) -> f32 {
    let mut sum = 0.0;
    for ((share, count), length) in SHARES.iter().zip(counts).zip(lengths) {
        if *count > 0 {
            let length = *length as f32 / share.usual_length;
            let norm = 1.0 - share.length_matters + share.length_matters * length;
            sum += share.weight * f32::from(*count) / norm;
        }
    }
    sum / (SATURATION + sum)
}

/// Calls `read` with every text of a tool but its server's name.
pub(super) fn texts<'a>(tool: &'a NewTool, read: &mut impl FnMut(Field, &'a str)) {
    read(Field::Name, cut(&tool.name, MAX_FIELD));
    read(Field::Title, cut(tool.title.as_deref().unwrap_or_default(), MAX_FIELD));
    let description = cut(tool.description.trim_start(), MAX_FIELD);
    let (lead, body) = description.split_at(end_of_lead(description));
    read(Field::Lead, lead);
    read(Field::Body, body);
    let mut left = MAX_PARAMETERS;
    parameters(&tool.input_schema, MAX_DEPTH, &mut left, read);
}

fn parameters<'a>(
    schema: &'a Value,
    depth: usize,
    left: &mut usize,
    read: &mut impl FnMut(Field, &'a str),
) {
    if depth == 0 {
        return;
    }
    for (name, parameter) in
        schema.get("properties").and_then(Value::as_object).into_iter().flatten()
    {
        if *left == 0 {
            return;
        }
        *left -= 1;
        read(Field::Parameters, cut(name, MAX_PARAMETER_TEXT));
        if let Some(text) = parameter.get("description").and_then(Value::as_str) {
            read(Field::ParameterText, cut(text, MAX_PARAMETER_TEXT));
        }
        values(parameter, read);
        parameters(parameter, depth - 1, left, read);
    }
    if let Some(items) = schema.get("items") {
        values(items, read);
        parameters(items, depth - 1, left, read);
    }
}

/// What a parameter may be: a tool with an `action` of `create | delete` does both.
fn values<'a>(parameter: &'a Value, read: &mut impl FnMut(Field, &'a str)) {
    let listed = parameter.get("enum").and_then(Value::as_array).into_iter().flatten();
    for value in listed.filter_map(Value::as_str).take(MAX_VALUES) {
        read(Field::ParameterText, cut(value, MAX_PARAMETER_TEXT));
    }
}

/// Where the first sentence or line ends.
fn end_of_lead(text: &str) -> usize {
    let limit = text.floor_char_boundary(MAX_LEAD.min(text.len()));
    let lead = &text[..limit];
    let sentence = lead.find(". ").map(|at| at + 1);
    let line = lead.find('\n').filter(|at| *at > 0);
    sentence.into_iter().chain(line).min().unwrap_or(limit)
}

fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most.min(text.len()))]
}
