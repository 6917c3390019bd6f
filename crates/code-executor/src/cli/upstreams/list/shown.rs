//! The servers as a table for people.

use types::UpstreamState;

use crate::cli::render::{Rendered, Style, Surface, counted, visible};
use crate::cli::upstreams::inventory::Server;
use crate::config::Inputs;

/// The longest cell of a column, in characters.
const CELL: usize = 40;
/// The heads of the columns.
const HEADS: [&str; 6] = ["SERVER", "STATE", "TOOLS", "MCP", "REACHED BY", "DEFINED IN"];

/// The servers, one or two lines each.
pub fn table(servers: &[Server], inputs: &Inputs, style: Style) -> Rendered {
    if servers.is_empty() {
        let told = "no server is configured: name them in ./.mcp.json and run `code-executor trust`, \
                    or see docs/upstreams.md\n";
        return Rendered::err(told);
    }
    let heads = HEADS.map(str::to_owned);
    let rows: Vec<_> = servers.iter().map(|server| row(server, inputs)).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&heads]).map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let widths: Vec<_> = (0..HEADS.len()).map(width).collect();
    let mut out = style.out.bold(&line(&heads, &widths)) + "\n";
    for (server, row) in servers.iter().zip(&rows) {
        let line = line(row, &widths);
        let is_failed = server.state == UpstreamState::Failed;
        out.push_str(&if is_failed { style.out.red(&line) } else { line });
        out.push('\n');
        if let Some(changed) = server.changed_tools {
            let (tools, name) = (counted(changed as u64, "tool"), visible(&server.name));
            let told =
                format!("{tools} not as approved: see `code-executor upstreams accept {name}`");
            out.push_str(&format!("  {}\n", style.out.red(&told)));
        }
        if let Some(error) = &server.error {
            out.push_str(&format!("  {}\n", reason(error, style.out)));
        }
    }
    Rendered::out(out)
}

/// `text` in at most `most` characters.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}

fn reason(error: &str, surface: Surface) -> String {
    let error = visible(error);
    if surface.is_terminal() { cut(&error, 400) } else { error.into_owned() }
}

fn row(server: &Server, inputs: &Inputs) -> [String; 6] {
    let state = match server.state {
        UpstreamState::Idle => "not asked",
        UpstreamState::Ready => "ready",
        UpstreamState::Connecting => "connecting",
        UpstreamState::Failed => "failed",
        UpstreamState::Stopped => "stopped",
    };
    let none = || "-".to_owned();
    let cell = |text: String| visible(&cut(&text, CELL)).into_owned();
    let target = server.target.as_deref().unwrap_or_default();
    let reached = server.transport.map(|transport| format!("{transport} {target}"));
    [
        cell(server.name.clone()),
        state.to_owned(),
        server.tools.map_or_else(none, |tools| tools.to_string()),
        server.protocol_version.clone().map_or_else(none, cell),
        reached.map_or_else(none, cell),
        defined(server, inputs).unwrap_or_else(none),
    ]
}

/// The place, short where it lies in the working directory or at home.
fn defined(server: &Server, inputs: &Inputs) -> Option<String> {
    let file = server.file.as_deref()?;
    let inside = |folder: &std::path::Path, sign: &str| {
        let rest = file.strip_prefix(folder.to_str()?)?.strip_prefix('/')?;
        Some(format!("{sign}/{rest}"))
    };
    let real = inputs.directory.canonicalize().ok();
    let short = inside(&inputs.directory, ".")
        .or_else(|| inside(&real?, "."))
        .or_else(|| inside(&inputs.home()?, "~"));
    Some(format!("{}:{}", short.unwrap_or_else(|| file.to_owned()), server.line?))
}

/// Cells side by side. Nothing follows the last.
fn line(cells: &[String; 6], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str(cell);
        let gap = width + 2 - cell.chars().count().min(*width);
        line.extend(std::iter::repeat_n(' ', gap));
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests;
