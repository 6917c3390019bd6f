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

/// The table, ready to be looked up by stem. A phrase is its stems with a space between them. Keys are
/// numbered: every first search waits for the table to be read.
#[derive(Debug, Default)]
pub(super) struct Thesaurus {
    numbers: HashMap<String, u32>,
    /// By number: the key, and what it may stand for.
    keys: Vec<(String, Vec<(u32, f32)>)>,
    /// Phrases by the stem of their first word, longest first.
    phrases: HashMap<String, Vec<Vec<String>>>,
    /// Single stems, in order, with the letters they have.
    spellings: Vec<(String, u32)>,
}

/// The one table that there is.
pub(super) fn thesaurus() -> &'static Thesaurus {
    static TABLE: LazyLock<Thesaurus> = LazyLock::new(|| {
        let mut reading = Reading::default();
        TABLES.iter().flat_map(|text| text.lines()).for_each(|line| reading.add(line));
        reading.finish()
    });
    &TABLE
}

impl Thesaurus {
    /// What a stem or phrase may stand for, and what each is worth.
    pub(super) fn wider(&self, key: &str) -> impl Iterator<Item = (&str, f32)> {
        self.entry(key).iter().map(|(other, worth)| (self.keys[*other as usize].0.as_str(), *worth))
    }

    /// Whether there is anything about a stem.
    pub(super) fn knows(&self, stem: &str) -> bool {
        !self.entry(stem).is_empty()
    }

    fn entry(&self, key: &str) -> &[(u32, f32)] {
        self.numbers.get(key).map_or(&[], |number| &self.keys[*number as usize].1)
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

    fn push(&mut self, key: String) -> u32 {
        if key.contains(' ') {
            let stems: Vec<String> = key.split(' ').take(MAX_PHRASE).map(str::to_owned).collect();
            let known = self.phrases.entry(stems[0].clone()).or_default();
            if !known.contains(&stems) {
                known.push(stems);
            }
        }
        let number = self.keys.len() as u32;
        self.numbers.insert(key.clone(), number);
        self.keys.push((key, Vec::new()));
        number
    }
}

/// The table while it is read.
#[derive(Default)]
struct Reading {
    table: Thesaurus,
    /// Words as they stand there, each of which stands there several times.
    seen: HashMap<&'static str, u32>,
}

impl Reading {
    fn add(&mut self, line: &'static str) {
        let line = line.split('#').next().unwrap_or_default();
        let Some(sign) = line.find(['=', '~', '>']) else { return };
        let (mut left, right) = (self.side(&line[..sign]), self.side(&line[sign + 1..]));
        match line.as_bytes()[sign] {
            b'=' => {
                left.extend(right);
                self.link(&left, &left, SAME);
            }
            b'~' => {
                self.link(&left, &right, RELATED);
                self.link(&right, &left, RELATED);
            }
            _ => self.link(&left, &right, LEADS),
        }
    }

    /// The numbers of a side's words; `pull_request` is one phrase.
    fn side(&mut self, side: &'static str) -> Vec<u32> {
        side.split_whitespace().map(|entry| self.number(entry)).collect()
    }

    fn number(&mut self, entry: &'static str) -> u32 {
        if let Some(number) = self.seen.get(entry) {
            return *number;
        }
        let key = key(entry);
        let number = match self.table.numbers.get(&key) {
            Some(number) => *number,
            None => self.table.push(key),
        };
        self.seen.insert(entry, number);
        number
    }

    fn link(&mut self, from: &[u32], to: &[u32], worth: f32) {
        for one in from {
            let known = &mut self.table.keys[*one as usize].1;
            for other in to.iter().filter(|other| *other != one) {
                match known.iter_mut().find(|(key, _)| key == other) {
                    Some((_, before)) => *before = before.max(worth),
                    None => known.push((*other, worth)),
                }
            }
        }
    }

    fn finish(self) -> Thesaurus {
        let mut table = self.table;
        for phrases in table.phrases.values_mut() {
            phrases.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        }
        let leading = table.keys.iter().filter(|(_, others)| !others.is_empty());
        let stems = leading.map(|(key, _)| key).filter(|key| !key.contains(' '));
        table.spellings = stems.map(|stem| (stem.clone(), spelling::letters(stem))).collect();
        table.spellings.sort_unstable();
        table
    }
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
