//! `code-executor tools [search QUERY]`: what the configured servers offer.

use std::time::Duration;

use types::{Detail, Principal, ToolSchema};

use crate::cli::exec::demo_instead_of_nothing;
use crate::cli::render::{self, Style};
use crate::cli::{Exit, ToolsArguments, ToolsCommand};
use crate::compose;
use crate::config::{Inputs, Settings};

/// Hits of a search when no number is given.
const SEARCH_HITS: usize = 10;

/// Tools listed when no number is given.
const ALL: usize = 10_000;

/// Lists or searches, and says which servers could not be asked.
pub async fn run(
    arguments: ToolsArguments,
    mut settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    demo_instead_of_nothing(&mut settings)?;
    if let Some(exit) = unknown(arguments.server.as_deref(), &settings) {
        return Ok(exit);
    }
    let gateway = compose::gateway(settings).await?;
    let (query, default) = match &arguments.command {
        Some(ToolsCommand::Search(search)) => (search.query.join(" "), SEARCH_HITS),
        None => (String::new(), ALL),
    };
    let limit = arguments.limit.map_or(default, |limit| limit as usize);
    let principal = Principal::local();
    gateway.connect_all().await;
    let found = gateway.search(&principal, &query, arguments.server.as_deref(), limit).await;
    let mut schemas: Vec<ToolSchema> = Vec::new();
    if arguments.detail == Detail::Full {
        for hit in &found.hits {
            schemas.extend(gateway.schema(&principal, &hit.name).await);
        }
    }
    let mut rendered = match (arguments.json, arguments.detail) {
        (true, Detail::Full) => json(&schemas)?,
        (true, Detail::Description) => json(&found.hits)?,
        (true, Detail::Name) => {
            json(&found.hits.iter().map(|hit| hit.name.as_str()).collect::<Vec<_>>())?
        }
        (false, Detail::Full) => render::schemas(&schemas, style),
        (false, detail) => render::hits(&found.hits, detail, style),
    };
    rendered.err.push_str(&render::upstream_problems(&found.unavailable, style).err);
    rendered.write()?;
    gateway.shutdown(Duration::from_secs(2)).await;
    let nothing = found.hits.is_empty() && !found.unavailable.is_empty();
    Ok(if nothing { Exit::Unavailable } else { Exit::Success })
}

/// Says that the server somebody wants is not configured, when it is not.
pub(super) fn unknown(server: Option<&str>, settings: &Settings) -> Option<Exit> {
    let name = server?;
    if settings.upstream.servers.iter().any(|server| server.name == name) {
        return None;
    }
    let name = render::visible(name);
    eprintln!("code-executor: no server is named {name} in the configuration");
    Some(Exit::Usage)
}

fn json(value: &impl serde::Serialize) -> anyhow::Result<render::Rendered> {
    Ok(render::Rendered::out(serde_json::to_string_pretty(value)? + "\n"))
}
