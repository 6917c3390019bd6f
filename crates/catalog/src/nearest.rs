//! The name that was probably meant.

use types::ToolDescriptor;

use crate::{names, search::compact};

/// How many of a name's words a search has to find for its best hit to be offered.
pub(crate) const MIN_COVERAGE: f32 = 0.99;

/// The most of a wrong name that is looked at, in characters.
pub(crate) const MAX_CHARS: usize = 128;

/// The name closest to `name` by spelling, case and separators aside: among the tools of the
/// server that it names, or by the tool's own name when it names none, or as a whole.
pub(crate) fn by_spelling<'a>(
    name: &str,
    known: impl Iterator<Item = &'a ToolDescriptor> + Clone,
) -> Option<&'a str> {
    let shown: String = name.chars().take(MAX_CHARS).collect();
    let Some((segment, tool)) = names::split(&shown) else {
        let candidates = known.map(|tool| (tool.name.as_str(), compact(&tool.tool)));
        return closest(&compact(&shown), candidates);
    };
    let prefix = format!("{}{segment}{}", names::PREFIX, names::SEPARATOR);
    let mut siblings = known.clone().filter(|tool| tool.name.starts_with(&prefix)).peekable();
    if siblings.peek().is_some() {
        let candidates = siblings.map(|tool| (tool.name.as_str(), compact(&tool.tool)));
        return closest(&compact(tool), candidates);
    }
    closest(&compact(&shown), known.map(|tool| (tool.name.as_str(), compact(&tool.name))))
}

/// Of `(value, spelling)` the value whose spelling is closest to `wanted`, when it is close: a
/// third of the letters may differ at most, and no more than four.
pub(crate) fn closest<T>(wanted: &str, candidates: impl Iterator<Item = (T, String)>) -> Option<T> {
    let length = wanted.chars().count();
    let mut bound = (length / 3).clamp(1, 4) + 1;
    let mut best = None;
    for (value, spelled) in candidates {
        if length.abs_diff(spelled.chars().count()) >= bound {
            continue;
        }
        let distance = strsim::osa_distance(wanted, &spelled);
        if distance < bound {
            bound = distance;
            best = Some(value);
            if distance == 0 {
                break;
            }
        }
    }
    best
}
