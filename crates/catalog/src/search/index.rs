//! All servers' words together: which stems there are, and in which segments. It is put together
//! from the segments whenever one of them was replaced, which takes milliseconds: no text is read.

use std::sync::Arc;

use super::{
    lexicon::Lexicon,
    segment::{Posting, Segment},
    spelling,
};

/// Every segment, and where each stem is in them.
#[derive(Debug, Default)]
pub(crate) struct Index {
    segments: Vec<Arc<Segment>>,
    /// The number of each segment's first tool among all tools.
    bases: Vec<u32>,
    /// The stems, sorted.
    stems: Lexicon,
    terms: Vec<Term>,
    /// For each stem the segments it is in, with its number there.
    places: Vec<(u32, u32)>,
    documents: usize,
}

/// What is known of one stem.
#[derive(Debug)]
struct Term {
    first_place: u32,
    /// How many tools have it.
    documents: u32,
    letters: u32,
    surface_letters: u32,
    surface_length: u8,
}

impl Index {
    /// Puts segments together; tools are numbered through in this order.
    pub(crate) fn new(segments: Vec<Arc<Segment>>) -> Self {
        let mut index = Self::default();
        let mut found = Vec::new();
        for (number, segment) in segments.iter().enumerate() {
            index.bases.push(index.documents as u32);
            index.documents += segment.len();
            let stems = segment.stems.iter().enumerate();
            found.extend(stems.map(|(local, stem)| (stem, number as u32, local as u32)));
        }
        // Each segment is sorted already, and this sort makes use of it.
        found.sort_by(|left, right| left.0.cmp(right.0));
        for group in found.chunk_by(|left, right| left.0 == right.0) {
            index.add(group, &segments);
        }
        index.stems.shrink();
        index.segments = segments;
        index
    }

    fn add(&mut self, group: &[(&str, u32, u32)], segments: &[Arc<Segment>]) {
        let stem = group[0].0;
        let first_place = self.places.len() as u32;
        let mut documents = 0;
        for (_, number, local) in group {
            self.places.push((*number, *local));
            documents += segments[*number as usize].postings(*local as usize).len() as u32;
        }
        let (_, number, local) = group[0];
        let surface = segments[number as usize].surfaces.get(local as usize);
        self.stems.push(stem);
        self.terms.push(Term {
            first_place,
            documents,
            letters: spelling::letters(stem),
            surface_letters: spelling::letters(surface),
            surface_length: surface.len().min(255) as u8,
        });
    }

    /// How many tools there are.
    pub(super) fn documents(&self) -> usize {
        self.documents
    }

    /// How many tools have a stem.
    pub(super) fn frequency(&self, term: usize) -> usize {
        self.terms[term].documents as usize
    }

    /// The number of a stem.
    pub(super) fn find(&self, stem: &str) -> Option<usize> {
        self.stems.find(stem)
    }

    pub(super) fn stem(&self, term: usize) -> &str {
        self.stems.get(term)
    }

    /// The shortest word that a stem was made from in the first segment that has it.
    pub(super) fn surface(&self, term: usize) -> &str {
        let (segment, local) = self.places[self.terms[term].first_place as usize];
        self.segments[segment as usize].surfaces.get(local as usize)
    }

    /// The stems that start with `stem` and are longer.
    pub(super) fn starting_with<'a>(&'a self, stem: &'a str) -> impl Iterator<Item = usize> + 'a {
        (self.stems.position(stem)..self.stems.len())
            .take_while(move |term| self.stems.get(*term).starts_with(stem))
            .filter(move |term| self.stems.get(*term).len() > stem.len())
    }

    /// The stems that `word` may be a misspelling of, with their distances.
    pub(super) fn near(&self, word: &str, stem: &str, most: usize) -> Vec<(usize, usize)> {
        let (letters, stem_letters) = (spelling::letters(word), spelling::letters(stem));
        let mut found = Vec::new();
        for (number, term) in self.terms.iter().enumerate() {
            let by_surface = spelling::may_be_near(letters, term.surface_letters, most)
                && word.len().abs_diff(usize::from(term.surface_length)) <= most;
            let by_stem = spelling::may_be_near(stem_letters, term.letters, most);
            if !by_surface && !by_stem {
                continue;
            }
            let surface = by_surface.then(|| spelling::distance(word, self.surface(number), most));
            let stems = by_stem.then(|| spelling::distance(stem, self.stem(number), most));
            if let Some(distance) = surface.flatten().into_iter().chain(stems.flatten()).min() {
                found.push((number, distance));
            }
        }
        found
    }

    /// Where a stem occurs, in the segments that `keep` lets through: the tool's number among all
    /// tools, and its posting.
    pub(super) fn postings(
        &self,
        term: usize,
        keep: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = (usize, Posting)> {
        let first = self.terms[term].first_place as usize;
        let next = self.terms.get(term + 1);
        let end = next.map_or(self.places.len(), |next| next.first_place as usize);
        let places = self.places[first..end].iter();
        places.filter(move |(segment, _)| keep(*segment as usize)).flat_map(|(segment, local)| {
            let base = self.bases[*segment as usize] as usize;
            let postings = self.segments[*segment as usize].postings(*local as usize);
            postings.iter().map(move |posting| (base + posting.tool as usize, *posting))
        })
    }

    /// The segment that a tool is in, and its number there.
    pub(crate) fn place_of(&self, document: usize) -> (usize, usize) {
        let segment = self.bases.partition_point(|base| *base as usize <= document) - 1;
        (segment, document - self.bases[segment] as usize)
    }

    /// How much memory it takes with its segments, in bytes.
    pub(crate) fn size(&self) -> usize {
        let segments: usize = self.segments.iter().map(|segment| segment.size()).sum();
        segments
            + self.stems.size()
            + self.terms.capacity() * size_of::<Term>()
            + self.places.capacity() * size_of::<(u32, u32)>()
    }
}
