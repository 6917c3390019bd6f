//! The policy in force, kept up with where it is written.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use policy::roles::{Authority, Roles};
use store::Database;

use super::kept::{self, Unread, read_kept};
use super::{Unusable, read};
use crate::config::{RolesSource, Settings};
use crate::operating::fingerprint::Fingerprint;
use crate::{compose, state};

/// How often it is looked at. A change of a file counts when it was left alone for that long: of a file
/// that is being written, what is there so far may well be a policy.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Where the policy is.
#[derive(Debug, Clone)]
pub enum Place {
    /// Nowhere.
    Nowhere,
    /// In a file.
    File(PathBuf),
    /// In the database.
    Database(Database),
}

/// What of a place is in force, to be taken before it is read: then no change is missed.
#[derive(Debug, Clone)]
enum Taken {
    File(Fingerprint),
    /// A version and its digest, whether it could be used or not: what could not is read again when it
    /// is another.
    Version(i64, String),
}

/// A policy in force, and what has to be known to keep up with it.
pub struct Standing {
    place: Place,
    taken: Taken,
    authority: Option<Authority>,
}

impl Standing {
    /// Who may do what, unless everybody may everything.
    pub fn authority(&self) -> Option<Authority> {
        self.authority.clone()
    }

    /// Where it is written.
    pub fn place(&self) -> Place {
        self.place.clone()
    }
}

impl Place {
    /// Where the settings say it is. The database is the one that is in use already, if there is one.
    pub fn of(settings: &Settings, database: Option<&Database>) -> anyhow::Result<Self> {
        Ok(match &settings.roles {
            RolesSource::Nowhere => Self::Nowhere,
            RolesSource::File(path) => Self::File(path.clone()),
            RolesSource::Database => {
                let database = match database {
                    Some(database) => Some(database.clone()),
                    None => state::database(settings)?,
                };
                Self::Database(database.ok_or_else(|| {
                    compose::unusable(
                        "the policy is to be in the state database, and there is none: set \
                         `state.url`, or HOME or XDG_STATE_HOME",
                    )
                })?)
            }
        })
    }

    async fn read(&self) -> Result<Option<Roles>, Unread> {
        Ok(match self {
            Self::Nowhere => None,
            Self::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || read(&path)).await;
                let defect = |_| Unusable { name: self.name(), problems: Vec::new() };
                Some(read.map_err(defect)??)
            }
            Self::Database(database) => Some(read_kept(database).await?),
        })
    }

    fn name(&self) -> String {
        match self {
            Self::Nowhere => "no policy".to_owned(),
            Self::File(path) => super::named(path),
            Self::Database(database) => format!("the policy in {}", database.name()),
        }
    }
}

/// Reads the policy and puts it in force; what cannot be read is an error.
pub async fn start(settings: &Settings, database: Option<&Database>) -> anyhow::Result<Standing> {
    let place = Place::of(settings, database)?;
    let taken = match &place {
        Place::Database(database) => {
            let (version, digest) = database.policies().in_force().await.map_err(Unread::Away)?;
            Taken::Version(version, digest)
        }
        _ => Taken::File(looks(&place).await),
    };
    let roles = match place.read().await {
        Ok(roles) => roles,
        Err(unread @ Unread::Away(_)) => return Err(unread.into()),
        Err(unread) => return Err(compose::unusable(unread)),
    };
    Ok(Standing { place, taken, authority: roles.map(Authority::new) })
}

/// Puts what is there now in force, or leaves the one before and tells of it. Whether it is in force.
pub async fn reload(place: &Place, authority: &Authority) -> bool {
    take(place.read().await, authority)
}

fn take(read: Result<Option<Roles>, Unread>, authority: &Authority) -> bool {
    match read {
        Ok(None) => true,
        Ok(Some(roles)) => {
            let (rules, version) = (roles.rules().len(), roles.version());
            tracing::info!(rules, version, "the policy has changed and is in force");
            authority.replace(roles);
            true
        }
        Err(unread) => {
            tracing::error!("{unread}\nThe one before stays in force.");
            // That it is away is told, and taken back, by who asks it every second.
            if let Some(told) = in_short(&unread) {
                authority.keep(Some(told));
            }
            false
        }
    }
}

/// What health says: nothing of what the policy holds.
fn in_short(unread: &Unread) -> Option<String> {
    let unusable = match unread {
        Unread::Away(_) => return None,
        Unread::Missing(_) => {
            let told =
                "there is no policy in the state database any more; the one before is in force";
            return Some(told.to_owned());
        }
        Unread::Unusable(unusable) => unusable,
    };
    let mut told = "the policy has changed and cannot be used".to_owned();
    let lines: Vec<usize> = unusable.problems.iter().map(|problem| problem.line).collect();
    match lines.as_slice() {
        [] | [0] => {}
        [line] => {
            let _ = write!(told, " for line {line}");
        }
        [line, ..] => {
            let _ = write!(told, " for {} lines, line {line} first", lines.len());
        }
    }
    told.push_str("; the one before is in force; see `code-executor policy check`");
    Some(told)
}

async fn looks(place: &Place) -> Fingerprint {
    let Place::File(path) = place else { return Fingerprint::default() };
    let path = path.clone();
    let looked = tokio::task::spawn_blocking(move || Fingerprint::of([path])).await;
    looked.unwrap_or_default()
}

/// Reads the policy again whenever there is another than the one in force, where there is one. Ends with
/// the runtime.
pub async fn follow(standing: Standing) {
    let Standing { place, taken, authority: Some(authority) } = standing else { return };
    match (&place, taken) {
        (Place::File(_), Taken::File(taken)) => follow_file(&place, taken, &authority).await,
        (Place::Database(database), Taken::Version(version, digest)) => {
            follow_versions(&place, database, (version, digest), &authority).await;
        }
        _ => {}
    }
}

async fn follow_file(place: &Place, mut taken: Fingerprint, authority: &Authority) {
    let mut seen = taken.clone();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let now = looks(place).await;
        if now == seen && now != taken {
            reload(place, authority).await;
            taken = now.clone();
        }
        seen = now;
    }
}

/// Asks for the number and the digest alone. While nobody answers, the last good policy stands.
async fn follow_versions(
    place: &Place,
    database: &Database,
    mut taken: (i64, String),
    authority: &Authority,
) {
    // What health said before the database went away, to be said again when it is back.
    let mut away: Option<Option<String>> = None;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        match database.policies().in_force().await {
            Ok(now) => {
                if let Some(before) = away.take() {
                    tracing::warn!("the state database can be asked for the policy again");
                    authority.keep(before);
                }
                if now == taken {
                    continue;
                }
                let read = place.read().await;
                // Should it go away between two questions, the next look tells of it.
                if !matches!(read, Err(Unread::Away(_))) {
                    take(read, authority);
                    taken = now;
                }
            }
            Err(error) if away.is_none() => {
                away = Some(authority.health().error);
                let in_force = kept::named(authority.version().unwrap_or_default());
                tracing::error!("{}; {in_force} stays in force", Unread::Away(error));
                authority.keep(Some(format!(
                    "the state database cannot be asked for the policy; {in_force} is in force"
                )));
            }
            Err(_) => {}
        }
    }
}
