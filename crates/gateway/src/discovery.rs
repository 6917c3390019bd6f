//! Which tools there are: upstreams are asked when somebody wants to know, and never wait for the
//! slowest one.

use std::time::Duration;

use catalog::{Catalog, NewTool};
use policy::Allowlist;
use types::{Definitions, Language, SearchHit, SearchMetrics, ToolDescriptor, ToolSchema};
use upstream::{Hub, ToolList};

/// How long a search waits for servers that are still starting; they go on starting meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest list that discovery answers.
pub const MOST_HITS: usize = 10_000;

/// What a search found, and which servers could not be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchAnswer {
    /// Hits, best first.
    pub hits: Vec<SearchHit>,
    /// How many tools matched in all.
    pub total: usize,
    /// Servers whose tools are unknown now, with the error: `(server, error)`.
    pub unavailable: Vec<(String, String)>,
    /// What all tools that are known cost, listed up front.
    pub up_front: Definitions,
}

impl SearchAnswer {
    /// What an answer made of this costs beside all tools listed up front.
    pub fn metrics(&self, answer: &str) -> SearchMetrics {
        SearchMetrics::new(answer.len(), catalog::tokens::estimate(answer), self.up_front)
    }
}

/// The catalog, kept in step with what the hub lists.
pub struct Discovery {
    /// The hub that lists.
    pub hub: Hub,
    /// The index.
    pub catalog: Catalog,
}

impl Discovery {
    /// An index of the hub's servers that has no tools yet.
    pub fn new(hub: Hub) -> Self {
        let catalog = Catalog::new(hub.servers());
        Self { hub, catalog }
    }

    /// Makes the tools of one server known.
    pub async fn learn(&self, server: &str) -> Result<(), upstream::Error> {
        let list = self.hub.tools(server).await?;
        self.keep(server, &list);
        Ok(())
    }

    /// Finds tools by intent among all servers, or one, for a program in this language.
    pub async fn search(
        &self,
        query: &str,
        server: Option<&str>,
        limit: usize,
        allowed: Option<&Allowlist>,
        language: Language,
    ) -> SearchAnswer {
        let unavailable = self.learn_all(server).await;
        let found = self.catalog.search(query, server, limit);
        let hit = |tool: &std::sync::Arc<ToolDescriptor>| SearchHit {
            name: tool.name.clone(),
            server: tool.server.clone(),
            description: catalog::text::summary(&tool.description),
            signature: Catalog::signature(tool, language),
            callable: allowed.is_none_or(|allowed| allowed.allows(&tool.name)),
            changed: None,
        };
        let hits = found.hits.iter().map(hit).collect();
        let up_front = self.catalog.definitions();
        SearchAnswer { hits, total: found.total, unavailable, up_front }
    }

    /// Everything about one tool, for a program in this language.
    pub async fn schema(
        &self,
        name: &str,
        allowed: Option<&Allowlist>,
        language: Language,
    ) -> Option<ToolSchema> {
        let server = self.catalog.server_of(name)?;
        // A server that is down may still be known from before.
        let _ = self.learn(&server).await;
        let tool = self.catalog.get(name)?;
        Some(ToolSchema {
            name: tool.name.clone(),
            server: tool.server.clone(),
            description: catalog::text::shown(&tool.description),
            input_schema: tool.input_schema.clone(),
            output_schema: tool.output_schema.clone(),
            declaration: Catalog::declaration(&tool, language),
            callable: allowed.is_none_or(|allowed| allowed.allows(name)),
            changed: None,
        })
    }

    async fn learn_all(&self, only: Option<&str>) -> Vec<(String, String)> {
        let servers = self.hub.servers();
        let asked = servers.iter().filter(|server| only.is_none_or(|only| only == server.as_str()));
        let learned = asked.map(|server| async move {
            match tokio::time::timeout(PATIENCE, self.learn(server)).await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some((server.clone(), error.to_string())),
                Err(_) => Some((server.clone(), "it is still starting; ask again".to_owned())),
            }
        });
        futures_util::future::join_all(learned).await.into_iter().flatten().collect()
    }

    fn keep(&self, server: &str, list: &ToolList) {
        if self.catalog.revision_of(server) == Some(list.revision) {
            return;
        }
        let tools = list.tools.iter().map(|tool| NewTool {
            name: tool.name.clone(),
            title: tool.title.clone(),
            description: catalog::text::shown(&tool.description),
            input_schema: tool.input_schema.clone(),
            output_schema: tool.output_schema.clone(),
            annotations: tool.annotations.clone(),
        });
        self.catalog.replace_server(server, list.revision, tools.collect());
    }
}
