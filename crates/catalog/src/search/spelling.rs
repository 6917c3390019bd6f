//! What a misspelt word may have been. Every known word is looked at, so the look has to be cheap:
//! a set of the letters it has rules out nearly all before their distance is measured.

/// The shortest word that may be misspelt.
pub(super) const MIN_LETTERS: usize = 4;

/// The letters of a word, as a set: bit `n` for the n-th letter, the last ones for all the rest.
pub(super) fn letters(word: &str) -> u32 {
    let bit = |byte: u8| match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        b'0'..=b'9' => 1 << 26,
        _ => 1 << (27 + byte % 5),
    };
    word.bytes().fold(0, |set, byte| set | bit(byte))
}

/// How many edits a word of this length may be away.
pub(super) fn tolerance(length: usize) -> usize {
    match length {
        0..MIN_LETTERS => 0,
        MIN_LETTERS..=6 => 1,
        7..=10 => 2,
        _ => 3,
    }
}

/// Whether words with these sets of letters can be `edits` apart: an edit takes one letter away
/// and brings one in, at most.
pub(super) fn may_be_near(left: u32, right: u32, edits: usize) -> bool {
    let edits = edits as u32;
    (left & !right).count_ones() <= edits && (right & !left).count_ones() <= edits
}

/// Edits from `a` to `b`, a swap of neighbours counting as one; `None` beyond `most`.
pub(super) fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    const LONGEST: usize = 40;
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > most || b.len() >= LONGEST {
        return None;
    }
    let mut rows = [[0usize; LONGEST]; 3];
    for (column, cell) in rows[0].iter_mut().enumerate().take(b.len() + 1) {
        *cell = column;
    }
    for (i, letter) in a.iter().enumerate() {
        let [before, previous, current] = row_numbers(i);
        rows[current][0] = i + 1;
        let mut least = i + 1;
        for (j, other) in b.iter().enumerate() {
            let replaced = rows[previous][j] + usize::from(letter != other);
            let mut cost = replaced.min(rows[previous][j + 1] + 1).min(rows[current][j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                cost = cost.min(rows[before][j - 1] + 1);
            }
            rows[current][j + 1] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
    }
    let cost = rows[a.len() % 3][b.len()];
    (cost <= most).then_some(cost)
}

/// The rows of the table for the `i`-th letter: two before it, one before it, its own.
fn row_numbers(i: usize) -> [usize; 3] {
    [(i + 2) % 3, i % 3, (i + 1) % 3]
}

#[cfg(test)]
mod tests;
