//! How a Deno that said nothing of its end has ended: by its status and its last words.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use types::{LimitKind, Limits};
use wire::Done;
use wire::control::exit;

use crate::engine::quickjs::errors;
use crate::sys::{self, Errno, Status};

/// What is kept of its standard error, in bytes: as much of the beginning as of the end. Between the two
/// V8 puts addresses.
const KEPT: usize = 4000;

/// Bytes that a pipe holds.
const PIPE: usize = 64 << 10;

/// What Deno says itself, on its standard error; most often nothing.
pub struct LastWords {
    // Until it is closed at the other end.
    stderr: Option<OwnedFd>,
    first: Vec<u8>,
    last: Vec<u8>,
}

impl LastWords {
    /// Of a Deno that has just been started.
    pub fn new(stderr: OwnedFd) -> Self {
        Self { stderr: Some(stderr), first: Vec::new(), last: Vec::new() }
    }

    /// Keeps the beginning and the end of what there is to hear: not more at once than the pipe holds, so
    /// that who never stops talking keeps nobody from anything. Never waits.
    pub fn listen(&mut self) {
        let mut chunk = [0; 4096];
        for _ in 0..PIPE / chunk.len() {
            let Some(stderr) = &self.stderr else { return };
            match sys::read(stderr.as_raw_fd(), &mut chunk) {
                Ok(count @ 1..) => {
                    let room = (KEPT - self.first.len()).min(count);
                    self.first.extend_from_slice(&chunk[..room]);
                    self.last.extend_from_slice(&chunk[room..count]);
                    let excess = self.last.len().saturating_sub(KEPT);
                    self.last.drain(..excess);
                }
                Err(Errno(libc::EAGAIN)) => return,
                _ => self.stderr = None,
            }
        }
    }

    /// What to wait for; -1, which nobody waits for, when there is nothing more to hear.
    pub fn descriptor(&self) -> RawFd {
        self.stderr.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// What was kept.
    pub fn text(&self) -> String {
        let words = [self.first.as_slice(), &self.last].concat();
        String::from_utf8_lossy(&words).trim().to_owned()
    }
}

/// A status in words.
pub fn how(status: Status) -> String {
    match status {
        Status::Code(code) => format!("exit code {code}"),
        Status::Signal(signal) => format!("signal {signal}"),
    }
}

/// What the end of a Deno that sent no account of it means, or the exit code by which the host learns
/// what the kernel did.
pub fn unexplained(status: Status, words: &str, limits: &Limits) -> Result<Done, i32> {
    if words.contains("Top-level await promise never resolved") {
        return Ok(failed(errors::never_settles(), None));
    }
    let out_of_memory = ["out of memory", "heap limit", "memory allocation of"];
    if out_of_memory.iter().any(|sign| words.contains(sign)) {
        let (error, limit) = errors::out_of_memory(limits.memory_bytes);
        return Ok(failed(error, Some(limit)));
    }
    match status {
        Status::Signal(signal) => Err(exit::SIGNALLED + signal),
        Status::Code(code) => {
            let message = format!("Deno ended with exit code {code} before the program did");
            Ok(failed(errors::program_error("RuntimeError", &message, None), None))
        }
    }
}

fn failed(error: types::ProgramError, limit: Option<LimitKind>) -> Done {
    Done { error: Some(error), limit, ..Done::default() }
}
