//! The commands and their options.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use types::Detail;

use crate::cli::duration::milliseconds;
use crate::cli::keys::{AFTER_KEYS, KeysArguments};
use crate::cli::policy::{AFTER_POLICY, PolicyArguments};
use crate::cli::state::{AFTER_STATE, StateArguments};
use crate::cli::upstreams::{AFTER_UPSTREAMS, UpstreamsArguments};
use crate::cli::wrappers::WrappersArguments;
use crate::config::Answering;

/// The beginning of `--help`.
const ABOUT: &str = "\
One MCP server in front of all the others.

An agent connects to code-executor alone. It writes TypeScript or Python; the program runs in a
sandbox and calls the tools of every configured MCP server as ordinary functions.";

/// The end of `--help`.
const AFTER_HELP: &str = "\
Getting started:
  code-executor exec hello.ts                 run a program in the sandbox
  code-executor exec hello.py                 the same in Python
  code-executor tools                         what the servers in .mcp.json offer
  claude mcp add code-executor -- code-executor
                                              make it an agent's MCP server

Exit codes:
  0    success
  1    the program failed, or a check did
  2    wrong usage
  64   bad configuration
  69   unavailable: isolation, language, packages, audit log, or no room
  70   internal error
  75   told to stop, and what still ran at the deadline was cancelled
  130  interrupted

Environment:
  CODE_EXECUTOR_CONFIG_PATH   the configuration file
  CODE_EXECUTOR_LOG           error, warn (default), info, debug, trace
  CODE_EXECUTOR_LOG_FORMAT    text (default), json

Every setting has a variable of its own: docs/config-reference.md";

/// The end of `doctor --help`.
const AFTER_DOCTOR: &str = "\
Real processes of each engine try what a program must not do. Nothing is changed, and nothing is
recorded.

Exit codes:
  0    everything that is asked for is reachable: the languages that are set up, the least
       isolation, every MCP server, the audit log
  64   bad configuration
  69   something is not; it is named at the end";

/// The end of `trust --help`.
const AFTER_TRUST: &str = "\
Until its files are trusted, ./.code-executor.json can only narrow what is set elsewhere, and no
server in ./.mcp.json is started or reached. A file that changes has to be trusted again.";

/// The whole command line.
#[derive(Debug, Clone, PartialEq, Parser)]
#[command(name = "code-executor", version, about = ABOUT, after_help = AFTER_HELP)]
#[command(max_term_width = 100)]
#[command(disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Read this configuration file instead of searching for one.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read the MCP servers from this file instead of ./.mcp.json; may be repeated.
    #[arg(long, global = true, value_name = "FILE")]
    pub mcp_config: Vec<PathBuf>,
    /// Take servers from the files of other clients as well.
    #[arg(long, global = true)]
    pub discover: bool,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum Command {
    /// Be an MCP server on standard input and output (the default).
    Serve(ServeArguments),
    /// Run a program and show what came of it.
    Exec(ExecArguments),
    /// List or search the tools of the configured MCP servers.
    Tools(ToolsArguments),
    /// Count what the tools cost a model, listed up front and through us.
    Tokens(TokensArguments),
    /// Show the servers behind us, log in to them, accept what they changed.
    #[command(after_help = AFTER_UPSTREAMS)]
    Upstreams(UpstreamsArguments),
    /// Write every tool as a module for editors and type checkers.
    Wrappers(WrappersArguments),
    /// Be a small MCP server to try things with: notes, a table, a clock.
    DemoServer,
    /// Say which isolation this machine gives, which Python it has, and why not more.
    #[command(after_help = AFTER_DOCTOR)]
    Doctor(DoctorArguments),
    /// Trust the configuration files of this directory.
    #[command(after_help = AFTER_TRUST)]
    Trust(TrustArguments),
    /// Make, list, replace and take back the keys of those who use the HTTP server.
    #[command(after_help = AFTER_KEYS)]
    Keys(KeysArguments),
    /// Check the policy with the roles, keep it in the database, or say why somebody may do something
    /// or not.
    #[command(after_help = AFTER_POLICY)]
    Policy(PolicyArguments),
    /// Copy the database, put a copy back, or delete all that is kept of somebody.
    #[command(after_help = AFTER_STATE)]
    State(StateArguments),
    /// Print the configuration's JSON schema or reference page.
    #[command(hide = true)]
    Schema(SchemaArguments),
    /// Measure what a bare fork, lockdown and run costs here.
    #[command(hide = true)]
    BenchFloor(BenchFloorArguments),
    /// Measure what a tool call costs a plain MCP client here.
    #[command(hide = true)]
    BenchDirect(BenchDirectArguments),
}

impl Command {
    /// From which level on is logged where the operator says nothing else: what shows every server
    /// shows their failures itself.
    pub fn logged(&self) -> &'static str {
        match self {
            Self::Upstreams(upstreams) if upstreams.lists() => "error",
            _ => "warn",
        }
    }

    /// Who can be asked for what the files with servers do not hold: nobody where standard input is
    /// the protocol's, or where no server is reached anyway.
    pub fn answering(&self) -> Answering {
        let asks = match self {
            Self::Exec(exec) => exec.file.as_os_str() != "-",
            Self::Tools(_) | Self::Tokens(_) | Self::Wrappers(_) => true,
            Self::Upstreams(upstreams) => upstreams.connects(),
            Self::Doctor(doctor) => !doctor.skip_upstreams,
            _ => false,
        };
        Answering::at_terminal(asks)
    }
}

/// `code-executor exec`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ExecArguments {
    /// The program; `-` reads it from standard input. A name that ends in `.py` is Python, any
    /// other TypeScript or JavaScript.
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// The program's language, whatever its name: typescript or python.
    #[arg(long, value_name = "LANGUAGE", value_enum, hide_possible_values = true)]
    pub language: Option<Spoken>,
    /// What runs TypeScript and JavaScript: quickjs, which is built in, or deno.
    #[arg(long, value_name = "RUNTIME", value_enum, hide_possible_values = true)]
    pub runtime: Option<Engine>,
    /// Let the program call this tool, or all that match `prefix*`; may be repeated.
    #[arg(long = "allow", value_name = "TOOL", value_delimiter = ',', num_args = 1)]
    pub allow: Vec<String>,
    /// Let the program read this directory; may be repeated.
    #[arg(long, value_name = "DIRECTORY")]
    pub allow_read: Vec<PathBuf>,
    /// Let the program read and write this directory; may be repeated.
    #[arg(long, value_name = "DIRECTORY")]
    pub allow_write: Vec<PathBuf>,
    /// Let the program send requests to this host (`example.com`, `localhost:3000`); may be
    /// repeated.
    #[arg(long, value_name = "HOST", value_delimiter = ',', num_args = 1)]
    pub allow_net: Vec<String>,
    /// Run the program in this directory, one of those it may read.
    #[arg(long, value_name = "DIRECTORY")]
    pub cwd: Option<PathBuf>,
    /// Stop the program after this time: 500, 500ms, 5s, 2m.
    #[arg(long, value_name = "TIME", value_parser = milliseconds)]
    pub timeout: Option<u64>,
    /// Print the whole outcome as JSON.
    #[arg(long)]
    pub json: bool,
}

/// A language, as it may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Spoken {
    /// TypeScript or JavaScript.
    #[value(aliases = ["ts", "javascript", "js"])]
    Typescript,
    /// Python.
    #[value(alias = "py")]
    Python,
}

/// What runs TypeScript and JavaScript, as it may be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// The embedded engine.
    Quickjs,
    /// The machine's Deno.
    Deno,
}

/// `code-executor doctor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct DoctorArguments {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// Do not start the MCP servers.
    #[arg(long)]
    pub skip_upstreams: bool,
}

/// `code-executor tools`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct ToolsArguments {
    /// Search, or list everything.
    #[command(subcommand)]
    pub command: Option<ToolsCommand>,
    /// Only tools of this server.
    #[arg(long, global = true, value_name = "NAME")]
    pub server: Option<String>,
    /// At most this many tools.
    #[arg(long, global = true, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub limit: Option<u32>,
    /// How much to show of each tool: name, description or full.
    #[arg(long, global = true, default_value_t, value_name = "DETAIL", value_parser = detail())]
    #[arg(hide_possible_values = true)]
    pub detail: Detail,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// The levels of detail, so that a wrong one is answered with those there are.
fn detail() -> impl TypedValueParser<Value = Detail> {
    let words = Detail::ALL.map(Detail::as_str);
    PossibleValuesParser::new(words).map(|word| word.parse().unwrap_or_default())
}

/// What to do with tools besides listing them.
#[derive(Debug, Clone, PartialEq, Subcommand)]
pub enum ToolsCommand {
    /// Search tools by what they do, best first.
    Search(SearchArguments),
}

/// `code-executor tools search`.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct SearchArguments {
    /// What to search for.
    #[arg(value_name = "QUERY", required = true)]
    pub query: Vec<String>,
}

/// `code-executor serve`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Args)]
pub struct ServeArguments {
    /// Serve the HTTP API on this address instead of MCP over standard input and output.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:9091")]
    #[arg(value_parser = address)]
    pub http: Option<std::net::SocketAddr>,
}

fn address(text: &str) -> Result<std::net::SocketAddr, &'static str> {
    text.parse().map_err(|_| "write an address and a port, such as 127.0.0.1:9091 or [::1]:9091")
}

/// `code-executor tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct TokensArguments {
    /// Only tools of this server.
    #[arg(long, value_name = "NAME")]
    pub server: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `code-executor trust`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct TrustArguments {
    /// List every trusted file.
    #[arg(long, conflicts_with = "revoke")]
    pub list: bool,
    /// End the trust in the files of this directory.
    #[arg(long)]
    pub revoke: bool,
}

/// `code-executor schema`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct SchemaArguments {
    /// Print the reference page instead.
    #[arg(long)]
    pub reference: bool,
}

/// `code-executor bench-floor`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct BenchFloorArguments {
    /// The program to run; a name that ends in `.py` is Python.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How many times.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub count: u32,
    /// A directory that a Python program is granted, without links on the way; may be repeated.
    #[arg(long, value_name = "DIRECTORY")]
    pub read: Vec<PathBuf>,
    /// Give a TypeScript program tools, console and timers alone, without the web platform and Node.
    #[arg(long)]
    pub bare: bool,
}

/// `code-executor bench-direct`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct BenchDirectArguments {
    /// How many times.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub count: u32,
}
