//! Text that others wrote, made harmless for a terminal; numbers for people.

use std::borrow::Cow;

/// One line of text, with everything that could move a cursor, change a colour or reorder what is
/// read replaced by a visible sign.
pub fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, stranger, |_| false)
}

/// The same for text of several lines: newlines and tabs stay.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    replaced(text, stranger, is_layout)
}

/// What a program printed, for a terminal: newlines, tabs and colours stay, anything else that a
/// terminal would obey does not.
pub fn program_text(text: &str) -> Cow<'_, str> {
    if !text.contains('\x1b') {
        return replaced(text, stand_in, is_layout);
    }
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('\x1b') {
        safe.push_str(&replaced(&rest[..start], stand_in, is_layout));
        let length = colour_length(&rest[start..]);
        match length {
            Some(length) => safe.push_str(&rest[start..start + length]),
            None => safe.push('␛'),
        }
        rest = &rest[start + length.unwrap_or(1)..];
    }
    safe.push_str(&replaced(rest, stand_in, is_layout));
    Cow::Owned(safe)
}

/// Milliseconds as a person would say them.
pub fn duration(milliseconds: f64) -> String {
    match milliseconds {
        ms if ms < 0.995 => format!("{ms:.2} ms"),
        ms if ms < 99.95 => format!("{ms:.1} ms"),
        ms if ms < 999.5 => format!("{ms:.0} ms"),
        ms => format!("{:.2} s", ms / 1000.0),
    }
}

/// `1 call`, `2 calls`.
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

fn is_layout(character: char) -> bool {
    matches!(character, '\n' | '\t')
}

fn replaced(
    text: &str,
    stand_in: impl Fn(char) -> Option<char>,
    keep: impl Fn(char) -> bool,
) -> Cow<'_, str> {
    let unsafe_character = |character: char| !keep(character) && stand_in(character).is_some();
    if !text.contains(unsafe_character) {
        return Cow::Borrowed(text);
    }
    let safe = |character| match stand_in(character) {
        Some(stand_in) if !keep(character) => stand_in,
        _ => character,
    };
    Cow::Owned(text.chars().map(safe).collect())
}

/// The sign for a character of a stranger's: nothing in it may hide, either.
fn stranger(character: char) -> Option<char> {
    stand_in(character).or_else(|| catalog::text::is_hidden(character).then_some('\u{fffd}'))
}

/// The sign for a character that is not to reach a terminal.
fn stand_in(character: char) -> Option<char> {
    match character {
        // The control pictures stand in the same order as the control characters.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(character)),
        '\x7f' => Some('␡'),
        '\u{80}'..='\u{9f}' => Some('\u{fffd}'),
        // Bidirectional overrides, isolates and marks; line and paragraph separators.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}' | '\u{2029}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// The length of a colour sequence (`ESC [ digits and ; m`) at the start of `text`.
fn colour_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\x1b[")?;
    let end = inside.find(|character: char| !character.is_ascii_digit() && character != ';')?;
    inside[end..].starts_with('m').then_some(end + 3)
}
