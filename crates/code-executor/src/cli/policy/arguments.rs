//! What may be typed after `code-executor policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use policy::roles::{Act, RUNTIMES};

use crate::cli::duration::milliseconds;

/// The end of `policy --help`.
pub const AFTER_POLICY: &str = "\
The policy is that of `roles.file`, or of the state database where `roles.source` says so, unless a file
is named. docs/roles.md has its form.

Exit codes:
  0    done: the policy can be used; what is asked about is allowed
  1    it cannot; it is not; another version is in force than import was to follow
  64   there is no policy, or explain cannot use it
  69   the database cannot be reached, is held or full";

/// `code-executor policy`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct PolicyArguments {
    /// Which of them.
    #[command(subcommand)]
    pub command: PolicyCommand,
}

/// What to do with a policy.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum PolicyCommand {
    /// Say what is wrong with a policy file.
    Check(CheckArguments),
    /// Say whether somebody may do something, and by which rule.
    Explain(ExplainArguments),
    /// Put a policy file into the state database, in force for all gateways that use it.
    Import(ImportArguments),
    /// Print a policy of the state database.
    Export(ExportArguments),
    /// List the versions in the state database: when each was put in, by whom, and why.
    Versions(VersionsArguments),
}

/// `code-executor policy import`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ImportArguments {
    /// The file; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only if this version is in force until then; 0 when there is to be none yet.
    #[arg(long, value_name = "VERSION", value_parser = clap::value_parser!(i64).range(0..))]
    pub after: Option<i64>,
    /// Who does it, rather than this machine's user.
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
}

/// `code-executor policy export`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ExportArguments {
    /// Which version, rather than the one in force.
    #[arg(long, value_name = "VERSION", value_parser = clap::value_parser!(i64).range(1..))]
    pub version: Option<i64>,
}

/// `code-executor policy versions`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct VersionsArguments {
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// `code-executor policy check`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CheckArguments {
    /// The file.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// `code-executor policy explain`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ExplainArguments {
    /// Who asks: the subject of a key or token; the local user is `default` of the tenant `local`.
    #[arg(long = "as", value_name = "NAME")]
    pub subject: String,
    /// The tenant it belongs to.
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub tenant: String,
    /// A role that comes with the key or token; may be repeated.
    #[arg(long = "role", value_name = "NAME")]
    pub roles: Vec<String>,
    /// What is asked about.
    #[command(flatten)]
    pub asked: AskedAbout,
    /// Explain by this file.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

/// One thing to ask about.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[group(required = true, multiple = false)]
pub struct AskedAbout {
    /// Calling this tool, by its full name.
    #[arg(long, value_name = "NAME")]
    pub tool: Option<String>,
    /// Running programs in this language, or by this runtime of it.
    #[arg(long, value_name = "LANGUAGE", value_parser = RUNTIMES)]
    pub run: Option<String>,
    /// Having this directory to read.
    #[arg(long, value_name = "DIRECTORY")]
    pub read: Option<String>,
    /// Having this directory to write to.
    #[arg(long, value_name = "DIRECTORY")]
    pub write: Option<String>,
    /// Sending requests to this host.
    #[arg(long, value_name = "HOST")]
    pub net: Option<String>,
    /// Letting a program take so long.
    #[arg(long, value_name = "TIME", value_parser = milliseconds)]
    pub time: Option<u64>,
}

impl AskedAbout {
    /// The same as rules have it.
    pub fn act(self) -> (Act, String) {
        let Self { tool, run, read, write, net, time } = self;
        let run = run.map(|run| match run.as_str() {
            "typescript" => "typescript/quickjs".to_owned(),
            "python" => "python/cpython".to_owned(),
            _ => run,
        });
        let named = [
            (Act::Call, tool),
            (Act::Run, run),
            (Act::Read, read),
            (Act::Write, write),
            (Act::Net, net),
        ];
        let named = named.into_iter().find_map(|(act, what)| Some((act, what?)));
        named.unwrap_or_else(|| (Act::Time, format!("{}ms", time.unwrap_or_default())))
    }
}
