//! Differences for a person, in which nothing hides, and for a program.

use std::fmt::Write;

use catalog::text;
use gateway::Unapproved;
use serde_json::{Value, json};
use store::Definition;

use super::Pending;
use super::diff::{self, Line};
use crate::cli::render::{Surface, counted};

/// Lines shown of one difference.
const LINES: usize = 400;

/// Characters shown of one line.
const LINE: usize = 16 * 1024;

/// The differences of all servers. Hidden characters stand there by their numbers.
pub(super) fn text(pending: &[Pending], surface: Surface) -> String {
    let mut out = String::new();
    for Pending { server, tools } in pending {
        let count = counted(tools.len() as u64, "tool");
        let are = if tools.len() == 1 { "is" } else { "are" };
        let server = text::escaped(server);
        let _ = writeln!(out, "{server}: {count} {are} not as approved\n");
        for tool in tools {
            let _ = writeln!(out, "{}: {}", surface.bold(&tool.name), tool.words);
            one(&mut out, tool, surface);
            out.push('\n');
        }
    }
    out
}

/// The same as JSON; within strings, hidden characters are escaped.
pub(super) fn json(
    pending: &[Pending],
    blocked: bool,
    accepted: bool,
) -> Result<String, serde_json::Error> {
    let tools =
        pending.iter().flat_map(|server| server.tools.iter().map(move |tool| (server, tool)));
    let tools = tools.map(|(server, tool)| {
        json!({
            "server": server.server,
            "tool": tool.now.name,
            "name": tool.name,
            "changed": tool.words,
            "blocked": blocked && !accepted,
            "accepted": accepted,
            "approved": tool.approved,
            "now": tool.now,
        })
    });
    let plain = serde_json::to_string_pretty(&tools.collect::<Vec<_>>())?;
    let mut out = String::with_capacity(plain.len() + 1);
    for character in plain.chars() {
        if character == '\n' || !text::is_hidden(character) {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out.push('\n');
    Ok(out)
}

fn one(out: &mut String, tool: &Unapproved, surface: Surface) {
    let nothing = Parts::default();
    let before = tool.approved.as_ref().map_or(nothing, Parts::of);
    let after = Parts::of(&tool.now);
    for ((what, before), (_, after)) in before.0.iter().zip(&after.0) {
        if before == after {
            continue;
        }
        let _ = writeln!(out, "  {what}");
        let lines = diff::lines(before, after);
        for line in lines.iter().take(LINES) {
            let _ = match line {
                Line::Kept(text) => writeln!(out, "      {}", cut(text)),
                Line::Gone(text) => {
                    writeln!(out, "    {}", surface.red(&format!("- {}", cut(text))))
                }
                Line::Come(text) => {
                    writeln!(out, "    {}", surface.bold(&format!("+ {}", cut(text))))
                }
                Line::LeftOut(count) => {
                    writeln!(out, "      ({} as before)", counted(*count, "line"))
                }
            };
        }
        if lines.len() > LINES {
            let more = counted((lines.len() - LINES) as u64, "more line");
            let _ = writeln!(out, "    ({more} NOT SHOWN; --json shows all)");
        }
    }
}

/// A line as it is shown: nothing in it hides, and where it is too long it says so.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LINE) {
        None => text::escaped(text),
        Some((end, _)) => {
            let more = text[end..].chars().count();
            format!(
                "{} ({more} more characters NOT SHOWN; --json shows all)",
                text::escaped(&text[..end])
            )
        }
    }
}

/// The texts of a definition that are compared.
struct Parts([(&'static str, String); 5]);

impl Default for Parts {
    fn default() -> Self {
        let names = ["title", "description", "arguments", "answer", "hints"];
        Self(names.map(|name| (name, String::new())))
    }
}

impl Parts {
    fn of(tool: &Definition) -> Self {
        let schema = |schema: Option<&Value>| schema.map(pretty).unwrap_or_default();
        Self([
            ("title", tool.title.clone().unwrap_or_default()),
            ("description", tool.description.clone()),
            ("arguments", pretty(&tool.input_schema)),
            ("answer", schema(tool.output_schema.as_deref())),
            ("hints", schema(tool.annotations.as_deref())),
        ])
    }
}

/// Members in name order: another order is no difference.
fn pretty(value: &Value) -> String {
    let mut value = value.clone();
    value.sort_all_objects();
    serde_json::to_string_pretty(&value).unwrap_or_default()
}

#[cfg(test)]
mod tests;
