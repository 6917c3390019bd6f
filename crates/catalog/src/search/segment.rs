//! The words of one server's tools: an inverted index that is built once, when the server is
//! listed, and never changed. A change of another server does not touch it.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::{
    fields::{self, FIELDS, Field},
    lexicon::Lexicon,
    stem,
    thesaurus::{Thesaurus, thesaurus},
    words::{self, Shape},
};
use crate::NewTool;

/// From how many tools on a word of most names is taken for a part of the server's name.
const MIN_TOOLS_FOR_ECHO: usize = 3;

/// The longest name that is also known as one word, in bytes.
const MAX_COMPACT: usize = 40;

/// Where one word occurs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posting {
    /// The tool, counted within its server.
    pub(super) tool: u32,
    /// What the word is worth there, as a part of `u16::MAX`.
    weight: u16,
    /// The part of the tool's name that it is, of 255.
    share: u8,
}

/// The words of one server's tools.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    /// The stems, sorted.
    pub(super) stems: Lexicon,
    /// For each stem the shortest word it was made from.
    pub(super) surfaces: Lexicon,
    /// Where each stem's postings start, and where the last ones end.
    starts: Vec<u32>,
    postings: Vec<Posting>,
    tools: usize,
}

impl Posting {
    pub(super) fn weight(self) -> f32 {
        f32::from(self.weight) / f32::from(u16::MAX)
    }

    pub(super) fn share(self) -> f32 {
        f32::from(self.share) / 255.0
    }

    /// Whether the word is all there is to the tool's name.
    pub(super) fn is_whole_name(self) -> bool {
        self.share == u8::MAX
    }
}

impl Segment {
    /// Counts the words of these tools; they keep the order they are given in.
    pub(crate) fn new(server: &str, tools: &[&NewTool]) -> Self {
        let mut builder = Builder::new();
        let echoes = builder.echoes(tools);
        for (number, tool) in tools.iter().enumerate() {
            builder.add(number as u32, server, tool, &echoes);
        }
        builder.finish(tools.len())
    }

    /// How many tools there are.
    pub(super) fn len(&self) -> usize {
        self.tools
    }

    /// Where the `stem`-th stem occurs.
    pub(super) fn postings(&self, stem: usize) -> &[Posting] {
        &self.postings[self.starts[stem] as usize..self.starts[stem + 1] as usize]
    }

    /// How much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        self.stems.size()
            + self.surfaces.size()
            + self.starts.capacity() * size_of::<u32>()
            + self.postings.capacity() * size_of::<Posting>()
    }
}

/// A stem while the index is built.
struct Term {
    stem: String,
    surface: String,
    is_filler: bool,
    starts_phrase: bool,
    postings: Vec<Posting>,
}

/// One tool's words while they are counted.
#[derive(Default)]
struct Counted {
    // The keys are numbers of ours, which nobody outside can choose.
    counts: FxHashMap<u32, [u16; FIELDS]>,
    lengths: [u32; FIELDS],
    /// The words of the name that tell the tool from its siblings.
    name: Vec<u32>,
    /// The name as one word, when it is made of several.
    whole_name: Option<u32>,
}

struct Builder {
    thesaurus: &'static Thesaurus,
    terms: Vec<Term>,
    by_stem: HashMap<String, u32>,
    /// From a word as it stood to its term; stemming is the costly part.
    by_word: HashMap<String, u32>,
    /// The words of the text in hand.
    sequence: Vec<u32>,
}

impl Builder {
    fn new() -> Self {
        Self {
            thesaurus: thesaurus(),
            terms: Vec::new(),
            by_stem: HashMap::new(),
            by_word: HashMap::new(),
            sequence: Vec::new(),
        }
    }

    /// The words that more than half of all names hold: `jira` in `jira_get_issue`.
    fn echoes(&mut self, tools: &[&NewTool]) -> Vec<u32> {
        let mut seen: HashMap<u32, usize> = HashMap::new();
        for tool in tools {
            let mut name = self.words(&tool.name);
            name.sort_unstable();
            name.dedup();
            for term in name {
                *seen.entry(term).or_default() += 1;
            }
        }
        let enough = |count: usize| tools.len() >= MIN_TOOLS_FOR_ECHO && 2 * count > tools.len();
        seen.into_iter().filter(|(_, count)| enough(*count)).map(|(term, _)| term).collect()
    }

    fn words(&mut self, text: &str) -> Vec<u32> {
        self.read(text);
        self.sequence.clone()
    }

    fn add(&mut self, number: u32, server: &str, tool: &NewTool, echoes: &[u32]) {
        let mut counted = Counted::default();
        fields::texts(tool, &mut |field, text| self.count(&mut counted, field, text, echoes));
        self.count(&mut counted, Field::Server, server, &[]);
        self.whole_name(&mut counted, &tool.name);
        let shares = shares(&counted.name);
        let Counted { counts, lengths, whole_name, .. } = counted;
        for (term, counts) in counts {
            let weight = fields::weight(&counts, &lengths);
            let is_whole = whole_name == Some(term);
            let share = if is_whole { 1.0 } else { self.share(term, &shares) };
            let posting = Posting {
                tool: number,
                weight: (weight * f32::from(u16::MAX)) as u16,
                share: (share * 255.0) as u8,
            };
            self.terms[term as usize].postings.push(posting);
        }
    }

    /// The part of the name that a term is: its own, or that of a phrase's words together.
    fn share(&self, term: u32, shares: &HashMap<u32, f32>) -> f32 {
        let stem = &self.terms[term as usize].stem;
        if !stem.contains(' ') {
            return shares.get(&term).copied().unwrap_or_default();
        }
        let parts = stem.split(' ').filter_map(|part| shares.get(self.by_stem.get(part)?));
        parts.sum::<f32>().min(1.0)
    }

    fn count(&mut self, counted: &mut Counted, field: Field, text: &str, echoes: &[u32]) {
        self.read(text);
        let sequence = std::mem::take(&mut self.sequence);
        for (position, term) in sequence.iter().enumerate() {
            counted.lengths[field as usize] += 1;
            let known = &self.terms[*term as usize];
            if known.starts_phrase {
                self.count_phrase(counted, field, &sequence[position..]);
            }
            if self.terms[*term as usize].is_filler && field != Field::Name {
                continue;
            }
            let is_echo = field == Field::Name && echoes.contains(term);
            counted.note(*term, if is_echo { Field::Server } else { field });
            if field == Field::Name && !is_echo {
                counted.name.push(*term);
            }
        }
        self.sequence = sequence;
    }

    fn count_phrase(&mut self, counted: &mut Counted, field: Field, sequence: &[u32]) {
        let ahead = &sequence[..sequence.len().min(8)];
        let stems: Vec<&str> =
            ahead.iter().map(|term| self.terms[*term as usize].stem.as_str()).collect();
        let length = self.thesaurus.phrase_at(&stems);
        if length > 1 {
            let phrase = stems[..length].join(" ");
            let term = self.term(&phrase, &phrase);
            counted.note(term, field);
        }
    }

    /// The name is known as one word too: `readfile`.
    fn whole_name(&mut self, counted: &mut Counted, name: &str) {
        let whole = words::compact(name);
        if counted.name.len() > 1 && whole.len() <= MAX_COMPACT {
            let term = self.term(&stem::stem(&whole), &whole);
            counted.note(term, Field::Name);
            counted.whole_name = Some(term);
        }
    }

    /// Cuts a text into `sequence`. A compound that the thesaurus knows (`GitHub`) is one word; of
    /// any other its parts count too.
    fn read(&mut self, text: &str) {
        self.sequence.clear();
        let mut sequence = std::mem::take(&mut self.sequence);
        let mut parts_count = true;
        words::split(text, |word| {
            if word.shape == Shape::Part && !parts_count {
                return;
            }
            let term = self.term_of(word.text);
            if word.shape == Shape::Compound {
                parts_count = !self.thesaurus.knows(&self.terms[term as usize].stem);
            }
            sequence.push(term);
        });
        self.sequence = sequence;
    }

    fn term_of(&mut self, word: &str) -> u32 {
        if let Some(term) = self.by_word.get(word) {
            return *term;
        }
        let term = stem::with_stem(word, |stem| self.term(stem, word));
        self.by_word.insert(word.to_owned(), term);
        term
    }

    fn term(&mut self, stem: &str, surface: &str) -> u32 {
        if let Some(term) = self.by_stem.get(stem) {
            let known = &mut self.terms[*term as usize];
            if surface.len() < known.surface.len() {
                surface.clone_into(&mut known.surface);
            }
            return *term;
        }
        let term = self.terms.len() as u32;
        self.terms.push(Term {
            is_filler: words::is_filler(surface),
            starts_phrase: self.thesaurus.starts_phrase(stem),
            surface: surface.to_owned(),
            stem: stem.to_owned(),
            postings: Vec::new(),
        });
        self.by_stem.insert(stem.to_owned(), term);
        term
    }

    fn finish(self, tools: usize) -> Segment {
        let mut terms: Vec<Term> =
            self.terms.into_iter().filter(|term| !term.postings.is_empty()).collect();
        terms.sort_unstable_by(|left, right| left.stem.cmp(&right.stem));
        let mut segment = Segment { tools, starts: vec![0], ..Segment::default() };
        for term in &terms {
            segment.stems.push(&term.stem);
            segment.surfaces.push(&term.surface);
            segment.postings.extend(&term.postings);
            segment.starts.push(segment.postings.len() as u32);
        }
        segment.stems.shrink();
        segment.surfaces.shrink();
        segment.starts.shrink_to_fit();
        segment.postings.shrink_to_fit();
        segment
    }
}

impl Counted {
    fn note(&mut self, term: u32, field: Field) {
        let count = &mut self.counts.entry(term).or_default()[field as usize];
        *count = count.saturating_add(1);
    }
}

/// The part of a name that each of its words is.
fn shares(name: &[u32]) -> HashMap<u32, f32> {
    let mut words = name.to_vec();
    words.sort_unstable();
    words.dedup();
    let part = 1.0 / words.len().max(1) as f32;
    words.into_iter().map(|word| (word, part)).collect()
}
