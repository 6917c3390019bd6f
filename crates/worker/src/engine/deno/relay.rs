//! Between the host and Deno: the program is read and made JavaScript here, as for the embedded engine,
//! and what the two say to each other afterwards passes through, checked as what it claims to be.

use std::collections::VecDeque;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use serde::Serialize;
use types::{DangerousPatterns, Limits, ProgramError};
use wire::control::exit;
use wire::{Done, FromChild, Grants, Start, Task, ToChild};

use crate::engine::deno::fate;
use crate::engine::deno::init::{Heard, Init};
use crate::engine::quickjs::{self, Program, errors};
use crate::lockdown::child::RPC_FD;
use crate::rpc::{HostGone, Rpc};
use crate::sys;

/// Bytes that may wait for Deno to read them before the host is not listened to.
const BACKLOG: usize = 4 << 20;

/// How often the memory of a running program is looked at, in milliseconds.
const LOOK_MS: i32 = 20;

/// What is heard of Deno before others have their turn.
const AT_ONCE: usize = 64;

/// How long a Deno that has closed its socket may take to end, in milliseconds.
const END_MS: i32 = 500;

/// The kind of the frame by which Deno gets its program, as the host's own has it.
const START: u8 = 128;

/// What Deno is told of its program before the program itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Header<'a> {
    limits: Limits,
    grants: &'a Grants,
    /// Where its value comes from.
    value: &'static str,
    /// What it imports by name.
    imports: Vec<Import>,
    /// What it imports from, and re-exports.
    modules: &'a [String],
}

#[derive(Serialize)]
struct Import {
    specifier: String,
    name: String,
}

/// The end of the conversation: the exit code of this process.
struct End(i32);

impl From<HostGone> for End {
    fn from(_: HostGone) -> Self {
        Self(exit::HOST_GONE)
    }
}

/// The conversation of one child.
pub struct Relay {
    init: Init,
    rpc: Rpc,
    queue: VecDeque<Vec<u8>>,
    // Bytes in the queue, and how many of its first are sent.
    queued: usize,
    sent: usize,
    // Answers of which Deno has not been told.
    unannounced: usize,
    // Whether Deno may have said more than was heard.
    hears_more: bool,
    looked: Instant,
    program: Option<Running>,
}

struct Running {
    program: Program,
    limits: Limits,
}

impl Relay {
    /// Between a Deno that is ready and the host.
    pub fn new(init: Init) -> Self {
        let (queue, rpc) = (VecDeque::new(), Rpc::new());
        Self {
            init,
            rpc,
            queue,
            queued: 0,
            sent: 0,
            unannounced: 0,
            hears_more: false,
            looked: Instant::now(),
            program: None,
        }
    }

    /// Serves until the program has ended, and this process with it.
    pub fn serve(mut self) -> ! {
        let mut served = self.rpc.ready().map_err(End::from);
        while served.is_ok() {
            served = self.turn();
        }
        sys::exit_now(match served {
            Err(End(code)) => code,
            Ok(()) => exit::DONE,
        })
    }

    /// Waits for whoever speaks next, and passes on what they say.
    fn turn(&mut self) -> Result<(), End> {
        let ended = self.wait();
        self.init.words.listen();
        self.write_some();
        self.hears_more = true;
        for _ in 0..AT_ONCE {
            let Some(message) = self.hear()? else {
                self.hears_more = false;
                break;
            };
            self.pass_on(message)?;
            self.look_at_memory()?;
        }
        if ended && !self.hears_more {
            return self.ended();
        }
        while self.queued < BACKLOG
            && let Some(message) = self.rpc.receive(0)?
        {
            match message {
                ToChild::Start(start) => self.start(start)?,
                ToChild::Reply { id, reply } => {
                    self.tell(wire::reply_frame(id, &reply));
                    self.unannounced += 1;
                }
            }
        }
        self.ring();
        self.look_at_memory()
    }

    /// Waits for something to do; whether Deno has ended.
    fn wait(&self) -> bool {
        let entry = |fd, events| libc::pollfd { fd, events, revents: 0 };
        let host = if self.queued < BACKLOG { libc::POLLIN } else { 0 };
        let room = if self.queue.is_empty() { 0 } else { libc::POLLOUT };
        let mut entries = [
            entry(RPC_FD, host),
            entry(self.init.link.as_raw_fd(), libc::POLLIN | room),
            entry(self.init.words.descriptor(), libc::POLLIN),
            entry(self.init.signals.as_raw_fd(), libc::POLLIN),
        ];
        let patience = match &self.program {
            _ if self.hears_more => 0,
            Some(_) => LOOK_MS,
            None => -1,
        };
        sys::poll_all(&mut entries, patience);
        entries[3].revents != 0
    }

    /// The next message of Deno, if there is one now.
    fn hear(&mut self) -> Result<Option<FromChild>, End> {
        match self.init.next_message() {
            Ok(Heard::Message(message)) => Ok(Some(message)),
            Ok(Heard::Nothing) => Ok(None),
            Ok(Heard::End) => {
                let entry = |fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
                sys::poll_all(&mut [entry(self.init.signals.as_raw_fd())], END_MS);
                self.ended().map(|()| None)
            }
            Err(what) => {
                sys::kill(self.init.pid);
                let message = format!("what Deno said to the host was not understood: {what}");
                self.fail(errors::program_error("SandboxViolation", &message, None)).map(|()| None)
            }
        }
    }

    fn pass_on(&mut self, message: FromChild) -> Result<(), End> {
        match message {
            // Its readiness is known, and the reader of programs is here.
            FromChild::Ready | FromChild::Advice(_) => {}
            FromChild::Output(text) => {
                let text = match &self.program {
                    Some(running) => running.program.place_back_in(text),
                    None => text,
                };
                self.rpc.output(&text)?;
            }
            FromChild::Request { op, payload, .. } => {
                // Both count from 1, and neither leaves one out.
                self.rpc.request(op, &payload)?;
            }
            FromChild::Done(mut done) => {
                if let (Some(error), Some(running)) = (&mut done.error, &self.program) {
                    running.program.place_back(error);
                }
                return self.end(*done);
            }
        }
        Ok(())
    }

    /// Reads the program, and has Deno run it.
    fn start(&mut self, start: Start) -> Result<(), End> {
        if start.task == Task::InstallPackages && self.init.installs {
            self.tell(wire::start_frame(&start));
            return Ok(());
        }
        if start.task != Task::Run || self.init.installs {
            return Err(HostGone.into());
        }
        let Start { limits, patterns, grants, code, .. } = start;
        let read = match quickjs::read_program(code, patterns) {
            Ok(read) => read,
            Err(error) => return self.fail(error),
        };
        self.rpc.advise(&read.findings)?;
        if patterns == DangerousPatterns::Block && !read.findings.is_empty() {
            // The host says why nothing was run.
            return self.end(Done::default());
        }
        let import = |(specifier, name): &'_ (String, String)| Import {
            specifier: specifier.clone(),
            name: name.clone(),
        };
        let header = Header {
            limits,
            grants: &grants,
            value: read.value,
            imports: read.imports.iter().map(import).collect(),
            modules: &read.modules,
        };
        let header = serde_json::to_vec(&header).unwrap_or_default();
        let payload = wire::encode_parts(&header, read.program.code().as_bytes());
        let mut frame = Vec::new();
        wire::encode(&mut frame, START, 0, &payload);
        self.init.watch.begin();
        self.program = Some(Running { program: read.program, limits });
        self.tell(frame);
        Ok(())
    }

    /// Ends a program that uses more than it may, when it is time to look.
    fn look_at_memory(&mut self) -> Result<(), End> {
        let Some(running) = &self.program else { return Ok(()) };
        if self.looked.elapsed() < Duration::from_millis(LOOK_MS.unsigned_abs().into()) {
            return Ok(());
        }
        self.looked = Instant::now();
        let limit = running.limits.memory_bytes;
        match self.init.watch.look() {
            Some(used) if used <= limit => return Ok(()),
            Some(_) => {}
            // It is about to end, or its first thread has ended and nobody sees what the others do. What
            // it said until now is heard yet.
            None => {
                sys::kill(self.init.pid);
                return Ok(());
            }
        }
        sys::kill(self.init.pid);
        let (error, limit) = errors::out_of_memory(limit);
        self.end(Done { error: Some(error), limit: Some(limit), ..Done::default() })
    }

    /// Deno has ended, or closed its socket, without an account of the program.
    fn ended(&mut self) -> Result<(), End> {
        sys::kill(self.init.pid);
        self.init.words.listen();
        let Some(running) = &self.program else { return Err(End(exit::LOCKDOWN)) };
        let status = match sys::waitpid(self.init.pid, 0) {
            Ok(Some((_, status))) => status,
            _ => sys::Status::Signal(libc::SIGKILL),
        };
        match fate::unexplained(status, &self.init.words.text(), &running.limits) {
            Ok(done) => self.end(done),
            Err(code) => Err(End(code)),
        }
    }

    fn fail(&mut self, error: ProgramError) -> Result<(), End> {
        self.end(Done { error: Some(error), ..Done::default() })
    }

    /// Tells the host how the program ended. There is nothing to do after it.
    fn end(&mut self, mut done: Done) -> Result<(), End> {
        done.memory_bytes = done.memory_bytes.max(self.init.watch.peak());
        self.rpc.done(&done)?;
        Err(End(exit::DONE))
    }

    fn tell(&mut self, frame: Vec<u8>) {
        self.queued += frame.len();
        self.queue.push_back(frame);
        self.write_some();
    }

    /// Tells Deno of answers, as far as there is room: the rest in a later turn.
    fn ring(&mut self) {
        let Some(bell) = &self.init.bell else { return };
        let count = self.unannounced.min(4096);
        if count > 0 {
            self.unannounced -= sys::write(bell.as_raw_fd(), &[0; 4096][..count]).unwrap_or(0);
        }
    }

    fn write_some(&mut self) {
        while let Some(front) = self.queue.front() {
            match sys::write(self.init.link.as_raw_fd(), &front[self.sent..]) {
                Ok(count) => self.sent += count,
                Err(sys::Errno(libc::EAGAIN)) => return,
                // It reads no more: what it said until now is heard yet.
                Err(_) => {
                    self.queue.clear();
                    (self.queued, self.sent) = (0, 0);
                    return;
                }
            }
            if self.sent == front.len() {
                self.queued -= front.len();
                self.queue.pop_front();
                self.sent = 0;
            }
        }
    }
}
