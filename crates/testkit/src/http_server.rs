//! Our binary as an HTTP server, and requests to it byte by byte.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{DEFAULT_WAIT, Workspace, wait_until};

/// What it says when it listens.
const LISTENING: &str = "listening on http";

/// A running `serve --http`.
pub struct HttpServer {
    child: Child,
    address: SocketAddr,
    stderr: Arc<Mutex<String>>,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The head, as it came.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("no JSON ({error}): {} {}", self.status, self.body),
        }
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl HttpServer {
    /// Starts it on a port of its own.
    #[track_caller]
    pub fn start(workspace: &Workspace) -> Self {
        Self::of(workspace.command(&["serve", "--http", "127.0.0.1:0"]))
    }

    /// Starts a command that serves, such as one with variables of its own.
    #[track_caller]
    pub fn of(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("cannot start {command:?}: {error}"),
        };
        let stderr = Arc::new(Mutex::new(String::new()));
        if let Some(mut stream) = child.stderr.take() {
            let stderr = Arc::clone(&stderr);
            std::thread::spawn(move || {
                let mut piece = [0; 4096];
                while let Ok(read @ 1..) = stream.read(&mut piece) {
                    let text = String::from_utf8_lossy(&piece[..read]);
                    stderr.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
                }
            });
        }
        let started = Instant::now();
        let address = loop {
            let said = stderr.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let found = said.split_once(LISTENING).and_then(|(_, rest)| rest.split_once('\n'));
            // With a certificate it is `https`.
            let found = found.and_then(|(url, rest)| Some((url.split_once("://")?.1, rest)));
            if let Some((address, _)) = found {
                match address.trim().parse() {
                    Ok(address) => break address,
                    Err(error) => panic!("no address ({error}): {said}"),
                }
            }
            assert!(started.elapsed() < DEFAULT_WAIT, "it does not listen: {said}");
            std::thread::sleep(Duration::from_millis(5));
        };
        Self { child, address, stderr }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed())
            && let Err(error) = kill_process(pid, signal)
        {
            panic!("it cannot be signalled: {error}");
        }
    }

    /// Waits until it ends by itself, and says with which code.
    #[track_caller]
    pub fn ended(&mut self) -> Option<i32> {
        let mut ended = None;
        wait_until(DEFAULT_WAIT, "it ends", || {
            ended = self.child.try_wait().ok().flatten();
            ended.is_some()
        });
        ended.and_then(|ended| ended.code())
    }

    /// What it printed on standard error.
    pub fn stderr(&self) -> String {
        self.stderr.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A connection to it.
    #[track_caller]
    pub fn connect(&self) -> TcpStream {
        match TcpStream::connect(self.address) {
            Ok(stream) => {
                let _ = stream.set_read_timeout(Some(DEFAULT_WAIT));
                stream
            }
            Err(error) => panic!("cannot connect to {}: {error}", self.address),
        }
    }

    /// Sends these bytes and reads to the end of the connection.
    #[track_caller]
    pub fn raw(&self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // A server that refuses early closes before it has read everything.
        let _ = stream.write_all(bytes);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        answer(&all)
    }

    /// Sends a request with these headers beside the usual ones.
    #[track_caller]
    pub fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        let named = |name: &str| headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
        if !named("host") {
            text.push_str(&format!("Host: {}\r\n", self.address));
        }
        if !body.is_empty() {
            text.push_str(&format!("Content-Length: {}\r\n", body.len()));
            if !named("content-type") {
                text.push_str("Content-Type: application/json\r\n");
            }
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        self.raw(format!("{text}\r\n{body}").as_bytes())
    }

    /// `GET`.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.request("GET", path, &[], "")
    }

    /// `POST` of JSON.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path, &[], &body.to_string())
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = if chunked { unchunked(body) } else { body.to_owned() };
    Answer { status, head: head.to_owned(), body }
}

fn unchunked(mut rest: &str) -> String {
    let mut whole = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let Ok(size @ 1..) = usize::from_str_radix(size.trim(), 16) else { break };
        let Some(piece) = after.get(..size) else { break };
        whole.push_str(piece);
        rest = after.get(size + 2..).unwrap_or_default();
    }
    whole
}
