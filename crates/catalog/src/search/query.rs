//! Answering a query: each word is widened to the stems it may mean, each tool keeps the best of
//! them, and tools that answer more of the words come first.

use std::{collections::HashMap, sync::LazyLock};

use super::{index::Index, words};

/// Words of a query that are looked at.
const MAX_WORDS: usize = 24;

/// Stems one word may be widened to.
const MAX_STEMS: usize = 64;

/// What a match is worth when it is not the word itself.
const SYNONYM: f32 = 0.6;
const PREFIX: f32 = 0.5;
const MISSPELT: f32 = 0.6;

/// The shortest word that may be a prefix of another, and that may be misspelt.
const MIN_PREFIX: usize = 3;
const MIN_MISSPELT: usize = 5;

/// Hits below this part of the best score are noise.
const FLOOR: f32 = 0.2;

/// Words that programs use for one another. Words, not stems: they are stemmed when looked up.
const SYNONYMS: &[&[&str]] = &[
    &["delete", "remove", "drop", "erase", "destroy", "trash", "clear", "purge"],
    &["create", "add", "new", "make", "insert", "generate"],
    &["get", "read", "fetch", "show", "load", "retrieve", "view", "open"],
    &["list", "enumerate", "all", "browse"],
    &["update", "edit", "modify", "change", "set", "patch", "rename"],
    &["send", "post", "message", "publish", "notify"],
    &["find", "search", "query", "lookup", "look", "locate"],
    &["write", "save", "store", "put"],
    &["run", "execute", "invoke", "start", "launch", "trigger"],
    &["stop", "cancel", "abort", "kill", "terminate", "end"],
    &["copy", "duplicate", "clone", "fork"],
    &["move", "rename", "transfer"],
    &["download", "export"],
    &["upload", "import"],
    &["issue", "ticket", "bug"],
    &["folder", "directory", "dir"],
    &["picture", "image", "photo", "screenshot", "figure"],
    &["email", "mail", "gmail", "inbox"],
    &["repository", "repo"],
    &["pull", "pr", "merge"],
    &["database", "db"],
    &["table", "sheet", "spreadsheet"],
    &["document", "doc", "page", "note"],
    &["user", "person", "people", "member", "contact"],
    &["time", "clock", "hour"],
    &["web", "internet", "online", "url", "website"],
    &["history", "log"],
    &["comment", "reply"],
    &["channel", "chat", "conversation"],
    &["weather", "forecast"],
    &["place", "location", "address"],
    &["route", "directions", "navigation"],
    &["click", "press", "tap"],
    &["type", "fill", "enter"],
    &["diff", "compare", "difference"],
    &["schema", "structure", "describe", "columns"],
    &["error", "exception", "failure"],
    &["chart", "graph", "plot", "visualize"],
    &["memory", "remember", "knowledge", "recall", "observation", "fact"],
    &["price", "quote", "cost"],
    &["stock", "share", "ticker"],
    &["info", "information", "detail", "metadata"],
    &["buy", "purchase", "order"],
    &["summary", "summarize", "overview"],
];

/// One hit: the document's number and its score.
pub(crate) struct Hit {
    pub(crate) document: usize,
    pub(crate) score: f32,
    /// The part of the query's words that were found, 0 to 1.
    pub(crate) coverage: f32,
}

impl Index {
    /// The documents that answer `query`, best first, ties in document order; `None` when there
    /// is no word in the query.
    pub(crate) fn search(&self, query: &str, keep: impl Fn(usize) -> bool) -> Option<Vec<Hit>> {
        let words = words_of(query);
        if words.is_empty() {
            return None;
        }
        let mut scores = vec![(0.0f32, 0u32); self.documents];
        let mut best: HashMap<u32, f32> = HashMap::new();
        for word in &words {
            best.clear();
            for (term, worth) in self.widened(word) {
                for (document, weight) in &self.postings[term] {
                    let score = best.entry(*document).or_default();
                    *score = score.max(weight * worth);
                }
            }
            for (document, score) in &best {
                let entry = &mut scores[*document as usize];
                *entry = (entry.0 + score, entry.1 + 1);
            }
        }
        let hits = scores
            .into_iter()
            .enumerate()
            .filter(|(document, (score, _))| *score > 0.0 && keep(*document));
        let count = words.len() as f32;
        let mut hits: Vec<Hit> = hits
            .map(|(document, (score, found))| {
                let coverage = found as f32 / count;
                Hit { document, score: score * (0.4 + 0.6 * coverage), coverage }
            })
            .collect();
        hits.sort_by(|left, right| right.score.total_cmp(&left.score));
        let floor = hits.first().map_or(0.0, |hit| hit.score * FLOOR);
        hits.retain(|hit| hit.score >= floor);
        Some(hits)
    }

    /// The stems a word may mean and what each is worth.
    fn widened(&self, word: &str) -> Vec<(usize, f32)> {
        let mut found: HashMap<usize, f32> = HashMap::new();
        let mut note = |term: usize, worth: f32| {
            let entry = found.entry(term).or_default();
            *entry = entry.max(worth);
        };
        let stem = words::stem(word);
        let exact = self.position(&stem);
        if let Some(term) = exact {
            note(term, 1.0);
        }
        for synonym in WIDER.get(&stem).into_iter().flatten() {
            if let Some(term) = self.position(synonym) {
                note(term, SYNONYM);
            }
        }
        if word.len() >= MIN_PREFIX {
            for (term, shared) in self.starting_with(&stem) {
                note(term, PREFIX * shared);
            }
        }
        if exact.is_none() && word.chars().count() >= MIN_MISSPELT {
            for (term, known) in self.vocabulary.iter().enumerate() {
                if !within_one_edit(&stem, known) {
                    continue;
                }
                note(term, MISSPELT);
                for synonym in WIDER.get(known).into_iter().flatten() {
                    if let Some(term) = self.position(synonym) {
                        note(term, MISSPELT * SYNONYM);
                    }
                }
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        found.truncate(MAX_STEMS);
        found
    }

    fn position(&self, stem: &str) -> Option<usize> {
        self.vocabulary.binary_search_by(|known| known.as_str().cmp(stem)).ok()
    }

    /// Longer stems that start with `stem`, and the part of each that it covers.
    fn starting_with<'a>(&'a self, stem: &'a str) -> impl Iterator<Item = (usize, f32)> + 'a {
        let start = self.vocabulary.partition_point(|known| known.as_str() < stem);
        self.vocabulary[start..]
            .iter()
            .take_while(move |known| known.starts_with(stem))
            .enumerate()
            .filter(move |(_, known)| known.len() > stem.len())
            .map(move |(offset, known)| (start + offset, stem.len() as f32 / known.len() as f32))
    }
}

/// The query's words, fillers left out unless there is nothing else.
fn words_of(query: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    words::split(query, |word| {
        if words.len() < MAX_WORDS && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    });
    if words.iter().any(|word| !words::is_filler(word)) {
        words.retain(|word| !words::is_filler(word));
    }
    words
}

/// For each stem in the table, the stems it may stand for.
static WIDER: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut wider: HashMap<String, Vec<String>> = HashMap::new();
    for group in SYNONYMS {
        let stems: Vec<String> = group.iter().map(|word| words::stem(word)).collect();
        for stem in &stems {
            wider.entry(stem.clone()).or_default().extend(stems.iter().cloned());
        }
    }
    wider
});

/// Whether one insertion, deletion, substitution or swap of neighbours makes `a` into `b`.
fn within_one_edit(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a, b) {
        ([], []) | ([_], []) | ([], [_]) | ([_], [_]) => true,
        ([w, x], [y, z]) => w == z && x == y,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
