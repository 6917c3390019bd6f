//! The inverted index: for each stem, the tools it occurs in and how much it weighs there.

use std::collections::HashMap;

use serde_json::Value;
use types::ToolDescriptor;

use super::words;

/// Text of one field that is looked at, in bytes; the rest of a huge description adds only noise.
const MAX_FIELD: usize = 8 * 1024;

/// Property names of one tool that are looked at.
const MAX_PROPERTIES: usize = 200;

/// How deep property names are collected.
const MAX_DEPTH: usize = 4;

/// BM25's saturation: the second mention of a word counts less than the first.
const SATURATION: f32 = 1.2;

/// Where a word occurs, and what that is worth.
const FIELDS: [Field; 5] = [
    Field { weight: 6.0, length_matters: 0.3 },
    Field { weight: 3.5, length_matters: 0.4 },
    Field { weight: 1.2, length_matters: 0.6 },
    Field { weight: 0.5, length_matters: 0.8 },
    Field { weight: 2.5, length_matters: 0.0 },
];
const NAME: usize = 0;
const TITLE: usize = 1;
const DESCRIPTION: usize = 2;
const PROPERTIES: usize = 3;
const SERVER: usize = 4;

/// One tool's words, counted once when the tool becomes known.
#[derive(Debug)]
pub(crate) struct Document {
    terms: Vec<(String, [u16; FIELDS.len()])>,
    lengths: [u32; FIELDS.len()],
}

/// All documents' words together.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Sorted, so that a prefix is a range.
    pub(super) vocabulary: Vec<String>,
    /// For each stem, `(document, weight)`, the inverse document frequency already in it.
    pub(super) postings: Vec<Vec<(u32, f32)>>,
    pub(super) documents: usize,
}

struct Field {
    weight: f32,
    length_matters: f32,
}

impl Document {
    /// Counts the words of a tool.
    pub(crate) fn new(tool: &ToolDescriptor, title: Option<&str>) -> Self {
        let mut counter = Counter::default();
        counter.add(NAME, &tool.tool);
        counter.add_term(NAME, words::stem(&words::compact(&tool.tool)));
        counter.add(TITLE, title.unwrap_or_default());
        counter.add(DESCRIPTION, &tool.description);
        counter.add(SERVER, &tool.server);
        let mut left = MAX_PROPERTIES;
        counter.add_properties(&tool.input_schema, MAX_DEPTH, &mut left);
        let mut terms: Vec<_> = counter.terms.into_iter().collect();
        terms.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        Self { terms, lengths: counter.lengths }
    }
}

impl Index {
    /// Builds the index; documents keep the order they are given in.
    pub(crate) fn build<'a>(documents: impl Iterator<Item = &'a Document> + Clone) -> Self {
        let count = documents.clone().count();
        let mut average = [0.0f32; FIELDS.len()];
        for (field, average) in average.iter_mut().enumerate() {
            let total: u64 = documents.clone().map(|d| u64::from(d.lengths[field])).sum();
            *average = (total as f32 / count.max(1) as f32).max(1.0);
        }
        let mut gathered: HashMap<&str, Vec<(u32, f32)>> = HashMap::new();
        for (number, document) in documents.enumerate() {
            for (term, counts) in &document.terms {
                let weight = weight(counts, &document.lengths, &average);
                gathered.entry(term).or_default().push((number as u32, weight));
            }
        }
        let mut terms: Vec<_> = gathered.into_iter().collect();
        terms.sort_unstable_by_key(|(term, _)| *term);
        let mut index = Self { documents: count, ..Self::default() };
        for (term, mut postings) in terms {
            let rarity = rarity(count, postings.len());
            for (_, weight) in &mut postings {
                *weight *= rarity;
            }
            index.vocabulary.push(term.to_owned());
            index.postings.push(postings);
        }
        index
    }
}

/// BM25F: fields are weighted and normalised first, then their sum saturates.
fn weight(counts: &[u16], lengths: &[u32], average: &[f32]) -> f32 {
    let mut sum = 0.0;
    for (number, field) in FIELDS.iter().enumerate() {
        if counts[number] > 0 {
            let length = lengths[number] as f32 / average[number];
            let norm = 1.0 - field.length_matters + field.length_matters * length;
            sum += field.weight * f32::from(counts[number]) / norm;
        }
    }
    sum / (SATURATION + sum)
}

fn rarity(documents: usize, containing: usize) -> f32 {
    let (documents, containing) = (documents as f32, containing as f32);
    (1.0 + (documents - containing + 0.5) / (containing + 0.5)).ln()
}

#[derive(Default)]
struct Counter {
    terms: HashMap<String, [u16; FIELDS.len()]>,
    lengths: [u32; FIELDS.len()],
}

impl Counter {
    fn add(&mut self, field: usize, text: &str) {
        let end = text.floor_char_boundary(MAX_FIELD.min(text.len()));
        words::split(&text[..end], |word| {
            self.lengths[field] += 1;
            if !words::is_filler(word) {
                self.add_term(field, words::stem(word));
            }
        });
    }

    fn add_term(&mut self, field: usize, term: String) {
        let count = &mut self.terms.entry(term).or_default()[field];
        *count = count.saturating_add(1);
    }

    fn add_properties(&mut self, schema: &Value, depth: usize, left: &mut usize) {
        if depth == 0 {
            return;
        }
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                if *left == 0 {
                    return;
                }
                *left -= 1;
                self.add(PROPERTIES, name);
                self.add_properties(property, depth - 1, left);
            }
        }
        if let Some(items) = schema.get("items") {
            self.add_properties(items, depth - 1, left);
        }
    }
}
