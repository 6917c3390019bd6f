//! A host for tests: an engine in a process of its own, and a conversation with it.

use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use serde_json::Value;
use types::{DangerousPatterns, Limits};
use wire::{Decoder, Done, FromChild, Grants, Op, Order, Reply, Start, Task};

use crate::engine::quickjs::Engine;
use crate::lockdown::child::RPC_FD;
use crate::lockdown::rlimits;
use crate::sys;

/// How long is waited for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A child of a session.
pub struct Host {
    socket: UnixStream,
    decoder: Decoder,
    order: Order,
    pid: i32,
    /// The limits of the next programs.
    pub limits: Limits,
    /// Whether requests are answered.
    pub answers: bool,
}

/// What a program came to.
#[derive(Debug, Default)]
pub struct Ran {
    /// What it printed.
    pub output: String,
    /// What it asked for.
    pub requests: Vec<(u32, Op, String)>,
    /// How it ended; `None` when the child did.
    pub done: Option<Done>,
}

impl Ran {
    /// Its value.
    pub fn value(&self) -> Value {
        let done = self.done.as_ref().expect("it ended by itself");
        assert!(done.error.is_none(), "{:?}\n{}", done.error, self.output);
        done.result.as_ref().map_or(Value::Null, |json| serde_json::from_str(json.get()).unwrap())
    }

    /// The error that ended it, as its class and message.
    pub fn error(&self) -> String {
        let done = self.done.as_ref().expect("it ended by itself");
        let error = done.error.as_ref().unwrap_or_else(|| panic!("no error: {self:?}"));
        format!("{}: {}", error.kind, error.message)
    }

    /// Where the error was.
    pub fn stack(&self) -> String {
        let done = self.done.as_ref().expect("it ended by itself");
        done.error.as_ref().and_then(|error| error.stack.clone()).unwrap_or_default()
    }
}

impl Host {
    /// An engine that waits for its first program.
    pub fn start() -> Self {
        let (ours, theirs) = UnixStream::pair().unwrap();
        // Every test is a process of its own, and forks before it has threads of its own.
        let pid = match sys::fork().unwrap() {
            None => {
                theirs.set_nonblocking(true).unwrap();
                sys::dup2(theirs.as_raw_fd(), RPC_FD).unwrap();
                // As much stack as a child has: programs may use it up.
                let run = || {
                    Engine::warm(crate::engine::quickjs::Scope::Whole)
                        .map(|engine| drop(ManuallyDrop::new(engine).run()))
                };
                let stack = usize::try_from(rlimits::STACK).unwrap();
                let told = std::thread::Builder::new().stack_size(stack).spawn(run).unwrap().join();
                sys::exit_now(i32::from(told.is_err()));
            }
            Some(pid) => pid,
        };
        ours.set_read_timeout(Some(PATIENCE)).unwrap();
        let limits = Limits {
            timeout_ms: 30_000,
            memory_bytes: 64 << 20,
            output_bytes: 4096,
            result_bytes: 4096,
            tool_calls: 100,
        };
        let decoder = wire::from_child_decoder();
        let order = Order::default();
        let mut host = Self { socket: ours, decoder, order, pid, limits, answers: true };
        assert!(matches!(host.next(), Some(FromChild::Ready)));
        host
    }

    /// Runs a program that another may follow.
    pub fn run(&mut self, code: &str) -> Ran {
        let start = self.start_of(code);
        self.run_start(&start)
    }

    /// Runs a program that is of no session, in an engine of its own with the same limits.
    pub fn alone(&self, code: &str) -> Ran {
        let mut host = Self::start();
        host.limits = self.limits;
        let start = Start { session: false, ..host.start_of(code) };
        host.run_start(&start)
    }

    fn run_start(&mut self, start: &Start) -> Ran {
        self.say(&wire::start_frame(start));
        let mut ran = Ran::default();
        while let Some(message) = self.next() {
            match message {
                FromChild::Ready => panic!("it was ready twice"),
                FromChild::Advice(_) => {}
                FromChild::Output(text) => ran.output += &text,
                FromChild::Request { id, op, payload } => {
                    ran.requests.push((id, op, String::from_utf8(payload).unwrap()));
                    if self.answers {
                        self.say(&wire::reply_frame(id, &Reply::Json(b"42".to_vec())));
                    }
                }
                FromChild::Done(done) => {
                    ran.done = Some(*done);
                    // The next message is of another program.
                    self.order.again().unwrap();
                    break;
                }
            }
        }
        ran
    }

    /// The value of a program that must not fail.
    pub fn value(&mut self, code: &str) -> Value {
        self.run(code).value()
    }

    /// Says something that the child may not expect.
    pub fn say(&mut self, bytes: &[u8]) {
        // One that has ended is noticed by what it says.
        let _ = self.socket.write_all(bytes);
    }

    fn start_of(&self, code: &str) -> Start {
        Start {
            limits: self.limits,
            task: Task::Run,
            patterns: DangerousPatterns::Off,
            grants: Grants::default(),
            session: true,
            code: code.to_owned(),
        }
    }

    fn next(&mut self) -> Option<FromChild> {
        loop {
            if let Some(frame) = self.decoder.next_frame().unwrap() {
                let message = wire::child_frame(frame).unwrap();
                self.order.check(&message).unwrap();
                return Some(message);
            }
            let mut chunk = [0; 4096];
            match self.socket.read(&mut chunk) {
                Ok(0) => return None,
                Ok(count) => self.decoder.push(&chunk[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("the child says nothing: {error}"),
            }
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
        let _ = sys::waitpid(self.pid, 0);
    }
}
