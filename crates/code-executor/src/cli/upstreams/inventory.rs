//! Every configured server: where it is defined, how it is reached, and, once asked, how it is. What
//! is kept of a URL is its host; of a program, the command without arguments.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Instant;

use gateway::Remembered;
use serde::Serialize;
use tokio::task::JoinSet;
use types::UpstreamState;
use upstream::{Document, Http, HttpStyle, Hub, OpenApi, Reached};
use url::Url;

use crate::compose;
use crate::config::{Settings, shown_path};

/// The way to an API without MCP.
const OPENAPI: &str = "openapi";
/// The revision of MCP from which a server keeps no sessions.
const STATELESS: &str = "2026-07-28";

/// One server, in the shape of `--json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Server {
    /// Its name.
    pub name: String,
    /// The file that defines it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// `stdio`, `http`, `streamable-http`, `sse` or `openapi`; absent when the entry makes no sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<&'static str>,
    /// The command, or the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// `idle` when it was not asked, `ready` or `failed`.
    pub state: UpstreamState,
    /// The MCP revision agreed on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol_version: Option<String>,
    /// `stateless` from that revision on which has no sessions, else `sessions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub era: Option<&'static str>,
    /// How many tools it offers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<usize>,
    /// How many of them are not as they were approved; absent when none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_tools: Option<usize>,
    /// From the first attempt to its list of tools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<f64>,
    /// Why it cannot be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Every server as it is configured, in the order of the files. Starts and reaches nothing.
pub fn configured(settings: &Settings) -> Vec<Server> {
    let running = settings.upstream.servers.iter().map(|server| {
        let (transport, target) = reached(&server.reached);
        Server { transport: Some(transport), target, ..named(&server.name, UpstreamState::Idle) }
    });
    let broken = settings.broken_servers.iter().map(|(name, reason)| Server {
        error: Some(reason.clone()),
        ..named(name, UpstreamState::Failed)
    });
    let mut servers: Vec<_> = running.chain(broken).collect();
    let order = |name: &str| settings.defined.iter().position(|defined| defined.name == name);
    for server in &mut servers {
        if let Some(index) = order(&server.name) {
            let place = &settings.defined[index].place;
            server.file = Some(shown_path(&place.file));
            server.line = Some(place.line);
        }
    }
    servers.sort_by_key(|server| order(&server.name));
    servers
}

/// The same after each was asked for its tools, all at once. `asking` hears the names of those that
/// have not answered yet, whenever there is one less.
pub async fn connected(
    settings: &Settings,
    mut asking: impl FnMut(&[String]),
) -> anyhow::Result<Vec<Server>> {
    let mut servers = configured(settings);
    let mut config = settings.upstream.clone();
    config.guard =
        vec![compose::executable()?.into_os_string(), OsString::from(compose::GUARD_ARGUMENT)];
    let (hub, remembered) = (Hub::new(config), Arc::new(compose::remembered(settings)));
    let mut open = hub.servers();
    let mut attempts = JoinSet::new();
    for name in &open {
        let (hub, remembered, name) = (hub.clone(), Arc::clone(&remembered), name.clone());
        attempts.spawn(async move { tried(&hub, &remembered, name).await });
    }
    asking(&open);
    while let Some(tried) = attempts.join_next().await {
        // An attempt that was lost leaves its server as it is configured.
        let Ok(tried) = tried else { continue };
        open.retain(|name| *name != tried.name);
        asking(&open);
        if let Some(server) = servers.iter_mut().find(|server| server.name == tried.name) {
            let Server { file, line, transport, target, .. } = server.clone();
            *server = Server { file, line, transport, target, ..tried };
            if server.transport == Some(OPENAPI) {
                // An API has no revision of MCP; what stands before it in our process has.
                (server.protocol_version, server.era) = (None, None);
            }
        }
    }
    hub.shutdown().await;
    Ok(servers)
}

async fn tried(hub: &Hub, remembered: &Remembered, name: String) -> Server {
    let began = Instant::now();
    let answer = hub.tools(&name).await;
    let milliseconds = (began.elapsed().as_secs_f64() * 1e4).round() / 10.0;
    let status = hub.status().into_iter().find(|status| status.server == name);
    let version = status.and_then(|status| status.protocol_version);
    let state = if answer.is_ok() { UpstreamState::Ready } else { UpstreamState::Failed };
    Server {
        milliseconds: Some(milliseconds),
        tools: answer.as_ref().ok().map(|list| list.tools.len()),
        changed_tools: answer
            .as_ref()
            .ok()
            .map(|list| remembered.changed(&name, list))
            .filter(|changed| *changed > 0),
        era: version.as_deref().map(era),
        protocol_version: version,
        error: answer.err().map(|error| error.to_string()),
        ..named(&name, state)
    }
}

fn era(version: &str) -> &'static str {
    // Revisions are dates, which sort as text.
    if version >= STATELESS { "stateless" } else { "sessions" }
}

fn named(name: &str, state: UpstreamState) -> Server {
    Server {
        name: name.to_owned(),
        file: None,
        line: None,
        transport: None,
        target: None,
        state,
        protocol_version: None,
        era: None,
        tools: None,
        changed_tools: None,
        milliseconds: None,
        error: None,
    }
}

/// How a server is reached, and what of that may be shown.
fn reached(reached: &Reached) -> (&'static str, Option<String>) {
    match reached {
        Reached::Program(program) => ("stdio", Some(program.command.clone())),
        Reached::Http(Http { url, style, .. }) => {
            let transport = match style {
                HttpStyle::Auto => "http",
                HttpStyle::Streamable => "streamable-http",
                HttpStyle::Sse => "sse",
            };
            (transport, host(url))
        }
        Reached::OpenApi(OpenApi { document, base_url, .. }) => {
            let target = match (base_url, document) {
                (Some(url), _) | (None, Document::Url(url)) => host(url),
                (None, Document::File(file)) => Some(shown_path(file)),
            };
            (OPENAPI, target)
        }
    }
}

/// The host of a URL, and its port when it is no usual one.
fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
