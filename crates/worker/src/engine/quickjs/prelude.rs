//! The JavaScript that every program finds around it, evaluated once in the zygote.

use std::rc::Rc;

use rquickjs::{CatchResultExt, Ctx, Object, Persistent};

use crate::engine::quickjs::session::Session;
use crate::engine::quickjs::{modules, natives};

mod compile;
mod node;

/// Name and text, in the order in which they build on each other. Each is a function of
/// `(native, internal)`.
const FILES: &[(&str, &str)] = &[
    ("telling.js", include_str!("prelude/telling.js")),
    ("errors.js", include_str!("prelude/errors.js")),
    ("v8_words.js", include_str!("prelude/v8_words.js")),
    ("session.js", include_str!("prelude/session.js")),
    ("lazy.js", include_str!("prelude/lazy.js")),
    ("layout.js", include_str!("prelude/layout.js")),
    ("inspect.js", include_str!("prelude/inspect.js")),
    ("format.js", include_str!("prelude/format.js")),
    ("console.js", include_str!("prelude/console.js")),
    ("timers.js", include_str!("prelude/timers.js")),
    ("requests.js", include_str!("prelude/requests.js")),
    ("tools.js", include_str!("prelude/tools.js")),
    ("result.js", include_str!("prelude/result.js")),
    ("globals.js", include_str!("prelude/globals.js")),
    ("decorators.js", include_str!("prelude/decorators.js")),
    ("locale.js", include_str!("prelude/locale.js")),
    ("bytes.js", include_str!("prelude/bytes.js")),
    ("files.js", include_str!("prelude/files.js")),
    ("node_errors.js", include_str!("prelude/node_errors.js")),
    ("node_fs.js", include_str!("prelude/node_fs.js")),
    ("handles.js", include_str!("prelude/handles.js")),
    ("node_handles.js", include_str!("prelude/node_handles.js")),
    ("node_modules.js", include_str!("prelude/node_modules.js")),
    ("servers.js", include_str!("prelude/servers.js")),
    ("deno.js", include_str!("prelude/deno.js")),
    ("web.js", include_str!("prelude/web.js")),
    ("fetch.js", include_str!("prelude/fetch.js")),
];

/// Key and text of what is only compiled in the zygote, and runs when a program first asks for it:
/// each is a function of `(native, internal)` that gives an object. A key `node:x` is a module.
const LAZY: &[(&str, &str)] = &[
    ("json_words", include_str!("prelude/json_words.js")),
    ("intl:intl", include_str!("prelude/intl.js")),
    ("intl:base", include_str!("prelude/intl_base.js")),
    ("intl:locale", include_str!("prelude/intl_locale.js")),
    ("intl:decimal", include_str!("prelude/intl_decimal.js")),
    ("intl:plural", include_str!("prelude/intl_plural.js")),
    ("intl:number", include_str!("prelude/intl_number.js")),
    ("intl:skeleton", include_str!("prelude/intl_skeleton.js")),
    ("intl:zones", include_str!("prelude/intl_zones.js")),
    ("intl:datetime", include_str!("prelude/intl_datetime.js")),
    ("intl:ranges", include_str!("prelude/intl_ranges.js")),
    ("intl:names", include_str!("prelude/intl_names.js")),
    ("intl:text", include_str!("prelude/intl_text.js")),
    ("compression", include_str!("prelude/compression.js")),
    ("crypto", include_str!("prelude/crypto.js")),
    ("crypto_keys", include_str!("prelude/crypto_keys.js")),
    ("node_crypto_keys", include_str!("prelude/node_crypto_keys.js")),
    ("node:crypto", include_str!("prelude/node_crypto.js")),
    ("node:zlib", include_str!("prelude/node_zlib.js")),
    ("web:exceptions", include_str!("prelude/dom_exception.js")),
    ("web:events", include_str!("prelude/events.js")),
    ("web:abort", include_str!("prelude/abort.js")),
    ("web:url", include_str!("prelude/url.js")),
    ("web:url_pattern", include_str!("prelude/url_pattern.js")),
    ("web:encoding", include_str!("prelude/encoding.js")),
    ("web:streams", include_str!("prelude/streams.js")),
    ("web:readable", include_str!("prelude/readable.js")),
    ("web:readable_bytes", include_str!("prelude/readable_bytes.js")),
    ("web:readable_more", include_str!("prelude/readable_more.js")),
    ("web:writable", include_str!("prelude/writable.js")),
    ("web:transform", include_str!("prelude/transform.js")),
    ("web:compression_streams", include_str!("prelude/compression_streams.js")),
    ("web:blob", include_str!("prelude/blob.js")),
    ("web:form_data", include_str!("prelude/form_data.js")),
    ("web:clone", include_str!("prelude/clone.js")),
    ("web:runtime", include_str!("prelude/runtime.js")),
    ("web:channels", include_str!("prelude/channels.js")),
    ("web:headers", include_str!("prelude/headers.js")),
    ("web:messages", include_str!("prelude/messages.js")),
];

/// How much of the prelude there is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Whole,
    /// What every program uses, whatever it is written for.
    Bare,
}

/// The last of the files that every program uses.
const LAST_OF_BARE: &str = "globals.js";

/// What stands in for the files beyond it: there is no module to import.
const NO_MODULES: &str = "(function (native, internal) {
  internal.modules = internal.nodeModuleNames = () => [];
})";

/// Evaluates the prelude. Gives the functions that the worker calls; programs cannot reach them.
pub fn install(
    ctx: &Ctx<'_>,
    session: &Rc<Session>,
    scope: Scope,
) -> Result<Persistent<Object<'static>>, String> {
    let build = || -> rquickjs::Result<Object<'_>> {
        let native = natives::object(ctx, session)?;
        let internal = Object::new(ctx.clone())?;
        let lazy = Object::new(ctx.clone())?;
        let is_whole = scope == Scope::Whole;
        for &(key, text) in LAZY.iter().chain(node::PARTS).filter(|_| is_whole) {
            lazy.set(key, compile::function(ctx, key, text)?)?;
        }
        internal.set("lazy", lazy)?;
        let run = |name: &str, text: &str| {
            compile::function(ctx, name, text)?.call::<_, ()>((native.clone(), internal.clone()))
        };
        for &(name, text) in FILES {
            run(name, text)?;
            if !is_whole && name == LAST_OF_BARE {
                run("no_modules.js", NO_MODULES)?;
                break;
            }
        }
        modules::make(ctx, &internal)?;
        Ok(internal)
    };
    let internal = build().catch(ctx).map_err(|error| format!("the prelude: {error}"))?;
    Ok(Persistent::save(ctx, internal))
}
