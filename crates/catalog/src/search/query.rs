//! Reading a request: its words and phrases, each widened to the stems that may stand for it in a
//! tool's text.

use std::collections::HashMap;

use super::{
    index::Index,
    spelling, stem,
    thesaurus::thesaurus,
    words::{self, Shape},
};

/// What is read of a request, in bytes and in words.
const MAX_TEXT: usize = 2 * 1024;
const MAX_WORDS: usize = 32;

/// Stems one word may be widened to.
const MAX_STEMS: usize = 64;

/// What a match is worth when it is not the word itself.
const PREFIX: f32 = 0.5;
const SHORTENED: f32 = 0.5;
const MISSPELT: [f32; 4] = [1.0, 0.9, 0.75, 0.6];
const JOINED: f32 = 0.8;
const PART: f32 = 0.35;

/// The shortest stem that others may start with, and the part of them that it has to be.
const MIN_PREFIX: usize = 3;
const MIN_PREFIX_SHARE: f32 = 0.45;

/// How many tools have to know a short half of a word that may be two.
const MIN_HALF_FREQUENCY: usize = 3;

/// What turns a verb round when its effect is to end: `no longer protected` is `unprotect`.
const REVERSALS: [&str; 2] = ["un", "dis"];

/// What is left of the verb itself then.
const NOT_REVERSED: f32 = 0.6;

/// How many spellings a misspelt word may stand for.
const MAX_SPELLINGS: usize = 4;

/// One thing that is asked for, with the stems that mean it and what each is worth.
#[derive(Debug)]
pub(super) struct Concept {
    /// Numbers of stems in the index, best first.
    pub(super) terms: Vec<(usize, f32)>,
    /// How many words of the request it is.
    pub(super) words: usize,
}

/// A word of the request.
struct Token {
    word: String,
    stem: String,
    is_filler: bool,
}

/// What a request asks for; `None` when there is no word in it.
pub(super) fn read(index: &Index, text: &str) -> Option<Vec<Concept>> {
    let mut tokens = tokens(index, text);
    if tokens.is_empty() {
        return None;
    }
    if tokens.iter().all(|token| token.is_filler) && thesaurus_is_silent(&tokens) {
        for token in &mut tokens {
            token.is_filler = false;
        }
    }
    Some(concepts(index, &tokens))
}

fn concepts(index: &Index, tokens: &[Token]) -> Vec<Concept> {
    let stems: Vec<&str> = tokens.iter().map(|token| token.stem.as_str()).collect();
    let is_reversed = ends_something(&stems);
    let mut concepts = Vec::new();
    let mut position = 0;
    while position < tokens.len() {
        let length = thesaurus().phrase_at(&stems[position..]);
        if length > 1 {
            concepts.push(phrase(index, &tokens[position..position + length]));
            position += length;
            continue;
        }
        let token = &tokens[position];
        if !token.is_filler {
            let mut widened = Widened::new(index);
            widened.word(&token.word, &token.stem);
            if is_reversed {
                widened.reverse(&token.stem);
            }
            for neighbour in neighbours(tokens, position) {
                widened.stem(&neighbour, JOINED);
            }
            concepts.push(widened.finish(1));
        }
        position += 1;
    }
    concepts
}

/// Whether the request wants something undone, or not to be any more.
fn ends_something(stems: &[&str]) -> bool {
    let says = |words: &[&str]| stems.windows(words.len()).any(|window| window == words);
    says(&["no", "longer"]) || says(&["anymore"]) || says(&["any", "more"]) || says(&["undo"])
}

/// A phrase is one thing; its single words say less.
fn phrase(index: &Index, tokens: &[Token]) -> Concept {
    let key: Vec<&str> = tokens.iter().map(|token| token.stem.as_str()).collect();
    let mut widened = Widened::new(index);
    widened.stem(&key.join(" "), 1.0);
    for token in tokens.iter().filter(|token| !token.is_filler) {
        widened.stem(&token.stem, PART);
    }
    widened.wider(&key.join(" "), 1.0);
    let words = tokens.iter().filter(|token| !token.is_filler).count();
    widened.finish(words.max(1))
}

/// A word run together with the one before and after it: `data base`.
fn neighbours(tokens: &[Token], position: usize) -> impl Iterator<Item = String> {
    let joined = |left: &Token, right: &Token| {
        let fits = !left.is_filler && !right.is_filler;
        fits.then(|| stem::stem(&format!("{}{}", left.word, right.word)))
    };
    let before = position.checked_sub(1).and_then(|b| joined(&tokens[b], &tokens[position]));
    let after = tokens.get(position + 1).and_then(|next| joined(&tokens[position], next));
    before.into_iter().chain(after)
}

fn thesaurus_is_silent(tokens: &[Token]) -> bool {
    let stems: Vec<&str> = tokens.iter().map(|token| token.stem.as_str()).collect();
    (0..stems.len()).all(|position| thesaurus().phrase_at(&stems[position..]) < 2)
}

/// The request's words in order, each once.
fn tokens(index: &Index, text: &str) -> Vec<Token> {
    let text = &text[..text.floor_char_boundary(MAX_TEXT.min(text.len()))];
    let mut tokens: Vec<Token> = Vec::new();
    let mut parts_count = false;
    words::split(text, |word| {
        if tokens.len() >= MAX_WORDS || (word.shape == Shape::Part && !parts_count) {
            return;
        }
        let stem = stem::stem(word.text);
        if word.shape == Shape::Compound {
            parts_count = index.find(&stem).is_none() && !thesaurus().knows(&stem);
            if parts_count {
                return;
            }
        }
        if tokens.iter().any(|known| known.stem == stem && !known.is_filler) {
            return;
        }
        let is_filler = words::is_filler(word.text);
        tokens.push(Token { word: word.text.to_owned(), stem, is_filler });
    });
    tokens
}

/// The stems that a word may mean.
struct Widened<'a> {
    index: &'a Index,
    terms: HashMap<usize, f32>,
}

impl<'a> Widened<'a> {
    fn new(index: &'a Index) -> Self {
        Self { index, terms: HashMap::new() }
    }

    fn finish(self, words: usize) -> Concept {
        let mut terms: Vec<_> = self.terms.into_iter().collect();
        terms.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        terms.truncate(MAX_STEMS);
        Concept { terms, words }
    }

    fn note(&mut self, term: usize, worth: f32) {
        let known = self.terms.entry(term).or_default();
        *known = known.max(worth);
    }

    fn stem(&mut self, stem: &str, worth: f32) {
        if let Some(term) = self.index.find(stem) {
            self.note(term, worth);
        }
    }

    fn wider(&mut self, key: &str, worth: f32) {
        for (other, part) in thesaurus().wider(key) {
            self.stem(other, worth * part);
        }
    }

    /// Everything that a single word may mean.
    fn word(&mut self, word: &str, stem: &str) {
        self.stem(stem, 1.0);
        self.wider(stem, 1.0);
        self.longer(stem);
        self.shorter(stem);
        let is_known = self.index.find(stem).is_some() || thesaurus().knows(stem);
        if !is_known && word.len() >= spelling::MIN_LETTERS {
            self.unknown(word, stem);
        }
    }

    /// Means the reverse of a verb, where tools have a word for it.
    fn reverse(&mut self, stem: &str) {
        for prefix in REVERSALS {
            if let Some(term) = self.index.find(&format!("{prefix}{stem}")) {
                self.terms.values_mut().for_each(|worth| *worth *= NOT_REVERSED);
                self.note(term, 1.0);
            }
        }
    }

    /// `auth` for `authenticate`.
    fn longer(&mut self, stem: &str) {
        if stem.len() < MIN_PREFIX {
            return;
        }
        for term in self.index.starting_with(stem) {
            let share = stem.len() as f32 / self.index.stem(term).len() as f32;
            if share >= MIN_PREFIX_SHARE && !self.index.stem(term).contains(' ') {
                self.note(term, PREFIX * share);
            }
        }
    }

    /// `authenticator` for `authenticate`.
    fn shorter(&mut self, stem: &str) {
        if !stem.is_ascii() {
            return;
        }
        for length in (stem.len() * 2 / 3).max(4)..stem.len() {
            if let Some(term) = self.index.find(&stem[..length]) {
                self.note(term, SHORTENED * length as f32 / stem.len() as f32);
            }
        }
    }

    /// A word that nobody knows is misspelt by one letter, or two words written as one, or misspelt
    /// more badly.
    fn unknown(&mut self, word: &str, stem: &str) {
        let most = spelling::tolerance(word.len());
        if self.respelt(word, stem, 1) || self.split(word) || most < 2 {
            return;
        }
        self.respelt(word, stem, most);
    }

    /// Two known words written as one: `pullrequest`. Whether it was that.
    fn split(&mut self, word: &str) -> bool {
        if !word.is_ascii() {
            return false;
        }
        let known = |part: &str| {
            let term = self.index.find(&stem::stem(part))?;
            (part.len() > 3 || self.index.frequency(term) >= MIN_HALF_FREQUENCY).then_some(term)
        };
        let halves = (3..word.len().saturating_sub(2)).filter_map(|at| {
            let (left, right) = (known(&word[..at])?, known(&word[at..])?);
            Some((self.index.frequency(left).min(self.index.frequency(right)), left, right))
        });
        let Some((_, left, right)) = halves.max() else { return false };
        let phrase = format!("{} {}", self.index.stem(left), self.index.stem(right));
        self.stem(&phrase, 1.0);
        self.wider(&phrase, 1.0);
        self.note(left, JOINED);
        self.note(right, JOINED);
        true
    }

    /// What a misspelt word may have been: the nearest words, the frequent before the rare.
    /// Whether there was any within that many edits.
    fn respelt(&mut self, word: &str, stem: &str, most: usize) -> bool {
        let mut found = self.index.near(word, stem, most);
        let mut elsewhere = thesaurus().near(stem, most);
        elsewhere.retain(|(known, _)| self.index.find(known).is_none());
        let in_index = found.iter().map(|(_, distance)| *distance);
        let Some(least) = in_index.chain(elsewhere.iter().map(|(_, d)| *d)).min() else {
            return false;
        };
        let first = word.as_bytes().first();
        found.retain(|(_, distance)| *distance == least);
        found.sort_by_key(|(term, _)| {
            let same_start = self.index.surface(*term).as_bytes().first() == first;
            (!same_start, usize::MAX - self.index.frequency(*term), *term)
        });
        found.truncate(MAX_SPELLINGS);
        for (place, (term, distance)) in found.into_iter().enumerate() {
            let worth = MISSPELT[distance.min(3)] * if place == 0 { 1.0 } else { 0.8 };
            self.note(term, worth);
            let stem = self.index.stem(term).to_owned();
            self.wider(&stem, worth);
        }
        elsewhere.retain(|(_, distance)| *distance == least);
        for (known, distance) in elsewhere.into_iter().take(MAX_SPELLINGS) {
            self.wider(known, MISSPELT[distance.min(3)]);
        }
        true
    }
}

#[cfg(test)]
mod tests;
