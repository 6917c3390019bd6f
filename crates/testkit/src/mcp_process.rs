//! Our binary as a child process that speaks MCP over its stdio, by hand: newline-delimited
//! JSON-RPC, so that no client library hides what is on the wire.

mod streams;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    io::Write,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Map, Value, json};
use types::ExecutionOutcome;

use self::streams::{Incoming, Tail};
use crate::{Finished, ProcessId, assert_gone, descendants, wait::poll};

/// How long an answer may take unless a test says otherwise.
pub const DEFAULT_WAIT: Duration = Duration::from_secs(30);

/// The newest revision with a handshake.
pub const VERSION_LEGACY: &str = "2025-11-25";

/// The revision without one.
pub const VERSION_STATELESS: &str = "2026-07-28";

/// Notifications kept; older ones are forgotten.
const NOTIFICATIONS_KEPT: usize = 10_000;

/// The way a client greets a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// `initialize`, then a session.
    Legacy,
    /// `server/discover`; every request carries its version and capabilities.
    Stateless,
}

/// A JSON-RPC error.
#[derive(Debug, Clone, PartialEq)]
pub struct RpcError {
    /// Its number.
    pub code: i64,
    /// Its text.
    pub message: String,
    /// Whatever else it carries.
    pub data: Option<Value>,
}

/// A running server. Dropped, it is killed, and nothing of it may remain.
#[derive(Debug)]
pub struct McpProcess {
    child: Child,
    stdin: Option<ChildStdin>,
    incoming: Receiver<Incoming>,
    stderr: Tail,
    era: Era,
    next_id: u64,
    answers: HashMap<u64, Result<Value, RpcError>>,
    notifications: VecDeque<Value>,
}

impl McpProcess {
    /// Starts the server; nothing is said to it yet.
    #[track_caller]
    pub fn spawn(mut command: Command, era: Era) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("cannot start {command:?}: {error}"),
        };
        let stdin = child.stdin.take();
        let incoming = streams::lines(child.stdout.take());
        let stderr = Tail::of(child.stderr.take());
        Self {
            child,
            stdin,
            incoming,
            stderr,
            era,
            next_id: 1,
            answers: HashMap::new(),
            notifications: VecDeque::new(),
        }
    }

    /// Greets the server in the way of its era, and returns its answer.
    #[track_caller]
    pub fn initialize(&mut self) -> Value {
        match self.era {
            Era::Legacy => self.initialize_as(VERSION_LEGACY),
            Era::Stateless => self.expect("server/discover", json!({})),
        }
    }

    /// The handshake with a revision of the client's choice.
    #[track_caller]
    pub fn initialize_as(&mut self, version: &str) -> Value {
        let answer = self.expect(
            "initialize",
            json!({
                "protocolVersion": version,
                "capabilities": {},
                "clientInfo": { "name": "testkit", "version": "1" },
            }),
        );
        self.notify("notifications/initialized", json!({}));
        answer
    }

    /// Sends a request and returns its id, for [`McpProcess::wait_for`].
    #[track_caller]
    pub fn send(&mut self, method: &str, params: Value) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        let params = self.with_meta(params);
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// Sends a notification.
    #[track_caller]
    pub fn notify(&mut self, method: &str, params: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Waits for the answer to a request sent before.
    #[track_caller]
    pub fn wait_for(&mut self, id: u64, deadline: Duration) -> Result<Value, RpcError> {
        let end = Instant::now() + deadline;
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer;
            }
            match self.incoming.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Incoming::Message(message)) => self.file(message),
                Ok(Incoming::Garbage(line)) => panic!("stdout holds what is not MCP: {line}"),
                Err(RecvTimeoutError::Timeout) => {
                    panic!("no answer to request {id} within {deadline:?}\n{}", self.stderr())
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the server closed its stdout before answering\n{}", self.stderr())
                }
            }
        }
    }

    /// The answer to a request sent before; `None` when the server is gone, or takes too long.
    #[track_caller]
    pub fn answer_of(&mut self, id: u64, deadline: Duration) -> Option<Result<Value, RpcError>> {
        let end = Instant::now() + deadline;
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return Some(answer);
            }
            match self.incoming.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Incoming::Message(message)) => self.file(message),
                // Whoever is killed may leave half a line.
                Ok(Incoming::Garbage(_)) if !matches!(self.child.try_wait(), Ok(None)) => {}
                Ok(Incoming::Garbage(line)) => panic!("stdout holds what is not MCP: {line}"),
                Err(_) => return None,
            }
        }
    }

    /// Sends a request and waits for its answer.
    #[track_caller]
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, RpcError> {
        let id = self.send(method, params);
        self.wait_for(id, DEFAULT_WAIT)
    }

    /// Sends a request that must succeed.
    #[track_caller]
    pub fn expect(&mut self, method: &str, params: Value) -> Value {
        match self.request(method, params) {
            Ok(result) => result,
            Err(error) => panic!("{method} failed: {error:?}\n{}", self.stderr()),
        }
    }

    /// Calls a tool and returns the result, be it a success or an error of the tool's.
    #[track_caller]
    pub fn call_tool(&mut self, name: &str, arguments: Value) -> Value {
        self.expect("tools/call", json!({ "name": name, "arguments": arguments }))
    }

    /// Sends a program without waiting for its outcome.
    #[track_caller]
    pub fn send_program(&mut self, arguments: Value) -> u64 {
        self.send("tools/call", json!({ "name": "executeTypescript", "arguments": arguments }))
    }

    /// Waits for the outcome of a program sent before.
    #[track_caller]
    pub fn outcome_of(&mut self, id: u64) -> ExecutionOutcome {
        match self.wait_for(id, DEFAULT_WAIT) {
            Ok(result) => outcome(&result),
            Err(error) => panic!("the execution was refused: {error:?}\n{}", self.stderr()),
        }
    }

    /// Runs a program that may call no tool.
    #[track_caller]
    pub fn run(&mut self, code: &str) -> ExecutionOutcome {
        self.execute(json!({ "code": code }))
    }

    /// Runs a program that may call these tools.
    #[track_caller]
    pub fn run_with(&mut self, code: &str, allowed: &[&str]) -> ExecutionOutcome {
        self.execute(json!({ "code": code, "allowedTools": allowed }))
    }

    /// Runs a program with all of `executeTypescript`'s arguments.
    #[track_caller]
    pub fn execute(&mut self, arguments: Value) -> ExecutionOutcome {
        let id = self.send_program(arguments);
        self.outcome_of(id)
    }

    /// Runs a program in any language, by the tool that runs it.
    #[track_caller]
    pub fn execute_by(&mut self, tool: &str, arguments: Value) -> ExecutionOutcome {
        let id = self.send("tools/call", json!({ "name": tool, "arguments": arguments }));
        self.outcome_of(id)
    }

    /// Runs a Python program that may call no tool.
    #[track_caller]
    pub fn run_python(&mut self, code: &str) -> ExecutionOutcome {
        self.execute_by("executePython", json!({ "code": code }))
    }

    /// Runs a program that must be refused before it starts, and returns what the client reads.
    #[track_caller]
    pub fn refusal(&mut self, arguments: Value) -> String {
        let id = self.send_program(arguments);
        match self.wait_for(id, DEFAULT_WAIT) {
            Err(error) => error.message,
            Ok(result) => {
                assert_eq!(result["isError"], true, "not refused: {result}");
                text_of(&result)
            }
        }
    }

    /// Writes a line as it is, be it MCP or not.
    #[track_caller]
    pub fn write_raw(&mut self, line: &[u8]) {
        let Some(stdin) = &mut self.stdin else { panic!("stdin was closed by the test") };
        let written = stdin
            .write_all(line)
            .and_then(|()| stdin.write_all(b"\n"))
            .and_then(|()| stdin.flush());
        if let Err(error) = written {
            panic!("the server reads no more: {error}\n{}", self.stderr());
        }
    }

    /// The server's process number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its descendants now.
    pub fn descendants(&self) -> Vec<ProcessId> {
        descendants(self.pid())
    }

    /// Notifications received so far.
    pub fn notifications(&self) -> impl Iterator<Item = &Value> {
        self.notifications.iter()
    }

    /// The last of what it reported.
    pub fn stderr(&self) -> String {
        self.stderr.text()
    }

    /// Sends a signal.
    #[track_caller]
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw);
        let sent = pid.map(|pid| kill_process(pid, signal));
        assert!(matches!(sent, Some(Ok(()))), "cannot send {signal:?}: {sent:?}");
    }

    /// Closes its stdin, which is how a client says goodbye.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Waits for it to end by itself.
    #[track_caller]
    pub fn wait_for_exit(&mut self, deadline: Duration) -> ExitStatus {
        let mut status = None;
        poll(deadline, || {
            status = self.child.try_wait().unwrap_or_default();
            status.is_some()
        });
        match status {
            Some(status) => status,
            None => panic!("the server did not end within {deadline:?}\n{}", self.stderr()),
        }
    }

    /// Closes its stdin and waits until it and all its descendants have ended.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        let below = self.descendants();
        self.close_stdin();
        let status = self.wait_for_exit(DEFAULT_WAIT);
        assert_gone(&below, Duration::from_secs(20));
        Finished { status, stdout: String::new(), stderr: self.stderr() }
    }

    fn with_meta(&self, mut params: Value) -> Value {
        if self.era == Era::Stateless
            && let Some(params) = params.as_object_mut()
        {
            let meta = params.entry("_meta").or_insert_with(|| Value::Object(Map::new()));
            meta["io.modelcontextprotocol/protocolVersion"] = json!(VERSION_STATELESS);
            meta["io.modelcontextprotocol/clientInfo"] =
                json!({ "name": "testkit", "version": "1" });
            meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
        }
        params
    }

    #[track_caller]
    fn write(&mut self, message: &Value) {
        self.write_raw(message.to_string().as_bytes());
    }

    fn file(&mut self, mut message: Value) {
        assert_eq!(message["jsonrpc"], "2.0", "not JSON-RPC: {message}");
        if message.get("method").is_some() {
            if self.notifications.len() == NOTIFICATIONS_KEPT {
                self.notifications.pop_front();
            }
            self.notifications.push_back(message);
            return;
        }
        let answer = match message.get("error") {
            Some(error) => Err(RpcError {
                code: error["code"].as_i64().unwrap_or_default(),
                message: error["message"].as_str().unwrap_or_default().to_owned(),
                data: error.get("data").cloned(),
            }),
            None => Ok(message["result"].take()),
        };
        // An error without an id answers a line that could not be read: filed under zero.
        self.answers.insert(message["id"].as_u64().unwrap_or_default(), answer);
    }
}

impl Drop for McpProcess {
    fn drop(&mut self) {
        let below = self.descendants();
        drop(self.child.kill());
        drop(self.child.wait());
        if !std::thread::panicking() {
            assert_gone(&below, Duration::from_secs(20));
        }
    }
}

#[track_caller]
fn outcome(result: &Value) -> ExecutionOutcome {
    match serde_json::from_value(result["structuredContent"].clone()) {
        Ok(outcome) => outcome,
        Err(error) => panic!("not an outcome ({error}): {result}"),
    }
}

fn text_of(result: &Value) -> String {
    let blocks = result["content"].as_array().map(Vec::as_slice).unwrap_or_default();
    let texts: Vec<&str> = blocks.iter().filter_map(|block| block["text"].as_str()).collect();
    texts.join("\n")
}
