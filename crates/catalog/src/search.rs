//! Search over tools by what they are for: a lexical ranking whose words also match by stem, by a
//! curated thesaurus of the tool world, by prefix, and, when nothing else does, by spelling.
//!
//! Each server's tools are one immutable [`Segment`]; an [`Index`] over all of them is put together
//! when a server was listed anew, and reads no text for it.

mod fields;
mod index;
mod lexicon;
mod query;
mod rank;
mod segment;
mod spelling;
mod stem;
mod thesaurus;
mod words;

use std::sync::Arc;

use types::ToolDescriptor;

pub(crate) use index::Index;
pub(crate) use rank::Hit;
pub(crate) use segment::Segment;
pub(crate) use words::compact;

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct SearchResult {
    /// The best hits, best first; hits of one score in name order.
    pub hits: Vec<Arc<ToolDescriptor>>,
    /// How many tools matched in all.
    pub total: usize,
}

/// Reads the table of words that all searches need, ahead of the first list of tools. Takes some
/// milliseconds, once: a server that starts does it beside everything else.
pub fn prepare() {
    thesaurus::thesaurus();
}

#[cfg(test)]
mod tests;
