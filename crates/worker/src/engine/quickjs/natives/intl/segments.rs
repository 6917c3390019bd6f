//! Where a text may be cut: between characters as people see them, words and sentences.

use icu_segmenter::{GraphemeClusterSegmenter, SentenceSegmenter, WordSegmenter};

/// Characters, words, sentences, in this order: the end of each segment in UTF-16 code units, twice,
/// and one more where the segment is a word. The prelude hands over a bounded piece at a time.
pub fn ends(kind: u8, text: &str) -> Vec<u32> {
    let mut units = Units::new(text);
    match kind {
        0 => GraphemeClusterSegmenter::new()
            .segment_str(text)
            .filter(|&at| at > 0)
            .map(|at| units.at(at) * 2)
            .collect(),
        1 => WordSegmenter::new_for_non_complex_scripts(Default::default())
            .segment_str(text)
            .iter_with_word_type()
            .filter(|&(at, _)| at > 0)
            .map(|(at, word)| units.at(at) * 2 + u32::from(word.is_word_like()))
            .collect(),
        _ => SentenceSegmenter::new(Default::default())
            .segment_str(text)
            .filter(|&at| at > 0)
            .map(|at| units.at(at) * 2)
            .collect(),
    }
}

/// Counts code units up to places that only go forward.
struct Units<'a> {
    text: &'a str,
    bytes: usize,
    units: u32,
}

impl<'a> Units<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, bytes: 0, units: 0 }
    }

    fn at(&mut self, bytes: usize) -> u32 {
        let between = self.text.get(self.bytes..bytes).unwrap_or_default();
        self.units += between.chars().map(|each| each.len_utf16() as u32).sum::<u32>();
        self.bytes = bytes;
        self.units
    }
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn segments_are_counted_in_code_units() {
        assert_eq!(ends(0, "a👨‍👩‍👧e\u{301}"), [2, 18, 22]);
        assert_eq!(ends(1, "Hi, you"), [5, 6, 8, 15]);
        assert_eq!(ends(2, "One. Two."), [10, 18]);
        assert!(ends(0, "").is_empty());
    }
}
