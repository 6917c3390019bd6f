//! Who has which session, within what bounds.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use ::metrics::counter;
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use types::{
    ErrorCode, Grants, Language, Principal, Refusal, SessionEnd, SessionEntry, SessionId,
    SessionsHealth,
};

use crate::caller::Over;
use crate::metrics;
use crate::sessions::fixed::sorted;
use crate::sessions::lost::Lost;
use crate::sessions::rooms::{Room, Rooms};
use crate::sessions::{Fixed, Seat, Used, Why, Wish};
use crate::task::{self, Kind};

/// Programs that may wait for their turn in one session.
const MOST_WAITING: usize = 8;

/// How long whoever began anew waits until what was there is gone.
const GONE_PATIENCE: Duration = Duration::from_secs(6);

/// When somebody whose turn did not come may come again.
const AGAIN: Duration = Duration::from_secs(1);

/// What a session holds between two programs.
pub(crate) trait Body: Send + 'static {
    /// Whether it can go on.
    fn is_alive(&self) -> bool;
    /// Ends it, and returns once it is gone.
    fn end(self) -> impl Future<Output = ()> + Send;
}

/// Which session: that of a client, in a language, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) tenant: String,
    pub(crate) subject: String,
    pub(crate) language: Language,
    pub(crate) id: SessionId,
}

impl Key {
    /// A session of a principal.
    pub(crate) fn of(principal: &Principal, language: Language, id: &SessionId) -> Self {
        let (tenant, subject) = (principal.tenant.clone(), principal.subject.clone());
        Self { tenant, subject, language, id: id.clone() }
    }

    /// Whether both are of one client.
    pub(super) fn is_of_same_client(&self, other: &Self) -> bool {
        self.tenant == other.tenant && self.subject == other.subject
    }

    fn is_of(&self, principal: &Principal) -> bool {
        self.tenant == principal.tenant && self.subject == principal.subject
    }
}

/// How many sessions there may be, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) max: usize,
    pub(crate) max_each: usize,
    pub(crate) idle: Duration,
    pub(crate) lifetime: Duration,
}

impl Bounds {
    /// As the operator has them.
    pub(crate) fn of(config: &policy::Config) -> Self {
        Self {
            max: config.max_sessions,
            max_each: config.max_sessions_per_principal,
            idle: Duration::from_millis(config.session_idle_ms),
            lifetime: Duration::from_millis(config.session_lifetime_ms),
        }
    }
}

/// A program that is to run in a session.
pub(crate) struct Asked<'a> {
    pub(crate) key: Key,
    pub(crate) wish: Wish<'a>,
    /// What becomes fixed if the session begins with it.
    pub(crate) fixed: Fixed,
    /// Whether it begins anew in any case.
    pub(crate) reset: bool,
    pub(crate) bounds: Bounds,
    /// How long it may wait for its turn.
    pub(crate) wait: Duration,
}

/// All sessions; cheap to clone.
pub(crate) struct Sessions<C>(Arc<Shared<C>>);

impl<C> Clone for Sessions<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C> Default for Sessions<C> {
    fn default() -> Self {
        let table = Table { open: HashMap::new(), lost: Lost::default(), closed: false };
        let (rooms, begun) = (Rooms::default(), AtomicU64::default());
        Self(Arc::new(Shared { table: Mutex::new(table), rooms, begun }))
    }
}

struct Shared<C> {
    // Locked before the state of a session, never after.
    table: Mutex<Table<C>>,
    // Those of sessions that ended count until they are gone. Locked after the other two.
    rooms: Rooms,
    /// Sessions that have begun.
    begun: AtomicU64,
}

struct Table<C> {
    open: HashMap<Key, Arc<Session<C>>>,
    lost: Lost,
    closed: bool,
}

/// One session.
pub(super) struct Session<C> {
    pub(super) key: Key,
    /// Which of all there were.
    number: u64,
    pub(super) fixed: Fixed,
    pub(super) bounds: Bounds,
    began: Instant,
    began_at: Timestamp,
    turn: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Cancelled when it has ended.
    pub(super) over: CancellationToken,
    /// Cancelled when there is nothing left of it.
    pub(super) gone: CancellationToken,
    state: Mutex<State<C>>,
}

pub(super) struct State<C> {
    pub(super) phase: Phase<C>,
    pub(super) room: Option<Room>,
    /// Programs that have begun.
    pub(super) calls: u64,
    pub(super) last: Instant,
    /// Whether the credential it was used with last holds no more.
    pub(super) credential: Option<Over>,
    /// What it was given beside tools.
    pub(super) grants: Option<Grants>,
    pub(super) used: Used,
    pub(super) ended: Option<Why>,
}

pub(super) enum Phase<C> {
    /// Somebody has it: a program runs, or is about to.
    Held,
    Stopped(C),
    Gone,
}

impl<C> Session<C> {
    pub(super) fn state(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why its time has come by itself, if it has.
    pub(super) fn expired(&self, state: &State<C>, now: Instant) -> Option<Why> {
        let Bounds { idle, lifetime, .. } = self.bounds;
        if now.saturating_duration_since(self.began) >= lifetime {
            return Some(Why::Lifetime(lifetime));
        }
        let unused = now.saturating_duration_since(state.last) >= idle;
        (unused && matches!(state.phase, Phase::Stopped(_))).then_some(Why::Idle(idle))
    }

    /// When it ends if nothing runs in it until then.
    pub(super) fn expires_at(&self, state: &State<C>, now: Instant) -> String {
        let at = (state.last + self.bounds.idle).min(self.began + self.bounds.lifetime);
        text(Timestamp::now() + at.saturating_duration_since(now))
    }

    fn entry(&self, now: Instant) -> SessionEntry {
        let state = self.state();
        SessionEntry {
            id: self.key.id.clone(),
            language: self.key.language,
            running: matches!(state.phase, Phase::Held),
            calls: state.calls,
            started_at: text(self.began_at),
            expires_at: self.expires_at(&state, now),
            allowed_tools: self.fixed.allowlist.patterns().to_vec(),
            cpu_ms: state.used.cpu.map(|cpu| (cpu.as_secs_f64() * 1_000_000.0).round() / 1_000.0),
            memory_bytes: state.used.memory,
        }
    }
}

/// RFC 3339 in UTC with milliseconds.
fn text(time: Timestamp) -> String {
    format!("{time:.3}")
}

impl<C: Body> Sessions<C> {
    /// Somebody's turn in a session, which begins if there is none; now or after those who came before.
    pub(crate) async fn enter(&self, mut asked: Asked<'_>) -> Result<Seat<C>, Refusal> {
        if std::mem::take(&mut asked.reset)
            && let Some(gone) = self.forget(&asked.key)
        {
            // Its process counts as long as it is there.
            let _ = tokio::time::timeout(GONE_PATIENCE, gone.cancelled()).await;
        }
        loop {
            let session = match self.find_or_begin(&asked)? {
                Found::Begun(seat) => return Ok(seat),
                Found::There(session) => session,
            };
            if let Some(seat) = self.await_turn(&session, asked.wait).await? {
                return Ok(seat);
            }
        }
    }

    fn find_or_begin(&self, asked: &Asked<'_>) -> Result<Found<C>, Refusal> {
        let now = Instant::now();
        let mut table = self.lock();
        if table.closed {
            return Err(stopping());
        }
        if let Some(session) = table.open.get(&asked.key).cloned() {
            let expired = session.expired(&session.state(), now);
            let Some(why) = self.taken_away(&session, asked).or(expired) else {
                session.fixed.check(&asked.key.id, &asked.wish)?;
                return Ok(Found::There(session));
            };
            // One that runs ends with its program.
            let runs = matches!(session.state().phase, Phase::Held);
            if runs && matches!(why, Why::Lifetime(_)) {
                return Ok(Found::There(session));
            }
            Self::end_in(&mut table, &session, why);
        }
        if let Some(notice) = table.lost.take(&asked.key, now) {
            return Err(notice.why.refusal(&asked.key.id, notice.calls));
        }
        let room = self.room(&mut table, asked, now)?;
        let turn = Arc::new(Semaphore::new(1));
        let Ok(permit) = Arc::clone(&turn).try_acquire_owned() else { return Err(defect()) };
        let session = Arc::new(Session {
            key: asked.key.clone(),
            number: self.0.begun.fetch_add(1, SeqCst),
            fixed: asked.fixed.clone(),
            bounds: asked.bounds,
            began: now,
            began_at: Timestamp::now(),
            turn,
            waiting: AtomicUsize::new(0),
            over: CancellationToken::new(),
            gone: CancellationToken::new(),
            state: Mutex::new(State {
                phase: Phase::Held,
                room: Some(room),
                calls: 0,
                last: now,
                credential: None,
                grants: None,
                used: Used::default(),
                ended: None,
            }),
        });
        table.open.insert(asked.key.clone(), Arc::clone(&session));
        Ok(Found::Begun(Seat::new(self.clone(), session, permit, None)))
    }

    /// What of a session its client may no longer have, by the policy file of now.
    fn taken_away(&self, session: &Session<C>, asked: &Asked<'_>) -> Option<Why> {
        // Other roles of the credential are another's business: they are refused, and nothing ends.
        let (own, other) = (&session.fixed.principal.roles, &asked.wish.principal.roles);
        let same = sorted(own) == sorted(other);
        (same && session.fixed.roles != asked.fixed.roles).then_some(Why::Rights("its roles"))
    }

    /// Room for one more, within the bounds.
    fn room(&self, table: &mut Table<C>, asked: &Asked<'_>, now: Instant) -> Result<Room, Refusal> {
        let Asked { key, bounds, .. } = asked;
        if bounds.max == 0 {
            let message = "there are no sessions here: they are switched off by the operator \
                           (sessions.max); leave sessionId out";
            return Err(Refusal::new(ErrorCode::SessionLimit, message));
        }
        Self::expire_in(table, now);
        let of_client = |session: &&Arc<Session<C>>| session.key.is_of_same_client(key);
        let own: Vec<&Arc<Session<C>>> = table.open.values().filter(of_client).collect();
        // Those that have ended count until their processes are gone.
        let taken = self.0.rooms.of_client(key);
        if taken >= bounds.max_each {
            let leaving = taken.saturating_sub(own.len());
            let mut names: Vec<&str> = own.iter().map(|own| own.key.id.as_str()).collect();
            names.sort_unstable();
            names.truncate(bounds.max_each.min(MOST_NAMED));
            if leaving > 0 {
                let message = format!(
                    "this client has {} sessions and {leaving} that have ended and whose processes are \
                     not gone yet, the limit is {} (sessions.maxPerPrincipal); try again in a moment",
                    own.len(),
                    bounds.max_each,
                );
                return Err(limit(message, Some(AGAIN)));
            }
            let message = format!(
                "this client has {} sessions, the limit is {} (sessions.maxPerPrincipal): {}; use one of \
                 them, end one with DELETE /sessions/{{id}}, or wait: unused ones end after {} s",
                own.len(),
                bounds.max_each,
                names.join(", "),
                bounds.idle.as_secs()
            );
            return Err(limit(message, next_end(&own, now)));
        }
        self.0.rooms.take(key, bounds.max).ok_or_else(|| {
            let all: Vec<&Arc<Session<C>>> = table.open.values().collect();
            let message = format!(
                "there are {} sessions of all clients, the limit (sessions.max); try again later, or \
                 leave sessionId out",
                bounds.max
            );
            limit(message, next_end(&all, now))
        })
    }

    /// Waits for the programs before; nothing when the session turned out never to have begun.
    async fn await_turn(
        &self,
        session: &Arc<Session<C>>,
        wait: Duration,
    ) -> Result<Option<Seat<C>>, Refusal> {
        let Some(_waiting) = Waiting::enter(&session.waiting) else {
            let why = format!("{MOST_WAITING} programs wait in it");
            return Err(busy(&session.key.id, &why));
        };
        let turn = Arc::clone(&session.turn).acquire_owned();
        let Ok(turn) = tokio::time::timeout(wait, turn).await else {
            let why =
                format!("a program runs in it, and did not end within {} ms", wait.as_millis());
            return Err(busy(&session.key.id, &why));
        };
        let Ok(permit) = turn else { return self.ended(session).map(|()| None) };
        let now = Instant::now();
        let mut table = self.lock();
        let mut state = session.state();
        if state.ended.is_some() {
            drop((state, table));
            return self.ended(session).map(|()| None);
        }
        let alive = |body: &C| if body.is_alive() { None } else { Some(Why::Died) };
        let over = match &state.phase {
            Phase::Stopped(body) => session.expired(&state, now).or_else(|| alive(body)),
            Phase::Held | Phase::Gone => Some(Why::Defect),
        };
        if let Some(why) = over {
            drop(state);
            Self::end_in(&mut table, session, why);
            drop(table);
            return self.ended(session).map(|()| None);
        }
        let body = match std::mem::replace(&mut state.phase, Phase::Held) {
            Phase::Stopped(body) => Some(body),
            Phase::Held | Phase::Gone => None,
        };
        drop((state, table));
        Ok(Some(Seat::new(self.clone(), Arc::clone(session), permit, body)))
    }

    /// What is told to somebody whose session has ended; nothing when it never began.
    pub(super) fn ended(&self, session: &Session<C>) -> Result<(), Refusal> {
        // Whoever hears it here need not hear it again.
        self.lock().lost.told(&session.key, session.number);
        let state = session.state();
        match &state.ended {
            None | Some(Why::NeverBegan) => Ok(()),
            Some(Why::Stopping) => Err(stopping()),
            Some(why) => Err(why.refusal(&session.key.id, state.calls)),
        }
    }

    /// Ends a session that its client does not want, with what runs in it, and forgets what is told of
    /// the one before. What tells when it is gone, if there was one.
    fn forget(&self, key: &Key) -> Option<CancellationToken> {
        let mut table = self.lock();
        let _ = table.lost.take(key, Instant::now());
        let session = table.open.get(key).cloned()?;
        Self::end_in(&mut table, &session, Why::Unwanted);
        Some(session.gone.clone())
    }

    /// Ends a session that its client does not want. Returns when it is gone, or when that was waited
    /// for in vain.
    pub(crate) async fn discard(&self, key: &Key) -> SessionEnd {
        let Some(gone) = self.forget(key) else { return SessionEnd::Unknown };
        match tokio::time::timeout(GONE_PATIENCE, gone.cancelled()).await {
            Ok(()) => SessionEnd::Gone,
            Err(_) => SessionEnd::Leaving,
        }
    }

    /// The sessions of a client, the one used last first.
    pub(crate) fn of(&self, principal: &Principal) -> Vec<SessionEntry> {
        let now = Instant::now();
        let mut table = self.lock();
        Self::expire_in(&mut table, now);
        let own = table.open.values().filter(|session| session.key.is_of(principal));
        let mut own: Vec<Arc<Session<C>>> = own.cloned().collect();
        drop(table);
        own.sort_by_key(|session| std::cmp::Reverse(session.state().last));
        own.iter().map(|session| session.entry(now)).collect()
    }

    /// How many there are.
    pub(crate) fn health(&self, max: usize) -> SessionsHealth {
        let table = self.lock();
        let runs = |session: &&Arc<Session<C>>| matches!(session.state().phase, Phase::Held);
        let running = table.open.values().filter(runs).count();
        SessionsHealth { open: table.open.len(), running, max }
    }

    /// Ends those whose time has come. Whether there are others.
    pub(super) fn expire(&self, now: Instant) -> bool {
        let mut table = self.lock();
        Self::expire_in(&mut table, now);
        !table.open.is_empty()
    }

    /// Those in which nothing runs.
    pub(super) fn stopped(&self) -> Vec<Arc<Session<C>>> {
        let is_stopped =
            |session: &&Arc<Session<C>>| matches!(session.state().phase, Phase::Stopped(_));
        self.lock().open.values().filter(is_stopped).cloned().collect()
    }

    /// Begins none any more, and ends those in which nothing runs; the others end with their programs.
    pub(crate) fn close(&self) {
        let mut table = self.lock();
        table.closed = true;
        let all: Vec<_> = table.open.values().cloned().collect();
        for session in all {
            let runs = matches!(session.state().phase, Phase::Held);
            if !runs {
                Self::end_in(&mut table, &session, Why::Stopping);
            }
        }
    }

    /// Whether none begins any more.
    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Waits until no process of a session is left.
    pub(crate) async fn gone(&self) {
        while self.0.rooms.all() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Ends a session.
    pub(super) fn end(&self, session: &Arc<Session<C>>, why: Why) {
        Self::end_in(&mut self.lock(), session, why);
    }

    /// The same for one in which nothing runs at this moment.
    pub(super) fn end_stopped(&self, session: &Arc<Session<C>>, why: Why) {
        let mut table = self.lock();
        let stopped = matches!(session.state().phase, Phase::Stopped(_));
        if stopped {
            Self::end_in(&mut table, session, why);
        }
    }

    fn expire_in(table: &mut Table<C>, now: Instant) {
        let due = |session: &Arc<Session<C>>| {
            let state = session.state();
            let stopped = matches!(state.phase, Phase::Stopped(_));
            session.expired(&state, now).filter(|_| stopped)
        };
        let all = table.open.values();
        let due: Vec<_> = all.filter_map(|it| Some((Arc::clone(it), due(it)?))).collect();
        for (session, why) in due {
            Self::end_in(table, &session, why);
        }
    }

    fn end_in(table: &mut Table<C>, session: &Arc<Session<C>>, why: Why) {
        if table.open.get(&session.key).is_some_and(|open| Arc::ptr_eq(open, session)) {
            table.open.remove(&session.key);
        }
        let mut state = session.state();
        if state.ended.is_some() {
            return;
        }
        if why.is_told() && state.calls > 0 {
            let (key, number) = (session.key.clone(), session.number);
            table.lost.put(key, number, why.clone(), state.calls, Instant::now());
        }
        if why != Why::NeverBegan {
            counter!(metrics::SESSIONS_ENDED, "reason" => why.word()).increment(1);
        }
        state.ended = Some(why);
        session.over.cancel();
        session.turn.close();
        match std::mem::replace(&mut state.phase, Phase::Gone) {
            Phase::Stopped(body) => {
                let held = state.room.take();
                bury(body, held, session.gone.clone());
            }
            // Whoever has it buries it.
            held => state.phase = held,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table<C>> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For whoever looks after them without keeping them.
    pub(super) fn downgrade(&self) -> impl Fn() -> Option<Self> + Send + use<C> {
        let shared: Weak<Shared<C>> = Arc::downgrade(&self.0);
        move || shared.upgrade().map(Self)
    }
}

/// What there is for a program that comes.
enum Found<C: Body> {
    Begun(Seat<C>),
    There(Arc<Session<C>>),
}

/// Sessions that a refusal names.
const MOST_NAMED: usize = 16;

/// Ends what a session held, and keeps what is held for it until it is gone.
pub(super) fn bury<C: Body>(body: C, held: impl Send + 'static, gone: CancellationToken) {
    task::spawn(Kind::Reap, async move {
        body.end().await;
        drop(held);
        gone.cancel();
    });
}

/// Somebody who waits for a turn.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(count: &'a AtomicUsize) -> Option<Self> {
        let waiting = Self(count);
        (count.fetch_add(1, SeqCst) < MOST_WAITING).then_some(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// When the first of these ends if nothing runs in them.
fn next_end<C>(sessions: &[&Arc<Session<C>>], now: Instant) -> Option<Duration> {
    let end = |session: &&Arc<Session<C>>| {
        let state = session.state();
        let at = (state.last + session.bounds.idle).min(session.began + session.bounds.lifetime);
        matches!(state.phase, Phase::Stopped(_)).then(|| at.saturating_duration_since(now))
    };
    sessions.iter().filter_map(end).min()
}

fn limit(message: String, again: Option<Duration>) -> Refusal {
    let refusal = Refusal::new(ErrorCode::SessionLimit, message);
    match again {
        Some(again) => refusal.again_after(again.max(AGAIN)),
        None => refusal,
    }
}

fn busy(id: &SessionId, why: &str) -> Refusal {
    let message = format!(
        "session \"{id}\" is busy: {why}; send its programs one after another, or use another sessionId"
    );
    Refusal::new(ErrorCode::SessionBusy, message).again_after(AGAIN)
}

fn stopping() -> Refusal {
    Refusal::new(ErrorCode::ShuttingDown, "the server is stopping and takes no new executions")
}

fn defect() -> Refusal {
    Refusal::new(ErrorCode::Internal, "the session could not be begun; this is a defect of ours")
}
