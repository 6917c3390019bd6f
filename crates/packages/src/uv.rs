//! Running `uv`: which one, with what, for how long, and what its words mean.

mod executable;
mod lock;
mod message;
mod process;
#[cfg(test)]
mod tests;

use std::{
    ffi::{OsStr, OsString},
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

pub(crate) use self::{
    executable::find,
    lock::Lock,
    message::reduce,
    process::{Ended, Line},
};
use crate::{Bytecode, Config, Error, InterpreterInfo, Mode, index::Settings};

/// Where one preparation works, all of it below its own staging directory.
#[derive(Debug)]
pub(crate) struct Workshop<'a> {
    /// The executable.
    pub(crate) uv: &'a Path,
    /// Ours for this preparation, private.
    pub(crate) folder: &'a Path,
    /// What `uv` keeps of earlier ones.
    pub(crate) cache: &'a Path,
    /// What `uv` is told about indexes.
    pub(crate) settings: &'a Settings,
    /// Whom packages are chosen for.
    pub(crate) interpreter: &'a InterpreterInfo,
    /// The largest file that may be written, in bytes.
    pub(crate) max_file_bytes: u64,
}

impl Workshop<'_> {
    /// Writes the configuration file and the empty directory that `uv` runs in.
    pub(crate) fn furnish(&self) -> Result<(), Error> {
        for name in ["empty", "tmp"] {
            let folder = self.folder.join(name);
            fs::create_dir_all(&folder).map_err(|error| Error::cache("create", &folder, error))?;
        }
        self.write("uv.toml", &self.settings.file.to_string())
    }

    /// Finds the versions that fit together.
    pub(crate) async fn resolve(&self, requirements: &str) -> Result<Ended, Error> {
        self.write("requirements.in", requirements)?;
        let mut arguments = self.arguments("compile");
        arguments.extend(
            ["--generate-hashes", "--no-header", "--no-annotate", "--no-strip-extras"]
                .map(OsString::from),
        );
        arguments.push(self.folder.join("requirements.in").into());
        self.run(arguments, |_| {}).await
    }

    /// Fetches and unpacks what was resolved.
    pub(crate) async fn install(
        &self,
        lock: &str,
        target: &Path,
        bytecode: Compile,
        on_line: impl Fn(Line) + Send + Sync,
    ) -> Result<Ended, Error> {
        self.write("lock.txt", lock)?;
        let mut arguments = self.arguments("install");
        arguments.extend(["--require-hashes", "--no-deps", "--link-mode=hardlink"].map(Into::into));
        if bytecode == Compile::Yes {
            arguments.push("--compile-bytecode".into());
        }
        arguments.extend([OsString::from("--target"), target.into()]);
        arguments.extend([OsString::from("--requirements"), self.folder.join("lock.txt").into()]);
        self.run(arguments, on_line).await
    }

    /// What every command gets: nothing of the machine is discovered, nothing is built.
    fn arguments(&self, command: &str) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = ["pip", command].map(OsString::from).into();
        arguments.extend([OsString::from("--config-file"), self.folder.join("uv.toml").into()]);
        arguments.extend([OsString::from("--python"), self.interpreter.executable.clone().into()]);
        arguments.extend(
            [
                "--only-binary",
                ":all:",
                "--no-python-downloads",
                "--no-progress",
                "--color",
                "never",
            ]
            .map(OsString::from),
        );
        arguments
    }

    async fn run(
        &self,
        arguments: Vec<OsString>,
        on_line: impl Fn(Line) + Send + Sync,
    ) -> Result<Ended, Error> {
        let mut command = tokio::process::Command::new(self.uv);
        command
            .args(arguments)
            .current_dir(self.folder.join("empty"))
            .env_clear()
            .envs(&self.settings.variables)
            .env("UV_CACHE_DIR", self.cache)
            .env("TMPDIR", self.folder.join("tmp"));
        process::run(command, self.max_file_bytes, on_line).await
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.folder.join(name);
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options
            .open(&path)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Error::cache("write", &path, error))
    }
}

/// Whether modules are compiled once they are unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compile {
    Yes,
    No,
}

impl Compile {
    /// What the settings come to.
    pub(crate) fn of(config: &Config) -> Self {
        match (config.bytecode, &config.mode) {
            (Bytecode::Always, _) | (Bytecode::Allowlisted, Mode::Allowlist(_)) => Self::Yes,
            (Bytecode::Never, _) | (Bytecode::Allowlisted, _) => Self::No,
        }
    }
}

/// The executables of a search path.
fn on_path(name: &str, path: Option<&OsStr>) -> Option<std::path::PathBuf> {
    std::env::split_paths(path?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
