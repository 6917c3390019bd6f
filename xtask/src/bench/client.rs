//! The thinnest MCP client there can be: what it costs is not what is measured. Requests and answers
//! are lines; nothing is parsed that need not be.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A server and the pipes to it. Dropped, it is killed.
#[derive(Debug)]
pub struct Client {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    line: String,
    next_id: u64,
}

impl Client {
    /// Starts a server and greets it.
    pub fn start(command: Command) -> Result<Self> {
        let mut client = Self::spawn(command)?;
        client.greet()?;
        client.receive()?;
        Ok(client)
    }

    /// Starts a server.
    pub fn spawn(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let stdin = child.stdin.take().context("no stdin")?;
        let stdout = BufReader::new(child.stdout.take().context("no stdout")?);
        Ok(Self { child, stdin, stdout, line: String::new(), next_id: 1 })
    }

    /// Sends the handshake; its answer is the next line received.
    pub fn greet(&mut self) -> Result<()> {
        self.send(
            "initialize",
            &json!({
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": { "name": "bench", "version": "1" },
            }),
        )?;
        self.write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n")
    }

    /// Sends a request.
    pub fn send(&mut self, method: &str, params: &Value) -> Result<()> {
        let id = self.next_id;
        self.next_id += 1;
        self.write(&format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{method}\",\"params\":{params}}}\n"
        ))
    }

    /// The next line received.
    pub fn receive(&mut self) -> Result<&str> {
        self.line.clear();
        if self.stdout.read_line(&mut self.line)? == 0 {
            bail!("the server closed its stdout");
        }
        Ok(&self.line)
    }

    /// Calls a tool and waits for the line that answers; one that tells of a failure is an error.
    pub fn call(&mut self, params: &Value) -> Result<()> {
        self.send("tools/call", params)?;
        self.receive_success().map(drop)
    }

    /// The next line received, which must not tell of a failure.
    pub fn receive_success(&mut self) -> Result<&str> {
        let line = self.receive()?;
        if line.contains("\"isError\":true") || line.contains("\"error\":{\"code\"") {
            bail!("a measured call failed: {}", line.chars().take(2_000).collect::<String>());
        }
        Ok(line)
    }

    /// The server's process number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.stdin.write_all(text.as_bytes()).context("the server reads no more")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The call of a TypeScript program that may call every tool of the demo server.
pub fn program(code: &str) -> Value {
    call("executeTypescript", code)
}

/// The call of a Python program that may call every tool of the demo server.
pub fn python_program(code: &str) -> Value {
    call("executePython", code)
}

fn call(tool: &str, code: &str) -> Value {
    json!({
        "name": tool,
        "arguments": { "code": code, "allowedTools": ["mcp__demo__*"], "timeoutMs": 60_000 },
    })
}
