//! `code-executor upstreams [list]`: every server, where it is defined, and how it is.

use crate::cli::Exit;
use crate::cli::upstreams::ListArguments;
use crate::config::{Inputs, Settings};

/// Shows every server.
pub async fn run(
    _arguments: ListArguments,
    settings: Settings,
    _inputs: &Inputs,
) -> anyhow::Result<Exit> {
    for server in &settings.upstream.servers {
        println!("{}", crate::cli::render::visible(&server.name));
    }
    Ok(Exit::Success)
}
