//! Answering a request: every tool keeps, for each thing asked for, the best of the stems that
//! mean it; tools that answer more of the request, and whose name is about little else, come first.

use std::collections::HashSet;

use super::{
    index::Index,
    query::{self, Concept},
    segment::Posting,
    stem, words,
};

/// Hits below this part of the best score are noise.
const FLOOR: f32 = 0.2;

/// What is left of the score of a tool that answers nothing of the request's weight; the rest
/// grows with what it answers.
const UNANSWERED: f32 = 0.5;

/// How much a tool gains whose whole name is in the request.
const NAMED: f32 = 0.5;

/// How much more it gains when the request is nothing but its name.
const EXACT: f32 = 0.5;

/// How much rarity says: a word in one tool of a thousand is not ten times as telling as one in a
/// hundred.
const RARITY: f32 = 0.85;

/// How much of its own rarity a stem brings in where it is rarer than the thing it stands for.
const OWN_RARITY: f32 = 0.6;

/// What stems have to be worth to say how rare the thing is that they stand for.
const SPEAKS_FOR_RARITY: f32 = 0.5;

/// Stems of what changes things, and what is left of the score of a tool that does so unasked.
const CHANGES: [&str; 14] = [
    "add", "creat", "delet", "disabl", "drop", "edit", "insert", "manage", "patch", "put", "remov",
    "set", "updat", "write",
];
const UNASKED: f32 = 0.94;

/// One hit: the tool's number and its score.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) document: usize,
    pub(crate) score: f32,
    /// The part of the request's words that were found, 0 to 1.
    pub(crate) coverage: f32,
}

/// What a tool has gathered.
#[derive(Debug, Clone, Copy, Default)]
struct Gathered {
    score: f32,
    /// The weight of what it answers.
    answered: f32,
    /// The part of its name that the request speaks of.
    named: f32,
    /// How many words of the request it answers.
    words: usize,
}

/// How a tool answers the thing in hand, by the best of the stems that mean it.
#[derive(Debug, Clone, Copy, Default)]
struct Match {
    score: f32,
    worth: f32,
    /// The part of the tool's name that it is.
    share: f32,
}

/// What all tools gather, one thing that is asked for after the other.
#[derive(Debug, Default)]
struct Tally {
    gathered: Vec<Gathered>,
    best: Vec<Match>,
    /// The tools that answer the thing in hand, and those that answer anything.
    touched: Vec<usize>,
    seen: Vec<usize>,
    /// The weight of all that is asked for, and its words.
    asked: f32,
    words: usize,
}

impl Index {
    /// The tools of the segments that `keep` lets through which answer `request`, in no order;
    /// `None` when there is no word in the request.
    pub(crate) fn search(&self, request: &str, keep: impl Fn(usize) -> bool) -> Option<Vec<Hit>> {
        let concepts = query::read(self, request)?;
        let mut tally = Tally::new(self.documents());
        for concept in &concepts {
            let rarity = self.rarity(&concept.terms);
            for (term, worth) in &concept.terms {
                let own = self.rarity(&[(*term, 1.0)]).max(rarity);
                let telling = worth * (rarity + OWN_RARITY * (own - rarity));
                for (document, posting) in self.postings(*term, &keep) {
                    tally.note(document, posting, *worth, telling);
                }
            }
            tally.close(concept, rarity);
        }
        self.hold_back_unasked(&concepts, &mut tally);
        let mut hits = tally.hits();
        self.raise_exact(request, &mut hits);
        let best = hits.iter().map(|hit| hit.score).fold(0.0, f32::max);
        hits.retain(|hit| hit.score >= best * FLOOR);
        Some(hits)
    }

    /// A tool that changes something nobody spoke of comes a little later: `projects` is not a wish
    /// to delete one.
    fn hold_back_unasked(&self, concepts: &[Concept], tally: &mut Tally) {
        let asked = |term: usize| {
            concepts.iter().any(|concept| concept.terms.iter().any(|(known, _)| *known == term))
        };
        for term in CHANGES.iter().filter_map(|stem| self.find(stem)) {
            if asked(term) {
                continue;
            }
            for (document, posting) in self.postings(term, |_| true) {
                if posting.share() > 0.0 {
                    tally.gathered[document].score *= UNASKED;
                }
            }
        }
    }

    /// A tool whose name is the request, but for case and separators, comes first.
    fn raise_exact(&self, request: &str, hits: &mut [Hit]) {
        let Some(term) = self.find(&stem::stem(&words::compact(request))) else { return };
        let whole = self.postings(term, |_| true).filter(|(_, posting)| posting.is_whole_name());
        let whole: HashSet<usize> = whole.map(|(document, _)| document).collect();
        for hit in hits.iter_mut().filter(|hit| whole.contains(&hit.document)) {
            hit.score *= 1.0 + EXACT;
        }
    }

    /// How much a thing says: little when many tools have a stem that means it.
    fn rarity(&self, terms: &[(usize, f32)]) -> f32 {
        let speaking = terms.iter().filter(|(_, worth)| *worth >= SPEAKS_FOR_RARITY);
        let counts = speaking.map(|(term, worth)| self.frequency(*term) as f32 * worth);
        let documents = self.documents() as f32;
        let containing = counts.sum::<f32>().min(documents);
        (1.0 + (documents - containing + 0.5) / (containing + 0.5)).ln().powf(RARITY)
    }
}

impl Tally {
    fn new(documents: usize) -> Self {
        Self {
            gathered: vec![Gathered::default(); documents],
            best: vec![Match::default(); documents],
            ..Self::default()
        }
    }

    /// One stem of the thing in hand occurs in a tool.
    fn note(&mut self, document: usize, posting: Posting, worth: f32, telling: f32) {
        let best = &mut self.best[document];
        if best.worth == 0.0 {
            self.touched.push(document);
        }
        best.score = best.score.max(posting.weight() * telling);
        best.worth = best.worth.max(worth);
        best.share = best.share.max(posting.share() * worth);
    }

    /// Everything about one thing that is asked for was noted.
    fn close(&mut self, concept: &Concept, rarity: f32) {
        self.words += concept.words;
        if !concept.terms.is_empty() {
            self.asked += rarity;
        }
        for document in self.touched.drain(..) {
            let best = std::mem::take(&mut self.best[document]);
            let gathered = &mut self.gathered[document];
            if gathered.words == 0 {
                self.seen.push(document);
            }
            gathered.score += best.score;
            gathered.answered += best.worth * rarity;
            gathered.named += best.share;
            gathered.words += concept.words;
        }
    }

    fn hits(&self) -> Vec<Hit> {
        let hit = |document: &usize| {
            let tool = self.gathered[*document];
            let part = tool.answered / self.asked.max(f32::EPSILON);
            let answered = UNANSWERED + (1.0 - UNANSWERED) * part;
            let named = tool.named.min(1.0);
            Hit {
                document: *document,
                score: tool.score * answered * (1.0 + NAMED * named * named),
                coverage: tool.words as f32 / self.words.max(1) as f32,
            }
        };
        self.seen.iter().map(hit).collect()
    }
}
