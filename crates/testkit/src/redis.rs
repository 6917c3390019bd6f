//! A real Redis server on a port of this machine, which can be stopped and started.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::wait_until;

/// How long a server may take to answer.
const START: Duration = Duration::from_secs(30);

/// A server that is gone with this.
#[derive(Debug)]
pub struct Redis {
    directory: TempDir,
    address: SocketAddr,
    running: Option<Child>,
}

impl Redis {
    /// A new server that keeps nothing.
    #[track_caller]
    pub fn start() -> Self {
        // A port that was free a moment ago.
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut server = Self { directory, address, running: None };
        server.resume();
        server
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("redis://{}/0", self.address)
    }

    /// Stops it; what it held is gone.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts it again, at the same place.
    #[track_caller]
    pub fn resume(&mut self) {
        let child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &self.address.port().to_string()])
            .args(["--save", "", "--appendonly", "no"])
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server runs: apt-get install -y --no-install-recommends redis-server");
        self.running = Some(child);
        wait_until(START, "Redis answers", || TcpStream::connect(self.address).is_ok());
    }

    /// What its own client prints for a command.
    #[track_caller]
    pub fn cli(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        command.args(["-p", &self.address.port().to_string()]).args(arguments);
        let output = command.output().expect("redis-cli runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}
