//! Where `cargo xtask test` has installed the official clients and the real upstream servers.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The installed fixtures.
#[derive(Debug, Clone)]
pub struct Fixtures {
    folder: PathBuf,
}

impl Fixtures {
    /// Finds them; panics, saying what to run, when they are not there.
    pub fn locate() -> Self {
        let fixtures = Self::nearby();
        let needed = [
            fixtures.node(),
            fixtures.python(),
            fixtures.inspector(),
            fixtures.conformance(),
            fixtures.text_encoding(),
            fixtures.scientific(),
            fixtures.oauth_modules(),
            fixtures.tsc(),
            fixtures.mypy_python(),
            fixtures.telemetry_python(),
            fixtures.schemathesis(),
        ];
        for path in needed {
            assert!(
                path.exists(),
                "{} is missing: run `cargo xtask test`, or `cargo xtask fixtures` once",
                path.display()
            );
        }
        fixtures
    }

    /// The fixtures where tests look for them, whether they are there or not.
    pub fn nearby() -> Self {
        let folder = match std::env::var_os("CODE_EXECUTOR_FIXTURES") {
            Some(path) => PathBuf::from(path),
            None => beside_the_test(),
        };
        Self { folder }
    }

    /// The fixtures in this folder, wherever tests would look for them.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// A Node of our own, since the clients need a newer one than many machines have.
    pub fn node(&self) -> PathBuf {
        self.node_modules().join(format!("node-linux-{}/bin/node", architecture()))
    }

    /// Deno, which only the benchmark needs; not for every architecture.
    pub fn deno(&self) -> PathBuf {
        self.node_modules().join(format!("@deno/linux-{}-glibc/deno", architecture()))
    }

    /// The package Pyodide, which only the benchmark installs.
    pub fn pyodide(&self) -> PathBuf {
        self.folder.join("pyodide/node_modules/pyodide")
    }

    /// The parser tests of test262, which only the benchmark installs.
    pub fn parser_tests(&self) -> PathBuf {
        self.folder.join("test262/node_modules/test262-parser-tests")
    }

    /// The folder from which Node finds the official clients.
    pub fn node_modules(&self) -> PathBuf {
        self.folder.join("node/node_modules")
    }

    /// A Python that has the official client.
    pub fn python(&self) -> PathBuf {
        self.folder.join("python/bin/python")
    }

    /// A virtual environment with numpy and pandas.
    pub fn scientific(&self) -> PathBuf {
        self.folder.join("scientific")
    }

    /// The installer of packages that programs declare.
    pub fn uv(&self) -> PathBuf {
        self.folder.join("python/bin/uv")
    }

    /// The folder from which Node finds the OpenID provider and the SDK beside it.
    pub fn oauth_modules(&self) -> PathBuf {
        self.folder.join("oauth/node_modules")
    }

    /// The TypeScript compiler, a script for [`Fixtures::node`].
    pub fn tsc(&self) -> PathBuf {
        self.folder.join("tsc/node_modules/typescript/bin/tsc")
    }

    /// What attacks an HTTP API by its description.
    pub fn schemathesis(&self) -> PathBuf {
        self.folder.join("schemathesis/bin/schemathesis")
    }

    /// A Python that has mypy, and two servers that need an older `mcp` than the others.
    pub fn mypy_python(&self) -> PathBuf {
        self.folder.join("mypy/bin/python")
    }

    /// A Python that has the official definitions of OTLP.
    pub fn telemetry_python(&self) -> PathBuf {
        self.folder.join("telemetry/bin/python")
    }

    /// The tables of the encoding standard, in two scripts.
    pub fn text_encoding(&self) -> PathBuf {
        self.folder.join("web/node_modules/text-encoding/lib")
    }

    /// The official conformance suite, a script for [`Fixtures::node`].
    pub fn conformance(&self) -> PathBuf {
        self.folder.join("conformance/node_modules/@modelcontextprotocol/conformance/dist/index.js")
    }

    /// The official inspector's launcher, a script for [`Fixtures::node`].
    pub fn inspector(&self) -> PathBuf {
        let package = "inspector/node_modules/@modelcontextprotocol/inspector";
        self.folder.join(package).join("clients/launcher/build/index.js")
    }

    /// The `.mcp.json` entry of an npm server such as `server-memory`.
    pub fn npm_server(&self, package: &str, arguments: &[&str]) -> Value {
        let script = self.node_modules().join("@modelcontextprotocol").join(package);
        let mut all = vec![json!(script.join("dist/index.js"))];
        all.extend(arguments.iter().map(|argument| json!(argument)));
        json!({ "command": self.node(), "args": all })
    }

    /// The `.mcp.json` entry of a Python server such as `mcp_server_time`.
    pub fn python_server(&self, module: &str, arguments: &[&str]) -> Value {
        let mut all = vec!["-m", module];
        all.extend(arguments);
        json!({ "command": self.python(), "args": all })
    }
}

/// The processor, as npm names it.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// The test's executable is in `<target>/<profile>/deps`.
fn beside_the_test() -> PathBuf {
    let executable = std::env::current_exe().unwrap_or_default();
    let target = executable.ancestors().nth(3).unwrap_or(Path::new("target"));
    target.join("fixtures")
}
