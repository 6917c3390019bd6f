//! What `process` asks of Rust: to leave, to be asked again, and how much memory there is.

use std::rc::Rc;

use rquickjs::{Ctx, Error, Exception, Function, Object, Result, qjs};

use crate::engine::memory;
use crate::engine::quickjs::session::Session;

/// Adds to `native`.
pub fn add<'js>(ctx: &Ctx<'js>, session: &Rc<Session>, native: &Object<'js>) -> Result<()> {
    let s = Rc::clone(session);
    let exit = move |ctx: Ctx<'js>, code: u8| -> Result<()> {
        s.process.exit(code);
        Err(uncatchable(&ctx))
    };
    native.set("exit", Function::new(ctx.clone(), exit))?;
    let s = Rc::clone(session);
    native.set("endWith", Function::new(ctx.clone(), move |code: u8| s.process.exit(code)))?;
    let s = Rc::clone(session);
    native.set("wantTicks", Function::new(ctx.clone(), move || s.process.want_ticks()))?;
    let s = Rc::clone(session);
    native.set("wantHooks", Function::new(ctx.clone(), move || s.process.want_hooks()))?;
    let room = || vec![memory::used() as f64, memory::limit() as f64];
    native.set("memory", Function::new(ctx.clone(), room))?;
    native.set("architecture", if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" })
}

/// An exception that neither `catch` nor `finally` sees.
fn uncatchable(ctx: &Ctx<'_>) -> Error {
    let _ = Exception::throw_message(ctx, "the program has left");
    let thrown = ctx.catch();
    // SAFETY: the value is alive; the call marks it, if it is an error.
    unsafe { qjs::JS_SetUncatchableError(ctx.as_raw().as_ptr(), thrown.as_raw()) };
    ctx.throw(thrown)
}
