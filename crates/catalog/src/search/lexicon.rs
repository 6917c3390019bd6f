//! A list of words in one piece of memory.

/// Words, by their number.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    text: String,
    /// Where each word ends.
    ends: Vec<u32>,
}

impl Lexicon {
    pub(super) fn push(&mut self, word: &str) {
        self.text.push_str(word);
        self.ends.push(self.text.len() as u32);
    }

    pub(super) fn get(&self, number: usize) -> &str {
        let start = if number == 0 { 0 } else { self.ends[number - 1] as usize };
        &self.text[start..self.ends[number] as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|number| self.get(number))
    }

    /// The first number whose word is not below `word`, the words being sorted.
    pub(super) fn position(&self, word: &str) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.get(middle) < word { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The number of a word, the words being sorted.
    pub(super) fn find(&self, word: &str) -> Option<usize> {
        let at = self.position(word);
        (at < self.len() && self.get(at) == word).then_some(at)
    }

    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    pub(super) fn size(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>()
    }
}
