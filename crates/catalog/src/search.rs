//! Search over tools: a BM25-style ranking whose words also match by prefix, by stem, by a small
//! table of synonyms and, when nothing else does, by one edit.

mod index;
mod query;
mod words;

use std::sync::Arc;

use types::ToolDescriptor;

pub(crate) use index::{Document, Index};
pub(crate) use query::Hit;
pub(crate) use words::compact;

/// What a search found.
#[derive(Debug, Clone, Default)]
pub struct SearchResult {
    /// The best hits, best first.
    pub hits: Vec<Arc<ToolDescriptor>>,
    /// How many tools matched in all.
    pub total: usize,
}

#[cfg(test)]
mod tests;
