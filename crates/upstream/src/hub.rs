//! All configured servers behind one handle.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use types::{ToolAnswer, UpstreamStatus};

use crate::content::{Entries, Item};
use crate::list::ToolList;
use crate::server::{Listed, Listing, Server, Shared};
use crate::task::{self, Kind};
use crate::transport::Budget;
use crate::{Config, Error, ServerConfig};

/// The way to every upstream server. Clones share the connections; when the last is dropped the
/// servers are stopped, without anyone waiting for them.
#[derive(Clone)]
pub struct Hub {
    /// In the order of the configuration.
    servers: Arc<[Arc<Server>]>,
    shared: Arc<Shared>,
}

impl Hub {
    /// A hub that has started nothing. Needs no runtime.
    pub fn new(config: Config) -> Self {
        let mut config = config.clamped();
        let settings = std::mem::take(&mut config.servers);
        let shared = Arc::new(Shared {
            budget: Budget::new(config.in_flight_bytes),
            starts: Semaphore::new(config.max_parallel_starts),
            config: Arc::new(config),
        });
        let mut names = HashSet::new();
        let servers = settings
            .into_iter()
            .filter(|server| names.insert(server.name.clone()))
            .map(|server| Arc::new(Server::new(server, Arc::clone(&shared))))
            .collect();
        Self { servers, shared }
    }

    /// The same hub with other servers: those that are configured as they were keep their connections,
    /// and all keep the bounds that they share. [`Hub::shutdown_but`] ends the others.
    pub fn with_servers(&self, servers: Vec<ServerConfig>) -> Self {
        let mut names = HashSet::new();
        let named = servers.into_iter().filter(|server| names.insert(server.name.clone()));
        let kept = |settings: ServerConfig| {
            let same = self.servers.iter().find(|server| *server.settings() == settings);
            same.cloned()
                .unwrap_or_else(|| Arc::new(Server::new(settings, Arc::clone(&self.shared))))
        };
        Self { servers: named.map(kept).collect(), shared: Arc::clone(&self.shared) }
    }

    /// The names of the servers, in the order of the configuration.
    pub fn servers(&self) -> Vec<String> {
        self.servers.iter().map(|server| server.name().to_owned()).collect()
    }

    /// The tools of one server. Connects if need be; callers at the same time share one attempt.
    pub async fn tools(&self, server: &str) -> Result<Arc<ToolList>, Error> {
        Ok(self.listing(server).await?.tools)
    }

    /// The same, for calls by [`Hub::call_listed`].
    pub async fn listing(&self, server: &str) -> Result<Listing, Error> {
        self.server(server)?.listing().await
    }

    /// The tools of one server as they were last listed, while it is connected and has not said that
    /// they changed, or rests. Asks nobody.
    pub fn fresh_tools(&self, server: &str) -> Option<Arc<ToolList>> {
        self.server(server).ok()?.fresh_tools()
    }

    /// The tools of every server, all at once, in the order of the configuration.
    pub async fn all_tools(&self) -> Vec<(String, Result<Arc<ToolList>, Error>)> {
        let mut tasks = Vec::with_capacity(self.servers.len());
        for server in self.servers.iter() {
            let name = server.name().to_owned();
            let server = Arc::clone(server);
            let task = task::spawn(Kind::List, &name, async move {
                server.listing().await.map(|listing| listing.tools)
            });
            tasks.push((name, Aborting(task)));
        }
        let mut all = Vec::with_capacity(tasks.len());
        for (name, mut task) in tasks {
            let tools = (&mut task.0)
                .await
                .unwrap_or_else(|_| Err(Error::Stopped { server: name.clone() }));
            all.push((name, tools));
        }
        all
    }

    /// Calls a tool by its server's own name for it. `timeout` is the end of it all, a start that is
    /// needed included; the hub's own limits may end it sooner. Dropping the future cancels the call at the server. What the
    /// answer costs in memory counts against the hub's budget until this returns.
    pub async fn call(
        &self,
        server: &str,
        tool: &str,
        arguments: Map<String, Value>,
        timeout: Duration,
    ) -> Result<ToolAnswer, Error> {
        self.server(server)?.call(tool, arguments, timeout).await
    }

    /// As [`Hub::call`], but only through the connection that the listing comes from: a server that
    /// was started anew since may have put something else in the tool's place.
    pub async fn call_listed(
        &self,
        server: &str,
        listing: &Listing,
        tool: &str,
        arguments: Map<String, Value>,
        timeout: Duration,
    ) -> Result<Listed, Error> {
        self.server(server)?.call_listed(listing, tool, arguments, timeout).await
    }

    /// The resources of a server, as it describes them. This and what follows is bounded and
    /// cancelled as [`Hub::call`] is.
    pub async fn list_resources(
        &self,
        server: &str,
        timeout: Duration,
    ) -> Result<Vec<Value>, Error> {
        self.server(server)?.entries(Entries::Resources, timeout).await
    }

    /// The templates of a server's resources, as it describes them.
    pub async fn list_resource_templates(
        &self,
        server: &str,
        timeout: Duration,
    ) -> Result<Vec<Value>, Error> {
        self.server(server)?.entries(Entries::Templates, timeout).await
    }

    /// The result of `resources/read`, as the server gave it: an object with a list `contents`.
    pub async fn read_resource(
        &self,
        server: &str,
        uri: &str,
        timeout: Duration,
    ) -> Result<Value, Error> {
        self.server(server)?.item(Item::Resource(uri.to_owned()), timeout).await
    }

    /// The prompts of a server, as it describes them.
    pub async fn list_prompts(&self, server: &str, timeout: Duration) -> Result<Vec<Value>, Error> {
        self.server(server)?.entries(Entries::Prompts, timeout).await
    }

    /// The result of `prompts/get`, as the server gave it: an object with a list `messages`.
    pub async fn get_prompt(
        &self,
        server: &str,
        name: &str,
        arguments: Map<String, Value>,
        timeout: Duration,
    ) -> Result<Value, Error> {
        self.server(server)?.item(Item::Prompt(name.to_owned(), arguments), timeout).await
    }

    /// How every server is. Asks none and starts none.
    pub fn status(&self) -> Vec<UpstreamStatus> {
        self.servers.iter().map(|server| server.status()).collect()
    }

    /// Stops every server, all at once, and leaves the hub unusable.
    pub async fn shutdown(&self) {
        self.stop(|_| true).await;
    }

    /// Stops the servers that another hub has not.
    pub async fn shutdown_but(&self, other: &Self) {
        self.stop(|server| !other.servers.iter().any(|kept| Arc::ptr_eq(kept, server))).await;
    }

    async fn stop(&self, which: impl Fn(&Arc<Server>) -> bool) {
        let mut tasks = Vec::with_capacity(self.servers.len());
        for server in self.servers.iter().filter(|server| which(server)) {
            let name = server.name().to_owned();
            let server = Arc::clone(server);
            tasks.push(task::spawn(Kind::Stop, &name, async move { server.stop().await }));
        }
        for task in tasks {
            // A stop that was lost has lost its process too: the guard ends it.
            let _ = task.await;
        }
    }

    fn server(&self, name: &str) -> Result<&Arc<Server>, Error> {
        let found = self.servers.iter().find(|server| server.name() == name);
        found.ok_or_else(|| Error::UnknownServer { server: name.to_owned() })
    }
}

/// A task that ends with whoever waits for it.
struct Aborting<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for Aborting<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
