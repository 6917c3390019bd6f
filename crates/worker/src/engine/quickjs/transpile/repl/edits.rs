//! Changes to a text, and the way back from the changed one.

use oxc::span::Span;

/// Changes that are collected in any order; of those at one place, the first that was made stands
/// first, and what is only put there before what replaces something.
#[derive(Debug, Default)]
pub struct Edits(Vec<(Span, String)>);

impl Edits {
    /// Replaces what stands there.
    pub fn replace(&mut self, span: Span, text: impl Into<String>) {
        self.0.push((span, text.into()));
    }

    /// Puts something before what stands there.
    pub fn insert(&mut self, at: u32, text: impl Into<String>) {
        self.replace(Span::new(at, at), text);
    }

    /// Makes the changes.
    pub fn apply(mut self, original: &str) -> Rewritten {
        self.0.sort_by_key(|(span, _)| (span.start, span.end));
        let mut rewritten = Rewritten::default();
        let mut at = 0;
        for (span, text) in self.0 {
            rewritten.copy(original, at, span.start);
            rewritten.put(&text, span);
            at = span.end.max(at);
        }
        rewritten.copy(original, at, u32::try_from(original.len()).unwrap_or(u32::MAX));
        rewritten
    }
}

/// A changed text.
#[derive(Debug, Default, Clone)]
pub struct Rewritten {
    /// The text.
    pub code: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone)]
struct Piece {
    start: u32,
    original: Span,
    is_copy: bool,
}

impl Rewritten {
    /// The place in the original text.
    pub fn original(&self, offset: u32) -> u32 {
        match self.piece_at(offset) {
            None => offset,
            Some(piece) if piece.is_copy => {
                let there = piece.original.start.saturating_add(offset - piece.start);
                there.min(piece.original.end)
            }
            Some(piece) => piece.original.start,
        }
    }

    /// What stood in the original where this stretch of the changed text is.
    pub fn original_span(&self, span: Span) -> Span {
        let start = self.original(span.start);
        let last = span.end.saturating_sub(1);
        let end = match self.piece_at(last) {
            Some(piece) if !piece.is_copy => piece.original.end,
            _ => self.original(last).saturating_add(1),
        };
        Span::new(start, end.max(start))
    }

    fn piece_at(&self, offset: u32) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.start <= offset);
        self.pieces.get(after.checked_sub(1)?)
    }

    fn copy(&mut self, original: &str, from: u32, to: u32) {
        let text = original.get(from as usize..to as usize).unwrap_or_default();
        self.add(text, Span::new(from, to.max(from)), true);
    }

    fn put(&mut self, text: &str, original: Span) {
        self.add(text, original, false);
    }

    fn add(&mut self, text: &str, original: Span, is_copy: bool) {
        if !text.is_empty() {
            let start = u32::try_from(self.code.len()).unwrap_or(u32::MAX);
            self.pieces.push(Piece { start, original, is_copy });
            self.code.push_str(text);
        }
    }
}
