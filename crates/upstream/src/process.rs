//! A server's process: how it is started, what becomes of its standard error, and how it is ended
//! with everything it started.

use std::io::ErrorKind;
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::environment::{self, Missing};
use crate::task::{self, Kind};
use crate::transport::{Writer, printable};
use crate::{Config, Program, guard};

/// How long a killed process may take to be gone.
const KILL_GRACE: Duration = Duration::from_secs(1);
/// How long a guard may take to kill what it guards: longer than it gives itself, for a guard that
/// is killed at its work leaves processes behind.
const GUARD_GRACE: Duration = Duration::from_secs(6);
/// The longest line of standard error that is put together before it is logged.
const ERROR_LINE: usize = 2 * 1024;

/// A server's process, or the guard around it.
pub(crate) struct Process {
    child: Child,
    pid: Option<Pid>,
    /// The guard's life line: it ends what it guards when the last writing end is closed.
    life: Option<OwnedFd>,
}

/// A process and its standard streams; standard error is already taken care of.
pub(crate) struct Started {
    pub(crate) process: Process,
    pub(crate) input: ChildStdin,
    pub(crate) output: ChildStdout,
}

/// Starts a server. The error says why it could not be, for people.
pub(crate) fn start(name: &str, server: &Program, config: &Config) -> Result<Started, String> {
    let variables = environment::of(server);
    let program = environment::program(server, &variables).map_err(|missing| match missing {
        Missing::Path => {
            format!("`{}` is not an executable file: check its `command`", server.command)
        }
        Missing::Name => {
            format!(
                "`{}` is in no directory of PATH: install it, or give its path as `command`",
                server.command
            )
        }
    })?;
    if let Some(directory) = server.cwd.as_deref().filter(|directory| !directory.is_dir()) {
        return Err(format!("its directory `{}` does not exist", directory.display()));
    }
    let (mut command, life) = match config.guard.split_first() {
        None => (Command::new(program), None),
        Some((first, rest)) => {
            let life =
                LifeLine::new().map_err(|error| format!("no pipe for its guard: {error}"))?;
            let mut command = Command::new(first);
            command.args(rest).arg(life.reader.as_raw_fd().to_string()).arg("--").arg(program);
            (command, Some(life))
        }
    };
    command
        .args(&server.args)
        .env_clear()
        .envs(variables)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Out of our own group: a Ctrl-C at our terminal is ours to handle.
        .process_group(0)
        .kill_on_drop(life.is_none());
    if let Some(directory) = &server.cwd {
        command.current_dir(directory);
    }
    let child = command.spawn().map_err(|error| spawn_error(server, &error))?;
    adopt(child, name, life.map(|life| life.writer))
}

impl Process {
    /// Waits for the end and says how it came.
    pub(crate) async fn ended(&mut self) -> String {
        match self.child.wait().await {
            Ok(status) => describe(status),
            Err(error) => format!("it ended, and its status is unknown: {}", error.kind()),
        }
    }

    /// Ends the process and its descendants: closed input, then SIGTERM, then SIGKILL, the first
    /// two of which get half of `limit` each. Says how it ended.
    pub(crate) async fn stop(&mut self, writer: &Writer, limit: Duration) -> String {
        writer.close().await;
        if let Ok(how) = timeout(limit / 2, self.ended()).await {
            return how;
        }
        self.terminate();
        if let Ok(how) = timeout(limit / 2, self.ended()).await {
            return how;
        }
        self.kill().await
    }

    /// Ends the process and its descendants at once.
    pub(crate) async fn kill(&mut self) -> String {
        if self.life.take().is_some() {
            // The guard sees the end of its life line and kills everything under it.
            if let Ok(how) = timeout(GUARD_GRACE, self.ended()).await {
                return how;
            }
        }
        if let Some(group) = self.running_group() {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.start_kill();
        timeout(KILL_GRACE, self.ended()).await.unwrap_or_else(|_| "it does not end".to_owned())
    }

    fn terminate(&self) {
        if let Some(life) = &self.life {
            let _ = rustix::io::write(life, &[guard::TERMINATE]);
        } else if let Some(group) = self.running_group() {
            let _ = kill_process_group(group, Signal::TERM);
        }
    }

    /// The process group, while its leader has not been waited for: later the number may be
    /// another's.
    fn running_group(&self) -> Option<Pid> {
        self.pid.filter(|_| self.child.id().is_some())
    }
}

/// The pipe whose writing end only we hold. Its reading end is inheritable while this exists, so
/// that the guard gets it by number; other children that catch a copy have no use for it.
struct LifeLine {
    reader: OwnedFd,
    writer: OwnedFd,
}

impl LifeLine {
    fn new() -> Result<Self, rustix::io::Errno> {
        let (reader, writer) = pipe_with(PipeFlags::CLOEXEC)?;
        fcntl_setfd(&reader, FdFlags::empty())?;
        Ok(Self { reader, writer })
    }
}

fn adopt(mut child: Child, server: &str, life: Option<OwnedFd>) -> Result<Started, String> {
    let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(input), Some(output), Some(errors)) = streams else {
        return Err("its standard streams could not be connected".to_owned());
    };
    let pid = child.id().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
    follow_errors(server, errors);
    Ok(Started { process: Process { child, pid, life }, input, output })
}

fn spawn_error(server: &Program, error: &std::io::Error) -> String {
    let hint = match error.kind() {
        ErrorKind::NotFound => "check its `command`",
        ErrorKind::PermissionDenied => "check that it may be executed",
        _ => "check the limits on processes and files",
    };
    format!("`{}` could not be executed ({}): {hint}", server.command, error.kind())
}

fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it exited with status {code}"),
        (None, Some(signal)) => format!("it was killed by signal {signal}"),
        (None, None) => "it ended".to_owned(),
    }
}

fn follow_errors(server: &str, errors: ChildStderr) {
    let name: Arc<str> = server.into();
    task::spawn(Kind::Stderr, server, async move { log_lines(&name, errors).await });
}

/// Copies standard error into the log line by line, in pieces of at most 2 KiB.
async fn log_lines(server: &str, mut errors: impl AsyncRead + Unpin) {
    let mut line = Vec::with_capacity(ERROR_LINE);
    let mut chunk = [0_u8; ERROR_LINE];
    loop {
        let read = match errors.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(read) => read,
        };
        for piece in chunk[..read].split_inclusive(|&byte| byte == b'\n') {
            if line.len() + piece.len() > ERROR_LINE {
                log_line(server, &mut line);
            }
            line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                log_line(server, &mut line);
            }
        }
    }
    log_line(server, &mut line);
}

fn log_line(server: &str, line: &mut Vec<u8>) {
    if !line.trim_ascii().is_empty() && tracing::enabled!(tracing::Level::DEBUG) {
        tracing::debug!(server, line = printable(line), "standard error");
    }
    line.clear();
}
