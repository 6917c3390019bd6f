//! `code-executor upstreams login NAME` and `logout NAME`.

use crate::cli::Exit;
use crate::cli::upstreams::{LoginArguments, LogoutArguments};
use crate::config::{Inputs, Settings};

/// Logs in to a server.
pub async fn login(
    arguments: LoginArguments,
    _settings: Settings,
    _inputs: &Inputs,
) -> anyhow::Result<Exit> {
    eprintln!("code-executor: {} cannot be logged in to in this version", arguments.name);
    Ok(Exit::Unavailable)
}

/// Forgets a login.
pub async fn logout(
    arguments: LogoutArguments,
    _settings: Settings,
    _inputs: &Inputs,
) -> anyhow::Result<Exit> {
    eprintln!("code-executor: {} cannot be logged in to in this version", arguments.name);
    Ok(Exit::Unavailable)
}
