//! The JavaScript that Deno runs around a program, and how Deno is told to run it.
//!
//! `boot.js` is first; the files of QuickJS's prelude that hold in every engine become modules, each with
//! its function of `(native, internal)` as the default export.

/// A file of the prelude as a module.
macro_rules! prelude {
    ($name:literal) => {
        concat!("export default ", include_str!(concat!("../quickjs/prelude/", $name)))
    };
}

/// The same of a file that makes globals: a function of the object that they are put on.
macro_rules! prelude_of {
    ($name:literal) => {
        concat!(
            "export default (globalThis) => ",
            include_str!(concat!("../quickjs/prelude/", $name))
        )
    };
}

/// What Deno is given beside what every sandboxed Deno is: its own files, and no network.
pub const FLAGS: &[&str] = &[
    "--cached-only",
    "--import-map=/guest/imports.json",
    "--unstable-sloppy-imports",
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-sys",
];

/// Name and text.
pub const FILES: &[(&str, &str)] = &[
    ("boot.js", include_str!("guest/boot.js")),
    ("bridge.js", include_str!("guest/bridge.js")),
    ("ending.js", include_str!("guest/ending.js")),
    ("fetch.js", include_str!("guest/fetch.js")),
    ("granted.js", include_str!("guest/granted.js")),
    ("imports.json", include_str!("guest/imports.json")),
    ("internal.js", include_str!("guest/internal.js")),
    ("modules.js", include_str!("guest/modules.js")),
    ("output.js", include_str!("guest/output.js")),
    ("wire.js", include_str!("guest/wire.js")),
    ("worker.js", include_str!("guest/worker.js")),
    ("world.js", include_str!("guest/world.js")),
    ("writing.js", include_str!("guest/writing.js")),
    ("bytes.js", prelude!("bytes.js")),
    ("decorators.js", prelude!("decorators.js")),
    ("deno.js", prelude_of!("deno.js")),
    ("files.js", prelude!("files.js")),
    ("handles.js", prelude!("handles.js")),
    ("node_errors.js", prelude!("node_errors.js")),
    ("node_fs.js", prelude!("node_fs.js")),
    ("node_handles.js", prelude!("node_handles.js")),
    ("node_modules.js", prelude_of!("node_modules.js")),
    ("requests.js", prelude!("requests.js")),
    ("result.js", prelude!("result.js")),
    ("servers.js", prelude!("servers.js")),
    ("telling.js", prelude!("telling.js")),
    ("tools.js", prelude!("tools.js")),
];
