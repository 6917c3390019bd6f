//! The MCP servers behind us: each started, asked for its tools, and stopped.

use std::ffi::OsString;
use std::time::Instant;

use upstream::Hub;

use crate::cli::doctor::report::Upstream;
use crate::compose;
use crate::config::Settings;

/// Tries all of them at once, within the time each may take to start.
pub async fn all(settings: &Settings) -> anyhow::Result<Vec<Upstream>> {
    let mut config = settings.upstream.clone();
    config.guard =
        vec![compose::executable()?.into_os_string(), OsString::from(compose::GUARD_ARGUMENT)];
    let hub = Hub::new(config);
    let asking: Vec<_> = hub
        .servers()
        .into_iter()
        .map(|server| {
            let hub = hub.clone();
            tokio::spawn(async move { tried(&hub, server).await })
        })
        .collect();
    let broken = settings.broken_servers.iter().map(|(server, reason)| Upstream {
        server: server.clone(),
        reachable: false,
        tools: None,
        protocol_version: None,
        milliseconds: 0.0,
        error: Some(reason.clone()),
    });
    let mut all: Vec<Upstream> = broken.collect();
    for asked in asking {
        all.extend(asked.await.ok());
    }
    hub.shutdown().await;
    all.sort_by(|one, other| one.server.cmp(&other.server));
    Ok(all)
}

async fn tried(hub: &Hub, server: String) -> Upstream {
    let began = Instant::now();
    let answer = hub.tools(&server).await;
    let milliseconds = (began.elapsed().as_secs_f64() * 1e4).round() / 10.0;
    let status = hub.status().into_iter().find(|status| status.server == server);
    Upstream {
        server,
        reachable: answer.is_ok(),
        tools: status.as_ref().filter(|_| answer.is_ok()).and_then(|status| status.tools),
        protocol_version: status.and_then(|status| status.protocol_version),
        milliseconds,
        error: answer.err().map(|error| error.to_string()),
    }
}
