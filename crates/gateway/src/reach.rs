//! What a program may reach beside tools: directories and hosts, its request cut down to what the
//! operator and the roles of the caller allow.

mod by_roles;

use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::Arc;

use egress::{Egress, Grant, Session};
use files::{Granted, Operator};
use policy::roles::Act;
use sandbox::Withheld;
use tokio::sync::Semaphore;
use types::{Asked, DeniedGrant, ErrorCode, Grants, Permissions, Refusal};
use wire::Reply;

use crate::caller::View;
use crate::filing::{self, Filing, Written};

/// Operations on files that are carried out at the same time, of all executions together. Each may
/// hold a thread for as long as the file system takes.
const AT_ONCE: usize = 32;

/// The same of one execution, so that one whose file system hangs does not hold up all others.
const AT_ONCE_EACH: usize = 8;

/// What the operator lets programs reach.
pub struct Reach {
    /// Directories.
    pub files: Arc<Operator>,
    /// Hosts.
    pub egress: Egress,
    places: Arc<Semaphore>,
}

/// What one program was given.
#[derive(Default)]
pub struct Given {
    /// Its directories, open.
    pub files: Arc<Granted>,
    /// Its way to hosts, when it has one.
    pub net: Option<Session>,
    /// The same for the outcome, when it asked for anything.
    pub told: Option<Grants>,
    written: Arc<Written>,
    // Its own, and those of all executions: what is done with files blocks.
    places: Option<[Arc<Semaphore>; 2]>,
}

impl Reach {
    /// As far as the operator allows.
    pub fn new(files: Operator, egress: Egress) -> Self {
        Self { files: Arc::new(files), egress, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Refuses a request that makes no sense, by its text alone.
    pub fn check(&self, asked: &Permissions) -> Result<(), Refusal> {
        let paths = |asked: &Asked| match asked {
            Asked::Entries(entries) => entries.iter().map(PathBuf::from).collect(),
            Asked::All => Vec::new(),
        };
        let request = files::Request {
            read: paths(&asked.read),
            write: paths(&asked.write),
            cwd: asked.cwd.as_ref().map(PathBuf::from),
        };
        request.check().map_err(|malformed| invalid(malformed.to_string()))?;
        match &asked.net {
            Asked::Entries(entries) => read_hosts(entries).map(drop),
            Asked::All => Ok(()),
        }
    }

    /// Cuts a request down to what the operator and the caller's roles allow, and opens its
    /// directories. What is malformed is refused.
    pub async fn grant(&self, asked: &Permissions, view: &View) -> Result<Given, Refusal> {
        if asked.is_empty() {
            return Ok(Given::default());
        }
        let mut told = Grants::default();
        let files = self.directories(asked, view, &mut told).await?;
        let net = self.hosts(&asked.net, view, &mut told)?;
        let places = Some([Arc::new(Semaphore::new(AT_ONCE_EACH)), Arc::clone(&self.places)]);
        Ok(Given { files: Arc::new(files), net, told: Some(told), written: Arc::default(), places })
    }

    /// What was granted before, for the next program of the same session: the same directories, and
    /// hosts reached anew. Nothing when some of it may no longer be had.
    pub async fn renew(&self, held: &Given, asked: &Permissions, view: &View) -> Option<Given> {
        let Some(told) = &held.told else { return Some(Given::default()) };
        if !self.still_gives(told, asked, view).await {
            return None;
        }
        Some(Given {
            files: Arc::clone(&held.files),
            net: held.net.as_ref().map(|net| self.egress.session(net.grant()).0),
            told: held.told.clone(),
            written: Arc::default(),
            places: Some([Arc::new(Semaphore::new(AT_ONCE_EACH)), Arc::clone(&self.places)]),
        })
    }

    /// Whether all that was granted would be granted now.
    pub async fn still_gives(&self, told: &Grants, asked: &Permissions, view: &View) -> bool {
        if asked.is_empty() {
            return true;
        }
        let Ok(Given { told: Some(now), .. }) = self.grant(asked, view).await else { return false };
        let all = |held: &[String], now: &[String]| held.iter().all(|entry| now.contains(entry));
        all(&told.read, &now.read) && all(&told.write, &now.write) && all(&told.net, &now.net)
    }

    async fn directories(
        &self,
        asked: &Permissions,
        view: &View,
        told: &mut Grants,
    ) -> Result<Granted, Refusal> {
        let mut paths = |act: Act, asked: &Asked| match asked {
            Asked::Entries(entries) => {
                by_roles::named(view, act, entries.iter().map(PathBuf::from).collect(), told)
            }
            Asked::All => {
                let mut all = by_roles::all(view, act, &self.files);
                let left_out = all.split_off(all.len().min(files::MAX_ENTRIES));
                told.denied.extend(left_out.into_iter().map(|path| DeniedGrant {
                    permission: act.as_str().to_owned(),
                    entry: path.to_string_lossy().into_owned(),
                    reason: format!(
                        "is one more than the {} directories of one request; ask for it by name",
                        files::MAX_ENTRIES
                    ),
                }));
                all
            }
        };
        let request = files::Request {
            read: paths(Act::Read, &asked.read),
            write: paths(Act::Write, &asked.write),
            cwd: asked.cwd.as_ref().map(PathBuf::from),
        };
        if request == files::Request::default() {
            return Ok(Granted::default());
        }
        let operator = Arc::clone(&self.files);
        let granted = tokio::task::spawn_blocking(move || operator.grant(&request)).await;
        let mut granted = granted
            .map_err(|_| Refusal::new(ErrorCode::Internal, "granting directories failed"))?
            .map_err(|malformed| invalid(malformed.to_string()))?;
        by_roles::opened(view, &mut granted, told);
        let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
        for root in &granted.roots {
            told.read.push(text(&root.path));
            if root.write {
                told.write.push(text(&root.path));
            }
        }
        told.cwd = granted.cwd.as_deref().map(text);
        told.denied.extend(granted.denied.iter().map(|denied| DeniedGrant {
            permission: denied.access.as_str().to_owned(),
            entry: text(&denied.path),
            reason: denied.because().to_owned(),
        }));
        Ok(granted)
    }

    fn hosts(
        &self,
        asked: &Asked,
        view: &View,
        told: &mut Grants,
    ) -> Result<Option<Session>, Refusal> {
        let requested = match asked {
            Asked::All => by_roles::all_hosts(view, &self.egress),
            Asked::Entries(entries) => {
                let (mut requested, set_aside) = read_hosts(entries)?;
                told.denied.extend(set_aside.into_iter().map(|rule| DeniedGrant {
                    permission: "net".to_owned(),
                    entry: rule.rule().to_owned(),
                    reason: rule.reason(),
                }));
                by_roles::hosts(view, &mut requested, told);
                requested
            }
        };
        let (session, denied) = self.egress.session(&requested);
        told.denied.extend(
            denied.into_iter().map(|rule| DeniedGrant {
                permission: "net".to_owned(),
                entry: rule.to_string(),
                reason: "is not among the hosts that the operator allows (security.allowNetwork)"
                    .to_owned(),
            }),
        );
        told.net = session.grant().rules().iter().map(ToString::to_string).collect();
        Ok((!session.grant().is_empty()).then_some(session))
    }
}

/// Denied entries that a summary names.
const MAX_NAMED: usize = 3;

/// The most of a denied entry that a summary shows, in characters.
const MAX_SHOWN: usize = 80;

/// What a program asked for and was not given, in a line; nothing when it got everything.
pub fn denied_summary(grants: Option<&Grants>) -> Option<String> {
    let denied = &grants?.denied;
    let named = denied.iter().take(MAX_NAMED).map(|DeniedGrant { permission, entry, reason }| {
        let shown: String = entry.chars().take(MAX_SHOWN).collect();
        format!("{permission} {shown:?} {reason}")
    });
    let named: Vec<String> = named.collect();
    let more = denied.len().saturating_sub(MAX_NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| format!("{}{more}", named.join("; ")))
}

/// Hosts as they are asked for, and those that name this machine without a port.
fn read_hosts(entries: &[String]) -> Result<(Grant, Vec<egress::InvalidRule>), Refusal> {
    Grant::parse_operator(entries).map_err(|error| invalid(format!("permissions.net: {error}")))
}

fn invalid(message: String) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, message)
}

impl Given {
    /// Carries out what a program wants done with a file.
    pub async fn file(&self, filing: Filing, payload: Vec<u8>, content: usize) -> Reply {
        let mut held = Vec::new();
        for places in self.places.iter().flatten() {
            held.extend(Arc::clone(places).acquire_owned().await.ok());
        }
        let (granted, written) = (Arc::clone(&self.files), Arc::clone(&self.written));
        let carried_out = tokio::task::spawn_blocking(move || {
            // Nobody may be waiting any more: the thread has its place until it is done.
            let _places = held;
            filing.carry_out(&granted, payload.get(content..).unwrap_or_default(), &written)
        });
        carried_out.await.unwrap_or_else(|error| {
            tracing::error!(%error, "an operation on a file ended in a defect");
            filing::unreadable("the operation ended in a defect of ours")
        })
    }

    /// Its directories, for a program that sees them itself.
    pub fn directories(&self) -> sandbox::Grants<'_> {
        let directories = self.files.roots.iter().map(|root| sandbox::GrantedDirectory {
            path: &root.path,
            names: &root.names,
            fd: root.fd.as_fd(),
        });
        sandbox::Grants { directories: directories.collect(), cwd: self.files.cwd.as_deref() }
    }

    /// Takes note of what a program that sees its directories itself does not get of them.
    pub fn withhold(&mut self, withheld: Vec<Withheld>) {
        let Some(told) = &mut self.told else { return };
        for Withheld { path, is_cwd, reason } in withheld {
            let entry = path.to_string_lossy().into_owned();
            let permission = if is_cwd { "cwd" } else { "read" };
            match is_cwd {
                true => told.cwd = None,
                false => told.read.retain(|read| *read != entry),
            }
            told.denied.push(DeniedGrant { permission: permission.to_owned(), entry, reason });
        }
    }

    /// What the program's own side needs to know of it.
    pub fn for_the_guest(&self) -> wire::Grants {
        let mut grants = wire::Grants { net: self.net.is_some(), ..wire::Grants::default() };
        for root in &self.files.roots {
            for path in std::iter::once(&root.path).chain(&root.names) {
                let Some(path) = path.to_str() else { continue };
                if grants.read.iter().any(|known| known == path) {
                    continue;
                }
                grants.read.push(path.to_owned());
                if root.write {
                    grants.write.push(path.to_owned());
                }
            }
        }
        grants.cwd = self.told.as_ref().and_then(|told| told.cwd.clone());
        grants
    }
}

#[cfg(test)]
mod tests;
