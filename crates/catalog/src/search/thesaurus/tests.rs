//! The table is well-formed, and says what it means.

use super::{TABLES, key, thesaurus};

fn stands_for(word: &str, other: &str) -> f32 {
    let found = thesaurus().wider(&key(word)).find(|(known, _)| *known == key(other));
    found.map_or(0.0, |(_, worth)| worth)
}

#[test]
fn every_line_is_an_entry() {
    for line in TABLES.iter().flat_map(|table| table.lines()) {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if entry.is_empty() {
            continue;
        }
        let signs = entry.matches(['=', '~', '>']).count();
        assert_eq!(signs, 1, "{line}");
        let sides: Vec<&str> = entry.split(['=', '~', '>']).collect();
        assert!(sides.iter().all(|side| !side.trim().is_empty()), "{line}");
        assert!(
            entry.split_whitespace().all(|word| word.split('_').count() <= super::MAX_PHRASE),
            "{line}"
        );
    }
}

#[test]
fn a_sign_says_how_words_belong_together() {
    assert!(stands_for("remove", "delete") > stands_for("clean", "delete"));
    assert_eq!(stands_for("remove", "delete"), stands_for("delete", "remove"));
    assert!(stands_for("k8s", "pod") == 0.0 && stands_for("k8s", "kubectl") > 0.0);
    assert!(stands_for("pr", "merge_request") > 0.0);
    assert_eq!(stands_for("delete", "zap"), 0.0, "one way only");
}

#[test]
fn the_longest_phrase_is_found() {
    let stems = |text: &str| -> Vec<String> { text.split(' ').map(key).collect() };
    assert_eq!(thesaurus().phrase_at(&stems("pull requests of mine")), 2);
    assert_eq!(thesaurus().phrase_at(&stems("text to speech")), 3);
    assert_eq!(thesaurus().phrase_at(&stems("unheard of")), 0);
    assert_eq!(thesaurus().phrase_at::<&str>(&[]), 0);
}
