//! `code-executor keys`: the keys of those who use the HTTP server, in the database.

mod arguments;
mod shown;

use policy::keys::{ApiKey, RANDOM};
use store::Database;
use store::sql::{Error, Key, KeyFilter};
use types::scope;

use crate::cli::Exit;
use crate::cli::render::{Rendered, Style};
use crate::config::{Inputs, Settings};
use crate::identity::{now, state_of};
use crate::state;

pub use arguments::{
    AFTER_KEYS, CreateArguments, KeysArguments, KeysCommand, Lifetime, ListArguments,
    RevokeArguments, RotateArguments,
};

/// Keys that are fetched at once.
const PAGE: u32 = 500;
/// The most keys that are listed.
const MAX_LISTED: usize = 10_000;

/// Makes, lists, replaces or takes back keys.
pub async fn run(
    arguments: KeysArguments,
    settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    let Some(database) = state::database(&settings)? else {
        eprintln!(
            "code-executor: there is no place for keys: set `state.url`, or HOME or XDG_STATE_HOME"
        );
        return Ok(Exit::Configuration);
    };
    let done = match arguments.command {
        KeysCommand::Create(arguments) => create(&database, arguments).await,
        KeysCommand::List(arguments) => list(&database, arguments, style).await,
        KeysCommand::Rotate(arguments) => rotate(&database, arguments).await,
        KeysCommand::Revoke(arguments) => revoke(&database, arguments).await,
    };
    database.close().await;
    match done {
        Ok((rendered, exit)) => {
            rendered.write()?;
            Ok(exit)
        }
        Err(Failed::Store(error)) => {
            eprintln!("code-executor: {error}");
            Ok(if error.is_passing() { Exit::Unavailable } else { Exit::Configuration })
        }
        Err(Failed::Random) => {
            eprintln!("code-executor: this machine gives no random bytes, so no key was made");
            Ok(Exit::Unavailable)
        }
    }
}

enum Failed {
    Store(Error),
    Random,
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

type Done = Result<(Rendered, Exit), Failed>;

fn new_key() -> Result<ApiKey, Failed> {
    let mut random = [0; RANDOM];
    getrandom::fill(&mut random).map_err(|_| Failed::Random)?;
    Ok(ApiKey::of(&random))
}

async fn create(database: &Database, arguments: CreateArguments) -> Done {
    let (secret, now) = (new_key()?, now());
    let usual = [scope::EXECUTE_TYPESCRIPT, scope::EXECUTE_PYTHON, scope::TOOLS_READ];
    let scopes = match arguments.scopes {
        none if none.is_empty() => usual.map(str::to_owned).to_vec(),
        scopes => scopes,
    };
    let key = Key {
        prefix: secret.prefix().to_owned(),
        hash: secret.hash().to_text(),
        subject: arguments.subject.unwrap_or_else(|| arguments.name.clone()),
        name: arguments.name,
        tenant: arguments.tenant,
        scopes,
        roles: arguments.roles,
        created_at: now,
        expires_at: end(arguments.expires, now),
        ..Key::default()
    };
    database.keys().insert(&key).await?;
    Ok((shown::created(&secret, &key, None, arguments.json), Exit::Success))
}

async fn list(database: &Database, arguments: ListArguments, style: Style) -> Done {
    let filter = KeyFilter { tenant: arguments.tenant, subject: arguments.subject };
    let (now, mut keys) = (now(), Vec::new());
    loop {
        let after = keys.last().map(|key: &Key| key.prefix.clone());
        let page = database.keys().list(&filter, after.as_deref(), PAGE).await?;
        let is_last = page.len() < PAGE as usize;
        keys.extend(page);
        if is_last || keys.len() >= MAX_LISTED {
            break;
        }
    }
    if !arguments.all {
        keys.retain(|key| state_of(key, now).is_ok());
    }
    Ok((shown::list(&keys, now, arguments.json, style), Exit::Success))
}

async fn rotate(database: &Database, arguments: RotateArguments) -> Done {
    let (secret, now) = (new_key()?, now());
    let found = database.keys().find(&arguments.prefix).await?;
    let Some(old) = found.filter(|old| state_of(old, now).is_ok()) else {
        return Ok(no_such(&arguments.prefix));
    };
    let overlap_ends = now.saturating_add(milliseconds(arguments.overlap));
    let until = old.expires_at.map_or(overlap_ends, |end| end.min(overlap_ends));
    let expires_at = match (arguments.expires, old.expires_at) {
        (Some(lifetime), _) => end(lifetime, now),
        (None, Some(end)) => Some(now.saturating_add(end - old.created_at)),
        (None, None) => None,
    };
    let key = Key {
        prefix: secret.prefix().to_owned(),
        hash: secret.hash().to_text(),
        created_at: now,
        expires_at,
        last_used_at: None,
        replaces: Some(old.prefix.clone()),
        ..old
    };
    // Somebody may have revoked it meanwhile.
    if !database.keys().rotate(&arguments.prefix, &key, until).await? {
        return Ok(no_such(&arguments.prefix));
    }
    let old = Some((arguments.prefix.as_str(), until));
    Ok((shown::created(&secret, &key, old, arguments.json), Exit::Success))
}

async fn revoke(database: &Database, arguments: RevokeArguments) -> Done {
    let (mut rendered, mut exit) = (Rendered::default(), Exit::Success);
    for prefix in &arguments.prefixes {
        if database.keys().revoke(prefix, now()).await? {
            rendered.out.push_str(&format!("revoked {prefix}\n"));
        } else {
            let (said, failed) = no_such(prefix);
            rendered.err.push_str(&said.err);
            exit = failed;
        }
    }
    Ok((rendered, exit))
}

fn no_such(prefix: &str) -> (Rendered, Exit) {
    let text = format!(
        "there is no key {prefix} that is still taken; `code-executor keys list --all` shows them\n"
    );
    (Rendered::err(text), Exit::ProgramFailed)
}

fn end(lifetime: Lifetime, now: i64) -> Option<i64> {
    match lifetime {
        Lifetime::Endless => None,
        Lifetime::Milliseconds(time) => Some(now.saturating_add(milliseconds(time))),
    }
}

fn milliseconds(time: u64) -> i64 {
    i64::try_from(time).unwrap_or(i64::MAX)
}
