//! Tools and servers. Descriptions are what servers say: data, shown harmlessly.

use std::fmt::Write;

use types::{Detail, SearchHit, ToolSchema};

use crate::cli::render::style::{Rendered, Style};
use crate::cli::render::text::{counted, visible, visible_lines};

/// The longest description on a line of a list, in characters.
const DESCRIPTION: usize = 100;

/// Tools, one or two lines each, in the order given.
pub fn hits(hits: &[SearchHit], detail: Detail, style: Style) -> Rendered {
    let mut out = String::new();
    for hit in hits {
        let name = visible(&hit.name);
        if detail == Detail::Name {
            let _ = writeln!(out, "{name}");
            continue;
        }
        let _ = writeln!(out, "{}", style.out.bold(&name));
        let first = hit.description.lines().find(|line| !line.trim().is_empty());
        if let Some(first) = first {
            let _ = writeln!(out, "    {}", visible(&shortened(first.trim())));
        }
        if let Some(changed) = &hit.changed {
            let _ = writeln!(out, "    {}", style.out.red(&visible(changed)));
        }
    }
    Rendered { out, err: none_found(hits.len()) }
}

/// Tools with everything known about them.
pub fn schemas(schemas: &[ToolSchema], style: Style) -> Rendered {
    let mut out = String::new();
    for (index, schema) in schemas.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let _ = writeln!(out, "{}", style.out.bold(&visible(&schema.name)));
        if let Some(changed) = &schema.changed {
            let _ = writeln!(out, "    {}", style.out.red(&visible(changed)));
        }
        for line in visible_lines(schema.description.trim()).lines() {
            let _ = writeln!(out, "    {line}");
        }
        for line in visible_lines(schema.declaration.trim_end()).lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
    Rendered { out, err: none_found(schemas.len()) }
}

/// Servers whose tools are missing, and why. Empty when there are none.
pub fn upstream_problems(unavailable: &[(String, String)], style: Style) -> Rendered {
    let mut err = String::new();
    for (server, error) in unavailable {
        let server = style.err.red(&visible(server));
        let _ = writeln!(err, "{server}: {}", visible(error));
    }
    Rendered::err(err)
}

fn none_found(count: usize) -> String {
    if count == 0 { format!("{} found\n", counted(0, "tool")) } else { String::new() }
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(DESCRIPTION) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}
