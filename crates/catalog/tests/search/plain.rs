//! Rankings to compare with: what a few lines would do.

use std::collections::{HashMap, HashSet};

use crate::corpus::Tool;

/// BM25 over server, name and description: lowercase words, nothing else.
pub struct Bm25<'a> {
    tools: &'a [Tool],
    documents: Vec<HashMap<String, f64>>,
    lengths: Vec<f64>,
    average: f64,
    containing: HashMap<String, f64>,
}

impl<'a> Bm25<'a> {
    /// Counts all words.
    pub fn new(tools: &'a [Tool]) -> Self {
        let mut documents = Vec::new();
        let mut containing: HashMap<String, f64> = HashMap::new();
        for tool in tools {
            let mut counts: HashMap<String, f64> = HashMap::new();
            for word in words(&text(tool)) {
                *counts.entry(word).or_default() += 1.0;
            }
            for word in counts.keys() {
                *containing.entry(word.clone()).or_default() += 1.0;
            }
            documents.push(counts);
        }
        let lengths: Vec<f64> = documents.iter().map(|counts| counts.values().sum()).collect();
        let average = lengths.iter().sum::<f64>() / lengths.len() as f64;
        Self { tools, documents, lengths, average, containing }
    }

    /// The best tools' labels.
    pub fn search(&self, query: &str) -> Vec<String> {
        let asked: HashSet<String> = words(query).into_iter().collect();
        let score = |(counts, length): (&HashMap<String, f64>, &f64)| -> f64 {
            let norm = 1.2 * (0.25 + 0.75 * length / self.average);
            let of = |word: &String| {
                let count = counts.get(word).copied().unwrap_or_default();
                self.rarity(word) * count * 2.2 / (count + norm)
            };
            asked.iter().map(of).sum()
        };
        best(self.tools, self.documents.iter().zip(&self.lengths).map(score))
    }

    fn rarity(&self, word: &str) -> f64 {
        let with = self.containing.get(word).copied().unwrap_or_default();
        (1.0 + (self.documents.len() as f64 - with + 0.5) / (with + 0.5)).ln()
    }
}

/// Tools whose name or description holds every word of the query as it stands.
pub fn substring(tools: &[Tool], query: &str) -> Vec<String> {
    let asked = words(query);
    let score = |tool: &Tool| {
        let text = text(tool).to_lowercase();
        f64::from(u8::from(asked.iter().all(|word| text.contains(word.as_str()))))
    };
    best(tools, tools.iter().map(score))
}

fn best(tools: &[Tool], scores: impl Iterator<Item = f64>) -> Vec<String> {
    let scored = scores.zip(tools.iter().map(Tool::label)).filter(|(score, _)| *score > 0.0);
    let mut scored: Vec<_> = scored.collect();
    scored.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    scored.into_iter().take(super::quality::LOOKED_AT).map(|(_, label)| label).collect()
}

fn text(tool: &Tool) -> String {
    format!("{} {} {}", tool.server, tool.tool.name, tool.tool.description)
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
