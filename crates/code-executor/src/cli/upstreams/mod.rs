//! `code-executor upstreams`: the servers behind us. A file per thing to do with them.

mod accept;
mod arguments;
mod browser;
pub mod inventory;
mod list;
mod login;

pub use arguments::{
    AFTER_UPSTREAMS, AcceptArguments, ListArguments, LoginArguments, LogoutArguments,
    UpstreamsArguments, UpstreamsCommand,
};

use crate::cli::Exit;
use crate::config::{Inputs, Settings};

/// Does what was asked for.
pub async fn run(
    arguments: UpstreamsArguments,
    settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    match arguments.command.unwrap_or(UpstreamsCommand::List(arguments.list)) {
        UpstreamsCommand::List(arguments) => list::run(arguments, settings, inputs).await,
        UpstreamsCommand::Login(arguments) => login::login(arguments, settings, inputs).await,
        UpstreamsCommand::Logout(arguments) => login::logout(arguments, settings, inputs).await,
        UpstreamsCommand::Accept(arguments) => accept::run(arguments, settings, inputs).await,
    }
}
