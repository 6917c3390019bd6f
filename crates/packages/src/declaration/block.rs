//! Finding the block: comment lines between `# /// script` and the last `# ///` that follows.

use super::{MAX_BLOCK_BYTES, refused};
use crate::Error;

const START: &str = "# /// script";
const END: &str = "# ///";

/// The text of the block, without its comment signs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) text: String,
    /// The line of the program that holds the block's start, from one.
    pub(super) first_line: usize,
}

/// The one block of type `script`.
pub(super) fn find(source: &str) -> Result<Option<Block>, Error> {
    // Nearly every program.
    if !source.contains(START) {
        return Ok(None);
    }
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let lines: Vec<&str> =
        source.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let mut found: Option<Block> = None;
    let mut at = 0;
    while at < lines.len() {
        let Some(kind) = start(lines[at]) else {
            at += 1;
            continue;
        };
        let end = end_of(&lines, at);
        if kind == "script" {
            if let Some(earlier) = &found {
                let reason = format!("is a second one; line {} has the first", earlier.first_line);
                return Err(refused(at + 1, format!("{reason}: keep one of them")));
            }
            let Some(end) = end else {
                return Err(refused(at + 1, format!("does not end; close it with `{END}`")));
            };
            found = Some(read(&lines[at + 1..end], at + 1)?);
        }
        at = end.map_or(at + 1, |end| end + 1);
    }
    Ok(found)
}

/// The type of the block that starts with this line.
fn start(line: &str) -> Option<&str> {
    let kind = line.strip_prefix("# /// ")?;
    let is_type =
        !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_type.then_some(kind)
}

/// The last closing line of the comment lines that follow, as the specification has it.
fn end_of(lines: &[&str], start: usize) -> Option<usize> {
    let content = lines[start + 1..].iter().take_while(|line| content(line).is_some()).count();
    (start + 1..=start + content).rev().find(|at| lines[*at] == END)
}

/// What a line of the block says.
fn content(line: &str) -> Option<&str> {
    match line.strip_prefix('#')? {
        "" => Some(""),
        rest => rest.strip_prefix(' '),
    }
}

fn read(lines: &[&str], first_line: usize) -> Result<Block, Error> {
    let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
    if bytes > MAX_BLOCK_BYTES {
        return Err(refused(
            first_line,
            format!("has {bytes} bytes, the limit is {MAX_BLOCK_BYTES}; shorten it"),
        ));
    }
    // A line that is empty keeps later lines at their numbers.
    let mut text = String::with_capacity(bytes + 1);
    text.push('\n');
    for line in lines {
        text.push_str(content(line).unwrap_or_default());
        text.push('\n');
    }
    Ok(Block { text, first_line })
}
