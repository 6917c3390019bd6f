//! Which tools there are. What is known from before is told at once, and servers are asked meanwhile;
//! of the others nobody waits for the slowest one.

mod accepting;
mod judging;
mod memory;
mod remembered;
mod words;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use catalog::Catalog;
use policy::Allowlist;
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use types::{
    Definitions, Language, SearchHit, SearchMetrics, ToolDescriptor, ToolSchema, UpstreamState,
    UpstreamStatus,
};
use upstream::{Hub, Listing};

use crate::caller::View;
use crate::content::Lists;
use crate::task::{self, Kind};

pub use accepting::Unapproved;
pub(crate) use memory::Memory;
pub use remembered::Remembered;

/// How long a search waits for servers that are still starting; they go on starting meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long somebody who could be told what is known from before waits for a server that stands and
/// has another list by now.
const MOMENT: Duration = Duration::from_secs(1);

/// How long servers' lists may take to be written at the end.
const LAST_WRITES: Duration = Duration::from_secs(2);

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
    pub catalog: Arc<Catalog>,
    /// What is known of servers, and from when.
    pub memory: Arc<Memory>,
    /// The turns of those who ask all servers for what they have beside tools.
    pub lists: Lists,
    recalled: OnceCell<()>,
    /// Searches that have not been answered.
    searching: watch::Sender<usize>,
    /// Servers that are being asked in the background, or were with success.
    asked: Arc<Asked>,
    tasks: TaskTracker,
    stop: CancellationToken,
    _stopped_with_us: DropGuard,
}

/// A search that has not been answered.
struct Searching<'a>(&'a watch::Sender<usize>);

impl<'a> Searching<'a> {
    fn begin(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Searching<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Which servers are asked in the background.
type Asked = Mutex<HashMap<String, Asking>>;

/// Where asking a server in the background stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    UnderWay,
    Answered,
}

impl Discovery {
    /// An index of the hub's servers, of which is known what is remembered. Touches no file yet.
    pub fn new(hub: Hub, remembered: Remembered) -> Self {
        let servers = hub.servers();
        let catalog = Arc::new(Catalog::new(servers.clone()));
        let memory = Arc::new(Memory::new(Arc::clone(&catalog), remembered, &servers));
        let stop = CancellationToken::new();
        Self {
            hub,
            catalog,
            memory,
            lists: Lists::default(),
            recalled: OnceCell::new(),
            searching: watch::Sender::new(0),
            asked: Arc::default(),
            tasks: TaskTracker::new(),
            _stopped_with_us: stop.clone().drop_guard(),
            stop,
        }
    }

    /// Makes the tools of one server known as they are now.
    pub async fn learn(&self, server: &str) -> Result<(), upstream::Error> {
        self.listing(server).await.map(drop)
    }

    /// The same, with the list itself: what is known by it holds for calls that are sent by it.
    pub async fn listing(&self, server: &str) -> Result<Listing, upstream::Error> {
        learn(&self.hub, &self.memory, server).await
    }

    /// Makes the tools of all servers known as they are now, each within its own deadline.
    pub async fn learn_everything(&self) {
        let servers = self.hub.servers();
        // Those that fail say so to whoever asks for their state.
        let all = servers.iter().map(|server| async move { drop(self.learn(server).await) });
        futures_util::future::join_all(all).await;
    }

    /// Makes the tools of one server known, as they were when it was last asked if need be: nobody
    /// waits for a server that has to be started.
    pub async fn ready(&self, server: &str) -> Result<(), upstream::Error> {
        self.recall().await;
        if !self.memory.knows(server) {
            return self.learn(server).await;
        }
        let states = self.states();
        self.look_again(server, &states).await;
        self.ask_meanwhile([server.to_owned()], &states);
        Ok(())
    }

    /// Why a tool may not be called whoever may call it otherwise, if so.
    pub fn blocked(&self, tool: &ToolDescriptor) -> Option<String> {
        let mark = self.memory.mark(&tool.server, &tool.tool).filter(|mark| mark.blocked)?;
        Some(format!(
            "{} is blocked, because it is not as it was approved ({}); the operator can look at it \
             and accept it with `code-executor upstreams accept {}`",
            tool.name, mark.words, tool.server
        ))
    }

    /// Ends what goes on in the background, and writes what is not written yet.
    pub async fn close(&self) {
        self.stop.cancel();
        self.tasks.close();
        let memory = Arc::clone(&self.memory);
        let written = async {
            self.tasks.wait().await;
            let _ = tokio::task::spawn_blocking(move || memory.flush()).await;
        };
        // Whatever takes longer is asked for again the next time.
        let _ = tokio::time::timeout(LAST_WRITES, written).await;
    }

    /// Finds tools by intent among all servers, or one, for a program in this language. What the caller
    /// may not call is not there.
    pub async fn search(
        &self,
        query: &str,
        server: Option<&str>,
        limit: usize,
        allowed: Option<&Allowlist>,
        view: &View,
        language: Language,
    ) -> SearchAnswer {
        let _searching = Searching::begin(&self.searching);
        let (unavailable, known) = self.find_out(server, view).await;
        let seen = |tool: &ToolDescriptor| view.may_call(&tool.name);
        let found = self.catalog.search_among(query, server, limit, seen);
        let hit = |tool: &Arc<ToolDescriptor>| {
            let mark = self.memory.mark(&tool.server, &tool.tool);
            let may = allowed.is_none_or(|allowed| allowed.allows(&tool.name));
            SearchHit {
                name: tool.name.clone(),
                server: tool.server.clone(),
                description: catalog::text::summary(&tool.description),
                signature: Catalog::signature(tool, language),
                callable: may && !mark.as_ref().is_some_and(|mark| mark.blocked),
                changed: mark.map(|mark| mark.words),
            }
        };
        let hits = found.hits.iter().map(hit).collect();
        let up_front = match view.is_limited() {
            true => self.catalog.definitions_among(seen),
            false => self.catalog.definitions(),
        };
        // Last: servers that start take the time of whoever waits for this answer.
        self.ask_meanwhile(known, &self.states());
        SearchAnswer { hits, total: found.total, unavailable, up_front }
    }

    /// Everything about one tool, for a program in this language.
    pub async fn schema(
        &self,
        name: &str,
        allowed: Option<&Allowlist>,
        view: &View,
        language: Language,
    ) -> Option<ToolSchema> {
        if !view.may_call(name) {
            return None;
        }
        let server = self.catalog.server_of(name)?;
        // A server that is down may still be known from before.
        let _ = self.ready(&server).await;
        let tool = self.catalog.get(name)?;
        let mark = self.memory.mark(&tool.server, &tool.tool);
        let may = allowed.is_none_or(|allowed| allowed.allows(name));
        Some(ToolSchema {
            name: tool.name.clone(),
            server: tool.server.clone(),
            description: catalog::text::shown(&tool.description),
            input_schema: tool.input_schema.clone(),
            output_schema: tool.output_schema.clone(),
            declaration: Catalog::declaration(&tool, language),
            callable: may && !mark.as_ref().is_some_and(|mark| mark.blocked),
            changed: mark.map(|mark| mark.words),
        })
    }

    /// Makes tools known for a search. Tells of which servers they are not known, or not as of now, and
    /// which servers are to be asked again.
    async fn find_out(
        &self,
        only: Option<&str>,
        view: &View,
    ) -> (Vec<(String, String)>, Vec<String>) {
        self.recall().await;
        let mut servers = self.hub.servers();
        servers.retain(|server| view.sees(server));
        let asked = servers.iter().filter(|server| only.is_none_or(|only| only == server.as_str()));
        let (known, unknown): (Vec<_>, Vec<_>) =
            asked.partition(|server| self.memory.knows(server));
        let states = self.states();
        let looked = known.iter().map(|server| self.look_again(server, &states));
        let learned = unknown.iter().map(|server| async {
            // Whoever waits no longer leaves it to be asked to the end.
            match tokio::time::timeout(PATIENCE, self.ask((*server).clone())).await {
                Ok(Ok(Ok(()))) => None,
                Ok(Ok(Err(error))) => {
                    Some(((*server).clone(), catalog::text::shown(&error.to_string())))
                }
                Ok(Err(_)) | Err(_) => {
                    Some(((*server).clone(), "it is still starting; ask again".to_owned()))
                }
            }
        });
        let (_, learned) = tokio::join!(
            futures_util::future::join_all(looked),
            futures_util::future::join_all(learned)
        );
        let down = self.hub.status().into_iter().filter(|status| known.contains(&&status.server));
        let down: Vec<_> = down.filter_map(out_of_reach).collect();
        let unavailable = learned.into_iter().flatten().chain(down).collect();
        (unavailable, known.into_iter().cloned().collect())
    }

    /// Makes known what the cache has, the first time that somebody asks.
    pub async fn recall(&self) {
        let recall = || async {
            if !self.memory.has_cache() {
                return;
            }
            let servers: Arc<[String]> = self.hub.servers().into();
            let at_once = std::thread::available_parallelism().map_or(4, usize::from).clamp(2, 16);
            // Lists differ in length: whoever is done takes the next one.
            let next = Arc::new(AtomicUsize::new(0));
            let parts = (0..at_once.min(servers.len())).map(|_| {
                let (memory, servers) = (Arc::clone(&self.memory), Arc::clone(&servers));
                let next = Arc::clone(&next);
                tokio::task::spawn_blocking(move || {
                    while let Some(server) = servers.get(next.fetch_add(1, Relaxed)) {
                        memory.recall(server);
                    }
                })
            });
            futures_util::future::join_all(parts).await;
        };
        self.recalled.get_or_init(recall).await;
    }

    /// Waits until no search waits for its answer.
    pub async fn settled(&self) {
        // The sender is ours, so there is no other end.
        let _ = self.searching.subscribe().wait_for(|searching| *searching == 0).await;
    }

    /// Takes in what a server that stands lists now, waiting a moment at most.
    async fn look_again(&self, server: &str, states: &States) {
        if self.hub.fresh_tools(server).is_some_and(|list| self.memory.is_current(server, &list)) {
            return;
        }
        if states.get(server) != Some(&UpstreamState::Ready) {
            // Whatever was accepted in the meantime counts for a server that is down as well.
            if self.memory.marked(server) > 0 {
                let (memory, server) = (Arc::clone(&self.memory), server.to_owned());
                let _ = tokio::task::spawn_blocking(move || memory.judge_again(&server)).await;
            }
            return;
        }
        let asking = self.ask(server.to_owned());
        let _ = tokio::time::timeout(MOMENT, asking).await;
    }

    /// Asks servers in the background that were not asked yet, or did not answer.
    fn ask_meanwhile(&self, servers: impl IntoIterator<Item = String>, states: &States) {
        for server in servers {
            match lock(&self.asked).entry(server.clone()) {
                Entry::Occupied(asking) if *asking.get() == Asking::UnderWay => continue,
                Entry::Occupied(_) if states.get(&server) != Some(&UpstreamState::Failed) => {
                    continue;
                }
                entry => entry.insert_entry(Asking::UnderWay),
            };
            drop(self.ask(server));
        }
    }

    /// Asks a server, whoever still waits for it.
    fn ask(&self, server: String) -> JoinHandle<Result<(), upstream::Error>> {
        let (hub, memory, stop) = (self.hub.clone(), Arc::clone(&self.memory), self.stop.clone());
        let asked = Arc::clone(&self.asked);
        let asking = async move {
            let answered = tokio::select! {
                learned = learn(&hub, &memory, &server) => learned.map(drop),
                () = stop.cancelled() => Err(upstream::Error::Stopped { server: server.clone() }),
            };
            match answered {
                Ok(()) => lock(&asked).insert(server, Asking::Answered),
                Err(_) => lock(&asked).remove(&server),
            };
            answered
        };
        task::spawn(Kind::Ask, self.tasks.track_future(asking))
    }

    fn states(&self) -> States {
        let all = self.hub.status().into_iter();
        all.map(|status| (status.server, status.state)).collect()
    }
}

/// How each server stands.
type States = HashMap<String, UpstreamState>;

fn lock(asked: &Asked) -> MutexGuard<'_, HashMap<String, Asking>> {
    // A map is whole between calls.
    asked.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes the tools of one server known as they are now.
async fn learn(hub: &Hub, memory: &Arc<Memory>, server: &str) -> Result<Listing, upstream::Error> {
    let listing = hub.listing(server).await?;
    if memory.is_current(server, &listing.tools) {
        return Ok(listing);
    }
    let (memory, name, list) = (Arc::clone(memory), server.to_owned(), Arc::clone(&listing.tools));
    take_in(server, move || memory.take_in(&name, &list)).await?;
    Ok(listing)
}

/// Takes a list in. One that was not may hold tools that nobody has judged: an error.
async fn take_in(
    server: &str,
    taking: impl FnOnce() + Send + 'static,
) -> Result<(), upstream::Error> {
    tokio::task::spawn_blocking(taking).await.map_err(|error| {
        tracing::error!(server, %error, "a list of tools was not taken in: a defect");
        upstream::Error::Failed {
            server: server.to_owned(),
            tool: "tools/list".to_owned(),
            reason: "what it listed could not be taken in, which is a defect of ours; see the log"
                .to_owned(),
        }
    })
}

/// What is said of a server whose tools are told as they were before.
fn out_of_reach(status: UpstreamStatus) -> Option<(String, String)> {
    let error = catalog::text::shown(&status.error?);
    Some((status.server, format!("{error} (its tools are told as they were last listed)")))
}

#[cfg(test)]
mod tests;
