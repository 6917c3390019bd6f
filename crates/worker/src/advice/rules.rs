//! The rules: their stable names, and what each says.

/// Said with every finding, so that nobody takes its absence for safety.
const NOT_THE_WALL: &str = "advice only, isolation is the wall";

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// `eval` in Python.
    PythonEval,
    /// `exec`, `runpy` and `code` in Python.
    PythonExec,
    /// `compile` in Python.
    PythonCompile,
    /// `__import__`.
    PythonDunderImport,
    /// `importlib` with a name that is not a constant.
    PythonDynamicImport,
    /// `pickle` and what is built on it.
    PythonPickle,
    /// `marshal`.
    PythonMarshal,
    /// Processes through `os` and `pty`.
    PythonOsProcess,
    /// `subprocess`.
    PythonSubprocess,
    /// `globals`, `locals`, `vars`.
    PythonNamespace,
    /// `__builtins__`.
    PythonBuiltins,
    /// The way from any object to the interpreter's internals.
    PythonIntrospection,
    /// Files opened for writing.
    PythonOpenWrite,
    /// `ctypes`.
    PythonCtypes,
    /// `eval` in TypeScript.
    TypescriptEval,
    /// `Function` as a constructor.
    TypescriptFunction,
    /// `constructor.constructor`.
    TypescriptConstructor,
    /// `import()` of anything but a virtual module.
    TypescriptDynamicImport,
    /// `require`.
    TypescriptRequire,
    /// `child_process`.
    TypescriptChildProcess,
    /// `Deno.run` and `Deno.Command`.
    TypescriptSubprocess,
    /// `process.binding` and its like.
    TypescriptProcessBinding,
    /// Timers with text instead of a function.
    TypescriptStringTimer,
}

#[cfg(test)]
impl Rule {
    /// Every rule.
    pub const ALL: [Self; 23] = [
        Self::PythonEval,
        Self::PythonExec,
        Self::PythonCompile,
        Self::PythonDunderImport,
        Self::PythonDynamicImport,
        Self::PythonPickle,
        Self::PythonMarshal,
        Self::PythonOsProcess,
        Self::PythonSubprocess,
        Self::PythonNamespace,
        Self::PythonBuiltins,
        Self::PythonIntrospection,
        Self::PythonOpenWrite,
        Self::PythonCtypes,
        Self::TypescriptEval,
        Self::TypescriptFunction,
        Self::TypescriptConstructor,
        Self::TypescriptDynamicImport,
        Self::TypescriptRequire,
        Self::TypescriptChildProcess,
        Self::TypescriptSubprocess,
        Self::TypescriptProcessBinding,
        Self::TypescriptStringTimer,
    ];
}

impl Rule {
    /// The stable name.
    pub fn name(self) -> &'static str {
        self.texts().0
    }

    /// What a finding says.
    pub fn message(self) -> String {
        format!("{}; {NOT_THE_WALL}", self.texts().1)
    }

    fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::PythonEval => ("python-eval", "eval runs text as code"),
            Self::PythonExec => ("python-exec", "this runs text or files as code"),
            Self::PythonCompile => ("python-compile", "compile makes code of text"),
            Self::PythonDunderImport => {
                ("python-dunder-import", "__import__ loads a module by a name in a value")
            }
            Self::PythonDynamicImport => {
                ("python-dynamic-import", "this loads a module whose name is not a constant")
            }
            Self::PythonPickle => {
                ("python-pickle", "reading a pickle runs whatever code its author put into it")
            }
            Self::PythonMarshal => ("python-marshal", "marshal reads code objects"),
            Self::PythonOsProcess => ("python-os-process", "this starts or becomes a process"),
            Self::PythonSubprocess => ("python-subprocess", "this starts processes"),
            Self::PythonNamespace => {
                ("python-namespace", "this gives names to look up by their text")
            }
            Self::PythonBuiltins => ("python-builtins", "this leads to every built-in function"),
            Self::PythonIntrospection => {
                ("python-introspection", "this leads from an object to the interpreter's internals")
            }
            Self::PythonOpenWrite => ("python-open-write", "this opens a file for writing"),
            Self::PythonCtypes => ("python-ctypes", "this calls native code and touches memory"),
            Self::TypescriptEval => ("typescript-eval", "eval runs text as code"),
            Self::TypescriptFunction => ("typescript-function", "Function makes code of text"),
            Self::TypescriptConstructor => {
                ("typescript-constructor", "a function's constructor makes code of text")
            }
            Self::TypescriptDynamicImport => {
                ("typescript-dynamic-import", "this loads a module that is not a virtual one")
            }
            Self::TypescriptRequire => ("typescript-require", "require loads a module"),
            Self::TypescriptChildProcess => {
                ("typescript-child-process", "child_process starts processes")
            }
            Self::TypescriptSubprocess => ("typescript-subprocess", "this starts processes"),
            Self::TypescriptProcessBinding => {
                ("typescript-process-binding", "this leads to the runtime's internals")
            }
            Self::TypescriptStringTimer => {
                ("typescript-string-timer", "a timer with text runs it as code")
            }
        }
    }
}

#[cfg(test)]
mod tests;
