//! The options of `code-executor wrappers`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use types::Language;

/// The end of `wrappers generate --help`.
const AFTER_GENERATE: &str = "\
Only files that it made itself are changed or removed; servers/.wrappers.json says which they are.

Exit codes:
  0    the files are as they should be
  1    with --check: some are not; they are named
  2    wrong usage, no server of that name, or a file in the way
  64   bad configuration
  69   a server did not answer; its files are left as they are";

/// `code-executor wrappers`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct WrappersArguments {
    /// What to do with them.
    #[command(subcommand)]
    pub command: WrappersCommand,
}

/// What to do with modules of tools.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum WrappersCommand {
    /// Write `servers/<server>/<tool>` in TypeScript and Python.
    #[command(after_help = AFTER_GENERATE)]
    Generate(GenerateArguments),
}

/// `code-executor wrappers generate`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct GenerateArguments {
    /// The directory that holds `servers`; it is made when it is not there.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// ts, py or both; what is there already when nothing is said, or else both.
    #[arg(long, value_name = "LANG", value_enum, hide_possible_values = true)]
    pub lang: Option<Languages>,
    /// Only this server.
    #[arg(long, value_name = "NAME")]
    pub server: Option<String>,
    /// Write nothing; say which files are not as they should be.
    #[arg(long, conflicts_with = "watch")]
    pub check: bool,
    /// Go on until Ctrl-C, and write again whenever the configuration or a list of tools changes.
    #[arg(long)]
    pub watch: bool,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// The languages of modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Languages {
    /// TypeScript.
    #[value(alias = "typescript")]
    Ts,
    /// Python.
    #[value(alias = "python")]
    Py,
    /// Both.
    Both,
}

impl Languages {
    /// Which they are.
    pub fn all(self) -> &'static [Language] {
        match self {
            Self::Ts => &[Language::TypeScript],
            Self::Py => &[Language::Python],
            Self::Both => &[Language::TypeScript, Language::Python],
        }
    }
}
