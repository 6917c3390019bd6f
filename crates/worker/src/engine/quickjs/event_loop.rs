//! Runs jobs, timers and replies until the program's value is settled and nothing is left to wait
//! for, as Node and Deno do.

use std::rc::Rc;
use std::time::Instant;

use rquickjs::module::Evaluated;
use rquickjs::promise::PromiseState;
use rquickjs::{Ctx, Function, Module, Object, Persistent, Promise, Runtime, Value};
use wire::{Reply, ToChild};

use crate::engine::quickjs::natives;
use crate::engine::quickjs::process;
use crate::engine::quickjs::session::Session;
use crate::engine::quickjs::transpile::PROGRAM_NAME;

/// Why a program did not reach its end.
pub enum Failure<'js> {
    /// It threw, or left a rejection unhandled.
    Thrown(Value<'js>),
    /// It awaits something nothing can settle.
    NeverSettles,
    /// It left.
    Exited,
}

/// How a program ended: its value, or why there is none.
pub type End<'js> = Result<Value<'js>, Failure<'js>>;

/// Remembers rejections that nobody handles.
pub fn track_rejections(runtime: &Runtime, session: &Rc<Session>) {
    let session = Rc::clone(session);
    runtime.set_host_promise_rejection_tracker(Some(Box::new(
        move |ctx: Ctx<'_>, promise: Value<'_>, reason: Value<'_>, handled: bool| {
            let mut rejections = session.rejections.borrow_mut();
            if handled {
                rejections.retain(|(kept, _)| {
                    kept.clone().restore(&ctx).map_or(true, |kept| kept != promise)
                });
            } else {
                let promise = Persistent::save(&ctx, promise);
                rejections.push((promise, Persistent::save(&ctx, reason)));
            }
        },
    )));
}

/// A program that was begun.
pub struct Begun<'js> {
    /// What becomes of its evaluation.
    pub evaluation: Promise<'js>,
    /// Its module, whose default export is its value. The evaluation of any other gives its value.
    pub module: Option<Module<'js, Evaluated>>,
}

/// Why a program did not even begin; the engine holds the reason.
pub enum NotBegun {
    /// The engine does not take its text.
    Refused,
    /// It threw.
    Thrown,
}

/// Begins a program that is a module.
pub fn begin<'js>(ctx: &Ctx<'js>, code: String) -> Result<Begun<'js>, NotBegun> {
    let module = Module::declare(ctx.clone(), PROGRAM_NAME, code).map_err(|_| NotBegun::Refused)?;
    describe(&module).map_err(|_| NotBegun::Thrown)?;
    let (module, evaluation) = module.eval().map_err(|_| NotBegun::Thrown)?;
    Ok(Begun { evaluation, module: Some(module) })
}

/// What programs ask of `import.meta` to see whether they are run or imported. They are of no file,
/// and are called as `process.argv` has it.
fn describe(module: &Module<'_>) -> rquickjs::Result<()> {
    let meta = module.meta()?;
    meta.set("dirname", "/")?;
    meta.set("filename", "/program.ts")?;
    meta.set("main", true)?;
    meta.set("url", "file:///program.ts")
}

/// Runs a program to its end.
pub fn run<'js>(
    ctx: &Ctx<'js>,
    session: &Session,
    internal: &Object<'js>,
    begun: Begun<'js>,
) -> End<'js> {
    let mut awaited = Awaited {
        promise: handled(internal, begun.evaluation.into_value())?,
        module: begun.module,
        value: None,
    };
    loop {
        match turn(ctx, session, internal, &mut awaited) {
            Ok(true) => {}
            Ok(false) => return awaited.value.ok_or(Failure::NeverSettles),
            Err(failure) => leave_to_program(session, internal, failure)?,
        }
        if session.process.exit_code().is_some() {
            return Err(Failure::Exited);
        }
    }
}

/// What the loop waits for: first the module's evaluation, then its value.
struct Awaited<'js> {
    promise: Promise<'js>,
    module: Option<Module<'js, Evaluated>>,
    value: Option<Value<'js>>,
}

/// Does what is next; `false` when nothing is left.
fn turn<'js>(
    ctx: &Ctx<'js>,
    session: &Session,
    internal: &Object<'js>,
    awaited: &mut Awaited<'js>,
) -> Result<bool, Failure<'js>> {
    // Jobs never throw: the prelude's queueMicrotask makes an exception a rejection.
    while session.process.exit_code().is_none() && ctx.execute_pending_job() {}
    if process::run_ticks(ctx, session, internal)? || look(ctx, internal, awaited)? {
        return Ok(true);
    }
    fail_on_unhandled(ctx, session, internal)?;
    Ok(fire_timer(ctx, session, internal)?
        || wait(ctx, session, internal)?
        || process::has_more(ctx, session, internal)?)
}

/// Takes what has been settled; whether that gives more to do.
fn look<'js>(
    ctx: &Ctx<'js>,
    internal: &Object<'js>,
    awaited: &mut Awaited<'js>,
) -> Result<bool, Failure<'js>> {
    if awaited.value.is_some() {
        return Ok(false);
    }
    let settled = settled(ctx, &awaited.promise).inspect_err(|_| {
        // If the program's own listeners take that, it has no value.
        awaited.value = Some(Value::new_undefined(ctx.clone()));
    })?;
    let Some(settled) = settled else { return Ok(false) };
    let Some(module) = awaited.module.take() else {
        awaited.value = Some(settled);
        return Ok(true);
    };
    // The module has run; now its value, which may be a promise itself.
    let namespace = module.namespace().map_err(|_| thrown(ctx))?;
    let default: Value = namespace.get("default").map_err(|_| thrown(ctx))?;
    awaited.promise = handled(internal, default)?;
    Ok(true)
}

/// A failure that the program's own listeners do not take is its end.
fn leave_to_program<'js>(
    session: &Session,
    internal: &Object<'js>,
    failure: Failure<'js>,
) -> Result<(), Failure<'js>> {
    match &failure {
        Failure::Thrown(reason)
            if session.process.exit_code().is_none()
                && process::takes(session, internal, reason, None) =>
        {
            Ok(())
        }
        _ => Err(failure),
    }
}

/// Makes anything a promise whose rejection counts as handled: the loop tells it itself.
fn handled<'js>(internal: &Object<'js>, value: Value<'js>) -> Result<Promise<'js>, Failure<'js>> {
    let ctx = value.ctx().clone();
    internal
        .get::<_, Function>("awaited")
        .and_then(|function| function.call((value,)))
        .map_err(|_| thrown(&ctx))
}

/// What the engine holds as thrown.
pub fn thrown<'js>(ctx: &Ctx<'js>) -> Failure<'js> {
    Failure::Thrown(ctx.catch())
}

fn settled<'js>(
    ctx: &Ctx<'js>,
    awaited: &Promise<'js>,
) -> Result<Option<Value<'js>>, Failure<'js>> {
    match awaited.state() {
        PromiseState::Pending => Ok(None),
        PromiseState::Resolved | PromiseState::Rejected => {
            awaited.result::<Value>().transpose().map_err(|_| thrown(ctx))
        }
    }
}

fn fail_on_unhandled<'js>(
    ctx: &Ctx<'js>,
    session: &Session,
    internal: &Object<'js>,
) -> Result<(), Failure<'js>> {
    loop {
        let first = {
            let mut rejections = session.rejections.borrow_mut();
            if rejections.is_empty() { None } else { Some(rejections.remove(0)) }
        };
        let Some((promise, reason)) = first else { return Ok(()) };
        let reason = reason.restore(ctx).map_err(|_| thrown(ctx))?;
        let promise = promise.restore(ctx).map_err(|_| thrown(ctx))?;
        if !process::takes(session, internal, &reason, Some(promise)) {
            return Err(Failure::Thrown(reason));
        }
    }
}

/// Fires one timer of this turn.
fn fire_timer<'js>(
    ctx: &Ctx<'js>,
    session: &Session,
    internal: &Object<'js>,
) -> Result<bool, Failure<'js>> {
    let due = session.timers.borrow_mut().take_due();
    let Some(id) = due else { return Ok(false) };
    internal
        .get::<_, Function>("fireTimer")
        .and_then(|fire| fire.call::<_, ()>((id,)))
        .map_err(|_| thrown(ctx))?;
    session.process.went_on();
    process::run_ticks(ctx, session, internal)?;
    Ok(true)
}

/// Waits for a reply or the next timer, and begins the next turn. `false` when there is nothing to
/// wait for.
fn wait<'js>(
    ctx: &Ctx<'js>,
    session: &Session,
    internal: &Object<'js>,
) -> Result<bool, Failure<'js>> {
    let pending = session.pending.get();
    if pending == 0 && !session.timers.borrow().any_held() {
        return Ok(false);
    }
    let due = session.timers.borrow_mut().next_due();
    let left = due.map(|due| due.saturating_duration_since(Instant::now()));
    if pending > 0 || left.is_none_or(|left| !left.is_zero()) {
        let timeout_ms = left
            .map_or(-1, |left| i32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(i32::MAX));
        if let Some(ToChild::Reply { id, reply }) = session.receive(timeout_ms) {
            deliver(ctx, internal, id, reply)?;
            session.pending.set(session.pending.get().saturating_sub(1));
            session.process.went_on();
            process::run_ticks(ctx, session, internal)?;
        }
    }
    session.timers.borrow_mut().begin_turn(Instant::now());
    Ok(true)
}

fn deliver<'js>(
    ctx: &Ctx<'js>,
    internal: &Object<'js>,
    id: u32,
    reply: Reply,
) -> Result<(), Failure<'js>> {
    natives::opened(ctx, reply)
        .and_then(|(kind, text, bytes)| {
            let deliver: Function = internal.get("deliver")?;
            deliver.call::<_, bool>((id, kind, text, bytes))
        })
        .map(drop)
        .map_err(|_| thrown(ctx))
}
