//! The state of the program that runs: its conversation, its output budget, its timers. Of the programs
//! of a session that ran before it, what leads from their errors to their lines is left.

mod sources;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::time::Instant;

use rquickjs::{Persistent, Value};
use types::Finding;
use wire::{Done, Grants, Op, Reply, Start, ToChild};

use crate::engine::quickjs::process::Process;
use crate::engine::quickjs::timers::Timers;
use crate::engine::quickjs::transpile::{Import, Rewritten};
use crate::rpc::{HostGone, Rpc};
use crate::sys;

use sources::Sources;

/// A rejected promise that nobody handles yet, and its reason.
pub type Rejection = (Persistent<Value<'static>>, Persistent<Value<'static>>);

/// Shared by the natives and the event loop. Empty in the zygote.
pub struct Session {
    rpc: RefCell<Rpc>,
    /// Replies that came while another one was waited for.
    early: RefCell<VecDeque<ToChild>>,
    /// The first request of this program: what answers an earlier one comes too late.
    first_request: Cell<u32>,
    grants: RefCell<Grants>,
    sources: RefCell<Sources>,
    imports: RefCell<Vec<Import>>,
    output_left: Cell<usize>,
    truncated: Cell<bool>,
    result_bytes: Cell<usize>,
    random: Cell<[u64; 2]>,
    started: Cell<Option<Instant>>,
    /// Requests whose replies have not come.
    pub pending: Cell<usize>,
    /// Timers that have not fired.
    pub timers: RefCell<Timers>,
    /// Rejections nobody handles.
    pub rejections: RefCell<Vec<Rejection>>,
    /// What it asked of the loop as a `process`.
    pub process: Process,
}

impl Session {
    /// A session without a program.
    pub fn new() -> Self {
        Self {
            rpc: RefCell::new(Rpc::new()),
            early: RefCell::default(),
            first_request: Cell::new(1),
            grants: RefCell::default(),
            sources: RefCell::default(),
            imports: RefCell::default(),
            output_left: Cell::new(0),
            truncated: Cell::new(false),
            result_bytes: Cell::new(0),
            random: Cell::new([1, 2]),
            started: Cell::new(None),
            pending: Cell::new(0),
            timers: RefCell::new(Timers::new(Instant::now())),
            rejections: RefCell::default(),
            process: Process::default(),
        }
    }

    /// Waits for the program.
    pub fn receive_start(&self) -> Result<Start, HostGone> {
        self.rpc.borrow_mut().receive_start()
    }

    /// Waits for the next program of a session.
    pub fn receive_next(&self) -> Result<Start, HostGone> {
        loop {
            match self.rpc.borrow_mut().receive(-1)? {
                Some(ToChild::Start(start)) => return Ok(start),
                // The answer to what nobody waits for any more.
                Some(ToChild::Reply { .. }) | None => {}
            }
        }
    }

    /// Takes the program's limits, source and imports, and fresh randomness. `rewritten` is what became
    /// of one that belongs to a session.
    pub fn begin(&self, start: Start, imports: Vec<Import>, rewritten: Option<Rewritten>) {
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        self.output_left.set(size(start.limits.output_bytes));
        self.result_bytes.set(size(start.limits.result_bytes));
        self.truncated.set(false);
        let now = Instant::now();
        // The clock of a session goes on.
        self.started.set(self.started.get().or(Some(now)));
        *self.timers.borrow_mut() = Timers::new(now);
        self.sources.borrow_mut().add(start.code, rewritten);
        *self.imports.borrow_mut() = imports;
        *self.grants.borrow_mut() = start.grants;
        self.rejections.borrow_mut().clear();
        self.process.begin();
        let mut seed = [0u8; 16];
        // Without randomness every child would draw the same numbers: better no child.
        if sys::random(&mut seed).is_err() {
            sys::exit_now(wire::control::exit::LOCKDOWN);
        }
        let (low, high) = seed.split_at(8);
        let word = |bytes: &[u8]| bytes.iter().fold(0u64, |word, &b| word << 8 | u64::from(b));
        self.random.set([word(low) | 1, word(high)]);
    }

    /// The name by which the engine knows the program that runs.
    pub fn program_name(&self) -> String {
        self.sources.borrow().name()
    }

    /// Forgets what a program left to come: its timers, its requests, its rejections.
    pub fn end(&self) {
        *self.timers.borrow_mut() = Timers::new(Instant::now());
        self.rejections.borrow_mut().clear();
        self.early.borrow_mut().clear();
        self.pending.set(0);
        self.first_request.set(self.rpc.borrow().next_id());
    }

    /// Prints, up to the output limit, and says whether there is room for more; the host being gone
    /// ends the process.
    pub fn write(&self, text: &str) -> bool {
        if self.process.exit_code().is_some() {
            return false;
        }
        let left = self.output_left.get();
        let kept = &text[..text.floor_char_boundary(left.min(text.len()))];
        if kept.len() < text.len() {
            self.truncated.set(true);
            // What follows would not follow on what was cut.
            self.output_left.set(0);
        } else {
            self.output_left.set(left - kept.len());
        }
        if !kept.is_empty() && self.rpc.borrow_mut().output(kept).is_err() {
            sys::exit_now(wire::control::exit::HOST_GONE);
        }
        !self.truncated.get()
    }

    /// Sends a request; `None` when its arguments are too large to send.
    pub fn request(&self, op: Op, payload: &[u8]) -> Option<u32> {
        if self.process.exit_code().is_some() {
            return None;
        }
        match self.rpc.borrow_mut().request(op, payload) {
            Ok(id) => {
                self.pending.set(self.pending.get() + usize::from(id.is_some()));
                id
            }
            Err(HostGone) => sys::exit_now(wire::control::exit::HOST_GONE),
        }
    }

    /// Sends a request and waits for its reply; `None` when its arguments are too large to send.
    /// Other replies that come first are kept for later, in their order.
    pub fn request_and_wait(&self, op: Op, payload: &[u8]) -> Option<Reply> {
        let id = self.request(op, payload)?;
        let reply = loop {
            let message = self.rpc.borrow_mut().receive(-1);
            match message {
                Ok(Some(ToChild::Reply { id: of, reply })) if of == id => break reply,
                Ok(Some(late)) if self.is_late(&late) => {}
                Ok(Some(other)) => self.early.borrow_mut().push_back(other),
                Ok(None) => {}
                Err(HostGone) => sys::exit_now(wire::control::exit::HOST_GONE),
            }
        };
        self.pending.set(self.pending.get().saturating_sub(1));
        Some(reply)
    }

    /// The next message of the host, within `timeout_ms` (-1 waits for ever).
    pub fn receive(&self, timeout_ms: i32) -> Option<ToChild> {
        if let Some(early) = self.early.borrow_mut().pop_front() {
            return Some(early);
        }
        match self.rpc.borrow_mut().receive(timeout_ms) {
            Ok(message) => message.filter(|message| !self.is_late(message)),
            Err(HostGone) => sys::exit_now(wire::control::exit::HOST_GONE),
        }
    }

    /// Whether a message answers what an earlier program asked for.
    fn is_late(&self, message: &ToChild) -> bool {
        match message {
            ToChild::Reply { id, .. } => *id < self.first_request.get(),
            ToChild::Start(_) => false,
        }
    }

    /// Says which dangerous patterns the program has. Before it runs.
    pub fn advise(&self, findings: &[Finding]) -> Result<(), HostGone> {
        self.rpc.borrow_mut().advise(findings)
    }

    /// Says how the program ended.
    pub fn done(&self, done: &Done) -> Result<(), HostGone> {
        self.rpc.borrow_mut().done(done)
    }

    /// The directory to which relative paths are relative, when one was granted.
    pub fn working_directory(&self) -> Option<String> {
        self.grants.borrow().cwd.clone()
    }

    /// Whether output was dropped.
    pub fn truncated(&self) -> bool {
        self.truncated.get()
    }

    /// The most JSON a result may be, in bytes.
    pub fn result_bytes(&self) -> usize {
        self.result_bytes.get()
    }

    /// `program.ts:line:column` in the user's own text for a place in the generated code of a `file`:
    /// that of the call of `name` there, if there is one.
    pub fn position(&self, file: &str, line: u32, column: u32, name: &str) -> String {
        let sources = self.sources.borrow();
        let positions = sources.positions(file);
        let original = positions.and_then(|known| known.original(line, column, name));
        let (line, column) = original.unwrap_or((line, column));
        format!("{}:{line}:{column}", sources.shown(file))
    }

    /// What may be called, or only made with `new`, at a place in the generated code, as written.
    pub fn callees(&self, file: &str, line: u32, column: u32, only_new: bool) -> Vec<String> {
        let sources = self.sources.borrow();
        let positions = sources.positions(file);
        positions.map(|known| known.callees(line, column, only_new)).unwrap_or_default()
    }

    /// The names that the program imports from modules with such a specifier.
    pub fn names_imported(&self, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
        let imports = self.imports.borrow();
        let meant = imports.iter().filter(|import| is_meant(&import.specifier));
        meant.map(|import| import.name.clone()).collect()
    }

    /// Passes the user's own text on.
    pub fn with_source<T>(&self, look: impl FnOnce(&str) -> T) -> T {
        look(self.sources.borrow().current())
    }

    /// A number in [0, 1) from xorshift128+, seeded per program.
    pub fn random(&self) -> f64 {
        let [mut a, b] = self.random.get();
        a ^= a << 23;
        a ^= a >> 17;
        a ^= b ^ (b >> 26);
        self.random.set([b, a]);
        (a.wrapping_add(b) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Milliseconds since the program began, or the first one of its session.
    pub fn now(&self) -> f64 {
        self.started.get().map_or(0.0, |started| started.elapsed().as_secs_f64() * 1000.0)
    }
}
