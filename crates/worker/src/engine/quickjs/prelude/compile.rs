//! Functions of the prelude's texts, without the texts: the engine keeps the source of every function, and
//! that of what encloses it, which would be two thirds of what the prelude holds.

use std::ffi::CString;

use rquickjs::{Ctx, Error, Function, Result, Value, qjs};

/// The function that a file is. Stacks leave out frames of what is compiled here, by its name.
pub fn function<'js>(ctx: &Ctx<'js>, name: &str, text: &str) -> Result<Function<'js>> {
    let file = CString::new(format!("prelude:{name}"))?;
    let source = CString::new(text)?;
    let raw = ctx.as_raw().as_ptr();
    let flags = qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY;
    let flags = i32::try_from(flags).unwrap_or_default();
    // SAFETY: the context is alive, and both texts end in a zero byte that is not counted.
    let code = unsafe { qjs::JS_Eval(raw, source.as_ptr(), text.len() as _, file.as_ptr(), flags) };
    let code = without_source(ctx, passed(code)?)?;
    // SAFETY: this is the code that the engine has just read; the call takes it over.
    let value = passed(unsafe { qjs::JS_EvalFunction(raw, code) })?;
    // SAFETY: the reference is ours, and given up here.
    unsafe { Value::from_raw(ctx.clone(), value) }.get()
}

/// The same code, written out and read again.
fn without_source(ctx: &Ctx<'_>, code: qjs::JSValue) -> Result<qjs::JSValue> {
    let raw = ctx.as_raw().as_ptr();
    let mut size = 0;
    let write = qjs::JS_WRITE_OBJ_BYTECODE | qjs::JS_WRITE_OBJ_STRIP_SOURCE;
    let write = i32::try_from(write).unwrap_or_default();
    let read = i32::try_from(qjs::JS_READ_OBJ_BYTECODE).unwrap_or_default();
    // SAFETY: the code is alive until it is freed, once, when it has been written. What was written is of
    // the size told, is only read before it is freed, and was made by this engine.
    unsafe {
        let bytes = qjs::JS_WriteObject(raw, &raw mut size, code, write);
        qjs::JS_FreeValue(raw, code);
        if bytes.is_null() {
            return Err(Error::Exception);
        }
        let code = qjs::JS_ReadObject(raw, bytes, size, read);
        qjs::js_free(raw, bytes.cast());
        passed(code)
    }
}

fn passed(value: qjs::JSValue) -> Result<qjs::JSValue> {
    // SAFETY: only its tag is looked at.
    if unsafe { qjs::JS_IsException(value) } { Err(Error::Exception) } else { Ok(value) }
}
