//! The conversation of an installation: with the host, by way of `init`, on standard input and output;
//! with Deno on a listener. One thread, which waits for all of them at once.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use serde::Deserialize;
use wire::{Decoder, Done, Op, Reply, Task, ToChild};

use crate::engine::deno::install::{DENO_DIR, ENTRY, files, http};
use crate::rpc::HostGone;
use crate::sys::{self, Status};

/// Connections at the same time; more wait to be taken.
const MAX_CONNECTIONS: usize = 64;

/// The last of what Deno says that is kept, in bytes.
const MAX_WORDS: usize = 8 * 1024;

/// The class of the error of an installation that came to nothing.
const FAILED: &str = "InstallError";

/// A request of Deno's.
struct Connection {
    stream: TcpStream,
    state: State,
}

enum State {
    /// Its head is being read.
    Reading(Vec<u8>),
    /// The host was asked, under this number.
    Waiting(u32),
    /// It is being answered; so much is sent.
    Answering(Vec<u8>, usize),
}

/// What the host says of an answer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    status: u16,
    content_type: String,
}

/// One installation.
pub struct Exchange {
    listener: TcpListener,
    connections: Vec<Connection>,
    deno: i32,
    go: Option<OwnedFd>,
    words: OwnedFd,
    said: Vec<u8>,
    decoder: Decoder,
    next_id: u32,
}

impl Exchange {
    /// With a Deno that waits.
    pub fn new(listener: TcpListener, deno: i32, go: OwnedFd, words: OwnedFd) -> Self {
        Self {
            listener,
            connections: Vec::new(),
            deno,
            go: Some(go),
            words,
            said: Vec::new(),
            decoder: wire::to_child_decoder(),
            next_id: 1,
        }
    }

    /// Serves to the end.
    pub fn serve(mut self) -> Result<(), HostGone> {
        say(&wire::ready_frame())?;
        let order = loop {
            match self.next_message(true)? {
                Some(ToChild::Start(start)) if start.task == Task::InstallPackages => {
                    break start.code;
                }
                Some(_) => return Err(HostGone),
                None => {}
            }
        };
        let done = match self.install(&order) {
            Ok(()) => Done::default(),
            Err(Some(reason)) => Done { error: Some(failure(&reason)), ..Done::default() },
            Err(None) => return Err(HostGone),
        };
        let mut frame = Vec::new();
        wire::done_frame(&mut frame, &done);
        say(&frame)
    }

    /// Has it installed and hands it over; an error is why not, or that there is nobody to tell.
    fn install(&mut self, order: &str) -> Result<(), Option<String>> {
        let prepared = fs::write(&*ENTRY.to_string_lossy(), entry(order))
            .and_then(|()| fs::create_dir_all(DENO_DIR));
        prepared.map_err(|error| Some(format!("the scratch cannot be used: {error}")))?;
        let begun = self.go.take().map(|go| sys::write_all(go.as_raw_fd(), b"g"));
        if !matches!(begun, Some(Ok(()))) {
            return Err(Some("Deno ended before it began".to_owned()));
        }
        while !self.wait_once().map_err(|HostGone| None)? {}
        let ended = sys::waitpid(self.deno, 0).map_err(|errno| Some(errno.to_string()))?;
        match ended.map(|(_, status)| status) {
            Some(Status::Code(0)) => {}
            Some(Status::Signal(signal)) => {
                let room = "it may have run out of memory or scratch space";
                return Err(Some(format!(
                    "signal {signal} ended Deno: {room}; {}",
                    self.account()
                )));
            }
            _ => return Err(Some(self.account())),
        }
        self.connections.clear();
        let mut lost = false;
        let handed_over = files::hand_over(Path::new(DENO_DIR), |payload| {
            let kept = self.ask(Op::Unpacked, payload).and_then(|id| self.answer_to(id));
            lost |= kept.is_err();
            matches!(kept, Ok(Reply::Json(_)))
        });
        if lost { Err(None) } else { handed_over.map_err(Some) }
    }

    fn account(&self) -> String {
        String::from_utf8_lossy(&self.said).into_owned()
    }

    /// Does what there is to do, once there is something; whether Deno has ended.
    fn wait_once(&mut self) -> Result<bool, HostGone> {
        let entry = |fd, events| libc::pollfd { fd, events, revents: 0 };
        let has_room = self.connections.len() < MAX_CONNECTIONS;
        let mut entries = vec![
            entry(0, libc::POLLIN),
            entry(self.words.as_raw_fd(), libc::POLLIN),
            entry(if has_room { self.listener.as_raw_fd() } else { -1 }, libc::POLLIN),
        ];
        entries.extend(self.connections.iter().map(|connection| {
            let fd = connection.stream.as_raw_fd();
            match &connection.state {
                State::Reading(_) => entry(fd, libc::POLLIN),
                // Its end would be told again and again.
                State::Waiting(_) => entry(-1, 0),
                State::Answering(..) => entry(fd, libc::POLLOUT),
            }
        }));
        sys::poll_all(&mut entries, -1);
        let ready: Vec<bool> = entries.iter().map(|entry| entry.revents != 0).collect();
        self.go_on(&ready[3..])?;
        if ready[0] {
            while let Some(message) = self.next_message(false)? {
                self.take(message)?;
            }
        }
        if ready[2] {
            self.accept();
        }
        Ok(ready[1] && self.listen())
    }

    fn accept(&mut self) {
        while self.connections.len() < MAX_CONNECTIONS
            && let Ok((stream, _)) = self.listener.accept()
        {
            if stream.set_nonblocking(true).is_ok() {
                self.connections.push(Connection { stream, state: State::Reading(Vec::new()) });
            }
        }
    }

    /// Goes on with the connections that are ready.
    fn go_on(&mut self, ready: &[bool]) -> Result<(), HostGone> {
        let connections = std::mem::take(&mut self.connections);
        for (mut connection, ready) in connections.into_iter().zip(ready) {
            if !ready || self.go_on_with(&mut connection)? {
                self.connections.push(connection);
            }
        }
        Ok(())
    }

    /// Goes on with one; whether it stays.
    fn go_on_with(&mut self, connection: &mut Connection) -> Result<bool, HostGone> {
        match &mut connection.state {
            State::Reading(head) => {
                let mut chunk = [0; 4096];
                match connection.stream.read(&mut chunk) {
                    Ok(count @ 1..) => head.extend_from_slice(&chunk[..count]),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                    _ => return Ok(false),
                }
                match http::request(head) {
                    http::Request::Incomplete => {}
                    http::Request::Strange => {
                        connection.state = State::Answering(http::answer(400, "", b""), 0);
                    }
                    http::Request::Get(path) => {
                        let payload = serde_json::json!({"path": path}).to_string();
                        connection.state =
                            State::Waiting(self.ask(Op::Registry, payload.as_bytes())?);
                    }
                }
                Ok(true)
            }
            State::Waiting(_) => Ok(true),
            State::Answering(bytes, sent) => match connection.stream.write(&bytes[*sent..]) {
                Ok(count) => {
                    *sent += count;
                    Ok(*sent < bytes.len())
                }
                Err(error) => Ok(error.kind() == ErrorKind::WouldBlock),
            },
        }
    }

    /// An answer of the host's, for the connection that waits for it.
    fn take(&mut self, message: ToChild) -> Result<(), HostGone> {
        let ToChild::Reply { id, reply } = message else { return Err(HostGone) };
        let waits =
            |each: &&mut Connection| matches!(each.state, State::Waiting(for_id) if for_id == id);
        let Some(connection) = self.connections.iter_mut().find(waits) else { return Ok(()) };
        let parts = match &reply {
            Reply::Parts(payload) => wire::split_parts(payload),
            _ => None,
        };
        let known = parts.and_then(|(head, body)| {
            let head: Head = serde_json::from_slice(head).ok()?;
            Some(http::answer(head.status, &head.content_type, body))
        });
        let bytes = known.unwrap_or_else(|| http::answer(502, "", b""));
        connection.state = State::Answering(bytes, 0);
        Ok(())
    }

    /// Takes in what Deno says; whether it has ended.
    fn listen(&mut self) -> bool {
        let mut chunk = [0; 4096];
        match sys::read(self.words.as_raw_fd(), &mut chunk) {
            Ok(count @ 1..) => {
                self.said.extend_from_slice(&chunk[..count]);
                let over = self.said.len().saturating_sub(MAX_WORDS);
                self.said.drain(..over);
                false
            }
            _ => true,
        }
    }

    fn ask(&mut self, op: Op, payload: &[u8]) -> Result<u32, HostGone> {
        let id = self.next_id;
        let mut frame = Vec::with_capacity(payload.len() + 2 * wire::HEADER_BYTES);
        wire::request_frame(&mut frame, id, op, payload).map_err(|_| HostGone)?;
        self.next_id += 1;
        say(&frame)?;
        Ok(id)
    }

    /// Waits for one answer.
    fn answer_to(&mut self, id: u32) -> Result<Reply, HostGone> {
        loop {
            if let Some(ToChild::Reply { id: of, reply }) = self.next_message(true)?
                && of == id
            {
                return Ok(reply);
            }
        }
    }

    /// The next message of the host's; none when there is not all of one and it is not waited for.
    fn next_message(&mut self, waits: bool) -> Result<Option<ToChild>, HostGone> {
        let mut chunk = vec![0; 64 * 1024];
        loop {
            if let Some(frame) = self.decoder.next_frame().map_err(|_| HostGone)? {
                return wire::host_frame(frame).map(Some).map_err(|_| HostGone);
            }
            if !waits && !sys::poll(0, libc::POLLIN, 0).is_ok_and(|ready| ready.readable) {
                return Ok(None);
            }
            match sys::read(0, &mut chunk) {
                Ok(count @ 1..) => self.decoder.push(&chunk[..count]),
                _ => return Err(HostGone),
            }
        }
    }
}

fn say(frame: &[u8]) -> Result<(), HostGone> {
    sys::write_all(1, frame).map_err(|_| HostGone)
}

/// A module that imports everything, which nobody runs.
fn entry(order: &str) -> String {
    let specifiers = order.lines().map(|line| serde_json::Value::from(line).to_string());
    specifiers.map(|text| format!("import {text};\n")).collect()
}

fn failure(message: &str) -> types::ProgramError {
    types::ProgramError { kind: FAILED.to_owned(), message: message.to_owned(), stack: None }
}
