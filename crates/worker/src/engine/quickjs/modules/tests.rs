//! Which specifiers mean a module of a server, and which mean nothing; and that a module may export
//! any name.

use rquickjs::{CatchResultExt, Context, IntoJs, Runtime};

use super::*;

#[test]
fn every_spelling_of_a_module_leads_to_one_name() {
    for (specifier, name) in [
        ("./servers/fs/read_file.js", "servers/fs/read_file.js"),
        ("./servers/fs/read_file.ts", "servers/fs/read_file.js"),
        ("./servers/fs/read_file", "servers/fs/read_file.js"),
        ("/workspace/servers/fs/read_file.js", "servers/fs/read_file.js"),
        ("servers/fs", "servers/fs/index.js"),
        ("./servers/fs/index.js", "servers/fs/index.js"),
        ("servers/fs/index", "servers/fs/index.js"),
        ("./servers/discovery.js", "servers/discovery.js"),
        ("servers/discovery", "servers/discovery.js"),
        ("./servers/discovery/index.js", "servers/discovery/index.js"),
        ("./servers/my files/读.js", "servers/my files/读.js"),
    ] {
        let place = Place::of(specifier).map(|place| place.name());
        assert_eq!(place.as_deref(), Some(name), "{specifier}");
        assert_eq!(Place::of(name).map(|place| place.name()).as_deref(), Some(name), "{name}");
    }
}

#[test]
fn nothing_else_is_a_module_of_a_server() {
    let long = format!("./servers/{}/read.js", "x".repeat(300));
    for specifier in [
        "",
        "servers",
        "./servers",
        "./servers/",
        "./servers//read.js",
        "./servers/fs/",
        "./servers/../fs/read.js",
        "./servers/fs/../read.js",
        "./servers/./read.js",
        "./servers/fs/..",
        "./servers/..",
        "./servers/fs/sub/read.js",
        "./servers/fs\\read.js",
        "./servers/fs/re\0ad.js",
        "./servers/f\ns/read.js",
        "../servers/fs/read.js",
        "/servers/fs/read.js",
        "file:///workspace/servers/fs/read.js",
        "https://example.com/servers/fs/read.js",
        "/etc/passwd",
        &long,
    ] {
        assert_eq!(Place::of(specifier), None, "{specifier}");
    }
}

#[test]
fn a_module_exports_whatever_names_there_are() {
    let names = [
        "all",
        "main",
        "$0",
        "delete",
        "default",
        "read-file",
        "__proto__",
        "constructor",
        "a\"b\\c\n",
        "}; throw 1; {",
        "读\u{2028}\u{0}",
        "",
    ]
    .map(str::to_owned);
    let runtime = Runtime::new().expect("an engine");
    let context = Context::full(&runtime).expect("a context");
    context.with(|ctx| {
        let all: Object = ctx.eval("Object.create(null)").expect("an object");
        for name in &names {
            all.set(name.as_str(), format!("tool {name}")).expect("it is set");
        }
        let main = "the default".into_js(&ctx).expect("a value");
        let module = declare(&ctx, "test", &names, all, main).catch(&ctx).expect("it is declared");
        let (module, done) = module.eval().catch(&ctx).expect("it runs");
        done.finish::<()>().catch(&ctx).expect("it ends");
        for name in &names {
            let expected = match name.as_str() {
                "default" => "the default".to_owned(),
                name => format!("tool {name}"),
            };
            assert_eq!(module.get::<_, String>(name.as_str()).ok(), Some(expected), "{name:?}");
        }
    });
}
