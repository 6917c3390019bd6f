//! What is known of each server's tools: from the cache at first, from the server once it was asked;
//! judged by what was approved, shown in the catalog, and kept for the next time.
//!
//! All of it reads and writes files and hashes lists, so it is called where blocking is allowed, but
//! for what says otherwise.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use catalog::Catalog;
use store::{Definition, Digest, Fingerprint, Listed, Stamp, Verdict};
use upstream::ToolList;

use super::accepting::Unapproved;
use super::judging::{self, Mark, Marks, Standard};
use super::remembered::{Identity, Remembered};
use super::words;

/// How often the list of one server is written at most: one that changes all the time is written
/// now and then, and once more at the end.
const WRITE_EVERY: Duration = Duration::from_secs(30);

/// What is known of each server's tools.
pub(crate) struct Memory {
    catalog: Arc<Catalog>,
    remembered: Remembered,
    servers: HashMap<String, Known>,
    /// The last revision of any server that the catalog was given.
    revisions: AtomicU64,
    cache_failed: AtomicBool,
    approvals_failed: AtomicBool,
}

/// What is known of one server.
#[derive(Default)]
struct Known {
    /// The hub's revision of the list that the catalog shows; 0 while it comes from the cache.
    seen: AtomicU64,
    marks: RwLock<Arc<Marks>>,
    held: Mutex<Held>,
}

/// What is held while a list is taken in.
#[derive(Default)]
struct Held {
    /// Whether the cache was looked at.
    looked: bool,
    /// What the catalog shows, in one hash.
    shown: Option<Digest>,
    /// What the cache holds.
    written: Option<Digest>,
    when_written: Option<Instant>,
    /// The list itself, where it is needed again: to be judged once more, or to be written later.
    list: Option<Arc<Vec<Listed>>>,
    /// The state of the record by which it was judged.
    stamp: Option<Stamp>,
}

/// Where a list comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Cache,
    /// The hub, with its revision.
    Server(u64),
}

impl Memory {
    /// Knows nothing yet of these servers. Touches no file.
    pub(crate) fn new(catalog: Arc<Catalog>, remembered: Remembered, servers: &[String]) -> Self {
        let servers = servers.iter().map(|name| (name.clone(), Known::default())).collect();
        Self {
            catalog,
            remembered,
            servers,
            revisions: AtomicU64::new(0),
            cache_failed: AtomicBool::new(false),
            approvals_failed: AtomicBool::new(false),
        }
    }

    /// Whether there may be lists from before.
    pub(crate) fn has_cache(&self) -> bool {
        self.remembered.cache.is_some()
    }

    /// Whether exactly this list was taken in, and judged by what is approved now. Does not block
    /// for longer than it takes to look at a file's state.
    pub(crate) fn is_current(&self, server: &str, list: &ToolList) -> bool {
        self.servers.get(server).is_none_or(|known| {
            known.seen.load(Relaxed) >= list.revision && !self.was_accepted(server, known)
        })
    }

    /// Whether the server's tools are known, from whenever. Never blocks.
    pub(crate) fn knows(&self, server: &str) -> bool {
        self.catalog.revision_of(server).is_some()
    }

    /// The mark of a tool, by its own name. Never blocks.
    pub(crate) fn mark(&self, server: &str, tool: &str) -> Option<Mark> {
        self.servers.get(server)?.marks().get(tool).cloned()
    }

    /// How many tools of a server are not as they were approved. Never blocks.
    pub(crate) fn marked(&self, server: &str) -> usize {
        self.servers.get(server).map_or(0, |known| known.marks().len())
    }

    /// Makes known what the cache has of a server that was not listed yet.
    pub(crate) fn recall(&self, server: &str) {
        if let Some(known) = self.servers.get(server) {
            self.look(server, known, &mut known.held());
            // What a search tells of all tools is counted once for each server: here, on several
            // threads, sooner than on the one that answers.
            self.catalog.definitions();
        }
    }

    /// Takes in what a server listed.
    pub(crate) fn take_in(&self, server: &str, list: &ToolList) {
        let Some(known) = self.servers.get(server) else { return };
        let mut held = known.held();
        if known.seen.load(Relaxed) >= list.revision {
            drop(held);
            return self.judge_again(server);
        }
        self.look(server, known, &mut held);
        let listed = Arc::new(list.tools.iter().map(listed).collect::<Vec<_>>());
        let from = From::Server(list.revision);
        self.show(server, known, &mut held, &listed, from);
        self.keep(server, &mut held, &listed);
    }

    /// Judges a server's tools once more when approvals have changed since. One whose tools are all
    /// approved is left alone.
    pub(crate) fn judge_again(&self, server: &str) {
        let Some(known) = self.servers.get(server) else { return };
        let mut held = known.held();
        if !self.is_outdated(server, known, &held) {
            return;
        }
        let Some(listed) = held.list.clone() else { return };
        let from = match known.seen.load(Relaxed) {
            0 => From::Cache,
            revision => From::Server(revision),
        };
        self.show(server, known, &mut held, &listed, from);
    }

    /// The marked tools of a server as they are now, and as they were approved.
    pub(crate) fn unapproved(&self, server: &str) -> Vec<Unapproved> {
        let Some((known, identity)) = self.identified(server) else { return Vec::new() };
        let (marks, held) = (known.marks(), known.held());
        let approvals = self.remembered.approvals.as_ref();
        let record = approvals.and_then(|approvals| approvals.read(identity.place).ok().flatten());
        let tools = held.list.iter().flat_map(|list| list.iter());
        let marked = tools.filter_map(|(tool, digest)| {
            let mark = marks.get(&tool.name)?;
            let approved = match record.as_ref().map(|record| record.judge(&tool.name, *digest)) {
                Some(Verdict::Changed(approved)) => approved.map(|approved| *approved),
                _ => None,
            };
            Some(Unapproved {
                name: catalog::names::full_name(server, &tool.name),
                // A person may read what is withheld from models.
                words: match &approved {
                    Some(approved) => words::of(&store::compare(approved, tool)),
                    None => mark.words.clone(),
                },
                approved,
                now: tool.clone(),
                digest: *digest,
            })
        });
        let mut marked: Vec<_> = marked.collect();
        marked.sort_by(|left, right| left.name.cmp(&right.name));
        marked
    }

    /// Records these tools of a server as approved.
    pub(crate) fn approve(
        &self,
        server: &str,
        tools: &[(&Definition, Digest)],
    ) -> Result<(), store::Error> {
        let known = self.identified(server).zip(self.remembered.approvals.as_ref());
        let Some(((_, identity), approvals)) = known else { return Ok(()) };
        approvals.approve(identity.place, server, tools)?;
        self.judge_again(server);
        Ok(())
    }

    /// Writes what was put off.
    pub(crate) fn flush(&self) {
        for (server, known) in &self.servers {
            let mut held = known.held();
            let put_off = held.list.clone().filter(|_| held.shown != held.written);
            if let Some(listed) = put_off {
                held.when_written = None;
                self.keep(server, &mut held, &listed);
            }
        }
    }

    fn identified(&self, server: &str) -> Option<(&Known, &Identity)> {
        self.servers.get(server).zip(self.remembered.servers.get(server))
    }

    /// Whether the record changed since marked tools were judged. While a list is being taken in it
    /// did not: that is judged by what is there then.
    fn was_accepted(&self, server: &str, known: &Known) -> bool {
        known.held.try_lock().is_ok_and(|held| self.is_outdated(server, known, &held))
    }

    fn is_outdated(&self, server: &str, known: &Known, held: &Held) -> bool {
        if known.marks().is_empty() {
            return false;
        }
        let stamp = self
            .identified(server)
            .and_then(|(_, identity)| self.remembered.approvals.as_ref()?.stamp(identity.place));
        held.stamp != stamp
    }

    /// Looks at the cache, once.
    fn look(&self, server: &str, known: &Known, held: &mut Held) {
        if std::mem::replace(&mut held.looked, true) {
            return;
        }
        let cache = self.identified(server).zip(self.remembered.cache.as_ref());
        let Some(((_, identity), cache)) = cache else { return };
        match cache.load(identity.definition) {
            Ok(None) => {}
            Ok(Some(listed)) => {
                self.show(server, known, held, &Arc::new(listed), From::Cache);
                held.written = held.shown;
            }
            // It is asked for and written anew.
            Err(error) => tracing::debug!(server, %error, "a cached list of tools is not used"),
        }
    }

    /// Judges a list and puts it into the catalog.
    fn show(
        &self,
        server: &str,
        known: &Known,
        held: &mut Held,
        listed: &Arc<Vec<Listed>>,
        from: From,
    ) {
        let (standard, stamp) = self.standard(server, listed, from);
        let judged = judging::judge(listed, &standard, self.remembered.pin_tools);
        let marks = Arc::new(judged.marks);
        let shown = Some(hash(listed));
        let same = held.shown == shown && *known.marks() == *marks;
        held.shown = shown;
        held.stamp = stamp;
        held.list = (!marks.is_empty()).then(|| Arc::clone(listed));
        if !same {
            announce(server, &marks);
            // Marks first: nobody is to see a changed tool without its mark.
            *known.marks.write().unwrap_or_else(PoisonError::into_inner) = marks;
            let revision = self.revisions.fetch_add(1, Relaxed) + 1;
            self.catalog.replace_server(server, revision, judged.shown);
        }
        if let From::Server(revision) = from {
            known.seen.store(revision, Relaxed);
        }
    }

    /// What to judge by: the record, which the first list that a server itself gives begins.
    fn standard(&self, server: &str, listed: &[Listed], from: From) -> (Standard, Option<Stamp>) {
        let approvals = self.identified(server).zip(self.remembered.approvals.as_ref());
        let Some(((_, identity), approvals)) = approvals else {
            return (self.unknown("there is no place for what is approved".to_owned()), None);
        };
        let place = identity.place;
        let record = match (approvals.read(place), from) {
            (Ok(None), From::Server(_)) => approvals.first_sight(place, server, listed).map(Some),
            (read, _) => read,
        };
        match record {
            Ok(Some(record)) => {
                let stamp = record.stamp();
                (Standard::Record(record), stamp)
            }
            Ok(None) => (Standard::None, None),
            Err(error) => {
                if !self.approvals_failed.swap(true, Relaxed) {
                    tracing::warn!(server, %error, "what is approved of a server cannot be known");
                }
                (
                    self.unknown(format!("what is approved cannot be known: {error}")),
                    approvals.stamp(place),
                )
            }
        }
    }

    /// Where nothing is known, nothing is blocked unless that is what was asked for.
    fn unknown(&self, why: String) -> Standard {
        match self.remembered.pin_tools {
            true => Standard::Unknown(why),
            false => Standard::None,
        }
    }

    /// Writes a list to the cache, or puts it off.
    fn keep(&self, server: &str, held: &mut Held, listed: &Arc<Vec<Listed>>) {
        let cache = self.identified(server).zip(self.remembered.cache.as_ref());
        let Some(((_, identity), cache)) = cache else { return };
        if held.shown == held.written {
            return;
        }
        if held.when_written.is_some_and(|then| then.elapsed() < WRITE_EVERY) {
            held.list = Some(Arc::clone(listed));
            return;
        }
        held.when_written = Some(Instant::now());
        // One that cannot be written is not tried again before it changes.
        held.written = held.shown;
        if let Err(error) = cache.save(identity.definition, listed)
            && !self.cache_failed.swap(true, Relaxed)
        {
            tracing::warn!(%error, "tools of servers are not kept for the next start");
        }
    }
}

impl Known {
    fn marks(&self) -> Arc<Marks> {
        self.marks.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // No code panics while it holds the lock but by a defect; the next list mends what is held.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A tool as it is compared and kept.
pub(super) fn listed(tool: &upstream::RawTool) -> Listed {
    let definition = Definition {
        name: tool.name.clone(),
        title: tool.title.clone(),
        description: tool.description.clone(),
        input_schema: Arc::clone(&tool.input_schema),
        output_schema: tool.output_schema.clone(),
        annotations: tool.annotations.clone(),
    };
    let digest = definition.digest();
    (definition, digest)
}

/// A whole list in one hash.
fn hash(listed: &[Listed]) -> Digest {
    let mut digests: Vec<_> = listed.iter().map(|(_, digest)| *digest).collect();
    digests.sort_unstable();
    Fingerprint::new("list 1").parts(digests).finish()
}

fn announce(server: &str, marks: &Marks) {
    let blocked = marks.values().filter(|mark| mark.blocked).count();
    let tools = marks.len();
    if blocked > 0 {
        tracing::warn!(
            server,
            tools,
            "tools are not as they were approved and are blocked: look at them with `code-executor \
             upstreams accept`"
        );
    } else if tools > 0 {
        tracing::warn!(
            server,
            tools,
            "tools are not as they were approved: look at them with `code-executor upstreams accept`"
        );
    }
}
