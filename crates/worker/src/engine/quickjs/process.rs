//! What `process` has to do with the course of a program: ticks, which come before the jobs of
//! promises; the events that tell of its end and of what nobody caught; and leaving at once.

use std::cell::Cell;

use rquickjs::{Ctx, Function, Object, Value};

use crate::engine::quickjs::event_loop::{Failure, thrown};
use crate::engine::quickjs::session::Session;

/// The state of `process`, as far as the event loop looks at it. Nothing is set by most programs.
#[derive(Debug, Default)]
pub struct Process {
    exit: Cell<Option<u8>>,
    ticks: Cell<bool>,
    hooks: Cell<bool>,
    /// Timers that fired and replies that came.
    rounds: Cell<u32>,
}

impl Process {
    /// Nothing of an earlier program's.
    pub fn begin(&self) {
        self.exit.set(None);
        self.ticks.set(false);
        self.hooks.set(false);
    }

    /// The program leaves: nothing of it runs any more.
    pub fn exit(&self, code: u8) {
        self.exit.set(Some(code));
    }

    /// The code that the program left with.
    pub fn exit_code(&self) -> Option<u8> {
        self.exit.get()
    }

    /// There are ticks to run.
    pub fn want_ticks(&self) {
        self.ticks.set(true);
    }

    /// The program has listeners, or an exit code.
    pub fn want_hooks(&self) {
        self.hooks.set(true);
    }

    /// A timer has fired or a reply has come.
    pub fn went_on(&self) {
        self.rounds.set(self.rounds.get().wrapping_add(1));
    }
}

/// Runs the ticks there are; `false` when there are none.
pub fn run_ticks<'js>(
    ctx: &Ctx<'js>,
    session: &Session,
    internal: &Object<'js>,
) -> Result<bool, Failure<'js>> {
    if !session.process.ticks.replace(false) || session.process.exit_code().is_some() {
        return Ok(false);
    }
    let run = internal.get::<_, Function>("runTicks").and_then(|run| run.call::<_, ()>(()));
    run.map(|()| true).map_err(|_| thrown(ctx))
}

/// Tells the program that nothing is left to do; whether there is more after all.
pub fn has_more<'js>(
    ctx: &Ctx<'js>,
    session: &Session,
    internal: &Object<'js>,
) -> Result<bool, Failure<'js>> {
    if !session.process.hooks.get() {
        return Ok(false);
    }
    let rounds = session.process.rounds.get();
    let end = internal.get::<_, Function>("ending").and_then(|end| end.call::<_, bool>((rounds,)));
    end.map_err(|_| thrown(ctx))
}

/// Whether the program's own listeners take what nobody caught.
pub fn takes<'js>(
    session: &Session,
    internal: &Object<'js>,
    thrown: &Value<'js>,
    promise: Option<Value<'js>>,
) -> bool {
    if !session.process.hooks.get() {
        return false;
    }
    let kind = if promise.is_some() { "unhandledRejection" } else { "uncaughtException" };
    let takes = internal
        .get::<_, Function>("uncaught")
        .and_then(|uncaught| uncaught.call::<_, bool>((thrown.clone(), kind, promise)));
    takes.unwrap_or_else(|_| {
        let _ = thrown.ctx().catch();
        false
    })
}
