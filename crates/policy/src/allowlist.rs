//! Which tools an execution may call: exact names, and prefixes written with a final `*`.

use std::collections::HashSet;

use types::{ErrorCode, Refusal};

/// The longest entry, in characters. Full tool names have at most 64.
pub const MAX_PATTERN: usize = 128;

/// Entries a refusal lists.
const MAX_LISTED: usize = 10;

/// The most of a refused entry that is shown, in characters.
const MAX_SHOWN: usize = 64;

/// The tools an execution may call. Empty means none.
#[derive(Debug, Clone, Default)]
pub struct Allowlist {
    /// As the client wrote them, without repetitions.
    patterns: Vec<String>,
    exact: HashSet<String>,
    prefixes: Vec<String>,
}

impl Allowlist {
    /// Reads entries: a full name, or a prefix followed by `*`.
    pub fn parse(entries: &[String]) -> Result<Self, Refusal> {
        let mut list = Self::default();
        let mut seen = HashSet::new();
        for entry in entries {
            check(entry)?;
            if !seen.insert(entry.as_str()) {
                continue;
            }
            match entry.strip_suffix('*') {
                Some(prefix) => list.prefixes.push(prefix.to_owned()),
                None => {
                    list.exact.insert(entry.clone());
                }
            }
            list.patterns.push(entry.clone());
        }
        Ok(list)
    }

    /// Whether a tool may be called.
    pub fn allows(&self, name: &str) -> bool {
        self.exact.contains(name) || self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }

    /// Whether every tool of a server may be called, whatever it is. The server is given by its segment
    /// in full names.
    pub fn covers_server(&self, segment: &str) -> bool {
        let all = format!("mcp__{segment}__");
        self.prefixes.iter().any(|prefix| all.starts_with(prefix))
    }

    /// The entries, as they were written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Of the allowed names, those `known` and those spelled out, the one closest to `name`.
    pub fn nearest<'a>(&self, name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
        let name: String = name.chars().take(MAX_PATTERN).collect();
        let allowed = known.filter(|known| self.allows(known));
        let spelled_out = self.patterns.iter().filter(|pattern| !pattern.ends_with('*'));
        closest(&name, allowed.map(str::to_owned).chain(spelled_out.cloned()))
    }

    /// Why `name` may not be called, in words for the program's author: what was allowed, which
    /// allowed name is close, what to do.
    pub fn refusal<'a>(&self, name: &str, known: impl Iterator<Item = &'a str>) -> String {
        let shown = shown(name);
        if self.patterns.is_empty() {
            return format!(
                "tool \"{shown}\" may not be called: this execution allows no tools; name it in \
                 allowedTools"
            );
        }
        let mut allowed = self.patterns[..self.patterns.len().min(MAX_LISTED)].join(", ");
        if self.patterns.len() > MAX_LISTED {
            allowed.push_str(&format!(" and {} more", self.patterns.len() - MAX_LISTED));
        }
        let hint = match self.nearest(name, known) {
            Some(nearest) => format!("; did you mean \"{nearest}\"?"),
            None => String::new(),
        };
        format!(
            "tool \"{shown}\" may not be called: allowedTools is {allowed}{hint} (to call it, add \
             it to allowedTools)"
        )
    }
}

fn check(entry: &str) -> Result<(), Refusal> {
    let problem = if entry.is_empty() {
        "is empty"
    } else if entry.chars().count() > MAX_PATTERN {
        "is longer than 128 characters"
    } else if entry.find('*').is_some_and(|star| star + 1 < entry.len()) {
        "has a * that is not its last character"
    } else if !entry.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*')) {
        "has characters that no tool name has (only letters, digits, _ and - occur)"
    } else {
        return Ok(());
    };
    Err(Refusal::new(
        ErrorCode::InvalidRequest,
        format!(
            "allowedTools entry \"{}\" {problem}; write a full name such as \
             mcp__filesystem__read_file, or a prefix with a final * such as mcp__filesystem__*",
            shown(entry)
        ),
    ))
}

fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect();
    if name.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// The candidate that differs from `name` in the fewest letters, at most a third of them and no
/// more than eight, so that another server's name for the same tool is still found.
fn closest(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let length = name.chars().count();
    let mut bound = (length / 3).clamp(1, 8) + 1;
    let mut best = None;
    for candidate in candidates {
        if length.abs_diff(candidate.chars().count()) >= bound {
            continue;
        }
        let distance = strsim::osa_distance(name, &candidate);
        if distance < bound {
            bound = distance;
            best = Some(candidate);
        }
    }
    best
}

#[cfg(test)]
mod tests;
