//! What is dangerous in TypeScript, by its full name: `Deno.run`, `eval`.

use crate::advice::rules::Rule;

/// Names of the global object; what stands on it is called by its own name.
pub const GLOBAL_OBJECTS: &[&str] = &["globalThis", "window", "self", "global", "frames", "top"];

/// Global names that something dangerous is reached from.
pub const ROOTS: &[&str] = &[
    "eval",
    "Function",
    "require",
    "process",
    "Deno",
    "Bun",
    "Reflect",
    "setTimeout",
    "setInterval",
    "setImmediate",
];

/// Timers, which some runtimes let take text.
pub const TIMERS: &[&str] = &["setTimeout", "setInterval", "setImmediate"];

/// Makes code of text as the constructor of a function does.
pub const FUNCTION: &str = "Function";

/// The rule that the mention of a name falls under.
pub fn rule_of(path: &str) -> Option<Rule> {
    let (root, name) = path.split_once('.').unwrap_or((path, ""));
    let first = name.split('.').next().unwrap_or_default();
    match (root, first) {
        ("eval", _) => Some(Rule::TypescriptEval),
        // Its prototype is looked at by libraries that make nothing of text.
        ("Function", "" | "apply" | "bind" | "call") => Some(Rule::TypescriptFunction),
        ("require", _) => Some(Rule::TypescriptRequire),
        ("Deno", "run" | "Command" | "dlopen")
        | ("Bun", "spawn" | "spawnSync" | "$" | "dlopen") => Some(Rule::TypescriptSubprocess),
        (
            "process",
            "binding" | "_linkedBinding" | "dlopen" | "mainModule" | "getBuiltinModule"
            | "constructor",
        ) => Some(Rule::TypescriptProcessBinding),
        _ => None,
    }
}

/// The rule that a module falls under, however it is loaded.
pub fn module_rule(specifier: &str) -> Option<Rule> {
    match specifier.strip_prefix("node:").unwrap_or(specifier) {
        "child_process" | "cluster" | "worker_threads" => Some(Rule::TypescriptChildProcess),
        "vm" => Some(Rule::TypescriptEval),
        _ => None,
    }
}

/// Whether a module is one of ours, made of the tools there are.
pub fn is_virtual(specifier: &str) -> bool {
    ["/workspace/servers/", "./servers/", "servers/"]
        .iter()
        .any(|folder| specifier.starts_with(folder))
        && !specifier.contains("..")
}
