//! `code-executor upstreams accept [NAME]`.

use crate::cli::Exit;
use crate::cli::upstreams::AcceptArguments;
use crate::config::{Inputs, Settings};

/// Accepts the tools of a server, or of all, as they are now.
pub async fn run(
    _arguments: AcceptArguments,
    _settings: Settings,
    _inputs: &Inputs,
) -> anyhow::Result<Exit> {
    eprintln!("code-executor: nothing is kept to accept in this version");
    Ok(Exit::Unavailable)
}
