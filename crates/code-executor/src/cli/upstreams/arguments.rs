//! The options of `code-executor upstreams`.

use clap::{Args, Subcommand};

use crate::cli::duration::milliseconds;

/// The end of `upstreams --help`.
pub const AFTER_UPSTREAMS: &str = "\
Exit codes:
  0    every server answered
  2    wrong usage, or no server of that name
  64   bad configuration
  69   a server did not answer; it is named";

/// The end of `upstreams login --help`.
const AFTER_LOGIN: &str = "\
Exit codes:
  0    logged in
  1    the provider said no, or is not to be trusted
  2    wrong usage, no server of that name, or none to log in to
  64   bad configuration
  69   server or provider could not be reached, or nobody logged in in time
  130  interrupted";

/// The end of `upstreams logout --help`.
const AFTER_LOGOUT: &str = "\
Exit codes:
  0    logged out, or never logged in
  2    wrong usage, no server of that name, or none to log in to
  64   bad configuration
  69   the tokens could not be removed";

/// The end of `upstreams accept --help`.
const AFTER_ACCEPT: &str = "\
Exit codes:
  0    accepted, or nothing to accept
  1    there are tools to accept, and nobody said yes
  2    wrong usage, or no server of that name
  64   bad configuration
  69   a server did not answer, or nothing could be recorded";

/// The longest wait for a login, in milliseconds.
const MAX_PATIENCE: u64 = 60 * 60 * 1000;

fn patience(text: &str) -> Result<u64, String> {
    let time = milliseconds(text)?;
    if time > MAX_PATIENCE { Err("the longest is 60m".to_owned()) } else { Ok(time) }
}

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

impl UpstreamsArguments {
    /// Whether servers are shown.
    pub fn lists(&self) -> bool {
        matches!(self.command, None | Some(UpstreamsCommand::List(_)))
    }

    /// Whether servers are reached.
    pub fn connects(&self) -> bool {
        match &self.command {
            None => !self.list.no_connect,
            Some(UpstreamsCommand::List(list)) => !list.no_connect,
            Some(UpstreamsCommand::Logout(_)) => false,
            Some(_) => true,
        }
    }
}

/// What to do with servers.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum UpstreamsCommand {
    /// Show every server: where it is defined, how it is reached, how it is (the default).
    List(ListArguments),
    /// Log in to a server that wants it, in a browser.
    #[command(after_help = AFTER_LOGIN)]
    Login(LoginArguments),
    /// Forget the login to a server, and tell its provider.
    #[command(after_help = AFTER_LOGOUT)]
    Logout(LogoutArguments),
    /// Show tools that are not as they were approved, and accept them as they are now.
    #[command(after_help = AFTER_ACCEPT)]
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
    /// Open no browser; only print the page's URL.
    #[arg(long)]
    pub no_browser: bool,
    /// How long to wait for the login, such as 90s or 5m.
    #[arg(long, value_name = "TIME", value_parser = patience, default_value = "5m")]
    pub timeout: u64,
    /// Print lines of JSON, and open no browser.
    #[arg(long)]
    pub json: bool,
}

/// `code-executor upstreams logout`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct LogoutArguments {
    /// The server.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Print a line of JSON.
    #[arg(long)]
    pub json: bool,
}

/// `code-executor upstreams accept`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct AcceptArguments {
    /// The server, or all of them.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// Only this tool, by its own name or its full one.
    #[arg(long, value_name = "TOOL")]
    pub tool: Option<String>,
    /// Accept what is shown without asking.
    #[arg(long)]
    pub yes: bool,
    /// Print JSON, and ask nobody.
    #[arg(long)]
    pub json: bool,
}
