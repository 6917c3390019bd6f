//! What the prelude's JavaScript may call. Nothing here reaches beyond the child's own process and
//! its one socket.

use std::rc::Rc;
use std::time::Duration;

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{
    Ctx, Exception, Function, Module, Object, Promise, Result, Value, promise::PromiseState, qjs,
};
use wire::Op;

use crate::engine::quickjs::session::Session;

/// The object that prelude files get as `native`.
pub fn object<'js>(ctx: &Ctx<'js>, session: &Rc<Session>) -> Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    let s = Rc::clone(session);
    native.set("write", Function::new(ctx.clone(), move |text: String| s.write(&text)))?;
    let s = Rc::clone(session);
    let position = move |line: u32, column: u32, name: String| s.position(line, column, &name);
    native.set("position", Function::new(ctx.clone(), position))?;
    let s = Rc::clone(session);
    let callees = move |line: u32, column: u32, new: bool| s.callees(line, column, new);
    native.set("callees", Function::new(ctx.clone(), callees))?;
    let s = Rc::clone(session);
    native.set("random", Function::new(ctx.clone(), move || s.random()))?;
    let s = Rc::clone(session);
    native.set("now", Function::new(ctx.clone(), move || s.now()))?;
    let s = Rc::clone(session);
    let start = move |id: u32, ms: u32| {
        s.timers.borrow_mut().start(id, Duration::from_millis(u64::from(ms)));
    };
    native.set("startTimer", Function::new(ctx.clone(), start))?;
    let s = Rc::clone(session);
    let stop = move |id: u32| s.timers.borrow_mut().stop(id);
    native.set("stopTimer", Function::new(ctx.clone(), stop))?;
    let s = Rc::clone(session);
    let hold = move |id: u32, held: bool| s.timers.borrow_mut().hold(id, held);
    native.set("holdTimer", Function::new(ctx.clone(), hold))?;
    let s = Rc::clone(session);
    let holds = move |id: u32| s.timers.borrow().holds(id);
    native.set("timerHolds", Function::new(ctx.clone(), holds))?;
    let s = Rc::clone(session);
    let request = move |ctx: Ctx<'js>, op: u8, payload: String| -> Result<u32> {
        let op = Op::from_number(op)
            .ok_or_else(|| Exception::throw_internal(&ctx, "unknown operation"))?;
        s.request(op, payload.as_bytes()).ok_or_else(|| {
            let size = payload.len() >> 20;
            let message =
                format!("the arguments are {size} MiB of JSON, 16 MiB is the limit; send less");
            Exception::throw_range(&ctx, &message)
        })
    };
    native.set("request", Function::new(ctx.clone(), request))?;
    reflection(ctx, &native)?;
    Ok(native)
}

/// What no JavaScript can ask without running the program's own traps and getters.
fn reflection<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    native.set("classOf", Function::new(ctx.clone(), class_of))?;
    native.set("proxyTarget", Function::new(ctx.clone(), proxy_target))?;
    native.set("promiseState", Function::new(ctx.clone(), promise_state))?;
    native.set("promiseResult", Function::new(ctx.clone(), promise_result))
}

/// The engine's number for the kind of an object; 0 for anything else.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn class_of(value: Value<'_>) -> u32 {
    // SAFETY: the value is alive; the call only reads its tag and its class.
    unsafe { qjs::JS_GetClassID(value.as_raw()) }
}

/// What a proxy stands for; null when it was revoked. Only for objects of the class of proxies.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn proxy_target<'js>(ctx: Ctx<'js>, proxy: Value<'js>) -> Value<'js> {
    // SAFETY: the value is alive, and the call gives a reference of its own.
    owned(&ctx, unsafe { qjs::JS_GetProxyTarget(ctx.as_raw().as_ptr(), proxy.as_raw()) })
}

/// 0 pending, 1 fulfilled, 2 rejected.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn promise_state(promise: Promise<'_>) -> u8 {
    match promise.state() {
        PromiseState::Pending => 0,
        PromiseState::Resolved => 1,
        PromiseState::Rejected => 2,
    }
}

/// The value or reason of a settled promise.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands values over")]
fn promise_result<'js>(ctx: Ctx<'js>, promise: Value<'js>) -> Value<'js> {
    // SAFETY: the value is alive, and the call gives a reference of its own.
    owned(&ctx, unsafe { qjs::JS_PromiseResult(ctx.as_raw().as_ptr(), promise.as_raw()) })
}

/// Takes over a reference the engine gave; an exception becomes null.
fn owned<'js>(ctx: &Ctx<'js>, raw: qjs::JSValue) -> Value<'js> {
    // SAFETY: the callers pass on what the engine has just returned, once.
    if unsafe { qjs::JS_IsException(raw) } {
        let _ = ctx.catch();
        return Value::new_null(ctx.clone());
    }
    // SAFETY: as above.
    unsafe { Value::from_raw(ctx.clone(), raw) }
}

/// Imports: there is nothing to import, and the error says what to do instead.
pub struct NoModules;

impl NoModules {
    fn refuse(ctx: &Ctx<'_>, name: &str) -> rquickjs::Error {
        let shown: String = name.chars().take(100).collect();
        let message = format!(
            "cannot import '{shown}': a program has no modules to import; tools are called with \
             callMCPTool('mcp__server__tool', {{...}}), and console, timers and the language's own \
             objects are global"
        );
        Exception::throw_message(ctx, &message)
    }
}

impl Resolver for NoModules {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        _base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        Err(Self::refuse(ctx, name))
    }
}

impl Loader for NoModules {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        Err(Self::refuse(ctx, name))
    }
}
