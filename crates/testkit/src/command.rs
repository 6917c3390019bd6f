//! Running a program to its end, with a deadline and bounded output.

use std::{
    io::{Read, Write},
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::wait::poll;

/// More output than any test expects; what comes after is read and dropped.
const KEPT: usize = 64 << 20;

/// A program that ended.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it reported.
    pub stderr: String,
}

impl Finished {
    /// The exit code; none when a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Panics, showing what was reported, unless it ended well.
    #[track_caller]
    pub fn expect_success(self) -> Self {
        let Self { status, stdout, stderr } = &self;
        assert!(status.success(), "{status}\nstdout:\n{stdout}\nstderr:\n{stderr}");
        self
    }
}

/// Runs with nothing on stdin; panics when the program outlives the deadline.
#[track_caller]
pub fn run(command: Command, deadline: Duration) -> Finished {
    run_with_input(command, b"", deadline)
}

/// Runs with these bytes on stdin; panics when the program outlives the deadline.
#[track_caller]
pub fn run_with_input(mut command: Command, input: &[u8], deadline: Duration) -> Finished {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => panic!("cannot start {command:?}: {error}"),
    };
    let stdin = child.stdin.take();
    let input = input.to_vec();
    let feeder = thread::spawn(move || {
        // A program may end without reading its input: that is for the test to judge.
        stdin.map(|mut stdin| stdin.write_all(&input))
    });
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let status = wait(&mut child, deadline);
    let finished = Finished { status, stdout: text(stdout), stderr: text(stderr) };
    drop(feeder.join());
    finished
}

#[track_caller]
fn wait(child: &mut Child, deadline: Duration) -> ExitStatus {
    let mut status = None;
    let ended = poll(deadline, || {
        status = child.try_wait().unwrap_or_default();
        status.is_some()
    });
    match status {
        Some(status) if ended => status,
        _ => {
            drop(child.kill());
            drop(child.wait());
            panic!("the program did not end within {deadline:?}");
        }
    }
}

fn drain(stream: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut stream) = stream {
            drop(stream.by_ref().take(KEPT as u64).read_to_end(&mut kept));
            drop(std::io::copy(&mut stream, &mut std::io::sink()));
        }
        kept
    })
}

fn text(thread: JoinHandle<Vec<u8>>) -> String {
    String::from_utf8_lossy(&thread.join().unwrap_or_default()).into_owned()
}
