//! The JavaScript that every program finds around it, evaluated once in the zygote.

use std::rc::Rc;

use rquickjs::{CatchResultExt, Ctx, Function, Object, Persistent};

use crate::engine::quickjs::natives;
use crate::engine::quickjs::session::Session;

/// Name and text, in the order in which they build on each other. Each is a function of
/// `(native, internal)`.
const FILES: [(&str, &str); 10] = [
    ("errors.js", include_str!("prelude/errors.js")),
    ("layout.js", include_str!("prelude/layout.js")),
    ("inspect.js", include_str!("prelude/inspect.js")),
    ("format.js", include_str!("prelude/format.js")),
    ("console.js", include_str!("prelude/console.js")),
    ("timers.js", include_str!("prelude/timers.js")),
    ("tools.js", include_str!("prelude/tools.js")),
    ("result.js", include_str!("prelude/result.js")),
    ("globals.js", include_str!("prelude/globals.js")),
    ("locale.js", include_str!("prelude/locale.js")),
];

/// Evaluates the prelude. Gives the functions that the worker calls; programs cannot reach them.
pub fn install(
    ctx: &Ctx<'_>,
    session: &Rc<Session>,
) -> Result<Persistent<Object<'static>>, String> {
    let build = || -> rquickjs::Result<Object<'_>> {
        let native = natives::object(ctx, session)?;
        let internal = Object::new(ctx.clone())?;
        for (name, text) in FILES {
            let mut options = rquickjs::context::EvalOptions::default();
            // Stacks leave out frames of files with this prefix.
            options.filename = Some(format!("prelude:{name}"));
            let file: Function = ctx.eval_with_options(text, options)?;
            file.call::<_, ()>((native.clone(), internal.clone()))?;
        }
        Ok(internal)
    };
    let internal = build().catch(ctx).map_err(|error| format!("the prelude: {error}"))?;
    Ok(Persistent::save(ctx, internal))
}
