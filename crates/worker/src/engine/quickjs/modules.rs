//! What a program can import: modules of Node, those that the prelude has made and those that it
//! makes at their first use, and the modules of servers, which are made when the host has said what
//! they hold. No file is read.

use std::fmt::Write;
use std::rc::Rc;

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Array, Ctx, Exception, Function, Module, Object, Persistent, Result, Value};

use crate::engine::quickjs::session::Session;

mod refusals;

/// Makes modules of what the prelude has made, once, in the zygote: `internal.modules()` gives
/// `[name, object]` pairs. A module has the object as its default export, and each of the object's
/// properties under its own name. Modules of Node that are made at their first use are not among them.
pub fn make<'js>(ctx: &Ctx<'js>, internal: &Object<'js>) -> Result<()> {
    let modules: Vec<Array> = internal.get::<_, Function>("modules")?.call(())?;
    for pair in modules {
        let (name, object): (String, Object) = (pair.get(0)?, pair.get(1)?);
        declare_whole(ctx, &name, object)?.eval()?.1.finish::<()>()?;
    }
    Ok(())
}

/// A module of an object's properties, with the object as its default.
fn declare_whole<'js>(
    ctx: &Ctx<'js>,
    name: &str,
    object: Object<'js>,
) -> Result<Module<'js, Declared>> {
    let names = object.keys::<String>().collect::<Result<Vec<_>>>()?;
    let main = object.clone().into_value();
    declare(ctx, name, &names, object, main)
}

/// A module that exports properties of `all` by their names, and `main` as its default.
fn declare<'js>(
    ctx: &Ctx<'js>,
    name: &str,
    names: &[String],
    all: Object<'js>,
    main: Value<'js>,
) -> Result<Module<'js, Declared>> {
    let module = Module::declare(ctx.clone(), name, exporting(names))?;
    let meta = module.meta()?;
    meta.set("all", all)?;
    meta.set("main", main)?;
    Ok(module)
}

/// The text of such a module. A name may be any text: it is only ever quoted, and what is declared is
/// numbered, so that no name hides another or what is read.
fn exporting(names: &[String]) -> String {
    let mut text = "export default import.meta.main;".to_owned();
    let names = names.iter().filter(|name| *name != "default");
    for (at, name) in names.enumerate() {
        let name = serde_json::Value::from(name.as_str());
        let _ =
            write!(text, "const ${at} = import.meta.all[{name}]; export {{ ${at} as {name} }};");
    }
    text
}

/// What the specifier of a server's module means.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    Discovery,
    Server(&'a str),
    Tool(&'a str, &'a str),
}

impl<'a> Place<'a> {
    /// Where the modules of servers are said to lie.
    const FOLDERS: [&'static str; 3] = ["./servers/", "/workspace/servers/", "servers/"];

    /// The longest name in a specifier, in bytes.
    const NAME: usize = 256;

    fn of(specifier: &'a str) -> Option<Self> {
        let rest = Self::FOLDERS.iter().find_map(|folder| specifier.strip_prefix(folder))?;
        let plain = |name: &'a str| {
            name.strip_suffix(".js").or_else(|| name.strip_suffix(".ts")).unwrap_or(name)
        };
        let place = match rest.split_once('/') {
            None if plain(rest) == "discovery" => return Some(Self::Discovery),
            None => Self::Server(rest),
            Some((server, file)) if plain(file) == "index" => Self::Server(server),
            Some((server, file)) => Self::Tool(server, plain(file)),
        };
        let is_name = |name: &str| {
            (1..=Self::NAME).contains(&name.len())
                && !matches!(name, "." | "..")
                && !name.contains(|it: char| it.is_control() || matches!(it, '/' | '\\'))
        };
        let fits = match place {
            Self::Discovery => true,
            Self::Server(server) => is_name(server),
            Self::Tool(server, tool) => is_name(server) && is_name(tool),
        };
        fits.then_some(place)
    }

    /// The one name that the engine knows the module by.
    fn name(&self) -> String {
        match self {
            Self::Discovery => "servers/discovery.js".to_owned(),
            Self::Server(server) => format!("servers/{server}/index.js"),
            Self::Tool(server, tool) => format!("servers/{server}/{tool}.js"),
        }
    }
}

/// Leads each name to the module it means. A module that was made is found by the engine itself.
#[derive(Clone)]
pub struct Modules {
    session: Rc<Session>,
    internal: Persistent<Object<'static>>,
    /// The modules of Node, as `node:fs`.
    node: Rc<[String]>,
}

impl Modules {
    /// For programs of this session.
    pub fn new(
        ctx: &Ctx<'_>,
        session: Rc<Session>,
        internal: Persistent<Object<'static>>,
    ) -> Result<Self> {
        let prelude = internal.clone().restore(ctx)?;
        let names: Vec<String> = prelude.get::<_, Function>("nodeModuleNames")?.call(())?;
        let node: Rc<[String]> = names.into();
        let known = Rc::clone(&node);
        let refuse = move |name: String| refusals::refusal(&name, &known);
        prelude.set("importRefusal", Function::new(ctx.clone(), refuse))?;
        Ok(Self { session, internal, node })
    }

    fn refuse(&self, ctx: &Ctx<'_>, name: &str) -> rquickjs::Error {
        Exception::throw_message(ctx, &refusals::refusal(name, &self.node))
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
        if let Some(place) = Place::of(name) {
            return Ok(place.name());
        }
        let mut node = self.node.iter();
        let meant = node.find(|known| *known == name || known.strip_prefix("node:") == Some(name));
        meant.cloned().ok_or_else(|| self.refuse(ctx, name))
    }
}

impl Loader for Modules {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        let internal = self.internal.clone().restore(ctx)?;
        let (server, tool) = match Place::of(name) {
            Some(Place::Server(server)) => (server, None),
            Some(Place::Tool(server, tool)) => (server, Some(tool)),
            None if self.node.iter().any(|known| known == name) => {
                let module: Object = internal.get::<_, Function>("nodeModule")?.call((name,))?;
                return declare_whole(ctx, name, module);
            }
            Some(Place::Discovery) | None => return Err(self.refuse(ctx, name)),
        };
        let leads_here =
            |specifier: &str| Place::of(specifier).is_some_and(|place| place.name() == name);
        let wanted = self.session.names_imported(leads_here);
        let module: Function = internal.get("serverModule")?;
        let held: Array = module.call((name, server, tool, wanted))?;
        let (names, all, main): (Vec<String>, _, _) = (held.get(0)?, held.get(1)?, held.get(2)?);
        declare(ctx, name, &names, all, main)
    }
}

#[cfg(test)]
mod tests;
