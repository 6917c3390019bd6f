//! A protected MCP server with the OpenID provider behind it, and a browser that logs in there.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::Fixtures;

const SCRIPT: &str = include_str!("../fakes/protected.mjs");

/// How long anything may take here.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server, its provider and the browser; they end with this.
#[derive(Debug)]
pub struct Protected {
    child: Child,
    commands: Option<ChildStdin>,
    answers: Receiver<String>,
    /// The server's URL.
    pub resource: String,
    /// The provider's name for itself.
    pub issuer: String,
}

impl Protected {
    /// Starts them, with tokens that live so many seconds. The script is written below `folder`.
    #[track_caller]
    pub fn start(fixtures: &Fixtures, folder: &Path, lifetime_seconds: u32) -> Self {
        let script = folder.join("protected.mjs");
        if let Err(error) = std::fs::write(&script, SCRIPT) {
            panic!("cannot write {}: {error}", script.display());
        }
        let mut command = Command::new(fixtures.node());
        command.arg(&script).arg(fixtures.oauth_modules()).arg(lifetime_seconds.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("cannot start the protected server: {error}"),
        };
        let (sender, answers) = channel();
        if let Some(out) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(out).lines().map_while(Result::ok) {
                    drop(sender.send(line));
                }
            });
        }
        let commands = child.stdin.take();
        let (resource, issuer) = (String::new(), String::new());
        let mut protected = Self { child, commands, answers, resource, issuer };
        let begun = protected.answer();
        let text = |key: &str| begun[key].as_str().unwrap_or_default().to_owned();
        (protected.resource, protected.issuer) = (text("resource"), text("issuer"));
        protected
    }

    /// The server's entry in `.mcp.json`.
    pub fn entry(&self) -> Value {
        json!({ "type": "http", "url": self.resource })
    }

    /// Logs in at this page and follows wherever it leads; gives the last page.
    #[track_caller]
    pub fn browse(&mut self, url: &str) -> String {
        self.page(&format!("browse {url}"))
    }

    /// Fetches one page.
    #[track_caller]
    pub fn get(&mut self, url: &str) -> String {
        self.page(&format!("get {url}"))
    }

    /// From now on the provider gives tokens for this server as well: signed with this algorithm, or
    /// `opaque`.
    #[track_caller]
    pub fn accept(&mut self, resource: &str, format: &str) {
        self.ask(&format!("accept {resource} {format}"));
    }

    /// A token of the provider's for a server that it was told of, in these scopes.
    #[track_caller]
    pub fn token(&mut self, resource: &str, scopes: &[&str]) -> String {
        let answered = self.ask(&format!("token {resource} {}", scopes.join(" ")));
        match answered["token"].as_str() {
            Some(token) => token.to_owned(),
            None => panic!("no token was given: {answered}"),
        }
    }

    /// Ends everything that was granted.
    #[track_caller]
    pub fn end_grants(&mut self) {
        self.ask("end");
    }

    /// Ends the tokens of calls, and none of those that renew them.
    #[track_caller]
    pub fn expire_tokens(&mut self) {
        self.ask("expire");
    }

    /// Forgets all clients that have registered.
    #[track_caller]
    pub fn forget_clients(&mut self) {
        self.ask("forget");
    }

    /// How often something happened: `authorization_code`, `refresh_token`, `refused`, `registered`.
    #[track_caller]
    pub fn count(&mut self, what: &str) -> u64 {
        self.ask("counts")[what].as_u64().unwrap_or_default()
    }

    #[track_caller]
    fn page(&mut self, command: &str) -> String {
        self.ask(command)["page"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    fn ask(&mut self, command: &str) -> Value {
        let asked = self.commands.as_mut().map(|commands| writeln!(commands, "{command}"));
        assert!(matches!(asked, Some(Ok(()))), "the protected server is gone");
        self.answer()
    }

    #[track_caller]
    fn answer(&mut self) -> Value {
        let line = match self.answers.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(error) => panic!("the protected server does not answer: {error}"),
        };
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("not an answer: {line}"))
    }
}

impl Drop for Protected {
    fn drop(&mut self) {
        drop(self.commands.take());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
