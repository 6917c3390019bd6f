//! What an installation asks of registries: paths in, documents and archives out. Which registry, and
//! with which credentials, is decided here and known to nobody there.

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use percent_encoding::percent_decode_str;
use url::Url;

use super::{
    Error,
    client::{Client, Failure, Fetched, may_follow},
    packument::{self, Archive, archive_path},
    registries::{Registries, shown},
    specifier::{is_jsr_name, is_npm_name},
};

/// The longest path, in bytes.
const MAX_PATH: usize = 1024;

/// The largest document, in bytes: the largest of npm's have some ten megabytes.
const MAX_DOCUMENT: u64 = 64 * 1024 * 1024;

/// The largest archive, in bytes.
const MAX_ARCHIVE: u64 = 384 * 1024 * 1024;

/// All documents of one installation, in bytes.
const MAX_DOCUMENTS: u64 = 512 * 1024 * 1024;

/// Requests of one installation, for each package it may have.
const REQUESTS_EACH: usize = 100;

/// npm's own shortened document first, the whole one from registries that have no other.
const NPM_DOCUMENT: &str =
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";

/// What is asked for whatever it is.
const ANYTHING: &str = "*/*";

/// What a registry has, or has not, for the sandbox that installs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 200, 400 or 404.
    pub status: u16,
    /// The kind of the body.
    pub content_type: String,
    /// The document or archive.
    pub body: Vec<u8>,
}

/// How much one installation may fetch.
#[derive(Debug, Clone)]
pub(super) struct Bounds {
    /// What was imported, for messages.
    pub(super) wanted: String,
    pub(super) packages: usize,
    pub(super) bytes: u64,
}

/// The registries as one installation sees them.
#[derive(Debug)]
pub(super) struct Mirror {
    registries: Arc<Registries>,
    client: Client,
    /// Where the sandbox asks.
    base: String,
    bounds: Bounds,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Archives by their path, with where they are and what they are of.
    archives: HashMap<String, (Url, String)>,
    /// What was fetched, as `name@version`.
    packages: BTreeSet<String>,
    /// What a registry did not have.
    missing: Option<Error>,
    requests: usize,
    document_bytes: u64,
    archive_bytes: u64,
}

impl Mirror {
    pub(super) fn new(
        registries: Arc<Registries>,
        client: Client,
        base: &str,
        bounds: Bounds,
    ) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self { registries, client, base, bounds, state: Mutex::default() }
    }

    /// Answers a path. An error is the end of the installation.
    pub(super) async fn answer(&self, path: &str) -> Result<Answer, Error> {
        self.count_request()?;
        let is_plain = path.len() <= MAX_PATH
            && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\\\"<>".contains(&byte));
        if !is_plain {
            return Ok(refused());
        }
        if let Some(name) = path.strip_prefix("/npm/") {
            let name = percent_decode_str(name).decode_utf8_lossy();
            if is_npm_name(&name) {
                return self.document(&name).await;
            }
        } else if path.starts_with("/archive/") {
            return self.archive(path).await;
        } else if let Some(rest) = path.strip_prefix("/jsr/") {
            return self.module(rest).await;
        }
        Ok(refused())
    }

    /// Every package that was fetched, sorted.
    pub(super) fn packages(&self) -> Vec<String> {
        self.state().packages.iter().cloned().collect()
    }

    /// What a registry did not have, if there was anything.
    pub(super) fn missing(&self) -> Option<Error> {
        self.state().missing.clone()
    }

    /// The document of an npm package.
    async fn document(&self, name: &str) -> Result<Answer, Error> {
        let registry = self.registries.of(name);
        let address = match registry.join(&name.replace('/', "%2f")) {
            Ok(address) => address,
            Err(_) => return Ok(refused()),
        };
        let fetched = self.fetch(registry, &address, name, NPM_DOCUMENT, MAX_DOCUMENT).await?;
        let Some(fetched) = fetched else { return Ok(self.has_no(name, registry)) };
        self.count_document(&fetched, registry, name)?;
        let (base, of) = (self.base.clone(), name.to_owned());
        let rewriting = move || packument::rewrite(&fetched.body, &base, &of);
        let rewritten = tokio::task::spawn_blocking(rewriting).await;
        let rewritten = rewritten.unwrap_or(Err("its document cannot be read"));
        let (body, archives) = rewritten.map_err(|reason| failed(name, registry, reason))?;
        self.remember(name, registry, archives);
        Ok(Answer { status: 200, content_type: "application/json".to_owned(), body })
    }

    fn remember(&self, name: &str, registry: &Url, archives: Vec<Archive>) {
        let mut state = self.state();
        for Archive { version, url } in archives {
            // One that is nowhere is missed only by whoever asks for it.
            let Ok(url) = registry.join(&url) else { continue };
            if may_follow(registry, &url).is_ok() {
                let package = format!("{name}@{version}");
                state.archives.insert(archive_path(name, &version), (url, package));
            }
        }
    }

    /// The archive of an npm package.
    async fn archive(&self, path: &str) -> Result<Answer, Error> {
        let found = self.state().archives.get(path).cloned();
        let Some((url, package)) = found else { return Ok(nothing()) };
        self.count_package(&package)?;
        let name = package.rsplit_once('@').map_or("", |(name, _)| name);
        let registry = self.registries.of(name);
        let left = self.bounds.bytes.saturating_sub(self.state().archive_bytes);
        let fetched = self.fetch(registry, &url, &package, ANYTHING, left.min(MAX_ARCHIVE)).await?;
        let Some(fetched) = fetched else { return Ok(self.has_no(&package, registry)) };
        {
            let mut state = self.state();
            state.archive_bytes = state.archive_bytes.saturating_add(fetched.body.len() as u64);
            if state.archive_bytes > self.bounds.bytes {
                return Err(self.too_large());
            }
        }
        let content_type = "application/octet-stream".to_owned();
        Ok(Answer { status: 200, content_type, body: fetched.body })
    }

    /// A document or module of JSR: `@scope/name/meta.json`, `@scope/name/1.0.0_meta.json`,
    /// `@scope/name/1.0.0/mod.ts`.
    async fn module(&self, path: &str) -> Result<Answer, Error> {
        let mut parts = path.splitn(3, '/');
        let (scope, name, rest) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        let name = format!("{}/{}", scope.unwrap_or_default(), name.unwrap_or_default());
        let decoded = percent_decode_str(rest).decode_utf8_lossy();
        let is_inside = decoded.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if !is_jsr_name(&name) || !is_inside || decoded.contains(['\\', '\0']) {
            return Ok(refused());
        }
        if let Some(version) = rest.strip_suffix("_meta.json") {
            self.count_package(&format!("jsr:{name}@{version}"))?;
        }
        let registry = self.registries.jsr();
        let Ok(address) = registry.join(&format!("{name}/{rest}")) else { return Ok(refused()) };
        let package = format!("jsr:{name}");
        let fetched = self.fetch(registry, &address, &package, ANYTHING, MAX_DOCUMENT).await?;
        let Some(fetched) = fetched else { return Ok(self.has_no(&package, registry)) };
        self.count_document(&fetched, registry, &package)?;
        let is_plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
        let mut content_type = fetched.content_type;
        content_type
            .truncate(content_type.bytes().take(128).take_while(|it| is_plain(*it)).count());
        Ok(Answer { status: 200, content_type, body: fetched.body })
    }

    /// What is there; none when there is nothing.
    async fn fetch(
        &self,
        registry: &Url,
        address: &Url,
        package: &str,
        accept: &'static str,
        max_bytes: u64,
    ) -> Result<Option<Fetched>, Error> {
        match self.client.get(&self.registries, address, accept, max_bytes).await {
            Ok(fetched) => match fetched.status {
                200 => Ok(Some(fetched)),
                404 | 410 => Ok(None),
                status @ (401 | 403) => Err(Error::Denied {
                    package: package.to_owned(),
                    registry: shown(registry),
                    status,
                    has_credentials: fetched.has_credentials,
                }),
                status => Err(failed(package, registry, &format!("it answers with HTTP {status}"))),
            },
            // Less than one thing may have is what is left of all archives.
            Err(Failure::TooLarge) if !matches!(max_bytes, MAX_DOCUMENT | MAX_ARCHIVE) => {
                Err(self.too_large())
            }
            Err(Failure::TooLarge) => {
                let what = format!("it sends more than {max_bytes} bytes, the limit");
                Err(failed(package, registry, &what))
            }
            Err(Failure::Other(reason)) => Err(failed(package, registry, &reason)),
        }
    }

    fn has_no(&self, package: &str, registry: &Url) -> Answer {
        let missing = Error::NoPackage { package: package.to_owned(), registry: shown(registry) };
        self.state().missing.get_or_insert(missing);
        nothing()
    }

    fn count_request(&self) -> Result<(), Error> {
        let mut state = self.state();
        state.requests += 1;
        let most = self.bounds.packages.saturating_mul(REQUESTS_EACH);
        if state.requests > most { Err(self.too_many()) } else { Ok(()) }
    }

    fn count_package(&self, package: &str) -> Result<(), Error> {
        let mut state = self.state();
        state.packages.insert(package.to_owned());
        if state.packages.len() > self.bounds.packages { Err(self.too_many()) } else { Ok(()) }
    }

    fn count_document(&self, fetched: &Fetched, registry: &Url, of: &str) -> Result<(), Error> {
        let mut state = self.state();
        state.document_bytes = state.document_bytes.saturating_add(fetched.body.len() as u64);
        if state.document_bytes <= MAX_DOCUMENTS {
            return Ok(());
        }
        let what =
            format!("all documents together have more than {MAX_DOCUMENTS} bytes, the limit");
        Err(failed(of, registry, &what))
    }

    fn too_many(&self) -> Error {
        Error::TooManyPackages { wanted: self.bounds.wanted.clone(), limit: self.bounds.packages }
    }

    fn too_large(&self) -> Error {
        Error::TooLarge {
            wanted: self.bounds.wanted.clone(),
            limit: self.bounds.bytes,
            unit: "bytes",
            setting: "maxBytes",
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(package: &str, registry: &Url, reason: &str) -> Error {
    Error::Registry {
        package: package.to_owned(),
        registry: shown(registry),
        reason: reason.to_owned(),
    }
}

fn refused() -> Answer {
    Answer { status: 400, content_type: "text/plain".to_owned(), body: Vec::new() }
}

fn nothing() -> Answer {
    Answer { status: 404, content_type: "text/plain".to_owned(), body: Vec::new() }
}
