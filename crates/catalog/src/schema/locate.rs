//! What a reference leads to. Nothing is ever fetched: a reference is followed within its own schema
//! or not at all.

use serde_json::Value;

use crate::validate::resolve;

/// Definitions that are searched for one with a name of its own.
const MAX_SEARCHED: usize = 1_000;

/// Where the target of a reference is.
pub(super) enum Found<'a> {
    Here(&'a Value),
    /// It should be here, and is not.
    Nowhere,
    /// Outside of this schema.
    Elsewhere,
}

/// The target of a reference: a pointer (`#/$defs/x`), an anchor (`#x`), or a definition's own `$id`.
pub(super) fn locate<'a>(root: &'a Value, reference: &str) -> Found<'a> {
    let own = root.get("$id").and_then(Value::as_str).map(|id| id.trim_end_matches('#'));
    let reference = match own.filter(|id| !id.is_empty()).and_then(|id| reference.strip_prefix(id))
    {
        Some("") => "#",
        Some(rest) if rest.starts_with('#') => rest,
        _ => reference,
    };
    if let Some(target) = resolve(root, reference) {
        return Found::Here(target);
    }
    let lists = ["$defs", "definitions"].iter().filter_map(|list| root.get(*list)?.as_object());
    let mut definitions = lists.flat_map(|list| list.values()).take(MAX_SEARCHED);
    let anchor = reference.strip_prefix('#');
    let found = definitions.find(|definition| {
        let says = |keyword: &str| definition.get(keyword).and_then(Value::as_str);
        says("$id") == Some(reference)
            || anchor.is_some_and(|anchor| {
                says("$anchor") == Some(anchor) || says("$dynamicAnchor") == Some(anchor)
            })
    });
    match found {
        Some(target) => Found::Here(target),
        None if anchor.is_some() => Found::Nowhere,
        None => Found::Elsewhere,
    }
}
