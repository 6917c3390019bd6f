//! Which operations become tools: patterns of their names, or of method and path.

/// Patterns, in which `*` stands for anything: of a tool's name (`get*`), or of method and path
/// (`GET /users/*`).
#[derive(Debug, Default)]
pub(crate) struct Filter<'a> {
    /// Those that are wanted; all when there are none.
    pub(crate) include: &'a [String],
    /// Those that are not, whatever is wanted.
    pub(crate) exclude: &'a [String],
}

impl Filter<'_> {
    /// Whether an operation becomes a tool.
    pub(crate) fn keeps(&self, name: &str, method: &str, path: &str) -> bool {
        let place = format!("{method} {path}");
        let is_one = |pattern: &String| matches(pattern, name) || matches(pattern, &place);
        (self.include.is_empty() || self.include.iter().any(is_one))
            && !self.exclude.iter().any(is_one)
    }
}

/// Whether a text is one that a pattern names. Takes no longer than both lengths multiplied.
fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some(found) = rest.find(piece) else { return false };
        rest = &rest[found + piece.len()..];
    }
    rest.ends_with(last)
}
