//! `code-executor state`: a copy of the database, a copy put back, and all of somebody deleted.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use store::Database;
use store::sql::{Error, Purged};

use crate::cli::Exit;
use crate::cli::render::{Rendered, counted};
use crate::config::Settings;
use crate::state;

/// The end of `state --help`.
pub const AFTER_STATE: &str = "\
The database is that of `state.url`, or else of `code-executor serve --http`. A backup is one file of
SQLite whichever database it comes from; it can be put back into either, and a server may go on
meanwhile. The audit log is no part of it.

Exit codes:
  0    done
  64   bad configuration, or a file that cannot be used
  69   the database cannot be reached, is held or full";

/// `code-executor state`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct StateArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: StateCommand,
}

/// What to do with the database.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum StateCommand {
    /// Copy the database into a new file.
    Backup(FileArguments),
    /// Add what a backup holds to the database; what is there already stays as it is.
    Restore(FileArguments),
    /// Delete all that is kept of a tenant, or of one subject of it: executions, use of quotas, keys.
    Purge(PurgeArguments),
}

/// A backup.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct FileArguments {
    /// The backup.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `code-executor state purge`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct PurgeArguments {
    /// The tenant.
    #[arg(long, value_name = "NAME")]
    pub tenant: String,
    /// One subject of it; all of the tenant without.
    #[arg(long, value_name = "NAME")]
    pub subject: Option<String>,
}

/// Copies, puts back, or deletes.
pub async fn run(arguments: StateArguments, settings: Settings) -> anyhow::Result<Exit> {
    let Some(database) = state::database(&settings)? else {
        eprintln!(
            "code-executor: there is no database: set `state.url`, or HOME or XDG_STATE_HOME"
        );
        return Ok(Exit::Configuration);
    };
    let done = perform(arguments.command, &database).await;
    database.close().await;
    match done {
        Ok(text) => {
            Rendered::out(text).write()?;
            Ok(Exit::Success)
        }
        Err(error) => {
            eprintln!("code-executor: {error}");
            Ok(if error.is_passing() { Exit::Unavailable } else { Exit::Configuration })
        }
    }
}

async fn perform(command: StateCommand, database: &Database) -> Result<String, Error> {
    let name = database.name();
    Ok(match command {
        StateCommand::Backup(FileArguments { file }) => {
            database.backup(&file).await?;
            format!("{name} is copied to {}\n", file.display())
        }
        StateCommand::Restore(FileArguments { file }) => {
            database.restore(&file).await?;
            format!("what {} holds is in {name}\n", file.display())
        }
        StateCommand::Purge(PurgeArguments { tenant, subject }) => {
            let Purged { executions, quotas, keys } =
                database.purge(&tenant, subject.as_deref()).await?;
            let deleted = [
                counted(executions, "execution"),
                counted(keys, "key"),
                counted(quotas, "quota count"),
            ];
            format!("deleted of {name}: {}\n", deleted.join(", "))
        }
    })
}
