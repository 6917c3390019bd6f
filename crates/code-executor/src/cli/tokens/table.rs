//! What was counted, for people.

use std::fmt::Write;

use crate::cli::render::{Rendered, Style, counted, visible};
use crate::cli::tokens::{Cost, Report, Way};

/// The most servers that are shown by name.
const SERVERS: usize = 30;

/// Two tables: the ways to tell a model of the tools, and what each server is of the first.
pub(super) fn table(report: &Report, style: Style) -> Rendered {
    let mut out = String::new();
    let tools = counted(report.tools as u64, "tool");
    let title = format!("{tools} of {}", counted(report.servers.len() as u64, "server"));
    let head =
        format!("{title:<WHAT$}{:>BYTES$}{:>TOKENS$}{:>SAVED$}", "bytes", "o200k tokens", "saved");
    let _ = writeln!(out, "{}", style.out.bold(&head));
    for way in &report.ways {
        let saved = match way.way {
            "upFront" => String::new(),
            _ => format!("{:.1} %", way.saved_percent),
        };
        let line = format!("{}{saved:>SAVED$}", costing(label(way), way.cost));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if !report.servers.is_empty() {
        let _ = writeln!(out, "\n{}", style.out.bold("Listed up front, by server"));
    }
    for server in report.servers.iter().take(SERVERS) {
        let tools = counted(server.tools as u64, "tool");
        let what = format!("  {}, {tools}", visible(&server.server));
        let _ = writeln!(out, "{}", costing(&what, server.cost));
    }
    let more = report.servers.len().saturating_sub(SERVERS);
    if more > 0 {
        let _ = writeln!(out, "  and {} more: see --json", counted(more as u64, "server"));
    }
    Rendered::out(out)
}

/// Widths of the columns.
const WHAT: usize = 36;
const BYTES: usize = 12;
const TOKENS: usize = 14;
const SAVED: usize = 9;

fn costing(what: &str, cost: Cost) -> String {
    format!("{what:<WHAT$}{:>BYTES$}{:>TOKENS$}", grouped(cost.bytes), grouped(cost.tokens))
}

fn label(way: &Way) -> &'static str {
    match way.way {
        "upFront" => "Every definition up front",
        "ourTools" => "What we list instead",
        "names" => "All names, when asked for",
        "descriptions" => "With descriptions and signatures",
        _ => "With declarations",
    }
}

/// `12,345`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
