//! From an entry of the configuration to a server that runs: fetches the description, reads it, and
//! decides what may be reached.
//!
//! The operator trusts what he wrote, the description only as far as he does: the host that
//! `baseUrl` names, or that the description is fetched from, may be a private one; a host that only
//! the description names may not, and gets no configured header when the description came over the
//! network.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use egress::{Addresses, Egress, Grant, Observer, Redirect, Request};
use rustix::fs::OFlags;
use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::rest::api::Api;
use crate::rest::base::{self, Base};
use crate::rest::document::Bounds;
use crate::rest::error::Invalid;
use crate::rest::filter::Filter;
use crate::rest::operations::Settings;
use crate::rest::parameter::Fixed;
use crate::rest::refusal::words;
use crate::rest::request::Always;
use crate::rest::server::{Server, turns};
use crate::{Config, Document, OpenApi};

/// The longest body of an answer as far as `egress` is concerned, which hands it on as it comes.
const STREAMED: usize = u32::MAX as usize;
/// How many operations that are left out are named in the log.
const NAMED: usize = 5;

/// What a start has from the hub.
pub(crate) struct Start<'a> {
    pub(crate) name: &'a str,
    pub(crate) config: &'a Config,
    /// No shorter than any time the hub gives: it ends what takes too long by itself.
    pub(crate) timeout: Duration,
}

/// Makes the server; the error says what is wrong and what to do.
pub(crate) async fn load(start: &Start<'_>, entry: &OpenApi) -> Result<Server, String> {
    let base = match &entry.base_url {
        Some(url) => Some(Base::parse(url).map_err(|why| format!("its `baseUrl` {why}"))?),
        None => None,
    };
    let bounds = Bounds {
        operations: start.config.max_tools_per_server,
        definitions: start.config.max_result_bytes / 4 * 3,
        ..Bounds::default()
    };
    let bytes = fetch(start, entry, base.as_ref(), bounds.bytes).await?;
    let (api, always) = read(bytes, entry.clone(), base.clone(), bounds).await?;
    report(start.name, &api);
    let trusted = base.is_some() || from_there(entry, &api.origin);
    check(entry, &api.origin, trusted)?;
    let addresses = if trusted { Addresses::Operators } else { Addresses::Public };
    // The server itself stops to read at the limit, and then knows the status too.
    let session = session(start, &api.origin, addresses, STREAMED)?;
    let limit = start.config.max_result_bytes;
    let name = start.name.to_owned();
    Ok(Server { name, api, always, session, limit, large: turns() })
}

async fn read(
    bytes: Vec<u8>,
    entry: OpenApi,
    base: Option<Base>,
    bounds: Bounds,
) -> Result<(Api, Always), String> {
    let _waits = Waits(Arc::clone(&bounds.given_up));
    let reading = tokio::task::spawn_blocking(move || {
        let always = always(&entry, base.as_ref());
        let settings = Settings {
            base,
            document: match &entry.document {
                Document::Url(url) => Url::parse(url).ok(),
                Document::File(_) => None,
            },
            filter: Filter { include: &entry.include, exclude: &entry.exclude },
            fixed: Fixed {
                headers: entry.headers.keys().map(|name| name.to_ascii_lowercase()).collect(),
                query: always.query_names.clone(),
            },
        };
        Api::read(&bytes, &settings, &bounds).map(|api| (api, always))
    });
    match reading.await {
        Ok(read) => read.map_err(|invalid: Invalid| invalid.to_string()),
        Err(_) => Err("its OpenAPI document cannot be read: reading it failed inside".to_owned()),
    }
}

/// Whoever waits for a document to be read: dropped, there is nobody.
struct Waits(Arc<AtomicBool>);

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What goes with every request.
fn always(entry: &OpenApi, base: Option<&Base>) -> Always {
    let query = base.and_then(|base| base.query.clone());
    let pairs = url::form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let query_names = pairs.map(|(name, _)| name.into_owned()).collect();
    let headers = entry.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
    Always { headers: headers.collect(), query, query_names }
}

/// The bytes of the description.
async fn fetch(
    start: &Start<'_>,
    entry: &OpenApi,
    base: Option<&Base>,
    limit: usize,
) -> Result<Vec<u8>, String> {
    match &entry.document {
        Document::File(path) => read_file(path, limit).await,
        Document::Url(url) => {
            let origin = base::origin(url);
            // Credentials of the API go where the operator said that the API is.
            let is_there = base.is_some_and(|base| base.origin() == origin);
            let headers = entry.headers.iter().map(|(name, value)| (name.clone(), value.clone()));
            let headers = if is_there { headers.collect() } else { Vec::new() };
            download(start, url, headers, limit).await
        }
    }
}

async fn read_file(path: &Path, limit: usize) -> Result<Vec<u8>, String> {
    let unreadable = |error: std::io::Error| {
        format!("its OpenAPI document {} cannot be read: {error}", path.display())
    };
    // A pipe without a writer, or a terminal, would hold the thread that opens it.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = tokio::fs::OpenOptions::new();
    options.read(true).custom_flags(flags.bits().cast_signed());
    let file = options.open(path).await.map_err(unreadable)?;
    let is_file = file.metadata().await.map_err(unreadable)?.is_file();
    if !is_file {
        return Err(format!("its OpenAPI document {} is no file", path.display()));
    }
    let mut bytes = Vec::new();
    file.take(limit as u64 + 1).read_to_end(&mut bytes).await.map_err(unreadable)?;
    Ok(bytes)
}

async fn download(
    start: &Start<'_>,
    url: &str,
    headers: Vec<(String, String)>,
    limit: usize,
) -> Result<Vec<u8>, String> {
    let failed = |why: String| format!("its OpenAPI document cannot be fetched: {why}");
    let session = session(start, url, Addresses::Operators, limit).map_err(failed)?;
    let mut headers = headers;
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        let accept = "application/json, application/yaml, */*;q=0.5";
        headers.push(("accept".to_owned(), accept.to_owned()));
    }
    let request = Request {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers,
        body: Default::default(),
        redirect: Redirect::Follow,
    };
    let observer: Observer = Arc::new(|_| {});
    let answer = session.fetch(request, &observer, CancellationToken::new()).await;
    let answer = answer.map_err(|error| failed(words(&error)))?;
    if answer.status != 200 {
        let hint = match answer.status {
            401 | 403 => "; configured headers go along where `baseUrl` names the same host",
            _ => "",
        };
        return Err(failed(format!("{} answers {}{hint}", base::host(url), answer.status)));
    }
    let bytes = answer.body.bytes().await.map_err(|error| failed(words(&error)))?;
    Ok(bytes.into())
}

/// Requests to one host and port.
fn session(
    start: &Start<'_>,
    url: &str,
    addresses: Addresses,
    limit: usize,
) -> Result<egress::Session, String> {
    let grant = Grant::origin(url).map_err(|error| words(&error))?;
    let at_once = start.config.max_concurrent_calls;
    let config = egress::Config {
        allow: grant.clone(),
        addresses,
        certificates: start.config.ca_file.clone(),
        // The hub's own limits come first, and say more.
        total_timeout: start.timeout,
        requests: usize::MAX,
        concurrent: at_once,
        concurrent_total: at_once,
        response_body_bytes: limit,
        decompressed_body_bytes: limit,
        ..egress::Config::default()
    };
    let egress = Egress::new(config).map_err(|error| error.to_string())?;
    Ok(egress.session(&grant).0)
}

/// Whether the description was fetched from where the API is.
fn from_there(entry: &OpenApi, origin: &str) -> bool {
    matches!(&entry.document, Document::Url(url) if base::origin(url) == origin)
}

/// Whether the description may say where the API is.
fn check(entry: &OpenApi, origin: &str, trusted: bool) -> Result<(), String> {
    if trusted {
        return Ok(());
    }
    let host = base::host(origin);
    let fetched = matches!(&entry.document, Document::Url(_));
    if fetched && !entry.headers.is_empty() {
        return Err(format!(
            "its OpenAPI document was fetched from one host and says that the API is on another, \
             {host}; if your `headers` may go there, say so with `baseUrl`"
        ));
    }
    if host == "localhost" || host.ends_with(".localhost") {
        return Err(format!(
            "only its OpenAPI document says that the API is on {host}; if that is right, say so with \
             `baseUrl`"
        ));
    }
    Ok(())
}

fn report(server: &str, api: &Api) {
    let tools = api.tools.len();
    tracing::info!(server, tools, "read an OpenAPI document");
    let count = api.left_out.len();
    for (operation, why) in api.left_out.iter().take(NAMED) {
        tracing::warn!(server, operation, why, "left out an operation of an OpenAPI document");
    }
    if count > NAMED {
        tracing::warn!(server, count, "left out operations of an OpenAPI document");
    }
}
