//! `code-executor policy`: looks at the policy with the roles, and keeps it in the database. No gateway is
//! started.

mod arguments;
mod kept;
mod shown;

use std::path::PathBuf;

use policy::roles::{Explanation, Roles};
use store::sql::Error;
use types::Principal;

use crate::cli::Exit;
use crate::cli::render::Rendered;
use crate::config::{RolesSource, Settings};
use crate::roles::{self, Place, Unread, Unusable};

pub use arguments::{AFTER_POLICY, ExplainArguments, PolicyArguments, PolicyCommand};

/// How a command ends, unless it is in an error.
type Done = Result<(Rendered, Exit), Failed>;

/// Why a command came to nothing.
enum Failed {
    /// There is no policy, or no place for one.
    Nothing(String),
    /// It cannot be used.
    Unusable(Unusable),
    Store(Error),
}

/// Checks a policy, explains by it, or keeps it in the database.
pub async fn run(arguments: PolicyArguments, settings: Settings) -> anyhow::Result<Exit> {
    let done = match arguments.command {
        PolicyCommand::Check(arguments) => check(arguments.file, &settings).await,
        PolicyCommand::Explain(arguments) => explain(arguments, &settings).await,
        PolicyCommand::Import(arguments) => kept::import(arguments, &settings).await,
        PolicyCommand::Export(arguments) => kept::export(arguments.version, &settings).await,
        PolicyCommand::Versions(arguments) => kept::versions(arguments.json, &settings).await,
    };
    let (rendered, exit) = done.unwrap_or_else(Failed::told);
    rendered.write()?;
    Ok(exit)
}

impl Failed {
    fn told(self) -> (Rendered, Exit) {
        match self {
            Self::Nothing(what) => {
                (Rendered::err(format!("code-executor: {what}\n")), Exit::Configuration)
            }
            Self::Unusable(what) => (Rendered::err(format!("{what}\n")), Exit::Configuration),
            Self::Store(error) => {
                let exit = if error.is_passing() { Exit::Unavailable } else { Exit::Configuration };
                (Rendered::err(format!("code-executor: {error}\n")), exit)
            }
        }
    }
}

impl From<Unread> for Failed {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Away(error) => Self::Store(error),
            Unread::Unusable(unusable) => Self::Unusable(unusable),
            Unread::Missing(_) => Self::Nothing(unread.to_string()),
        }
    }
}

/// The policy that was named, or else the one that is set, and how it is called.
async fn chosen(file: Option<PathBuf>, settings: &Settings) -> Result<(String, Roles), Failed> {
    let source = file.map_or_else(|| settings.roles.clone(), RolesSource::File);
    let settings = Settings { roles: source, ..settings.clone() };
    let place = Place::of(&settings, None).map_err(|error| Failed::Nothing(error.to_string()))?;
    match &place {
        Place::Nowhere => Err(Failed::Nothing(
            "there is no policy: everybody who is known may do everything. Set `roles.file`, or name \
             a file"
                .to_owned(),
        )),
        Place::File(path) => {
            let roles = roles::read(path).map_err(Failed::Unusable)?;
            Ok((path.to_string_lossy().into_owned(), roles))
        }
        Place::Database(database) => {
            let roles = roles::read_kept(database).await;
            database.close().await;
            let roles = roles?;
            Ok((format!("version {}", roles.version().unwrap_or_default()), roles))
        }
    }
}

async fn check(file: Option<PathBuf>, settings: &Settings) -> Done {
    match chosen(file, settings).await {
        Ok((name, roles)) => Ok((Rendered::out(shown::checked(&name, &roles)), Exit::Success)),
        Err(Failed::Unusable(unusable)) => {
            Ok((Rendered::out(format!("{unusable}\n")), Exit::ProgramFailed))
        }
        Err(failed) => Err(failed),
    }
}

async fn explain(arguments: ExplainArguments, settings: &Settings) -> Done {
    let (_, roles) = chosen(arguments.file, settings).await?;
    let (act, what) = arguments.asked.act();
    let principal = Principal {
        tenant: arguments.tenant,
        subject: arguments.subject,
        scopes: Vec::new(),
        roles: arguments.roles,
    };
    let explanation = Explanation::new(&roles, &principal, act, &what);
    let exit = if explanation.allowed { Exit::Success } else { Exit::ProgramFailed };
    let text = match arguments.json {
        true => shown::as_json(&explanation),
        false => shown::explained(&principal, act, &what, &explanation),
    };
    Ok((Rendered::out(text), exit))
}
