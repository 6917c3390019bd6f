//! A program that serves, until the test is done with it.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use testkit::{Fixtures, wait_until};

/// Longer than anything takes on a busy machine.
const AMPLE: Duration = Duration::from_secs(60);

/// A program that serves. It ends with this.
pub struct Running {
    child: Child,
    /// Where it listens.
    pub port: u16,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Running {
    /// A script of ours, which prints its port first.
    pub fn script(name: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(Fixtures::locate().python());
        command.arg(script(name)).args(arguments);
        let mut running = Self::start(command, 0);
        wait_until(AMPLE, "its port", || !running.printed().is_empty());
        running.port = running.printed()[0].parse().expect("its first line is its port");
        running
    }

    /// The official example server, at this port.
    pub fn everything(transport: &str, port: u16) -> Self {
        let fixtures = Fixtures::locate();
        let server = fixtures.node_modules().join("@modelcontextprotocol/server-everything");
        let mut command = Command::new(fixtures.node());
        command.arg(server.join("dist/index.js")).arg(transport).env("PORT", port.to_string());
        // It says that it listens among its complaints.
        let running = Self::start(command, port);
        wait_until(AMPLE, "that it listens", || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        running
    }

    /// What it printed, line by line.
    pub fn printed(&self) -> Vec<String> {
        self.lines.lock().expect("no test panics with it").clone()
    }

    fn start(mut command: Command, port: u16) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let output = child.stdout.take().expect("it is a pipe");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                kept.lock().expect("no test panics with it").push(line);
            }
        });
        Self { child, port, lines }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A port that is free.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is one");
    listener.local_addr().expect("it has an address").port()
}

fn script(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/upstreams_http");
    PathBuf::from(folder).join(name)
}
