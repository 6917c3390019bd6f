//! `code-executor policy`: looks at the policy file with the roles. Nothing is started.

mod arguments;
mod shown;

use std::path::{Path, PathBuf};

use policy::roles::Explanation;
use types::Principal;

use crate::cli::Exit;
use crate::cli::render::Rendered;
use crate::config::Settings;
use crate::roles;

pub use arguments::{AFTER_POLICY, ExplainArguments, PolicyArguments, PolicyCommand};

/// Checks a file, or explains by it.
pub fn run(arguments: PolicyArguments, settings: &Settings) -> (Rendered, Exit) {
    match arguments.command {
        PolicyCommand::Check(arguments) => match chosen(arguments.file, settings) {
            Ok(path) => check(&path),
            Err(answer) => answer,
        },
        PolicyCommand::Explain(arguments) => match chosen(arguments.file.clone(), settings) {
            Ok(path) => explain(&path, arguments),
            Err(answer) => answer,
        },
    }
}

/// The file that was named, or else the one that is set.
fn chosen(file: Option<PathBuf>, settings: &Settings) -> Result<PathBuf, (Rendered, Exit)> {
    file.or_else(|| settings.roles.clone()).ok_or_else(|| {
        let text = "there is no policy file: everybody who is known may do everything. Set \
                    `roles.file`, or name one\n";
        (Rendered::err(text), Exit::Configuration)
    })
}

fn check(path: &Path) -> (Rendered, Exit) {
    match roles::read(path) {
        Ok(roles) => (Rendered::out(shown::checked(path, &roles)), Exit::Success),
        Err(unusable) => (Rendered::out(format!("{unusable}\n")), Exit::ProgramFailed),
    }
}

fn explain(path: &Path, arguments: ExplainArguments) -> (Rendered, Exit) {
    let roles = match roles::read(path) {
        Ok(roles) => roles,
        Err(unusable) => return (Rendered::err(format!("{unusable}\n")), Exit::Configuration),
    };
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
    (Rendered::out(text), exit)
}
