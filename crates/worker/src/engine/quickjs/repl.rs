//! The programs of one session: what is known of the names they use, and how one begins.

use rquickjs::context::EvalOptions;
use rquickjs::{Ctx, Function, Object, Result};

use crate::engine::quickjs::event_loop::{Begun, NotBegun};
use crate::engine::quickjs::transpile::Known;

/// The names that the session and the engine have.
pub struct Names<'js> {
    of_session: Object<'js>,
    globals: Object<'js>,
}

impl<'js> Names<'js> {
    /// As they are now.
    pub fn of(ctx: &Ctx<'js>, internal: &Object<'js>) -> Result<Self> {
        let of_session = internal.get::<_, Object>("session")?.get("scope")?;
        Ok(Self { of_session, globals: ctx.globals() })
    }

    /// What a name means.
    pub fn know(&self, name: &str) -> Known {
        let has = |object: &Object<'js>| {
            object.contains_key(name).unwrap_or_else(|_| {
                // A program may have made the globals inherit from what answers with an error.
                let _ = object.ctx().catch();
                false
            })
        };
        match () {
            () if has(&self.of_session) => Known::Session,
            () if has(&self.globals) => Known::Global,
            () => Known::Unknown,
        }
    }
}

/// Begins a program: `code` is a function of the session's two objects that gives it.
pub fn begin<'js>(
    ctx: &Ctx<'js>,
    internal: &Object<'js>,
    name: &str,
    code: String,
) -> std::result::Result<Begun<'js>, NotBegun> {
    let mut options = EvalOptions::default();
    options.filename = Some(name.to_owned());
    let made: Function = ctx.eval_with_options(code, options).map_err(|_| NotBegun::Refused)?;
    let begin = || -> Result<Begun<'js>> {
        let session: Object = internal.get("session")?;
        let (scope, helper): (Object, Object) = (session.get("scope")?, session.get("helper")?);
        let program: Function = made.call((scope, helper))?;
        Ok(Begun { evaluation: program.call(())?, module: None })
    };
    begin().map_err(|_| NotBegun::Thrown)
}
