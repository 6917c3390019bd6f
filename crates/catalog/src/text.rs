//! Making a stranger's text safe to show: no control, bidirectional or invisible characters, no
//! terminal sequences, no end of a comment, and never longer than asked for.

use std::sync::Arc;

use serde_json::Value;

/// The most of a tool's description that a search hit carries, in characters.
pub const SUMMARY_CHARS: usize = 240;

/// The most of a description that is ever shown, in characters.
pub const SHOWN_CHARS: usize = 32 * 1024;

/// `text` as it may be shown to a person, a terminal or a model: lines stay lines, tabs become
/// spaces, terminal sequences and whatever acts without being seen are gone; at most
/// [`SHOWN_CHARS`] characters, ending in `…` when cut.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(SHOWN_CHARS));
    for (length, character) in visible(text).enumerate() {
        if length == SHOWN_CHARS {
            return ellipsis(out, SHOWN_CHARS);
        }
        out.push(match character {
            '\n' | '\u{2028}' | '\u{2029}' => '\n',
            other if other.is_whitespace() => ' ',
            other => other,
        });
    }
    out
}

/// `text` for somebody who has to see all of it: nothing is left out or cut; what could act, or not be
/// seen, stands there as `<U+202E>`. Lines stay lines.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let plain =
            matches!(character, '\n' | ' ') || !(is_hidden(character) || character.is_whitespace());
        match plain {
            true => out.push(character),
            false => out.push_str(&format!("<U+{:04X}>", u32::from(character))),
        }
    }
    out
}

/// A JSON Schema whose words for readers (`description`, `title`, `$comment`) are as [`shown`] has
/// them. All else is data that a call may need, names of members and values of an `enum` among it,
/// and stays what it is. A schema without anything to clean stays the same one.
pub fn shown_schema(schema: &Arc<Value>) -> Arc<Value> {
    match is_clean(schema) {
        true => Arc::clone(schema),
        false => Arc::new(cleaned(schema)),
    }
}

/// The first lines of a description on one line, at most [`SUMMARY_CHARS`] characters.
pub fn summary(description: &str) -> String {
    line(description, SUMMARY_CHARS)
}

/// `text` on one line with single spaces, at most `limit` characters, ending in `…` when cut.
pub fn line(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    let mut gap = false;
    for character in visible(text) {
        if character.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        let needed = 1 + usize::from(gap);
        if length + needed > limit {
            return ellipsis(out, limit);
        }
        if gap {
            out.push(' ');
        }
        out.push(character);
        length += needed;
        gap = false;
    }
    out
}

/// `text` as the lines of a comment: cleaned, the comment's end neutralised, blank lines at most
/// one in a row, all together at most `limit` characters.
pub(crate) fn comment_lines(text: &str, limit: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut left = limit;
    if limit == 0 {
        return lines;
    }
    for raw in text.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let indent = raw.chars().take_while(|c| *c == ' ').count().min(8);
        let cleaned = line(raw, left).replace("*/", "*\\/");
        if cleaned.is_empty() {
            if lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(String::new());
            }
            continue;
        }
        left = left.saturating_sub(cleaned.chars().count());
        let cut = cleaned.ends_with('…');
        lines.push(format!("{:indent$}{cleaned}", ""));
        if left == 0 || cut {
            break;
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// `text` as a double-quoted literal; whatever a reader could not see is escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if is_hidden(character) || (character.is_whitespace() && character != ' ') => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// Whether a schema has no words that have to be cleaned.
fn is_clean(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.iter().all(|(key, value)| match (Part::of(key), value) {
            (Part::Words, Value::String(text)) => shown(text) == *text,
            (Part::Data, _) => true,
            (Part::Named, Value::Object(named)) => named.values().all(is_clean),
            _ => is_clean(value),
        }),
        Value::Array(items) => items.iter().all(is_clean),
        _ => true,
    }
}

fn cleaned(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let value = match (Part::of(key), value) {
                    (Part::Words, Value::String(text)) => Value::String(shown(text)),
                    (Part::Data, _) => value.clone(),
                    (Part::Named, Value::Object(named)) => Value::Object(
                        named
                            .iter()
                            .map(|(name, schema)| (name.clone(), cleaned(schema)))
                            .collect(),
                    ),
                    _ => cleaned(value),
                };
                (key.clone(), value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(cleaned).collect()),
        other => other.clone(),
    }
}

/// What a member of a schema holds.
enum Part {
    /// Words for readers.
    Words,
    /// Values, in which a member may have any name.
    Data,
    /// Schemas by names.
    Named,
    /// Another schema, several, or a value.
    Other,
}

impl Part {
    fn of(key: &str) -> Self {
        match key {
            "description" | "title" | "$comment" => Self::Words,
            "default" | "const" | "enum" | "examples" | "example" => Self::Data,
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                Self::Named
            }
            _ => Self::Other,
        }
    }
}

/// Characters that act on a reader without being seen, or that are no text at all: of Unicode's
/// categories Cc, Cf, Co and Cn whatever is invisible, and the blanks that are letters by name.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fff0}'..='\u{fffc}'
            | '\u{fffe}' | '\u{ffff}'
            | '\u{13430}'..='\u{1345f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            // Tags, variation selectors, and all that is nobody's or private.
            | '\u{e0000}'..='\u{10ffff}'
            | '\u{e000}'..='\u{f8ff}')
}

/// The characters of `text` that can be seen, and white space: no terminal sequences and nothing
/// hidden. Of a carriage return and a newline the newline stays.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        loop {
            let character = characters.next()?;
            match character {
                '\u{1b}' | '\u{9b}' | '\u{9d}' | '\u{90}' => {
                    skip_sequence(character, &mut characters)
                }
                '\r' if characters.peek() == Some(&'\n') => {}
                '\r' => return Some('\n'),
                _ if character.is_whitespace() || !is_hidden(character) => return Some(character),
                _ => {}
            }
        }
    })
}

/// Skips the rest of a terminal sequence (ECMA-48): a colour, a cursor movement, a window title.
/// One that does not end is given up on after a few characters, so it cannot hide what follows.
fn skip_sequence(first: char, characters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    const LONGEST: usize = 64;
    let kind = match first {
        '\u{1b}' => characters.next_if(|c| ('\u{20}'..='\u{7e}').contains(c)),
        '\u{9b}' => Some('['),
        _ => Some(']'),
    };
    match kind {
        Some('[') => {
            let within = |c: &char| ('\u{20}'..='\u{3f}').contains(c);
            let skipped = (0..LONGEST).take_while(|_| characters.next_if(within).is_some()).count();
            if skipped < LONGEST {
                characters.next_if(|c| ('\u{40}'..='\u{7e}').contains(c));
            }
        }
        Some(']' | 'P' | 'X' | '^' | '_') => skip_string(characters, LONGEST),
        _ => {}
    }
}

/// Skips a string that a bell or a string terminator ends, when it ends soon.
fn skip_string(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, longest: usize) {
    let mut ahead = characters.clone();
    for _ in 0..longest {
        match ahead.next() {
            Some('\u{7}' | '\u{9c}') => return *characters = ahead,
            Some('\u{1b}') => {
                ahead.next_if_eq(&'\\');
                return *characters = ahead;
            }
            Some(_) => {}
            None => return,
        }
    }
}

fn ellipsis(mut text: String, limit: usize) -> String {
    while text.chars().count() >= limit.max(1) {
        text.pop();
    }
    text.push('…');
    text
}

#[cfg(test)]
mod tests;
