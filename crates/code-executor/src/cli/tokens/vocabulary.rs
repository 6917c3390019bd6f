//! o200k tokens, counted exactly.

use std::io::Read;

use anyhow::Context;
use flate2::read::DeflateDecoder;
use rustc_hash::FxHashMap;
use tiktoken_rs::CoreBPE;

/// Each token as a byte of length and its bytes, by rank; packed by the build script.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/o200k.deflate"));

/// How o200k cuts text before it merges bytes.
const PIECES: [&str; 7] = [
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}",
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"\s*[\r\n]+",
    r"\s+(?!\S)",
    r"\s+",
];

/// The vocabulary, unpacked: some tens of MiB, and a tenth of a second to make.
pub struct Vocabulary(CoreBPE);

impl Vocabulary {
    /// Unpacks it.
    pub fn load() -> anyhow::Result<Self> {
        let mut bytes = Vec::new();
        DeflateDecoder::new(PACKED).read_to_end(&mut bytes).context("unpacking the vocabulary")?;
        let mut tokens = FxHashMap::default();
        let (mut rest, mut rank) = (&bytes[..], 0);
        while let Some((&length, after)) = rest.split_first() {
            let (token, after) = after.split_at(usize::from(length));
            tokens.insert(token.to_vec(), rank);
            (rest, rank) = (after, rank + 1);
        }
        CoreBPE::new(tokens, FxHashMap::default(), &PIECES.join("|")).map(Self)
    }

    /// How many tokens a text has.
    pub fn count(&self, text: &str) -> usize {
        self.0.encode_ordinary(text).len()
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    /// Texts of every kind, counted by the library with its own copy of the vocabulary.
    #[test]
    fn it_counts_as_the_library_does() {
        let (ours, theirs) = (Vocabulary::load().unwrap(), tiktoken_rs::o200k_base().unwrap());
        let texts = [
            "",
            "  spaces,   and\n\n\ttabs  \r\n",
            "camelCaseWords, it's 1234567 and 3.14 // a comment\n/// another\n\n//",
            "Größe, naïve café, 日本語のテキスト, 🎉🎊, עברית",
            include_str!("../../../../../README.md"),
            include_str!("../../../../../examples/tour.ts"),
            include_str!("vocabulary.rs"),
        ];
        for text in texts {
            assert_eq!(ours.count(text), theirs.encode_ordinary(text).len(), "{text}");
        }
    }
}
