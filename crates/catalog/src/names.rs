//! Full tool names: `mcp__<server>__<tool>`, at most 64 characters of `[A-Za-z0-9_-]`.
//!
//! A segment that fits is kept as it is. One that lost something (a replaced character, a cut
//! end) ends in `_` and ten hexadecimal digits of its original's SHA-256; one that already looks
//! like that gets a suffix too, so that a kept and a mangled segment never meet. A server's segment
//! holds no `__` and does not end in `_`, so the first `__` after the prefix is always the border.
//! Names depend on nothing but the two originals: not on order, not on what else is configured.

use sha2::{Digest, Sha256};

/// The longest full name, in characters.
pub const MAX_NAME: usize = 64;

/// What every full name starts with.
pub const PREFIX: &str = "mcp__";

/// What stands between the server and the tool.
pub const SEPARATOR: &str = "__";

/// The longest server segment; it leaves a tool at least 31 characters.
pub const MAX_SERVER: usize = 26;

const HASH_DIGITS: usize = 10;

/// The full name of a server's tool.
pub fn full_name(server: &str, tool: &str) -> String {
    let server = server_segment(server);
    let room = MAX_NAME - PREFIX.len() - SEPARATOR.len() - server.len();
    let kept = !tool.is_empty() && tool.len() <= room && tool.chars().all(is_allowed);
    let tool =
        if kept && !looks_mangled(tool) { tool.to_owned() } else { mangle(tool, tool, room) };
    format!("{PREFIX}{server}{SEPARATOR}{tool}")
}

/// The segment that stands for a server in full names.
pub fn server_segment(server: &str) -> String {
    let kept = !server.is_empty()
        && server.len() <= MAX_SERVER
        && server.chars().all(is_allowed)
        && !server.contains(SEPARATOR)
        && !server.ends_with('_');
    if kept && !looks_mangled(server) {
        return server.to_owned();
    }
    let mut single = String::with_capacity(server.len().min(MAX_SERVER));
    for character in server.chars() {
        let character = if is_allowed(character) { character } else { '_' };
        if character != '_' || !single.ends_with('_') {
            single.push(character);
        }
        if single.len() > MAX_SERVER {
            break;
        }
    }
    mangle(&single, server, MAX_SERVER)
}

/// Cuts a full name into its server and tool segments; `None` when it is no full name.
pub fn split(full_name: &str) -> Option<(&str, &str)> {
    let (server, tool) = full_name.strip_prefix(PREFIX)?.split_once(SEPARATOR)?;
    (!server.is_empty() && !tool.is_empty()).then_some((server, tool))
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == '-'
}

/// Whether a segment ends the way `mangle` ends its own.
fn looks_mangled(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    bytes.len() >= HASH_DIGITS && {
        let (head, digits) = bytes.split_at(bytes.len() - HASH_DIGITS);
        (head.is_empty() || head.ends_with(b"_"))
            && digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }
}

/// The readable start of `shown` and a hash of `original`, together at most `room` characters.
fn mangle(shown: &str, original: &str, room: usize) -> String {
    let mut name: String = shown
        .chars()
        .take(room - HASH_DIGITS - 1)
        .map(|character| if is_allowed(character) { character } else { '_' })
        .collect();
    name.truncate(name.trim_end_matches('_').len());
    if !name.is_empty() {
        name.push('_');
    }
    for byte in Sha256::digest(original.as_bytes()).iter().take(HASH_DIGITS / 2) {
        name.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        name.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    name
}

#[cfg(test)]
mod tests;
