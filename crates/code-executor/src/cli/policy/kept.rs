//! Policies in the database: put in, printed, listed.

use std::io::Read;
use std::path::Path;

use policy::roles::{MAX_FILE, Problem};
use sha2::{Digest, Sha256};
use store::Database;
use store::sql::{PolicyVersion, Put};

use super::arguments::ImportArguments;
use super::{Done, Failed, shown};
use crate::cli::Exit;
use crate::cli::render::Rendered;
use crate::config::{RolesSource, Settings};
use crate::identity::now;
use crate::roles::{self, Unusable};
use crate::state;

fn database(settings: &Settings) -> Result<Database, Failed> {
    let database = state::database(settings);
    let database = database.map_err(|error| Failed::Nothing(error.to_string()))?;
    database.ok_or_else(|| {
        Failed::Nothing("there is no database: set `state.url`, or HOME or XDG_STATE_HOME".into())
    })
}

/// Checks a file and puts it in force, all of it or nothing.
pub(super) async fn import(arguments: ImportArguments, settings: &Settings) -> Done {
    let refused = |unusable: Unusable| {
        let told = format!("{unusable}\nNothing was changed.\n");
        Ok((Rendered::err(told), Exit::ProgramFailed))
    };
    let (name, text) = text_of(&arguments.file);
    let parsed = text.and_then(|text| Ok((roles::parse(&text, name)?, text)));
    let (roles, text) = match parsed {
        Ok(parsed) => parsed,
        Err(unusable) => return refused(unusable),
    };
    let database = database(settings)?;
    let about = PolicyVersion {
        version: 0,
        digest: Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect(),
        rules: count(roles.rules()),
        members: count(roles.members()),
        made_by: arguments.by.unwrap_or_else(this_user),
        made_at: now(),
        note: arguments.note,
    };
    let put = put(&database, &about, &text, arguments.after).await;
    database.close().await;
    let (mut told, exit) = put?;
    for warning in roles.warnings() {
        told.push_str(&format!("  {warning}\n"));
    }
    if settings.roles != RolesSource::Database {
        told.push_str("  no gateway goes by it before its `roles.source` is \"database\"\n");
    }
    Ok((Rendered::out(told), exit))
}

async fn put(
    database: &Database,
    about: &PolicyVersion,
    text: &str,
    after: Option<i64>,
) -> Result<(String, Exit), Failed> {
    let policies = database.policies();
    let latest = policies.latest().await.map_err(Failed::Store)?;
    if let Some((latest, body)) = latest
        && body == text
        && after.is_none_or(|after| after == latest.version)
    {
        let told = format!("version {} is the same; nothing was changed\n", latest.version);
        return Ok((told, Exit::Success));
    }
    Ok(match policies.put(about, text, after).await.map_err(Failed::Store)? {
        Put::Version(version) => {
            let about = PolicyVersion { version, ..about.clone() };
            (shown::versions(&[about]), Exit::Success)
        }
        Put::Overtaken(version) => {
            let told = format!(
                "version {version} is in force and not {}; nothing was changed\n",
                after.unwrap_or_default()
            );
            (told, Exit::ProgramFailed)
        }
    })
}

/// Prints the text of a version as it was put in.
pub(super) async fn export(version: Option<i64>, settings: &Settings) -> Done {
    let database = database(settings)?;
    let found = match version {
        Some(version) => database.policies().get(version).await,
        None => database.policies().latest().await,
    };
    database.close().await;
    match found.map_err(Failed::Store)? {
        Some((_, text)) => Ok((Rendered::out(text), Exit::Success)),
        None => Err(Failed::Nothing(match version {
            Some(version) => format!(
                "there is no version {version} of the policy in {}; `code-executor policy versions` \
                 lists those that are kept",
                database.name()
            ),
            None => format!("there is no policy in {}", database.name()),
        })),
    }
}

/// Lists what is kept.
pub(super) async fn versions(as_json: bool, settings: &Settings) -> Done {
    let database = database(settings)?;
    let versions = database.policies().list().await;
    database.close().await;
    let versions = versions.map_err(Failed::Store)?;
    let rendered = match (as_json, versions.is_empty()) {
        (true, _) => Rendered::out(shown::versions_as_json(&versions)),
        (false, true) => Rendered::err(format!("there is no policy in {}\n", database.name())),
        (false, false) => Rendered::out(shown::versions(&versions)),
    };
    Ok((rendered, Exit::Success))
}

/// A file or standard input, and how it is called.
fn text_of(file: &Path) -> (String, Result<String, Unusable>) {
    if file != Path::new("-") {
        let name = roles::named(file);
        let problem =
            |what| Unusable { name: name.clone(), problems: vec![Problem { line: 0, what }] };
        let text = roles::text_of(file).map_err(problem);
        return (name, text);
    }
    let (name, mut text) = ("the policy on standard input".to_owned(), String::new());
    // One byte more, by which a longer one is told.
    let read = std::io::stdin().lock().take(MAX_FILE as u64 + 1).read_to_string(&mut text);
    let text = read.map(|_| text).map_err(|error| {
        let what = format!("it cannot be read: {error}");
        Unusable { name: name.clone(), problems: vec![Problem { line: 0, what }] }
    });
    (name, text)
}

fn count<T>(all: &[T]) -> i64 {
    i64::try_from(all.len()).unwrap_or(i64::MAX)
}

/// Who runs this, as far as the machine says: for people to ask, and no proof.
fn this_user() -> String {
    let uid = rustix::process::getuid().as_raw();
    let known = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let known = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    let user = known.unwrap_or_else(|| format!("uid {uid}"));
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match host.trim() {
        "" => user,
        host => format!("{user} on {host}"),
    }
}
