//! Cutting text into words and words into stems. English-minded and deliberately light: the same
//! rules run over tools and queries, so a stem need not be a word.

/// Words longer than this are identifiers or data, not language.
const MAX_WORD: usize = 32;

/// Calls `emit` with each lowercase word of `text`: runs of letters or digits, cut where an
/// identifier changes case (`readFile`, `HTTPServer`) and between letters and digits.
pub(super) fn split(text: &str, mut emit: impl FnMut(&str)) {
    let mut word = String::new();
    let mut previous = Kind::Other;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let kind = Kind::of(character);
        let next_is_lower = characters.peek().is_some_and(|next| Kind::of(*next) == Kind::Lower);
        let border = match (previous, kind) {
            (_, Kind::Other) => true,
            (Kind::Lower, Kind::Upper) => true,
            (Kind::Upper, Kind::Upper) => next_is_lower && !word.is_empty(),
            (Kind::Digit, Kind::Lower | Kind::Upper) | (Kind::Lower | Kind::Upper, Kind::Digit) => {
                true
            }
            _ => false,
        };
        if border && !word.is_empty() {
            emit(&word);
            word.clear();
        }
        if kind != Kind::Other && word.len() < MAX_WORD {
            word.extend(character.to_lowercase());
        }
        previous = kind;
    }
    if !word.is_empty() {
        emit(&word);
    }
}

/// The words of `text` run together: `read_file` and `readFile` are both `readfile`.
pub(crate) fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Words that carry no meaning in a request.
pub(super) fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "of"
            | "to"
            | "in"
            | "on"
            | "at"
            | "for"
            | "from"
            | "with"
            | "by"
            | "and"
            | "or"
            | "is"
            | "are"
            | "be"
            | "it"
            | "its"
            | "this"
            | "that"
            | "these"
            | "i"
            | "me"
            | "my"
            | "we"
            | "our"
            | "you"
            | "your"
            | "how"
            | "do"
            | "does"
            | "can"
            | "want"
            | "need"
            | "please"
            | "into"
            | "as"
            | "which"
            | "what"
            | "some"
            | "using"
            | "via"
            | "tool"
            | "tools"
            | "mcp"
    )
}

/// The stem of a lowercase word: plural, `-ing`, `-ed` and a final `e` taken off.
pub(super) fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return word.to_owned();
    }
    let mut stem = singular(word);
    for ending in ["ing", "ed"] {
        if let Some(head) = stem.strip_suffix(ending)
            && head.len() >= 3
            && head.bytes().any(is_vowel)
        {
            stem = undoubled(head).to_owned();
            break;
        }
    }
    if stem.len() > 3 && stem.ends_with('e') {
        stem.pop();
    }
    stem
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Other,
}

impl Kind {
    fn of(character: char) -> Self {
        if character.is_numeric() {
            Self::Digit
        } else if character.is_uppercase() {
            Self::Upper
        } else if character.is_alphabetic() {
            Self::Lower
        } else {
            Self::Other
        }
    }
}

fn singular(word: &str) -> String {
    if let Some(head) = word.strip_suffix("ies") {
        return format!("{head}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let kept = ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending));
    match word.strip_suffix('s') {
        Some(head) if !kept => head.to_owned(),
        _ => word.to_owned(),
    }
}

/// `running` leaves `runn`, which is `run`; `calling` leaves `call`, which stays.
fn undoubled(head: &str) -> &str {
    let bytes = head.as_bytes();
    match bytes {
        [.., a, b] if a == b && !matches!(b, b'l' | b's' | b'z') && head.len() > 3 => {
            &head[..head.len() - 1]
        }
        _ => head,
    }
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests;
