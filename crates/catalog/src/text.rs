//! Making a stranger's text safe to show: no control, bidirectional or invisible characters, no
//! end of a comment, and never longer than asked for.

/// The most of a tool's description that a search hit carries, in characters.
pub const SUMMARY_CHARS: usize = 240;

/// The first lines of a description on one line, at most [`SUMMARY_CHARS`] characters.
pub fn summary(description: &str) -> String {
    line(description, SUMMARY_CHARS)
}

/// `text` on one line with single spaces, at most `limit` characters, ending in `…` when cut.
pub fn line(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() {
            gap = !out.is_empty();
            continue;
        }
        if is_hidden(character) {
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

/// Characters that act on a reader without being seen, or that are no text at all.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
            | '\u{e000}'..='\u{f8ff}')
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
