//! The text of what a call calls, read back from the user's source: the engine's own message says
//! "not a function" and leaves out what was none.

/// The longest callee that is told, in bytes.
const LONGEST: usize = 80;

/// The callee whose last name stands at a line and column (both from 1), or `None` when what stands
/// there is not the name of something called.
pub fn callee_at(source: &str, line: u32, column: u32) -> Option<String> {
    let text = source.split('\n').nth(line.checked_sub(1)? as usize)?;
    let at = text.char_indices().nth(column.checked_sub(1)? as usize)?.0;
    let name = text[at..].find(|c| !is_name(c)).unwrap_or(text.len() - at);
    if name == 0 {
        return None;
    }
    let closing = subscript(&text[at + name..])?;
    let mut end = at + name + closing;
    let opening = text[..at].len() - text[..at].trim_end_matches(['[', '\'', '"']).len();
    let head = if closing > 0 { at - opening } else { at };
    let start = chain_start(&text[..head]);
    if made_with_new(&text[..start]) {
        // The engine points at the first name of `new a.b.C()`.
        let rest = &text[end..];
        end += rest.find(|c| !is_name(c) && c != '.').unwrap_or(rest.len());
    }
    let callee = text[start..end].trim_start_matches("...");
    (is_called(&text[end..], &text[..start]) && callee.len() <= LONGEST).then(|| {
        if callee.starts_with(['.', '?', '!']) { format!("(...){callee}") } else { callee.into() }
    })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '#')
}

/// The length of `']` after a name that stands in `['name']`.
fn subscript(after: &str) -> Option<usize> {
    match after.chars().next() {
        Some('\'' | '"') => after[1..].starts_with(']').then_some(2),
        Some(']') => Some(1),
        _ => Some(0),
    }
}

/// Where `a.b?.c[0].` before a name begins.
fn chain_start(before: &str) -> usize {
    let mut start = before.len();
    let mut depth = 0;
    let mut after = ' ';
    for (at, c) in before.char_indices().rev() {
        match c {
            ']' => depth += 1,
            '[' if depth > 0 => depth -= 1,
            _ if depth > 0 || is_name(c) || c == '.' => {}
            '?' | '!' if after == '.' => {}
            _ => break,
        }
        start = at;
        after = c;
    }
    start
}

/// Whether arguments follow: after type arguments, `!` or `?.`, or a `new` before it.
fn is_called(after: &str, before: &str) -> bool {
    let after = after.trim_start_matches(['!', '?', '.', ' ']);
    after.starts_with(['(', '<', '`']) || made_with_new(before)
}

fn made_with_new(before: &str) -> bool {
    before.trim_end().strip_suffix("new").is_some_and(|rest| !rest.ends_with(is_name))
}

#[cfg(test)]
mod tests;
