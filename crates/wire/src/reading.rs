//! Which Python programs nobody need read for dangerous patterns: a quick look that costs nothing,
//! where reading costs a process.

/// From this size on a program is always read, in bytes: looking it through is no longer quick.
const LARGE: usize = 16 * 1024;

/// Every pattern that is looked for is spelt with one of these, but for what hides in pieces of
/// text; a program for which that matters is always read.
const MARKERS: &[&str] = &[
    "CodeType",
    "FunctionType",
    "Interactive",
    "Loader",
    "O_",
    "ZipFile",
    "__base",
    "__closure",
    "__code",
    "__dict",
    "__mro",
    "__subclasses",
    "attrgetter",
    "builtins",
    "cffi",
    "codeop",
    "compile",
    "ctypes",
    "dill",
    "eval",
    "exec",
    "f_back",
    "fork",
    "frame",
    "get_objects",
    "get_ref",
    "getattr",
    "globals",
    "import_",
    "interact",
    "joblib",
    "locals",
    "marshal",
    "module",
    "open",
    "pickle",
    "runpy",
    "shelve",
    "spawn",
    "spec_from",
    "stack",
    "startfile",
    "subprocess",
    "system",
    "unsafe_load",
    "vars",
    "write_",
];

/// Whether dangerous patterns may be found in a Python program.
pub fn worth_reading(code: &str) -> bool {
    // Python takes letters of other scripts for what they look like.
    code.len() >= LARGE || !code.is_ascii() || MARKERS.iter().any(|marker| code.contains(marker))
}
