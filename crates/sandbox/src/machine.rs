//! Programs of this machine that run others: found on the search path, and asked what they are outside
//! the sandbox.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::Error;

/// How long it is taken for granted that a program cannot be used.
const UNFIT_FOR: Duration = Duration::from_secs(5);

/// How long one may take to say what it is; a version manager's shim adds to it.
const PATIENCE: Duration = Duration::from_secs(15);

/// The first executable of this name on a search path.
pub(crate) fn on_path(name: &str, path: Option<&OsStr>) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    std::env::split_paths(path?)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|file| {
            file.metadata()
                .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
        })
}

/// A path as it can be told a worker.
pub(crate) fn text(path: &Path) -> Result<String, Error> {
    let odd = || Error::Unfit(format!("{} is a path that is not UTF-8", path.display()));
    path.to_str().map(str::to_owned).ok_or_else(odd)
}

/// What a program says, up to so many bytes, and how it ended. Whatever it started goes with it.
pub(crate) async fn ask(command: &mut Command, most: u64) -> Result<(Vec<u8>, ExitStatus), String> {
    ask_within(PATIENCE, command, most).await
}

async fn ask_within(
    patience: Duration,
    command: &mut Command,
    most: u64,
) -> Result<(Vec<u8>, ExitStatus), String> {
    let answer = tokio::time::timeout(patience, answer(command, most)).await;
    answer
        .map_err(|_| format!("did not say what it is within {patience:?}"))?
        .map_err(|error| format!("cannot be run: {error}"))
}

async fn answer(command: &mut Command, most: u64) -> std::io::Result<(Vec<u8>, ExitStatus)> {
    command.current_dir("/").process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let _group =
        child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw).map(Group);
    let mut answer = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(most).read_to_end(&mut answer).await?;
    }
    Ok((answer, child.wait().await?))
}

/// A process group, killed when this is dropped.
struct Group(Pid);

impl Drop for Group {
    fn drop(&mut self) {
        // Most often there is nobody left in it.
        let _ = rustix::process::kill_process_group(self.0, Signal::KILL);
    }
}

/// What a program turned out to be. Asked once; a failure is remembered for a moment only.
#[derive(Debug)]
pub(crate) struct Known<T> {
    // Held while it is asked, so that many first uses ask once.
    answer: tokio::sync::Mutex<Option<(Instant, Answer<T>)>>,
    last_error: Mutex<Option<Error>>,
}

type Answer<T> = Result<Arc<T>, Error>;

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self { answer: tokio::sync::Mutex::default(), last_error: Mutex::default() }
    }
}

impl<T> Known<T> {
    /// What is known, or what comes of asking.
    pub(crate) async fn or_ask(&self, ask: impl Future<Output = Result<T, Error>>) -> Answer<T> {
        let mut known = self.answer.lock().await;
        match &*known {
            Some((_, Ok(answer))) => return Ok(Arc::clone(answer)),
            Some((since, Err(error))) if since.elapsed() < UNFIT_FOR => return Err(error.clone()),
            _ => {}
        }
        let answer = ask.await.map(Arc::new);
        let mut last_error = self.last_error.lock().unwrap_or_else(PoisonError::into_inner);
        *last_error = answer.as_ref().err().cloned();
        *known = Some((Instant::now(), answer.clone()));
        answer
    }

    /// Why it cannot be used, as it was asked last.
    pub(crate) fn last_error(&self) -> Option<Error> {
        self.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests;
