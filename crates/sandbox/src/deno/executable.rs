//! The executable: which one, what it is, and what a sandboxed copy of it needs to see.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::{Error, machine};

/// The oldest that is supported: the first with the globals of Node and without prompts for reading
/// the program's own modules.
const OLDEST: (u32, u32) = (2, 0);

/// The longest answer, in bytes.
const ANSWER: u64 = 64 << 10;

/// The most of an answer that is told, in characters.
const SHOWN: usize = 60;

/// How somebody finds the executable behind a script.
const WHERE: &str = "set executors.typescript.denoPath to what `deno eval \
    \"console.log(Deno.execPath())\"` prints";

/// A Deno, as it described itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executable {
    /// The real executable, behind every link and launcher.
    pub path: PathBuf,
    /// Major, minor and patch version.
    pub version: (u32, u32, u32),
    /// All that it needs to start: itself, its libraries, the loader.
    pub read_only: Vec<String>,
}

impl Executable {
    /// The executable to ask, without starting anything: the one that was named, or the first `deno` of
    /// the search path; for the launcher of the npm package, what that starts.
    pub fn find(named: Option<&Path>) -> Result<PathBuf, String> {
        let found = match named {
            Some(named) if named.is_file() => named.to_owned(),
            Some(named) => {
                let named = named.display();
                return Err(format!(
                    "executors.typescript.denoPath names {named}, which is no file"
                ));
            }
            None => {
                machine::on_path("deno", std::env::var_os("PATH").as_deref()).ok_or_else(|| {
                    "no deno is on the search path; install Deno 2.0 or newer or set \
                     executors.typescript.denoPath"
                        .to_owned()
                })?
            }
        };
        behind(&found)
    }

    /// Asks an executable what it is. Runs the operator's own Deno, outside the sandbox and without a
    /// program.
    pub async fn probe(path: &Path) -> Result<Self, Error> {
        let failed = |what: String| Error::Unfit(format!("{} {what}", path.display()));
        let (said, ended) = machine::ask(&mut command(path), ANSWER).await.map_err(failed)?;
        let version = version(&said).ok_or_else(|| {
            failed(match first_line(&said) {
                Some(line) => format!("is not Deno: asked for its version it says {line:?}"),
                None => format!("is not a Deno that works: asked for its version it ends with {ended} and says nothing"),
            })
        })?;
        let (major, minor, patch) = version;
        if (major, minor) < OLDEST {
            return Err(failed(format!(
                "is Deno {major}.{minor}.{patch}, which is too old; 2.0 and newer are supported: run \
                 `deno upgrade`"
            )));
        }
        // The loader lists what it would load, and runs nothing.
        let mut command = command(path);
        let listing = machine::ask(command.env("LD_TRACE_LOADED_OBJECTS", "1"), ANSWER).await;
        let (listed, _) = listing.map_err(failed)?;
        let mut read_only = vec![machine::text(path)?];
        for library in libraries(&String::from_utf8_lossy(&listed)) {
            if !read_only.contains(&library) {
                read_only.push(library);
            }
        }
        Ok(Self { path: path.to_owned(), version, read_only })
    }
}

/// Asks for the version, with nothing of our environment.
fn command(path: &Path) -> Command {
    let mut command = Command::new(path);
    command.arg("--version").env_clear();
    command.env("DENO_NO_UPDATE_CHECK", "1").env("DENO_DIR", "/nonexistent").env("NO_COLOR", "1");
    command
}

/// The real executable behind a file: the end of its links, or what the launcher of the npm package
/// starts.
fn behind(file: &Path) -> Result<PathBuf, String> {
    let name = file.display();
    let real = file.canonicalize().map_err(|error| format!("{name} cannot be used: {error}"))?;
    let mut head = Vec::new();
    File::open(&real)
        .and_then(|file| file.take(4).read_to_end(&mut head))
        .map_err(|error| format!("{name} cannot be read: {error}"))?;
    if head == b"\x7fELF" {
        return Ok(real);
    }
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let packaged = format!("@deno/linux-{architecture}-glibc/deno");
    // Beside the package of the launcher, or in it.
    let places = real.parent().into_iter().flat_map(|package| {
        [
            package.parent().map(|modules| modules.join(&packaged)),
            Some(package.join("node_modules").join(&packaged)),
        ]
    });
    if let Some(packaged) = places.flatten().find(|place| place.is_file()) {
        return Ok(packaged.canonicalize().unwrap_or(packaged));
    }
    Err(match head.starts_with(b"#!") {
        true => format!("{name} is a script that starts Deno, not Deno itself; {WHERE}"),
        false => format!("{name} is no executable of this machine; {WHERE}"),
    })
}

/// `deno 2.1.4 (stable, release, x86_64-unknown-linux-gnu)`, of which all but the numbers may be missing.
fn version(said: &[u8]) -> Option<(u32, u32, u32)> {
    let line = std::str::from_utf8(said.split(|byte| *byte == b'\n').next()?).ok()?;
    let text =
        line.strip_prefix("deno ")?.split(|c: char| c != '.' && !c.is_ascii_digit()).next()?;
    let mut numbers = text.splitn(3, '.').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some((next()?, next()?, next()?))
}

/// The first line that says something, fit for a message.
fn first_line(said: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(said);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().filter(|c| !c.is_control()).take(SHOWN).collect())
}

/// The paths in the loader's list: `name => /path (address)`, or `/path (address)` for the loader.
fn libraries(list: &str) -> impl Iterator<Item = String> {
    let path = |line: &str| {
        let (_, named) = line.split_once("=>").unwrap_or(("", line));
        let (path, _) = named.rsplit_once(" (")?;
        let path = path.trim();
        path.starts_with('/').then(|| path.to_owned())
    };
    list.lines().filter_map(path)
}

#[cfg(test)]
mod tests;
