//! What words of the tool world stand for: a curated table, read once. It is written from what
//! tools are known to do and how people ask for it, not from any list of queries or of servers.

use std::{collections::HashMap, sync::LazyLock};

use super::{spelling, stem, words};

/// The table's files. Each line is one entry; the sign in it says how the two sides belong together.
const TABLES: [&str; 6] = [
    include_str!("thesaurus/actions.txt"),
    include_str!("thesaurus/things.txt"),
    include_str!("thesaurus/domains.txt"),
    include_str!("thesaurus/general.txt"),
    include_str!("thesaurus/products.txt"),
    include_str!("thesaurus/requests.txt"),
];

/// What words of one `=` line are worth for one another.
const SAME: f32 = 0.75;
/// What the left of `>` is worth for what is on its right; not the other way round.
const LEADS: f32 = 0.45;
/// What both sides of `~` are worth for one another.
const RELATED: f32 = 0.3;

/// The longest phrase, in words.
const MAX_PHRASE: usize = 6;

/// The table, ready to be looked up by stem. A phrase is its stems with a space between them.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    wider: HashMap<String, Vec<(String, f32)>>,
    /// Phrases by the stem of their first word, longest first.
    phrases: HashMap<String, Vec<Vec<String>>>,
    /// Single stems, in order, with the letters they have.
    spellings: Vec<(String, u32)>,
}

/// The one table that there is.
pub(super) fn thesaurus() -> &'static Thesaurus {
    static TABLE: LazyLock<Thesaurus> = LazyLock::new(|| {
        let mut table = Thesaurus::default();
        for line in TABLES.iter().flat_map(|text| text.lines()) {
            table.add(line);
        }
        table.finish();
        table
    });
    &TABLE
}

impl Thesaurus {
    /// What a stem or phrase may stand for, and what each is worth.
    pub(super) fn wider(&self, key: &str) -> &[(String, f32)] {
        self.wider.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether there is anything about a stem.
    pub(super) fn knows(&self, stem: &str) -> bool {
        self.wider.contains_key(stem)
    }

    /// The stems that `stem` may be a misspelling of, with their distances, in order.
    pub(super) fn near(&self, stem: &str, most: usize) -> Vec<(&str, usize)> {
        let letters = spelling::letters(stem);
        let known = self.spellings.iter();
        let near = known.filter(|(_, others)| spelling::may_be_near(letters, *others, most));
        near.filter_map(|(known, _)| Some((known.as_str(), spelling::distance(stem, known, most)?)))
            .collect()
    }

    /// How many of `stems`, from the first on, are the longest known phrase; 0 when none is.
    pub(super) fn phrase_at<S: AsRef<str>>(&self, stems: &[S]) -> usize {
        let Some(phrases) = stems.first().and_then(|first| self.phrases.get(first.as_ref())) else {
            return 0;
        };
        let fits = |phrase: &&Vec<String>| {
            phrase.len() <= stems.len()
                && phrase.iter().zip(stems).all(|(one, other)| one == other.as_ref())
        };
        phrases.iter().find(fits).map_or(0, Vec::len)
    }

    /// Whether a phrase starts with this stem.
    pub(super) fn starts_phrase(&self, stem: &str) -> bool {
        self.phrases.contains_key(stem)
    }

    fn add(&mut self, line: &str) {
        let line = line.split('#').next().unwrap_or_default();
        let Some(sign) = line.find(['=', '~', '>']) else { return };
        let (left, right) = (keys(&line[..sign]), keys(&line[sign + 1..]));
        match line.as_bytes()[sign] {
            b'=' => {
                let all: Vec<String> = left.into_iter().chain(right).collect();
                self.link(&all, &all, SAME);
            }
            b'~' => {
                self.link(&left, &right, RELATED);
                self.link(&right, &left, RELATED);
            }
            _ => self.link(&left, &right, LEADS),
        }
    }

    fn link(&mut self, from: &[String], to: &[String], worth: f32) {
        for one in from {
            let known = self.wider.entry(one.clone()).or_default();
            for other in to.iter().filter(|other| *other != one) {
                match known.iter_mut().find(|(key, _)| key == other) {
                    Some((_, before)) => *before = before.max(worth),
                    None => known.push((other.clone(), worth)),
                }
            }
        }
        for key in from.iter().chain(to).filter(|key| key.contains(' ')) {
            let stems: Vec<String> = key.split(' ').take(MAX_PHRASE).map(str::to_owned).collect();
            let known = self.phrases.entry(stems[0].clone()).or_default();
            if !known.contains(&stems) {
                known.push(stems);
            }
        }
    }

    fn finish(&mut self) {
        for phrases in self.phrases.values_mut() {
            phrases.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        }
        let stems = self.wider.keys().filter(|key| !key.contains(' '));
        self.spellings = stems.map(|stem| (stem.clone(), spelling::letters(stem))).collect();
        self.spellings.sort_unstable();
    }
}

/// The stems of a side's words; `pull_request` is one phrase.
fn keys(side: &str) -> Vec<String> {
    side.split_whitespace().map(key).collect()
}

fn key(entry: &str) -> String {
    let mut stems = Vec::new();
    words::split(entry, |word| {
        if word.shape != words::Shape::Part {
            stems.push(stem::stem(word.text));
        }
    });
    stems.join(" ")
}

#[cfg(test)]
mod tests;
