//! Cutting text into words. The same rules run over tools and queries.

/// Words longer than this are identifiers or data, not language.
const MAX_WORD: usize = 32;

/// One word of a text, in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// The letters, accents of Latin letters taken off.
    pub(super) text: &'a str,
    /// How it stood there.
    pub(super) shape: Shape,
}

/// How a word stood in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// On its own.
    Plain,
    /// As several words written as one: `readFile`, `GitHub`, `s3bucket`. Its parts follow.
    Compound,
    /// As a part of the compound before it.
    Part,
}

/// Calls `emit` with each word of `text`: runs of letters and digits. A run that changes case
/// (`readFile`, `HTTPServer`) or mixes letters and digits (`neo4j`) is emitted whole first, as a
/// compound, and then in parts. Scripts written without spaces give pairs of characters.
pub(super) fn split(text: &str, mut emit: impl FnMut(Word<'_>)) {
    let mut run = Run::default();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match Kind::of(character) {
            Kind::Apostrophe if !run.whole.is_empty() => {}
            Kind::Other | Kind::Apostrophe => run.finish(&mut emit),
            Kind::Ideograph => {
                run.finish(&mut emit);
                run.ideograph(character, characters.peek().copied(), &mut emit);
            }
            kind => {
                let next_is_lower = characters.peek().is_some_and(|c| Kind::of(*c) == Kind::Lower);
                run.push(character, kind, next_is_lower);
            }
        }
    }
    run.finish(&mut emit);
}

/// The words of `text` run together: `read_file` and `readFile` are both `readfile`.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Words that carry no meaning in a request. Apostrophes are gone by now.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.binary_search(&word).is_ok()
}

/// Sorted: it is searched by halves.
const FILLERS: &[&str] = &[
    "a",
    "able",
    "about",
    "actually",
    "again",
    "all",
    "already",
    "also",
    "am",
    "an",
    "and",
    "another",
    "any",
    "anyhow",
    "anymore",
    "anyone",
    "anything",
    "anyway",
    "anywhere",
    "are",
    "arent",
    "around",
    "as",
    "asap",
    "at",
    "automatically",
    "bad",
    "be",
    "because",
    "been",
    "before",
    "being",
    "both",
    "but",
    "by",
    "called",
    "came",
    "can",
    "cannot",
    "cant",
    "certain",
    "come",
    "comes",
    "could",
    "did",
    "different",
    "directly",
    "do",
    "does",
    "doesnt",
    "doing",
    "done",
    "dont",
    "during",
    "each",
    "easily",
    "either",
    "else",
    "entire",
    "etc",
    "even",
    "ever",
    "every",
    "everyone",
    "everything",
    "everywhere",
    "exactly",
    "for",
    "from",
    "gets",
    "give",
    "given",
    "go",
    "going",
    "good",
    "got",
    "had",
    "happen",
    "happened",
    "happening",
    "happens",
    "has",
    "have",
    "having",
    "he",
    "hello",
    "help",
    "her",
    "here",
    "herself",
    "hey",
    "hi",
    "him",
    "himself",
    "his",
    "how",
    "i",
    "id",
    "if",
    "ill",
    "im",
    "in",
    "into",
    "is",
    "isnt",
    "it",
    "its",
    "itself",
    "ive",
    "just",
    "kind",
    "later",
    "let",
    "lets",
    "like",
    "lot",
    "many",
    "may",
    "maybe",
    "mcp",
    "me",
    "might",
    "mine",
    "more",
    "most",
    "much",
    "must",
    "my",
    "myself",
    "need",
    "needed",
    "needs",
    "nice",
    "no",
    "not",
    "nothing",
    "now",
    "of",
    "ok",
    "okay",
    "on",
    "one",
    "only",
    "onto",
    "or",
    "other",
    "our",
    "ours",
    "ourselves",
    "out",
    "over",
    "own",
    "per",
    "perhaps",
    "please",
    "possible",
    "possibly",
    "probably",
    "quickly",
    "really",
    "right",
    "same",
    "seem",
    "seems",
    "shall",
    "she",
    "should",
    "simply",
    "since",
    "so",
    "some",
    "somebody",
    "somehow",
    "someone",
    "something",
    "somewhere",
    "soon",
    "still",
    "straight",
    "stuff",
    "such",
    "sure",
    "than",
    "thanks",
    "that",
    "thats",
    "the",
    "their",
    "them",
    "themselves",
    "then",
    "there",
    "theres",
    "these",
    "they",
    "thing",
    "things",
    "this",
    "those",
    "through",
    "to",
    "too",
    "tool",
    "tools",
    "toward",
    "towards",
    "truly",
    "until",
    "upon",
    "us",
    "used",
    "using",
    "various",
    "very",
    "via",
    "want",
    "wanted",
    "wants",
    "was",
    "way",
    "we",
    "well",
    "were",
    "what",
    "whatever",
    "whats",
    "when",
    "whenever",
    "where",
    "which",
    "while",
    "who",
    "whole",
    "whose",
    "why",
    "will",
    "with",
    "within",
    "without",
    "wont",
    "would",
    "yet",
    "you",
    "your",
    "yours",
    "yourself",
];

/// A run of letters and digits: as a whole, and where it is cut.
#[derive(Default)]
struct Run {
    whole: String,
    /// Where a part starts; the first starts at 0.
    cuts: Vec<usize>,
    part_is_short: bool,
    previous: Option<Kind>,
}

impl Run {
    fn push(&mut self, character: char, kind: Kind, next_is_lower: bool) {
        let cut = match (self.previous, kind) {
            (Some(Kind::Lower | Kind::Digit), Kind::Upper) => true,
            (Some(Kind::Upper), Kind::Upper) => next_is_lower && !self.part_is_short,
            (Some(Kind::Digit), Kind::Lower) => true,
            (Some(Kind::Lower | Kind::Upper), Kind::Digit) => true,
            _ => false,
        };
        if cut && self.whole.len() <= MAX_WORD {
            self.cuts.push(self.whole.len());
        }
        self.part_is_short = cut || self.previous.is_none();
        self.previous = Some(kind);
        if self.whole.len() <= 2 * MAX_WORD {
            fold(character, &mut self.whole);
        }
    }

    fn finish(&mut self, emit: &mut impl FnMut(Word<'_>)) {
        if !self.whole.is_empty() {
            let text = head(&self.whole);
            if self.cuts.is_empty() {
                emit(Word { text, shape: Shape::Plain });
            } else {
                emit(Word { text, shape: Shape::Compound });
                let ends = self.cuts.iter().skip(1).copied().chain([self.whole.len()]);
                let mut start = 0;
                for end in [self.cuts[0]].into_iter().chain(ends) {
                    emit(Word { text: head(&self.whole[start..end]), shape: Shape::Part });
                    start = end;
                }
            }
        }
        self.whole.clear();
        self.cuts.clear();
        self.previous = None;
    }

    /// A character of a script without spaces, with the one after it.
    fn ideograph(&mut self, first: char, next: Option<char>, emit: &mut impl FnMut(Word<'_>)) {
        self.whole.push(first);
        if let Some(next) = next.filter(|c| Kind::of(*c) == Kind::Ideograph) {
            self.whole.push(next);
        }
        emit(Word { text: &self.whole, shape: Shape::Plain });
        self.whole.clear();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Ideograph,
    Apostrophe,
    Other,
}

impl Kind {
    fn of(character: char) -> Self {
        match character {
            'a'..='z' => Self::Lower,
            'A'..='Z' => Self::Upper,
            '0'..='9' => Self::Digit,
            '\'' | '\u{2019}' => Self::Apostrophe,
            '\0'..='\u{7f}' => Self::Other,
            '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
                Self::Ideograph
            }
            _ if character.is_numeric() => Self::Digit,
            _ if character.is_uppercase() => Self::Upper,
            _ if character.is_alphabetic() => Self::Lower,
            _ => Self::Other,
        }
    }
}

/// Lower case, and the accents of Western European letters taken off.
fn fold(character: char, into: &mut String) {
    for lower in character.to_lowercase() {
        match lower {
            'à'..='å' => into.push('a'),
            'æ' => into.push_str("ae"),
            'ç' => into.push('c'),
            'è'..='ë' => into.push('e'),
            'ì'..='ï' => into.push('i'),
            'ñ' => into.push('n'),
            'ò'..='ö' | 'ø' => into.push('o'),
            'œ' => into.push_str("oe"),
            'ß' => into.push_str("ss"),
            'ù'..='ü' => into.push('u'),
            'ý' | 'ÿ' => into.push('y'),
            other => into.push(other),
        }
    }
}

fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_WORD.min(text.len()))]
}

#[cfg(test)]
mod tests;
