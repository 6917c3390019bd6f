//! Which specifiers mean a module of a server, and which mean nothing.

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
