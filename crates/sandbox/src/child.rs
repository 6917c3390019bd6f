//! One child: a locked-down process that runs one program and is gone, or those of one session.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use types::Isolation;
use wire::{Decoder, FromChild, Order};

use crate::Error;
use crate::controls::{self, Wall};
use crate::process::Process;
use crate::socket::Socket;
use crate::zygote::Zygote;

/// What happens next with a child.
#[derive(Debug)]
pub enum Event {
    /// It said something, in turn and well-formed.
    Message(FromChild),
    /// It closed its socket: it has ended or is about to.
    Closed,
    /// It spoke nonsense; it has been killed.
    Violation(String),
}

/// How a child's process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this code (`wire::control::exit` names them).
    Code(i32),
    /// This signal ended it.
    Signal(i32),
    /// The kernel ended it: all programs together used up the memory they may have.
    OutOfMemory,
    /// Its zygote was lost, and it with it.
    Lost,
}

/// A child, from launch to end. Dropping it kills it.
#[derive(Debug)]
pub struct Child {
    socket: Socket,
    process: Process,
    exited: oneshot::Receiver<Exit>,
    // Keeps the zygote, whose end is the end of its children.
    zygote: Arc<Zygote>,
    decoder: Decoder,
    order: Order,
    // What it did while it was to do nothing, until `next` tells.
    spoke: Option<String>,
    outgoing: VecDeque<Vec<u8>>,
    // Bytes in `outgoing`, and how many of its first are sent.
    queued: usize,
    sent: usize,
    chunk: Vec<u8>,
}

const SIGKILL: i32 = 9;

/// The engine whose programs run below the process that we speak to.
const DENO: &str = "deno";

const CHUNK: usize = 32 * 1024;

/// Bytes that may wait for a child to read them before it is no longer listened to.
const BACKLOG: usize = 4 << 20;

/// How long the news of a child's end may take before its zygote is given up.
const EXIT_PATIENCE: Duration = Duration::from_secs(5);

impl Child {
    pub(crate) fn new(
        socket: Socket,
        process: Process,
        exited: oneshot::Receiver<Exit>,
        zygote: Arc<Zygote>,
    ) -> Self {
        Self {
            socket,
            process,
            exited,
            zygote,
            decoder: wire::from_child_decoder(),
            order: Order::default(),
            spoke: None,
            outgoing: VecDeque::new(),
            queued: 0,
            sent: 0,
            chunk: vec![0; CHUNK],
        }
    }

    /// The isolation this child has.
    pub fn isolation(&self) -> &Arc<Isolation> {
        self.zygote.isolation()
    }

    /// Waits until lockdown is complete and looks at it from outside.
    pub(crate) async fn verify(&mut self) -> Result<(), Error> {
        match self.next().await {
            Event::Message(FromChild::Ready) => {}
            Event::Violation(what) => return Err(Error::Unverified(what)),
            _ => return Err(Error::Failed("a child ended during its lockdown".to_owned())),
        }
        let process = self.process.as_fd();
        let verified = match self.is_family() {
            true => crate::verify::family(process),
            false => crate::verify::child(process),
        };
        verified.map_err(Error::Unverified)
    }

    /// Whether the program runs in a process that ours has started.
    fn is_family(&self) -> bool {
        self.isolation().engine == DENO
    }

    pub(crate) fn zygote(&self) -> &Arc<Zygote> {
        &self.zygote
    }

    /// Gives the go-ahead, or an answer: queued, and sent while `next` is awaited.
    pub fn send(&mut self, bytes: Vec<u8>) {
        self.queued += bytes.len();
        self.outgoing.push_back(bytes);
        // Most messages fit the socket's buffer at once; the rest waits for `next`.
        self.write_some();
    }

    /// Whether so much waits for it to read that it should be neither listened to nor answered
    /// until it has: `flush` instead of `next`.
    pub fn is_backed_up(&self) -> bool {
        self.queued > BACKLOG
    }

    /// Sends what is queued. Returns once something was and nothing is any more. Cancel-safe.
    pub async fn flush(&mut self) {
        if self.outgoing.is_empty() {
            return std::future::pending().await;
        }
        while !self.outgoing.is_empty() {
            match self.socket.room().await {
                Ok(()) => self.write_some(),
                Err(_) => return self.give_up(),
            }
        }
    }

    /// Waits for what the child does next. Cancel-safe.
    pub async fn next(&mut self) -> Event {
        if let Some(what) = self.spoke.take() {
            return Event::Violation(what);
        }
        loop {
            match self.decoder.next_frame() {
                Ok(Some(frame)) => return self.interpret(frame),
                Ok(None) => {}
                Err(error) => return self.violation(error.to_string()),
            }
            let read = if self.outgoing.is_empty() {
                self.socket.read(&mut self.chunk).await
            } else {
                tokio::select! {
                    read = self.socket.read(&mut self.chunk) => read,
                    room = self.socket.room() => match room {
                        Ok(()) => {
                            self.write_some();
                            continue;
                        }
                        Err(error) => Err(error),
                    },
                }
            };
            match read {
                Ok(0) | Err(_) => return Event::Closed,
                Ok(count) => self.decoder.push(&self.chunk[..count]),
            }
        }
    }

    /// Stops the child between two programs of a session: nothing in it runs until `resume`. Ends with
    /// the child like anything else.
    pub fn pause(&self) {
        self.process.stop();
    }

    /// Lets a paused child go on, for the next program of its session to be sent now. One that has said
    /// anything since the last program ended is killed, and `next` says why.
    pub fn resume(&mut self) {
        let silent = self.decoder.is_empty() && !self.socket.holds_bytes();
        let wrong = match self.order.again() {
            Err(error) => Some(error.to_string()),
            Ok(()) if silent || controls::is_off(Wall::Order) => None,
            Ok(()) => Some("it spoke after its end".to_owned()),
        };
        if let Some(wrong) = wrong {
            self.kill();
            self.spoke = Some(wrong);
        }
        self.process.go_on();
    }

    /// The CPU time it has used, until it is gone.
    pub fn cpu_time(&self) -> Option<Duration> {
        match self.is_family() {
            true => crate::cpu::used_by_family(self.process.as_fd()),
            false => crate::cpu::used(self.process.as_fd()),
        }
    }

    /// Ends the child now. Its exit is still to be awaited.
    pub fn kill(&self) {
        self.process.kill();
    }

    /// How the process ended, when it does so by itself in this time. Asked at most once.
    pub async fn exit_within(&mut self, patience: Duration) -> Option<Exit> {
        let exit = tokio::time::timeout(patience, &mut self.exited).await.ok()?;
        match exit.unwrap_or(Exit::Lost) {
            Exit::Signal(SIGKILL) | Exit::Lost if self.zygote.take_death() => {
                Some(Exit::OutOfMemory)
            }
            exit => Some(exit),
        }
    }

    /// Waits until the process is gone and says how it ended. A zygote that does not say so in time
    /// is given up: the child is killed, and the next one comes from another.
    pub async fn exit(mut self) -> Exit {
        match tokio::time::timeout(EXIT_PATIENCE, &mut self.exited).await {
            Ok(exit) => exit.unwrap_or(Exit::Lost),
            Err(_) => {
                self.zygote.retire("it does not report the end of a child");
                Exit::Lost
            }
        }
    }

    /// Whether the process has not ended yet.
    pub fn is_running(&self) -> bool {
        self.process.is_running()
    }

    fn interpret(&mut self, frame: wire::Frame) -> Event {
        let message = match wire::child_frame(frame) {
            Ok(message) => message,
            // Something that means nothing by now.
            Err(_) if controls::is_off(Wall::Frames) => return Event::Message(FromChild::Ready),
            Err(error) => return self.violation(error.to_string()),
        };
        match self.order.check(&message) {
            Ok(()) => Event::Message(message),
            Err(_) if controls::is_off(Wall::Order) => Event::Message(message),
            Err(error) => self.violation(error.to_string()),
        }
    }

    fn violation(&mut self, what: String) -> Event {
        self.kill();
        Event::Violation(what)
    }

    fn write_some(&mut self) {
        while let Some(front) = self.outgoing.front() {
            match self.socket.write(&front[self.sent..]) {
                Ok(0) => return,
                Ok(count) => self.sent += count,
                Err(_) => return self.give_up(),
            }
            if self.sent == front.len() {
                self.queued -= front.len();
                self.outgoing.pop_front();
                self.sent = 0;
            }
        }
    }

    /// Nothing can be written to it any more, most likely because it is gone: reading says so.
    fn give_up(&mut self) {
        self.kill();
        self.outgoing.clear();
        (self.queued, self.sent) = (0, 0);
    }
}
