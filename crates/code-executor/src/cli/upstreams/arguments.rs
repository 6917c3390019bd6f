//! The options of `code-executor upstreams`.

use clap::{Args, Subcommand};

/// The end of `upstreams --help`.
pub const AFTER_UPSTREAMS: &str = "\
Exit codes:
  0    every server answered
  2    wrong usage, or no server of that name
  64   bad configuration
  69   a server did not answer; it is named";

/// `code-executor upstreams`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct UpstreamsArguments {
    /// What to do with them; `list` when nothing is said.
    #[command(subcommand)]
    pub command: Option<UpstreamsCommand>,
    /// How to list.
    #[command(flatten)]
    pub list: ListArguments,
}

/// What to do with servers.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum UpstreamsCommand {
    /// Show every server: where it is defined, how it is reached, how it is (the default).
    List(ListArguments),
    /// Log in to a server that wants it, in a browser.
    Login(LoginArguments),
    /// Forget the login to a server.
    Logout(LogoutArguments),
    /// Accept tools whose definition has changed.
    Accept(AcceptArguments),
}

/// `code-executor upstreams list`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct ListArguments {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Show what is configured; start and reach nothing.
    #[arg(long)]
    pub no_connect: bool,
}

/// `code-executor upstreams login`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct LoginArguments {
    /// The server.
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// `code-executor upstreams logout`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct LogoutArguments {
    /// The server.
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// `code-executor upstreams accept`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct AcceptArguments {
    /// The server, or all of them.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}
