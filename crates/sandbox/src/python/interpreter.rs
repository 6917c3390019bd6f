//! The interpreter: which one, what it is, and what a sandboxed copy of it needs to see.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tokio::process::Command;

use crate::{Error, machine};

const PROBE: &str = include_str!("probe.py");

/// The longest answer of a probe, in bytes.
const PROBE_ANSWER: u64 = 4 << 20;

/// The versions that are supported, both ends included.
const SUPPORTED: std::ops::RangeInclusive<(u8, u8)> = (3, 9)..=(3, 14);

/// A CPython interpreter as its own probe described it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interpreter {
    /// The real executable, behind every shim, link and virtual environment.
    pub executable: PathBuf,
    /// Major, minor and micro version.
    pub version: (u8, u8, u8),
    /// Such as `cpython`.
    implementation: String,
    /// The tag of its extension modules, such as `cpython-311-x86_64-linux-gnu`.
    #[serde(rename = "abi")]
    pub abi_tag: String,
    /// Such as `linux-x86_64`.
    #[serde(rename = "platform")]
    pub platform_tag: String,
    /// `sys.prefix`: the virtual environment, if there is one.
    pub prefix: String,
    /// `sys.exec_prefix`.
    pub exec_prefix: String,
    /// Where modules are looked for.
    pub search_path: Vec<String>,
    /// All that it may see: files and directories, libraries and the loader included.
    pub read_only: Vec<String>,
    ctypes: bool,
    free_threaded: bool,
}

impl Interpreter {
    /// The executable to ask, without starting anything: the one that was named, that of the
    /// virtual environment, or the first `python3` of the search path.
    pub fn find(named: Option<&Path>, venv: Option<&Path>) -> Result<PathBuf, String> {
        if let Some(named) = named {
            return if named.is_file() {
                Ok(named.to_owned())
            } else {
                Err(format!(
                    "executors.python.pythonPath names {}, which is no file",
                    named.display()
                ))
            };
        }
        if let Some(venv) = venv {
            let executable = venv.join("bin/python3");
            return if executable.is_file() {
                Ok(executable)
            } else {
                let venv = venv.display();
                Err(format!("executors.python.venv names {venv}, which has no bin/python3"))
            };
        }
        machine::on_path("python3", std::env::var_os("PATH").as_deref()).ok_or_else(|| {
            "no python3 is on the search path; install Python 3.9 to 3.14 or set \
             executors.python.pythonPath"
                .to_owned()
        })
    }

    /// Asks an executable what it is. Runs the operator's own interpreter, outside the sandbox and
    /// without a program.
    pub async fn probe(executable: &Path) -> Result<Self, Error> {
        let name = executable.display();
        let failed = |what: String| Error::Unfit(format!("{name} {what}"));
        let mut command = Command::new(executable);
        command.args(["-I", "-X", "utf8", "-c", PROBE]);
        let (answer, _) = machine::ask(&mut command, PROBE_ANSWER).await.map_err(failed)?;
        let found: Self = serde_json::from_slice(&answer)
            .map_err(|_| failed("did not say what it is; is it Python 3.9 or newer?".to_owned()))?;
        found.check().map_err(failed)?;
        Ok(found)
    }

    fn check(&self) -> Result<(), String> {
        let (major, minor, micro) = self.version;
        if self.implementation != "cpython" {
            return Err(format!("is {}, and only CPython is supported", self.implementation));
        }
        if !SUPPORTED.contains(&(major, minor)) {
            return Err(format!("is Python {major}.{minor}.{micro}; 3.9 to 3.14 are supported"));
        }
        if self.free_threaded {
            return Err("is a free-threaded build, which cannot be forked safely".to_owned());
        }
        if !self.ctypes {
            return Err("has no ctypes module, without which it cannot lock itself down; install \
                        it (Debian: python3 instead of python3-minimal)"
                .to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
