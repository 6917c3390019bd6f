//! A real PostgreSQL server on a socket in a directory of its own, which can be stopped and started.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::wait_until;

/// How long a server may take to answer.
const START: Duration = Duration::from_secs(30);

/// A server that is gone with this.
#[derive(Debug)]
pub struct Postgres {
    directory: TempDir,
    running: Option<Child>,
}

impl Postgres {
    /// A new server with one database, `postgres`.
    pub fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        // The server refuses to be root, so the directory is its user's.
        if is_root() {
            let status = Command::new("chown").arg("postgres").arg(directory.path()).status();
            assert!(status.is_ok_and(|status| status.success()), "chown to postgres");
        }
        let mut server = Self { directory, running: None };
        let data = server.data();
        let output = as_its_user("initdb")
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"])
            .args(["--no-sync", "--no-instructions", "-D"])
            .arg(&data)
            .current_dir(server.directory.path())
            .output()
            .expect("initdb runs: apt-get install -y --no-install-recommends postgresql");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        server.resume();
        server
    }

    /// The URL of a database of it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.socket().display())
    }

    /// Makes another database.
    pub fn create(&self, database: &str) -> String {
        self.psql("postgres", &format!("CREATE DATABASE {database}"));
        self.url(database)
    }

    /// Runs statements, and gives what they print.
    pub fn psql(&self, database: &str, statements: &str) -> String {
        let output = self.client("psql").args(["-qAtX", "-d", database, "-c", statements]).output();
        let output = output.expect("psql runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Stops it, as an operator would.
    pub fn stop(&mut self) {
        let Some(mut child) = self.running.take() else { return };
        let id = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(id) = id {
            // SIGINT is its fast way out: clients are cut off, what was committed is kept.
            let _ = rustix::process::kill_process(id, rustix::process::Signal::INT);
        }
        let _ = child.wait();
    }

    /// Starts it again, with what it had.
    pub fn resume(&mut self) {
        let child = as_its_user("postgres")
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.socket())
            .args(["-h", "", "-c", "fsync=off", "-c", "shared_buffers=16MB"])
            .args(["-c", "max_connections=40", "-c", "logging_collector=off"])
            .current_dir(self.directory.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("postgres runs");
        self.running = Some(child);
        wait_until(START, "PostgreSQL answers", || {
            self.client("pg_isready").arg("-q").status().is_ok_and(|status| status.success())
        });
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(found(program));
        command.arg("-h").arg(self.socket()).args(["-U", "postgres"]);
        command
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn socket(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A program of the server, run by a user who is not root.
fn as_its_user(program: &str) -> Command {
    if !is_root() {
        return Command::new(found(program));
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(found(program));
    command
}

/// Debian keeps most of its programs off `PATH`.
fn found(program: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin").join(program));
    found.filter(|path| path.is_file()).max().unwrap_or_else(|| PathBuf::from(program))
}
