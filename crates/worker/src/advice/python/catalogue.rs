//! What is dangerous in Python, by its full name: `os.system`, `builtins.eval`.

use crate::advice::rules::Rule;

/// Built-in functions that are known by their bare names.
pub const BUILTINS: &[&str] =
    &["__import__", "compile", "eval", "exec", "getattr", "globals", "locals", "open", "vars"];

/// Calls that open files, with the mode as their second argument.
pub const OPENERS: &[&str] = &[
    "builtins.open",
    "bz2.open",
    "codecs.open",
    "gzip.open",
    "io.open",
    "lzma.open",
    "os.fdopen",
    "tarfile.open",
    "zipfile.ZipFile",
];

/// Attributes that lead from any object to the interpreter's internals.
pub fn is_internal(attribute: &str) -> bool {
    matches!(
        attribute,
        "__subclasses__"
            | "__globals__"
            | "__builtins__"
            | "__code__"
            | "__closure__"
            | "__base__"
            | "__bases__"
            | "__mro__"
            | "f_back"
            | "f_builtins"
            | "f_globals"
            | "f_locals"
            | "gi_frame"
            | "cr_frame"
            | "ag_frame"
            | "tb_frame"
    )
}

/// The rule that the mention of a name falls under.
pub fn rule_of(path: &str) -> Option<Rule> {
    let (module, name) = path.split_once('.').unwrap_or((path, ""));
    let first = name.split('.').next().unwrap_or_default();
    match (module, first) {
        ("builtins", "eval") => Some(Rule::PythonEval),
        ("builtins", "exec") => Some(Rule::PythonExec),
        ("builtins", "compile") => Some(Rule::PythonCompile),
        ("builtins", "__import__") => Some(Rule::PythonDunderImport),
        ("builtins", "globals" | "locals" | "vars") => Some(Rule::PythonNamespace),
        ("os" | "posix" | "nt", name) => os_rule(name),
        ("pty", "spawn" | "fork") => Some(Rule::PythonOsProcess),
        ("subprocess" | "_posixsubprocess", _) => Some(Rule::PythonSubprocess),
        ("asyncio", "create_subprocess_exec" | "create_subprocess_shell" | "subprocess") => {
            Some(Rule::PythonSubprocess)
        }
        ("pickle" | "_pickle" | "cPickle" | "dill" | "cloudpickle", name) => {
            let reads = matches!(name, "load" | "loads" | "Unpickler" | "_Unpickler");
            reads.then_some(Rule::PythonPickle)
        }
        ("shelve", "open" | "DbfilenameShelf" | "Shelf")
        | ("joblib", "load")
        | ("jsonpickle", "decode")
        | ("pandas", "read_pickle")
        | ("yaml", "unsafe_load" | "unsafe_load_all" | "UnsafeLoader") => Some(Rule::PythonPickle),
        ("marshal", "load" | "loads") => Some(Rule::PythonMarshal),
        ("importlib", "import_module" | "__import__") => Some(Rule::PythonDynamicImport),
        ("importlib", "util" | "machinery") => importlib_rule(name),
        ("runpy", "run_module" | "run_path")
        | ("code", "interact" | "InteractiveInterpreter" | "InteractiveConsole")
        | ("codeop", "compile_command" | "Compile" | "CommandCompiler")
        | ("types", "CodeType" | "FunctionType") => Some(Rule::PythonExec),
        ("sys", "_getframe" | "_current_frames" | "_getframemodulename")
        | ("inspect", "currentframe" | "stack")
        | ("gc", "get_objects" | "get_referents" | "get_referrers") => {
            Some(Rule::PythonIntrospection)
        }
        ("ctypes" | "_ctypes" | "cffi" | "_cffi_backend", _) => Some(Rule::PythonCtypes),
        _ => None,
    }
}

/// The rule that an import falls under, whatever is done with it.
pub fn import_rule(path: &str) -> Option<Rule> {
    match path {
        "builtins" => Some(Rule::PythonBuiltins),
        "importlib.import_module" | "importlib.__import__" => None,
        _ => rule_of(path),
    }
}

fn os_rule(name: &str) -> Option<Rule> {
    match name {
        "system" | "popen" | "startfile" | "fork" | "forkpty" => Some(Rule::PythonOsProcess),
        "O_WRONLY" | "O_RDWR" | "O_CREAT" | "O_TRUNC" | "O_APPEND" => Some(Rule::PythonOpenWrite),
        _ if ["exec", "spawn", "posix_spawn"].iter().any(|kind| name.starts_with(kind)) => {
            Some(Rule::PythonOsProcess)
        }
        _ => None,
    }
}

fn importlib_rule(name: &str) -> Option<Rule> {
    let loads = matches!(
        name,
        "util.spec_from_file_location"
            | "util.module_from_spec"
            | "machinery.SourceFileLoader"
            | "machinery.SourcelessFileLoader"
            | "machinery.ExtensionFileLoader"
    );
    loads.then_some(Rule::PythonDynamicImport)
}

/// Whether this is a file mode that writes.
pub fn writes(mode: &str) -> bool {
    let plain = mode.split([':', '|']).next().unwrap_or_default();
    let is_mode = !plain.is_empty()
        && plain.len() <= 4
        && plain.bytes().all(|byte| b"rwxabtU+".contains(&byte));
    is_mode && plain.bytes().any(|byte| b"wxa+".contains(&byte))
}
