//! The bound on executions: so many at once, so many waiting, so long. `line` is whose turn it is.

mod line;

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};
use types::{ErrorCode, PoolHealth, Principal, Refusal, Turn};

use crate::admission::line::{Asker, Entered, Line, Told};
use crate::task::{self, Kind};

pub use line::Bounds;

/// When somebody who was turned away may come again: not before, and not later.
const AGAIN: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// How often it is looked at whether executions have started, while somebody waits for that.
const LOOK: Duration = Duration::from_millis(5);

/// Places for executions.
#[derive(Debug)]
pub struct Admission {
    line: Mutex<Line<Tell>>,
    closed: AtomicBool,
    looks: AtomicBool,
    emptied: Notify,
}

/// A place. Given back when dropped.
#[derive(Debug)]
pub struct Place {
    admission: Arc<Admission>,
    asker: Asker,
    ticket: u64,
    since: Instant,
}

/// How somebody who waits hears of it.
type Tell = oneshot::Sender<Word>;

#[derive(Debug)]
enum Word {
    Go,
    Slow,
    Displaced,
    Closed,
}

/// Somebody in the line; whoever goes away leaves it, or gives back what he was given meanwhile.
struct Waiting<'a> {
    admission: &'a Arc<Admission>,
    asker: &'a Asker,
    ticket: u64,
    word: oneshot::Receiver<Word>,
}

impl Admission {
    /// Places within these bounds.
    pub fn new(bounds: Bounds) -> Self {
        Self {
            line: Mutex::new(Line::new(bounds)),
            closed: AtomicBool::new(false),
            looks: AtomicBool::new(false),
            emptied: Notify::new(),
        }
    }

    /// A place now or after a wait; `busy` when the line is full or the wait too long.
    pub async fn enter(
        self: &Arc<Self>,
        principal: &Principal,
        turn: Turn,
    ) -> Result<Place, Refusal> {
        let client = (principal.tenant.clone(), principal.subject.clone());
        let owns = principal.is_local_user();
        let asker = Asker { client: Arc::new(client), owns, priority: turn.priority };
        let now = Instant::now();
        let (ticket, wait, word) = match self.ask(&asker, now)? {
            (Entered::Now(ticket), _) => {
                return Ok(Place { admission: Arc::clone(self), asker, ticket, since: now });
            }
            (Entered::Later(ticket, wait), Some(word)) => (ticket, wait, word),
            _ => {
                let waiting = self.lock().bounds().waiting;
                return Err(self.busy(&asker, &format!("{waiting} more are waiting")));
            }
        };
        let wait = turn.max_wait_ms.map_or(wait, |most| wait.min(Duration::from_millis(most)));
        let mut waiting = Waiting { admission: self, asker: &asker, ticket, word };
        let why = match tokio::time::timeout(wait, &mut waiting.word).await {
            Ok(Ok(Word::Go)) => {
                drop(waiting);
                let admission = Arc::clone(self);
                return Ok(Place { admission, asker, ticket, since: Instant::now() });
            }
            Ok(Ok(Word::Slow)) => {
                let slow = self.lock().bounds().slow_after.as_secs();
                format!("this client's have waited too long for {slow} s and more")
            }
            Ok(Ok(Word::Displaced)) => "a client with fewer in the line came".to_owned(),
            Ok(Ok(Word::Closed) | Err(_)) => return Err(stopping()),
            Err(_) => format!("none ended within {} ms", wait.as_millis()),
        };
        drop(waiting);
        Err(self.busy(&asker, &why))
    }

    /// Other bounds from now on. What runs is not ended.
    pub fn set_bounds(self: &Arc<Self>, bounds: Bounds) {
        self.act(|line, told| {
            line.set_bounds(bounds);
            line.advance(Instant::now(), told);
        });
    }

    /// Takes nothing more. What waits is refused.
    pub fn close(&self) {
        self.closed.store(true, SeqCst);
        let mut line = self.lock();
        for tell in line.clear() {
            // One that has left meanwhile need not be told.
            let _ = tell.send(Word::Closed);
        }
    }

    /// Whether it takes nothing more.
    pub fn is_closed(&self) -> bool {
        self.closed.load(SeqCst)
    }

    /// Waits until nothing runs any more.
    pub async fn drained(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.lock().taken() == 0 {
                return;
            }
            emptied.await;
        }
    }

    /// How full it is.
    pub fn health(&self) -> PoolHealth {
        let line = self.lock();
        PoolHealth { active: line.taken(), waiting: line.waiting(), max: line.bounds().places }
    }

    fn ask(
        self: &Arc<Self>,
        asker: &Asker,
        now: Instant,
    ) -> Result<(Entered, Option<oneshot::Receiver<Word>>), Refusal> {
        let mut word = None;
        let entered = self.act(|line, told| {
            // Looked at here: `close` clears the line under the same lock.
            if self.is_closed() {
                return Err(stopping());
            }
            Ok(line.enter(asker, now, told, || {
                let (tell, hear) = oneshot::channel();
                word = Some(hear);
                tell
            }))
        })?;
        Ok((entered, word))
    }

    /// Does something to the line, and tells whoever has to know.
    fn act<R>(
        self: &Arc<Self>,
        action: impl FnOnce(&mut Line<Tell>, &mut Vec<Told<Tell>>) -> R,
    ) -> R {
        let mut told = Vec::new();
        let mut line = self.lock();
        let done = action(&mut line, &mut told);
        let waits_for_starts = line.waits_for_starts();
        // Under the lock: who finds himself no longer in the line has his word already.
        for told in told {
            let (tell, word) = match told {
                Told::Go(tell) => (tell, Word::Go),
                Told::Slow(tell) => (tell, Word::Slow),
                Told::Displaced(tell) => (tell, Word::Displaced),
            };
            // One that leaves at this moment gives its place back by itself.
            let _ = tell.send(word);
        }
        drop(line);
        if waits_for_starts && !self.looks.swap(true, SeqCst) {
            self.look();
        }
        done
    }

    /// Looks at the line every now and then, as long as somebody waits only until others have started.
    fn look(self: &Arc<Self>) {
        if tokio::runtime::Handle::try_current().is_err() {
            self.looks.store(false, SeqCst);
            return;
        }
        let this = Arc::clone(self);
        task::spawn(Kind::Admit, async move {
            loop {
                tokio::time::sleep(LOOK).await;
                this.act(|line, told| line.advance(Instant::now(), told));
                if this.lock().waits_for_starts() {
                    continue;
                }
                this.looks.store(false, SeqCst);
                // Somebody may have come in between, and have seen that it is looked.
                if !this.lock().waits_for_starts() || this.looks.swap(true, SeqCst) {
                    return;
                }
            }
        });
    }

    fn busy(&self, asker: &Asker, why: &str) -> Refusal {
        let line = self.lock();
        let again = line.expected_wait(asker).clamp(AGAIN.0, AGAIN.1);
        let running = line.taken();
        let message = format!(
            "busy: {running} executions are running and {why}; try again in {} s, or ask the operator \
             for a higher limits.maxConcurrent",
            again.as_millis().div_ceil(1_000)
        );
        Refusal::new(ErrorCode::Busy, message).again_after(again)
    }

    fn lock(&self) -> MutexGuard<'_, Line<Tell>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stopping() -> Refusal {
    Refusal::new(ErrorCode::ShuttingDown, "the server is stopping and takes no new executions")
}

impl Place {
    /// Says that the execution has begun to wait for something: others may start meanwhile.
    pub fn started(&self) {
        self.admission.act(|line, told| {
            if line.started(self.ticket) {
                line.advance(Instant::now(), told);
            }
        });
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let now = Instant::now();
        let held = now.saturating_duration_since(self.since);
        let is_empty = self.admission.act(|line, told| {
            line.leave(self.ticket, &self.asker, held, now, told);
            line.taken() == 0
        });
        if is_empty {
            self.admission.emptied.notify_waiters();
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let was_waiting = self.admission.lock().give_up(self.ticket, self.asker);
        if !was_waiting && matches!(self.word.try_recv(), Ok(Word::Go)) {
            let (admission, asker) = (Arc::clone(self.admission), self.asker.clone());
            drop(Place { admission, asker, ticket: self.ticket, since: Instant::now() });
        }
    }
}

#[cfg(test)]
mod tests;
