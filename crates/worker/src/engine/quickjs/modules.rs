//! What a program can import: modules that the prelude has made, under every name they go by.

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Array, Ctx, Exception, Function, Module, Object, Result};

/// Makes modules of what the prelude names, once, in the zygote: `internal.modules()` gives
/// `[name, object]` pairs. A module has the object as its default export, and each of the object's
/// properties under its own name.
pub fn make<'js>(ctx: &Ctx<'js>, internal: &Object<'js>) -> Result<()> {
    let modules: Vec<Array> = internal.get::<_, Function>("modules")?.call(())?;
    for pair in modules {
        let (name, object): (String, Object) = (pair.get(0)?, pair.get(1)?);
        let names = object.keys::<String>().collect::<Result<Vec<_>>>()?.join(", ");
        let text = format!(
            "const all = import.meta.all; export default all; export const {{ {names} }} = all;"
        );
        let module = Module::declare(ctx.clone(), name, text)?;
        module.meta()?.set("all", object)?;
        module.eval()?.1.finish::<()>()?;
    }
    Ok(())
}

/// Leads each name to the module it means. A module that was made is found by the engine itself.
pub struct Modules;

impl Modules {
    const MADE: [&str; 2] = ["node:fs", "node:fs/promises"];

    fn refuse(ctx: &Ctx<'_>, name: &str) -> rquickjs::Error {
        let shown: String = name.chars().take(100).collect();
        let message = format!(
            "cannot import '{shown}': there are only {}; tools are called with \
             callMCPTool('mcp__server__tool', {{...}}), and console, timers, fetch, Deno and the \
             language's own objects are global",
            Self::MADE.join(" and ")
        );
        Exception::throw_message(ctx, &message)
    }
}

impl Resolver for Modules {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        _base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        let made = Self::MADE.into_iter();
        let mut meant =
            made.filter(|made| *made == name || made.strip_prefix("node:") == Some(name));
        meant.next().map(str::to_owned).ok_or_else(|| Self::refuse(ctx, name))
    }
}

impl Loader for Modules {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        Err(Self::refuse(ctx, name))
    }
}
