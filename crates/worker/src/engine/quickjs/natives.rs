//! What the prelude's JavaScript may call. Nothing here reaches beyond the child's own process and
//! its one socket.

mod compression;
mod crypto;
mod intl;
mod node;
mod url;
mod web;

use std::rc::Rc;
use std::time::Duration;

use rquickjs::function::Opt;
use rquickjs::{
    Array, Ctx, Exception, Function, Object, Promise, Result, TypedArray, Value,
    promise::PromiseState, qjs,
};
use wire::{Op, Reply};

use crate::engine::quickjs::encodings::Encoding;
use crate::engine::quickjs::session::Session;

/// The object that prelude files get as `native`.
pub fn object<'js>(ctx: &Ctx<'js>, session: &Rc<Session>) -> Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    let s = Rc::clone(session);
    native.set("write", Function::new(ctx.clone(), move |text: String| s.write(&text)))?;
    let s = Rc::clone(session);
    let position = move |file: String, line: u32, column: u32, name: String| {
        s.position(&file, line, column, &name)
    };
    native.set("position", Function::new(ctx.clone(), position))?;
    let s = Rc::clone(session);
    let callees =
        move |file: String, line: u32, column: u32, new: bool| s.callees(&file, line, column, new);
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
    requests(ctx, session, &native)?;
    text(ctx, &native)?;
    reflection(ctx, &native)?;
    compression::add(ctx, &native)?;
    crypto::add(ctx, &native)?;
    intl::add(ctx, &native)?;
    node::add(ctx, session, &native)?;
    web::add(ctx, &native)?;
    Ok(native)
}

/// What asks the host for something.
fn requests<'js>(ctx: &Ctx<'js>, session: &Rc<Session>, native: &Object<'js>) -> Result<()> {
    let s = Rc::clone(session);
    let request = move |ctx: Ctx<'js>, op: u8, payload: String| -> Result<u32> {
        let op = known(&ctx, op)?;
        let id = s.request(op, payload.as_bytes());
        id.ok_or_else(|| too_large(&ctx, payload.len()))
    };
    native.set("request", Function::new(ctx.clone(), request))?;
    let s = Rc::clone(session);
    let request_and_wait = move |ctx: Ctx<'js>, op: u8, payload: String| -> Result<Array<'js>> {
        let op = known(&ctx, op)?;
        let reply = s.request_and_wait(op, payload.as_bytes());
        answered(&ctx, reply.ok_or_else(|| too_large(&ctx, payload.len()))?)
    };
    native.set("requestAndWait", Function::new(ctx.clone(), request_and_wait))?;
    let s = Rc::clone(session);
    let send = move |ctx: Ctx<'js>, op: u8, header: String, bytes: Bytes<'js>| -> Result<u32> {
        let op = known(&ctx, op)?;
        let payload = parts(&header, &bytes);
        let id = s.request(op, &payload);
        id.ok_or_else(|| too_large(&ctx, payload.len()))
    };
    native.set("send", Function::new(ctx.clone(), send))?;
    let s = Rc::clone(session);
    let send_and_wait =
        move |ctx: Ctx<'js>, op: u8, header: String, bytes: Bytes<'js>| -> Result<Array<'js>> {
            let op = known(&ctx, op)?;
            let payload = parts(&header, &bytes);
            let reply = s.request_and_wait(op, &payload);
            answered(&ctx, reply.ok_or_else(|| too_large(&ctx, payload.len()))?)
        };
    native.set("sendAndWait", Function::new(ctx.clone(), send_and_wait))?;
    let s = Rc::clone(session);
    native.set("workingDirectory", Function::new(ctx.clone(), move || s.working_directory()))
}

/// The bytes beside a header, if there are any.
type Bytes<'js> = Opt<Option<TypedArray<'js, u8>>>;

fn known(ctx: &Ctx<'_>, op: u8) -> Result<Op> {
    Op::from_number(op).ok_or_else(|| Exception::throw_internal(ctx, "unknown operation"))
}

fn too_large(ctx: &Ctx<'_>, bytes: usize) -> rquickjs::Error {
    let size = bytes >> 20;
    let message = format!("the arguments are {size} MiB of JSON, 16 MiB is the limit; send less");
    Exception::throw_range(ctx, &message)
}

fn parts(header: &str, bytes: &Bytes<'_>) -> Vec<u8> {
    let bytes = bytes.0.as_ref().and_then(Option::as_ref);
    wire::encode_parts(header.as_bytes(), bytes.map_or(&[], content))
}

/// The bytes of an array; none when its buffer was given away.
fn content<'a>(array: &'a TypedArray<'_, u8>) -> &'a [u8] {
    // SAFETY: the callers copy the bytes, and run no JavaScript before they have.
    unsafe { array.as_bytes() }.unwrap_or_default()
}

/// A reply as an array of its kind, its text and its bytes.
fn answered<'js>(ctx: &Ctx<'js>, reply: Reply) -> Result<Array<'js>> {
    let (kind, text, bytes) = opened(ctx, reply)?;
    let answer = Array::new(ctx.clone())?;
    answer.set(0, kind)?;
    answer.set(1, text)?;
    answer.set(2, bytes)?;
    Ok(answer)
}

/// A reply as JavaScript takes it: its kind, its text, and its bytes if it has any.
pub fn opened<'js>(
    ctx: &Ctx<'js>,
    reply: Reply,
) -> Result<(u8, String, Option<TypedArray<'js, u8>>)> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
    Ok(match reply {
        Reply::Json(json) => (0, text(json), None),
        Reply::Text(text) => (1, text, None),
        Reply::Error(json) => (2, text(json), None),
        Reply::Parts(parts) => {
            let (header, bytes) = wire::split_parts(&parts).unwrap_or_default();
            (3, text(header.to_vec()), Some(TypedArray::new_copy(ctx.clone(), bytes)?))
        }
    })
}

/// Text and bytes.
fn text<'js>(ctx: &Ctx<'js>, native: &Object<'js>) -> Result<()> {
    let named = |ctx: &Ctx<'js>, name: &str| {
        Encoding::named(name).ok_or_else(|| Exception::throw_internal(ctx, "unknown encoding"))
    };
    let decode = move |ctx: Ctx<'js>, bytes: TypedArray<'js, u8>, name: String| {
        named(&ctx, &name).map(|encoding| encoding.decode(content(&bytes)))
    };
    native.set("decode", Function::new(ctx.clone(), decode))?;
    let encode = move |ctx: Ctx<'js>, text: String, name: String| {
        let bytes = named(&ctx, &name)?.encode(text);
        TypedArray::<u8>::new_copy(ctx, bytes)
    };
    native.set("encode", Function::new(ctx.clone(), encode))
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
