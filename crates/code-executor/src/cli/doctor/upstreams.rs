//! The MCP servers behind us: each started or reached, and asked for its tools.

use types::UpstreamState;

use crate::cli::doctor::report::Upstream;
use crate::cli::upstreams::inventory;
use crate::config::Settings;

/// Tries all of them at once, within the time each may take to start.
pub async fn all(settings: &Settings) -> anyhow::Result<Vec<Upstream>> {
    let servers = inventory::connected(settings, |_| {}).await?;
    let mut all: Vec<_> = servers
        .into_iter()
        .map(|server| Upstream {
            reachable: server.state == UpstreamState::Ready,
            server: server.name,
            tools: server.tools,
            protocol_version: server.protocol_version,
            milliseconds: server.milliseconds.unwrap_or_default(),
            error: server.error,
        })
        .collect();
    all.sort_by(|one, other| one.server.cmp(&other.server));
    Ok(all)
}
