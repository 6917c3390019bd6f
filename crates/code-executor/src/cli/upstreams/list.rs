//! `code-executor upstreams [list]`: every server, where it is defined, and how it is.

mod shown;

use std::io::{self, Write};

use serde_json::json;
use types::UpstreamState;

use crate::cli::Exit;
use crate::cli::render::{Rendered, Style, counted, visible};
use crate::cli::upstreams::{ListArguments, inventory};
use crate::config::{Inputs, Settings};

/// How many names the line about progress has.
const PROGRESS: usize = 3;

/// Shows every server, asked or as it is configured.
pub async fn run(
    arguments: ListArguments,
    settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    let servers = match arguments.no_connect {
        true => inventory::configured(&settings),
        false => {
            let is_told = style.err.is_terminal();
            let all = settings.upstream.servers.len();
            inventory::connected(&settings, |open| {
                if is_told {
                    progress(open, all)
                }
            })
            .await?
        }
    };
    let rendered = match arguments.json {
        true => {
            let text = serde_json::to_string_pretty(&json!({ "servers": servers }))?;
            Rendered::out(text + "\n")
        }
        false => shown::table(&servers, inputs, style),
    };
    rendered.write()?;
    let failed = servers.iter().any(|server| server.state == UpstreamState::Failed);
    Ok(if failed { Exit::Unavailable } else { Exit::Success })
}

/// One line that is written over and over, and is gone at the end. A terminal that cannot be
/// written to misses nothing.
fn progress(open: &[String], all: usize) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "\r\x1b[K");
    if !open.is_empty() {
        let names: Vec<_> = open.iter().take(PROGRESS).map(|name| shown::cut(name, 20)).collect();
        let more = if open.len() > PROGRESS { ", …" } else { "" };
        let done = all.saturating_sub(open.len());
        let servers = counted(all as u64, "server");
        let names = names.join(", ");
        let _ = write!(stderr, "asked {done} of {servers}; {}{more}", visible(&names));
    }
    let _ = stderr.flush();
}
