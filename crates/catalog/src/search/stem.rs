//! Cutting words to stems, so that forms of one word meet. English-minded and lighter than
//! Porter's: tools live by short words that a heavy stemmer throws together (`news` and `new`,
//! `custom` and `customer`, `general` and `generate`). A stem need not be a word.

use std::{cell::RefCell, collections::HashMap};

/// Forms that no rule gets right, sorted.
const IRREGULAR: &[(&str, &str)] = &[
    ("analyse", "analyz"),
    ("analysed", "analyz"),
    ("analyses", "analyz"),
    ("analysing", "analyz"),
    ("analysis", "analyz"),
    ("became", "becom"),
    ("began", "begin"),
    ("begun", "begin"),
    ("bought", "buy"),
    ("broke", "break"),
    ("broken", "break"),
    ("brought", "bring"),
    ("built", "build"),
    ("came", "come"),
    ("caught", "catch"),
    ("children", "child"),
    ("chose", "choos"),
    ("chosen", "choos"),
    ("criteria", "criterion"),
    ("data", "data"),
    ("deleting", "delet"),
    ("does", "do"),
    ("drawn", "draw"),
    ("drew", "draw"),
    ("driven", "driv"),
    ("drove", "driv"),
    ("fallen", "fall"),
    ("fell", "fall"),
    ("felt", "feel"),
    ("flew", "fly"),
    ("flown", "fly"),
    ("forgot", "forget"),
    ("forgotten", "forget"),
    ("found", "find"),
    ("froze", "freez"),
    ("frozen", "freez"),
    ("gave", "give"),
    ("given", "give"),
    ("grew", "grow"),
    ("grown", "grow"),
    ("heard", "hear"),
    ("held", "hold"),
    ("hid", "hide"),
    ("hidden", "hide"),
    ("hung", "hang"),
    ("images", "imag"),
    ("indexes", "index"),
    ("indices", "index"),
    ("kept", "keep"),
    ("knew", "know"),
    ("known", "know"),
    ("laid", "lay"),
    ("left", "left"),
    ("lent", "lend"),
    ("lost", "lose"),
    ("made", "make"),
    ("matrices", "matrix"),
    ("meant", "mean"),
    ("media", "media"),
    ("menus", "menu"),
    ("met", "meet"),
    ("news", "news"),
    ("overwritten", "overwrit"),
    ("overwrote", "overwrit"),
    ("paid", "pay"),
    ("people", "person"),
    ("quizzes", "quiz"),
    ("ran", "run"),
    ("rang", "ring"),
    ("rewritten", "rewrit"),
    ("rose", "rise"),
    ("rung", "ring"),
    ("said", "say"),
    ("sang", "sing"),
    ("seen", "see"),
    ("sent", "send"),
    ("series", "series"),
    ("setting", "setting"),
    ("settings", "setting"),
    ("shook", "shak"),
    ("shown", "show"),
    ("shrank", "shrink"),
    ("shrunk", "shrink"),
    ("sold", "sell"),
    ("spent", "spend"),
    ("spoke", "speak"),
    ("spoken", "speak"),
    ("spun", "spin"),
    ("state", "state"),
    ("states", "state"),
    ("stating", "state"),
    ("stole", "steal"),
    ("stolen", "steal"),
    ("stood", "stand"),
    ("struck", "strik"),
    ("stuck", "stick"),
    ("taken", "take"),
    ("taught", "teach"),
    ("thought", "think"),
    ("threw", "throw"),
    ("thrown", "throw"),
    ("told", "tell"),
    ("took", "take"),
    ("tore", "tear"),
    ("torn", "tear"),
    ("tying", "tie"),
    ("understood", "understand"),
    ("undone", "undo"),
    ("used", "use"),
    ("users", "user"),
    ("uses", "use"),
    ("using", "use"),
    ("vertices", "vertex"),
    ("viruses", "virus"),
    ("went", "go"),
    ("withdrawn", "withdraw"),
    ("woke", "wake"),
    ("woken", "wake"),
    ("won", "win"),
    ("wore", "wear"),
    ("worn", "wear"),
    ("written", "writ"),
    ("wrote", "writ"),
];

/// Words whose stems a thread remembers, at most. Servers share most of theirs.
const REMEMBERED: usize = 4096;

thread_local! {
    static STEMS: RefCell<HashMap<String, String>> = RefCell::default();
}

/// Calls `of` with the stem of a lowercase word, from memory where this thread made it before.
pub(super) fn with_stem<T>(word: &str, of: impl FnOnce(&str) -> T) -> T {
    STEMS.with_borrow_mut(|stems| {
        if let Some(known) = stems.get(word) {
            return of(known);
        }
        let made = stem(word);
        let result = of(&made);
        if stems.len() < REMEMBERED {
            stems.insert(word.to_owned(), made);
        }
        result
    })
}

/// The stem of a lowercase word.
pub(super) fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return if word == "ids" { "id".to_owned() } else { word.to_owned() };
    }
    if let Ok(at) = IRREGULAR.binary_search_by_key(&word, |(form, _)| form) {
        return IRREGULAR[at].1.to_owned();
    }
    let mut stem = singular(word);
    without_participle(&mut stem);
    without_noun(&mut stem);
    if stem.len() > 4 && stem.ends_with('e') {
        stem.pop();
    }
    if stem.len() > 3 && stem.ends_with('y') && !is_vowel(stem.as_bytes()[stem.len() - 2]) {
        stem.pop();
        stem.push('i');
    }
    stem
}

/// Takes off a plural `s`.
fn singular(word: &str) -> String {
    if let Some(head) = word.strip_suffix("ies")
        && head.len() > 1
    {
        return format!("{head}y");
    }
    if ["sses", "shes", "ches", "xes", "zes"].iter().any(|ending| word.ends_with(ending)) {
        return word[..word.len() - 2].to_owned();
    }
    let kept = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    match word.strip_suffix('s') {
        Some(head) if !kept => head.to_owned(),
        _ => word.to_owned(),
    }
}

/// Takes off `-ing` and `-ed`, and gives a short stem its `e` back: `making` is `make`.
fn without_participle(stem: &mut String) {
    for ending in ["ing", "ed"] {
        let Some(head) = stem.strip_suffix(ending) else { continue };
        if head.len() < 3 || !head.bytes().any(is_vowel) || head.ends_with('e') {
            return;
        }
        let bytes = head.as_bytes();
        let last = bytes[bytes.len() - 1];
        let doubled = bytes.len() > 3 && bytes[bytes.len() - 2] == last;
        if doubled && !matches!(last, b'l' | b's' | b'z') {
            stem.truncate(bytes.len() - 1);
        } else if head.len() == 3 && is_short_syllable(bytes) {
            stem.truncate(3);
            stem.push('e');
        } else if let Some(head) = head.strip_suffix('i') {
            *stem = format!("{head}y");
        } else {
            stem.truncate(head.len());
        }
        return;
    }
}

/// Takes the noun's ending off a verb: `creation` is `creat`, as `create` is.
fn without_noun(stem: &mut String) {
    const ENDINGS: &[(&str, &str, usize)] = &[
        ("ization", "iz", 4),
        ("isation", "iz", 4),
        ("iser", "iz", 4),
        ("izer", "iz", 4),
        ("ise", "iz", 5),
        ("ification", "ify", 3),
        ("ifier", "ify", 4),
        ("ation", "at", 3),
        ("ition", "it", 4),
        ("ution", "ut", 4),
        ("etion", "et", 3),
        ("ection", "ect", 2),
        ("ption", "pt", 3),
        ("ator", "at", 4),
        ("yment", "y", 3),
        ("ement", "e", 5),
        ("ively", "iv", 3),
        ("ally", "al", 4),
    ];
    for (ending, instead, least) in ENDINGS {
        if let Some(head) = stem.strip_suffix(ending)
            && head.len() >= *least
        {
            *stem = format!("{head}{instead}");
            return;
        }
    }
}

/// Consonant, vowel, consonant.
fn is_short_syllable(bytes: &[u8]) -> bool {
    matches!(bytes, [a, b, c] if !is_vowel(*a) && is_vowel(*b) && !is_vowel(*c) && !matches!(c, b'w' | b'x'))
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests;
