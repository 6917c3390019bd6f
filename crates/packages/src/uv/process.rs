//! One `uv` process: in a group of its own, killed with it whenever we stop caring, its output
//! bounded.

use std::{io, process::Stdio};

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process_group, prlimit};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader},
    process::Command,
};

use super::lock;
use crate::Error;

/// What is kept of standard error, in bytes; the rest is read and dropped.
const MAX_STDERR: usize = 64 * 1024;

/// How a process ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) success: bool,
    /// It wrote a larger file than it may.
    pub(crate) outgrown: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A line of standard error that says how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// Everything is fetched.
    Prepared,
}

/// Runs a command to its end. Dropping the future kills the command and all it started.
pub(super) async fn run(
    mut command: Command,
    max_file_bytes: u64,
    on_line: impl Fn(Line) + Send + Sync,
) -> Result<Ended, Error> {
    let failed = |error: io::Error| Error::Uv {
        reason: format!("it cannot be run: {error}; check executors.python.dependencies.uv"),
    };
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(failed)?;
    let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let group = Group { leader: pid };
    if let Some(pid) = pid {
        let limit = Rlimit { current: Some(max_file_bytes), maximum: Some(max_file_bytes) };
        // It may have ended already; then it wrote nothing.
        let _ = prlimit(Some(pid), Resource::Fsize, limit);
    }
    let stdout = read_bounded(child.stdout.take(), lock::MAX_BYTES);
    let stderr = read_lines(child.stderr.take(), on_line);
    let (stdout, stderr) = tokio::join!(stdout, stderr);
    // Both ends are closed, so it is exiting. Whatever it leaves in its group goes now, while the
    // group's number is still its own.
    drop(group);
    let status = child.wait().await.map_err(failed)?;
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    Ok(Ended {
        success: status.success(),
        outgrown: signal == Some(Signal::XFSZ.as_raw()) || stderr.contains("File too large"),
        stdout,
        stderr,
    })
}

/// The process group, killed when it goes out of scope.
struct Group {
    leader: Option<Pid>,
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            // An empty group is what we want.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

/// Reads to the end and keeps so much of it, one byte more than the limit if there was more.
async fn read_bounded(stream: Option<impl AsyncRead + Unpin>, limit: usize) -> String {
    let Some(mut stream) = stream else { return String::new() };
    let mut kept = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(bytes @ 1..) = stream.read(&mut buffer).await {
        let room = (limit + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&buffer[..bytes.min(room)]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Reads line by line, however long a line is, and keeps the beginning.
async fn read_lines(
    stream: Option<impl AsyncRead + Unpin>,
    on_line: impl Fn(Line) + Send + Sync,
) -> String {
    let Some(stream) = stream else { return String::new() };
    let mut stream = BufReader::new(stream);
    let mut kept = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        let mut limited = (&mut stream).take(MAX_STDERR as u64);
        match limited.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        if line.starts_with(b"Prepared ") {
            on_line(Line::Prepared);
        }
        let room = MAX_STDERR.saturating_sub(kept.len());
        kept.extend_from_slice(&line[..line.len().min(room)]);
    }
    String::from_utf8_lossy(&kept).into_owned()
}
