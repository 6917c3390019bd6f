//! TypeScript in QuickJS: a warm engine with its whole prelude, and the run of one program in it.
//!
//! `transpile` makes the program a module, or one of a session, which `repl` begins; `natives` is what
//! the prelude's JavaScript may call, `event_loop` runs jobs, timers and replies until nothing is left, `ending` turns how it ended
//! into the answer.

mod encodings;
mod ending;
pub mod errors;
mod event_loop;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod modules;
mod natives;
mod overflow;
mod prelude;
mod process;
mod reading;
mod repl;
mod session;
mod timers;
mod transpile;

use std::rc::Rc;

use rquickjs::{Context, Ctx, Function, Module, Object, Persistent, Runtime, qjs};
use types::{DangerousPatterns, LimitKind};
use wire::{Done, Start, Task};

use crate::advice;
use crate::engine::heap;
use crate::engine::memory::{self, EngineHeap};
use crate::lockdown::rlimits;
use crate::rpc::HostGone;
use crate::sys;
use crate::zygote::page_tables;

use event_loop::NotBegun;
pub use prelude::Scope;
pub use reading::{Program, prepare_to_transpile, read_program};
use repl::Names;
use session::Session;
use transpile::{Known, SyntaxError, Transpiled};

/// Stack the engine may use; beyond it a program gets a catchable error. The rest of the process's
/// stack is room for native recursion below it.
const ENGINE_STACK: usize = rlimits::STACK as usize / 4;

/// A program touched once in the zygote, so that children find parser and engine paged in.
const WARM_UP: &str = "interface A { x: number }\nconst f = async (a: A) => `${a.x}`;\n\
    new Date(0).getTimezoneOffset(); JSON.stringify({ a: [1] });\nawait f({ x: 1 })";

/// The same for the reader of Python.
const WARM_UP_PYTHON: &str = "import json as j\nx = [f\"{a}\" for a in j.loads('[1]')]\nprint(x)\n";

/// The engine, built in the zygote; each child runs one program, or those of one session, in its own
/// copy.
pub struct Engine {
    runtime: Runtime,
    context: Context,
    session: Rc<Session>,
    internal: Persistent<Object<'static>>,
}

impl Engine {
    /// Builds the engine with its prelude and touches what every program uses.
    pub fn warm(scope: Scope) -> Result<Self, String> {
        overflow::install().map_err(|errno| format!("the stack overflow handler: {errno}"))?;
        let failed = |error: rquickjs::Error| format!("building the engine: {error}");
        let runtime = Runtime::new_with_alloc(EngineHeap).map_err(failed)?;
        runtime.set_max_stack_size(ENGINE_STACK);
        let context = Context::full(&runtime).map_err(failed)?;
        let session = Rc::new(Session::new());
        let internal = context.with(|ctx| prelude::install(&ctx, &session, scope))?;
        let modules = context
            .with(|ctx| modules::Modules::new(&ctx, Rc::clone(&session), internal.clone()))
            .map_err(failed)?;
        runtime.set_loader(modules.clone(), modules);
        event_loop::track_rejections(&runtime, &session);
        let engine = Self { runtime, context, session, internal };
        engine.warm_up()?;
        engine.make_lean()?;
        Ok(engine)
    }

    fn warm_up(&self) -> Result<(), String> {
        // Ruff looks once how much stack there is, and asks for another before it ends, which no
        // child may: it is to believe that there is more, and to meet the end as any parser here.
        let _ = sys::set_soft_rlimit(libc::RLIMIT_STACK, 2 * rlimits::STACK);
        advice::python::analyse(WARM_UP_PYTHON);
        let _ = sys::set_soft_rlimit(libc::RLIMIT_STACK, rlimits::STACK);
        self.rehearse()
    }

    /// Leaves a child as little to inherit, and as little to copy, as a program can do with.
    fn make_lean(&self) -> Result<(), String> {
        page_tables::forget_code();
        self.rehearse()?;
        self.context.with(|ctx| {
            let ctx = ctx.as_raw().as_ptr();
            heap::fill_holes(
                // SAFETY: the context lives; any size is allowed, and null is handled.
                |size| unsafe { qjs::js_malloc(ctx, size as _) }.cast(),
                // SAFETY: the block is one that the line above gave, or null.
                |block| unsafe { qjs::js_free(ctx, block.cast()) },
            );
        });
        Ok(())
    }

    /// Does once what a program of a child does.
    fn rehearse(&self) -> Result<(), String> {
        let patterns = DangerousPatterns::Warn;
        let source = transpile::transpile(WARM_UP, patterns).map_err(|error| error.message)?;
        self.context.with(|ctx| {
            let warmed = Module::declare(ctx.clone(), "warm-up.ts", source.code)
                .and_then(Module::eval)
                .map(drop);
            while ctx.execute_pending_job() {}
            let warmed = warmed.and_then(|()| {
                let internal = self.internal.clone().restore(&ctx)?;
                internal.get::<_, Function>("warmUp")?.call::<_, ()>(())
            });
            warmed.map_err(|error| format!("warming the engine up: {error}"))
        })?;
        self.runtime.run_gc();
        Ok(())
    }

    /// Receives one program, runs it (or reads it, where it is to be read only), and says how that
    /// ended; then the next, if it is of a session. Only in a locked-down child.
    pub fn run(&mut self) -> Result<(), HostGone> {
        heap::make_first_pages();
        let mut start = self.session.receive_start()?;
        let memory_limit = usize::try_from(start.limits.memory_bytes).unwrap_or(usize::MAX);
        memory::begin(memory_limit);
        self.runtime.set_max_stack_size(ENGINE_STACK);
        loop {
            let is_last = !start.session || start.task != Task::Run;
            let mut done = match start.task {
                Task::Run if start.session => self.run_in_session(start)?,
                Task::Run => self.run_program(start)?,
                Task::AnalysePython => {
                    let read = || advice::python::analyse(&start.code);
                    self.session.advise(&overflow::while_parsing(read))?;
                    Done::default()
                }
                // Nobody asks this engine for them.
                Task::InstallPackages => Done::default(),
            };
            done.truncated = self.session.truncated();
            done.memory_bytes = memory::peak();
            self.session.done(&done)?;
            // What an engine that ran out of memory still holds is not known.
            if is_last || done.limit == Some(LimitKind::Memory) {
                return Ok(());
            }
            start = self.session.receive_next()?;
            memory::go_on(memory_limit);
        }
    }

    fn run_program(&self, start: Start) -> Result<Done, HostGone> {
        let transpile = || transpile::transpile(&start.code, start.patterns);
        self.run_transpiled(overflow::while_parsing(transpile), start)
    }

    /// Runs a program among the names of its session, and leaves nothing of it to come.
    fn run_in_session(&self, start: Start) -> Result<Done, HostGone> {
        let transpiled = self.context.with(|ctx| {
            let names = self.names(&ctx);
            let known =
                |name: &str| names.as_ref().map_or(Known::Unknown, |names| names.know(name));
            let transpile = || transpile::transpile_in_session(&start.code, start.patterns, &known);
            overflow::while_parsing(transpile)
        });
        let done = self.run_transpiled(transpiled, start)?;
        self.context.with(|ctx| {
            // Of the program, too: what a timer or a reply had set off when it failed.
            while ctx.execute_pending_job() {}
            let end =
                |internal: Object<'_>| internal.get::<_, Function>("endProgram")?.call::<_, ()>(());
            if self.internal.clone().restore(&ctx).and_then(end).is_err() {
                let _ = ctx.catch();
            }
        });
        self.session.end();
        Ok(done)
    }

    fn run_transpiled(
        &self,
        transpiled: Result<Transpiled, SyntaxError>,
        start: Start,
    ) -> Result<Done, HostGone> {
        let mut transpiled = match transpiled {
            Ok(transpiled) => transpiled,
            Err(error) => {
                let error =
                    errors::program_error("SyntaxError", &error.message, Some(&error.frame));
                return Ok(Done { error: Some(error), ..Done::default() });
            }
        };
        self.session.advise(&transpiled.findings)?;
        if start.patterns == DangerousPatterns::Block && !transpiled.findings.is_empty() {
            // The host says why nothing was run.
            return Ok(Done::default());
        }
        let limits = start.limits;
        let imports = std::mem::take(&mut transpiled.imports);
        self.session.begin(start, imports, transpiled.rewritten.take());
        let mut done = self.context.with(|ctx| match self.internal.clone().restore(&ctx) {
            Ok(internal) => self.evaluate(&ctx, &internal, transpiled),
            Err(_) => Done::default(),
        });
        if done.error.is_some() && memory::limit_was_hit() {
            let (error, limit) = errors::out_of_memory(limits.memory_bytes);
            (done.error, done.limit) = (Some(error), Some(limit));
        }
        Ok(done)
    }

    fn evaluate<'js>(
        &self,
        ctx: &Ctx<'js>,
        internal: &Object<'js>,
        transpiled: Transpiled,
    ) -> Done {
        let value = transpiled.value;
        let begun = if transpiled.is_of_session {
            repl::begin(ctx, internal, &self.session.program_name(), transpiled.code)
        } else {
            event_loop::begin(ctx, transpiled.code)
        };
        let end = match begun {
            Ok(begun) => event_loop::run(ctx, &self.session, internal, begun),
            Err(NotBegun::Refused) => {
                return ending::refused(internal, &self.session, ctx.catch());
            }
            Err(NotBegun::Thrown) => Err(event_loop::Failure::Thrown(ctx.catch())),
        };
        ending::describe(internal, &self.session, end, value)
    }

    fn names<'js>(&self, ctx: &Ctx<'js>) -> Option<Names<'js>> {
        let internal = self.internal.clone().restore(ctx).ok()?;
        Names::of(ctx, &internal).ok()
    }
}

#[cfg(test)]
mod tests;
