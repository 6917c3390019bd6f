//! Who gets the next place: pure, with the time passed in. Whoever waits is told by what he left here.
//!
//! Clients take turns: of those that wait, the next place goes to the one of whom least is running.
//! Interactive work goes before batch, which gets one of nine so that it goes on. A client whose own
//! line has been slow for long is told so at once instead of after a wait.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use types::Priority;

/// A client: a tenant and a subject in it.
pub(super) type Client = Arc<(String, String)>;

/// Interactive turns between two of batch, while both wait.
const BATCH_EVERY: u32 = 8;
/// How long an execution counts as starting, at the most.
pub(super) const STARTING: Duration = Duration::from_millis(50);
/// What a wait in a slow line may still be, as a part of how long it has been slow.
const FRESH: u32 = 10;
/// How much of the time places were held is the last one's, as one in so many.
const REMEMBERED: f64 = 16.0;

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Places.
    pub places: usize,
    /// Who may wait for one, in all.
    pub waiting: usize,
    /// How long.
    pub wait: Duration,
    /// Places of one client; three of four of all for clients from elsewhere when not said.
    pub of_a_client: Option<usize>,
    /// Executions of one client that may be starting at once; one more may be of others.
    pub starting: usize,
    /// How long a client's line may be slow before its newcomers are turned away; zero for ever.
    pub slow_after: Duration,
}

impl Bounds {
    /// As the operator set them.
    pub fn of(config: &policy::Config) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            places: config.max_concurrent,
            waiting: config.max_waiting,
            wait: Duration::from_millis(config.wait_timeout_ms),
            of_a_client: Some(config.max_concurrent_per_client).filter(|most| *most > 0),
            starting: Some(config.max_starting).filter(|most| *most > 0).unwrap_or(2 * processors),
            slow_after: Duration::from_millis(config.slow_after_ms),
        }
    }
}

/// Everybody who is running or waits.
#[derive(Debug)]
pub(super) struct Line<W> {
    bounds: Bounds,
    taken: usize,
    waiting: usize,
    flows: HashMap<Client, Flow<W>>,
    /// Clients that wait, by priority, those that had their turn last at the end.
    turns: [VecDeque<Client>; 2],
    since_batch: u32,
    starting: Vec<Start>,
    next_ticket: u64,
    /// Seconds that places are held.
    held: f64,
}

/// What is known of one client.
#[derive(Debug)]
struct Flow<W> {
    /// Whether it is the user of this machine, who may have all of it.
    owns: bool,
    running: usize,
    batch: usize,
    starting: usize,
    lines: [VecDeque<Waiter<W>>; 2],
    /// Since when its interactive work has waited for long.
    slow_since: Option<Instant>,
}

#[derive(Debug)]
struct Waiter<W> {
    ticket: u64,
    since: Instant,
    tell: W,
}

#[derive(Debug)]
struct Start {
    ticket: u64,
    client: Client,
    since: Instant,
}

/// Who asks for a place.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    pub(super) client: Client,
    pub(super) owns: bool,
    pub(super) priority: Priority,
}

/// What becomes of somebody.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told<W> {
    /// It is its turn.
    Go(W),
    /// Its line is slow, and it has waited for too long already.
    Slow(W),
    /// Its place in the line went to a client that had fewer in it.
    Displaced(W),
}

/// What came of asking for a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Entered {
    /// There is one.
    Now(u64),
    /// It has to be waited for, no longer than this.
    Later(u64, Duration),
    /// Nobody more may wait.
    Full,
}

impl<W> Line<W> {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            taken: 0,
            waiting: 0,
            flows: HashMap::new(),
            turns: [VecDeque::new(), VecDeque::new()],
            since_batch: 0,
            starting: Vec::new(),
            next_ticket: 0,
            held: 0.0,
        }
    }

    /// Gives a place or one in the line. Others may have to be told something.
    pub(super) fn enter(
        &mut self,
        asker: &Asker,
        now: Instant,
        told: &mut Vec<Told<W>>,
        tell: impl FnOnce() -> W,
    ) -> Entered {
        // Whoever has waited goes before whoever comes.
        self.advance(now, told);
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let flow =
            self.flows.entry(Arc::clone(&asker.client)).or_insert_with(|| Flow::new(asker.owns));
        let class = asker.priority as usize;
        let nobody_waits = flow.lines[class].is_empty();
        if nobody_waits && self.may_go(&asker.client, asker.priority) {
            self.go(ticket, &asker.client, asker.priority, now);
            return Entered::Now(ticket);
        }
        if self.waiting >= self.bounds.waiting && !self.make_room(&asker.client, told) {
            self.forget_if_idle(&asker.client);
            return Entered::Full;
        }
        let (slow_after, wait) = (self.bounds.slow_after, self.bounds.wait);
        let Some(flow) = self.flows.get_mut(&asker.client) else { return Entered::Full };
        let wait = match flow.is_slow(slow_after, now) && class == 0 {
            true => wait.min(slow_after / FRESH),
            false => wait,
        };
        if flow.lines[class].is_empty() {
            self.turns[class].push_back(Arc::clone(&asker.client));
        }
        flow.lines[class].push_back(Waiter { ticket, since: now, tell: tell() });
        self.waiting += 1;
        Entered::Later(ticket, wait)
    }

    /// Takes a place back, held for so long.
    pub(super) fn leave(
        &mut self,
        ticket: u64,
        asker: &Asker,
        held: Duration,
        now: Instant,
        told: &mut Vec<Told<W>>,
    ) {
        self.held += (held.as_secs_f64() - self.held) / REMEMBERED;
        self.taken -= 1;
        self.started(ticket);
        if let Some(flow) = self.flows.get_mut(&asker.client) {
            flow.running -= 1;
            flow.batch -= asker.priority as usize;
        }
        self.forget_if_idle(&asker.client);
        self.advance(now, told);
    }

    /// Somebody waits no longer. `false` when it is not waiting: it was given a place, or told.
    pub(super) fn give_up(&mut self, ticket: u64, asker: &Asker) -> bool {
        let class = asker.priority as usize;
        let Some(flow) = self.flows.get_mut(&asker.client) else { return false };
        let line = &mut flow.lines[class];
        let Some(index) = line.iter().position(|waiter| waiter.ticket == ticket) else {
            return false;
        };
        line.remove(index);
        self.waiting -= 1;
        if line.is_empty() {
            flow.is_served(class);
            self.turns[class].retain(|client| *client != asker.client);
        }
        self.forget_if_idle(&asker.client);
        true
    }

    /// An execution has begun to wait for something, or has ended.
    pub(super) fn started(&mut self, ticket: u64) -> bool {
        let Some(index) = self.starting.iter().position(|start| start.ticket == ticket) else {
            return false;
        };
        let start = self.starting.swap_remove(index);
        if let Some(flow) = self.flows.get_mut(&start.client) {
            flow.starting -= 1;
        }
        true
    }

    /// Gives places to those whose turn it is.
    pub(super) fn advance(&mut self, now: Instant, told: &mut Vec<Told<W>>) {
        self.end_starts(now);
        while self.waiting > 0 && self.taken < self.bounds.places {
            let batch_first = self.since_batch >= BATCH_EVERY;
            let order = match batch_first {
                true => [Priority::Batch, Priority::Interactive],
                false => [Priority::Interactive, Priority::Batch],
            };
            let next =
                order.into_iter().find_map(|priority| Some((priority, self.next(priority)?)));
            let Some((priority, index)) = next else { return };
            self.turn(priority, index, now, told);
        }
    }

    /// Refuses everybody who waits.
    pub(super) fn clear(&mut self) -> Vec<W> {
        self.waiting = 0;
        self.turns.iter_mut().for_each(VecDeque::clear);
        let flows = self.flows.values_mut();
        let waiters: Vec<W> = flows
            .flat_map(|flow| flow.lines.iter_mut().flat_map(|line| line.drain(..)))
            .map(|waiter| waiter.tell)
            .collect();
        self.flows.retain(|_, flow| flow.running > 0);
        waiters
    }

    /// Whether somebody waits only until others have started.
    pub(super) fn waits_for_starts(&self) -> bool {
        self.waiting > 0 && self.taken < self.bounds.places && !self.starting.is_empty()
    }

    /// How long until a client that asks now would be served, roughly.
    pub(super) fn expected_wait(&self, asker: &Asker) -> Duration {
        let flow = self.flows.get(&asker.client);
        let ahead = flow.map_or(0, |flow| flow.lines.iter().map(VecDeque::len).sum::<usize>());
        let places = self.places_of(asker.owns).max(1);
        Duration::from_secs_f64(self.held * (ahead + 1) as f64 / places as f64)
    }

    pub(super) fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Other bounds from now on: what runs is not ended, and who waits keeps waiting.
    pub(super) fn set_bounds(&mut self, bounds: Bounds) {
        self.bounds = bounds;
    }

    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// The client of a priority whose turn it is, by its place in the order of turns.
    fn next(&self, priority: Priority) -> Option<usize> {
        let waiting = self.turns[priority as usize].iter().enumerate();
        let may_go = waiting.filter(|(_, client)| self.may_go(client, priority));
        let running = |client: &Client| self.flows.get(client).map_or(0, |flow| flow.running);
        may_go.min_by_key(|(_, client)| running(client)).map(|(index, _)| index)
    }

    fn turn(&mut self, priority: Priority, index: usize, now: Instant, told: &mut Vec<Told<W>>) {
        let class = priority as usize;
        let slow_after = self.bounds.slow_after;
        let Some(client) = self.turns[class].remove(index) else { return };
        let Some(flow) = self.flows.get_mut(&client) else { return };
        while let Some(waiter) = flow.lines[class].pop_front() {
            self.waiting -= 1;
            let waited = now.saturating_duration_since(waiter.since);
            let is_late = !slow_after.is_zero() && waited > slow_after / FRESH;
            let is_slow = flow.is_slow(slow_after, now);
            if class == 0 && is_late && is_slow {
                told.push(Told::Slow(waiter.tell));
                continue;
            }
            // Once it is slow, waits are short because others are turned away: it stays so until
            // nobody waits. That batch waits is as it should be.
            if class == 0 && !is_slow {
                flow.slow_since = is_late.then(|| flow.slow_since.unwrap_or(now));
            }
            if flow.lines[class].is_empty() {
                flow.is_served(class);
            } else {
                self.turns[class].push_back(Arc::clone(&client));
            }
            self.go(waiter.ticket, &client, priority, now);
            told.push(Told::Go(waiter.tell));
            return;
        }
        flow.is_served(class);
        self.forget_if_idle(&client);
    }

    fn go(&mut self, ticket: u64, client: &Client, priority: Priority, now: Instant) {
        let Some(flow) = self.flows.get_mut(client) else { return };
        flow.running += 1;
        flow.batch += priority as usize;
        flow.starting += 1;
        self.taken += 1;
        self.since_batch = match priority {
            Priority::Interactive => self.since_batch.saturating_add(1),
            Priority::Batch => 0,
        };
        self.starting.push(Start { ticket, client: Arc::clone(client), since: now });
    }

    /// Whether a client may have one more place now.
    fn may_go(&self, client: &Client, priority: Priority) -> bool {
        let Some(flow) = self.flows.get(client) else { return false };
        let places = self.places_of(flow.owns);
        self.taken < self.bounds.places
            && flow.running < places
            && flow.starting < self.bounds.starting
            && self.starting.len() <= self.bounds.starting
            // Batch work of one client leaves places for what somebody waits for.
            && (priority == Priority::Interactive || flow.batch < most_of(places))
    }

    fn places_of(&self, owns: bool) -> usize {
        match self.bounds.of_a_client {
            Some(places) => places,
            None if owns => self.bounds.places,
            None => most_of(self.bounds.places),
        }
    }

    /// Turns away the newest of the client that has most in the line, if that is more than this one has.
    fn make_room(&mut self, newcomer: &Client, told: &mut Vec<Told<W>>) -> bool {
        let length = |flow: &Flow<W>| flow.lines.iter().map(VecDeque::len).sum::<usize>();
        let own = self.flows.get(newcomer).map_or(0, length);
        let longest = self.flows.iter().max_by_key(|(_, flow)| length(flow));
        let Some((client, flow)) = longest.filter(|(_, flow)| length(flow) > own + 1) else {
            return false;
        };
        let class = usize::from(!flow.lines[1].is_empty());
        let client = Arc::clone(client);
        let Some(flow) = self.flows.get_mut(&client) else { return false };
        let Some(waiter) = flow.lines[class].pop_back() else { return false };
        if flow.lines[class].is_empty() {
            flow.is_served(class);
            self.turns[class].retain(|waiting| *waiting != client);
        }
        self.waiting -= 1;
        told.push(Told::Displaced(waiter.tell));
        true
    }

    /// Executions that have been starting for long count as started.
    fn end_starts(&mut self, now: Instant) {
        let flows = &mut self.flows;
        self.starting.retain(|start| {
            let goes_on = now.saturating_duration_since(start.since) < STARTING;
            if !goes_on && let Some(flow) = flows.get_mut(&start.client) {
                flow.starting -= 1;
            }
            goes_on
        });
    }

    fn forget_if_idle(&mut self, client: &Client) {
        if self.flows.get(client).is_some_and(Flow::is_idle) {
            self.flows.remove(client);
        }
    }
}

impl<W> Flow<W> {
    fn new(owns: bool) -> Self {
        let lines = [VecDeque::new(), VecDeque::new()];
        Self { owns, running: 0, batch: 0, starting: 0, lines, slow_since: None }
    }

    fn is_slow(&self, slow_after: Duration, now: Instant) -> bool {
        // The user of this machine is told after the whole wait: nobody else waits for him.
        !self.owns
            && !slow_after.is_zero()
            && self
                .slow_since
                .is_some_and(|since| now.saturating_duration_since(since) >= slow_after)
    }

    /// Nobody of a class waits any more.
    fn is_served(&mut self, class: usize) {
        if class == 0 {
            self.slow_since = None;
        }
    }

    fn is_idle(&self) -> bool {
        self.running == 0 && self.lines.iter().all(VecDeque::is_empty)
    }
}

/// Three of four, and at least one.
fn most_of(places: usize) -> usize {
    (places - places / 4).max(1)
}

#[cfg(test)]
mod tests;
