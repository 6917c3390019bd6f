//! How things are timed: requests one by one or several at once, the floor, and fresh processes.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use testkit::Workspace;

use super::{Setup, client::Client, statistics::Samples};
use crate::process;

/// Executions under way at once when throughput is measured.
pub const CONCURRENCY: usize = 8;

/// Executions before the first that counts.
const WARM_UP: usize = 200;

/// What `bench-floor` measured.
#[derive(Debug)]
pub struct Floor {
    /// Launch and run, again and again.
    pub samples: Samples,
    /// Of Python: the interpreter itself, behind every shim, and its version.
    pub interpreter: Option<(PathBuf, String)>,
}

/// From the request to its answer, one at a time.
pub fn one_by_one(workspace: &Workspace, request: &Value, count: usize) -> Result<Samples> {
    let mut client = Client::start(workspace.command(&[]))?;
    for _ in 0..WARM_UP {
        client.call(request)?;
    }
    let mut samples = Vec::new();
    for _ in 0..count {
        let started = Instant::now();
        client.call(request)?;
        samples.push(started.elapsed());
    }
    Ok(Samples::new(samples))
}

/// Executions a second, with several under way at any time.
pub fn throughput(workspace: &Workspace, request: &Value, count: usize) -> Result<f64> {
    let mut client = Client::start(workspace.command(&[]))?;
    keep_busy(&mut client, request, 500)?;
    let started = Instant::now();
    keep_busy(&mut client, request, count)?;
    Ok(count as f64 / started.elapsed().as_secs_f64())
}

/// Makes a request this many times, [`CONCURRENCY`] under way at any time.
pub fn keep_busy(client: &mut Client, request: &Value, count: usize) -> Result<()> {
    let mut sent = 0;
    for received in 0..count {
        while sent < count && sent < received + CONCURRENCY {
            client.send("tools/call", request)?;
            sent += 1;
        }
        client.receive_success()?;
    }
    Ok(())
}

/// The bare fork, lockdown and run of a program, as our binary measures it.
pub fn floor(setup: &Setup, workspace: &Workspace, file: &Path) -> Result<Floor> {
    floor_with(workspace, file, setup.effort.times(5_000), &[])
}

/// The same so many times, with more arguments.
pub fn floor_with(
    workspace: &Workspace,
    file: &Path,
    count: usize,
    arguments: &[&str],
) -> Result<Floor> {
    let mut command = workspace.command(&["bench-floor", "--count", &count.to_string()]);
    command.args(arguments).arg(file);
    let told: Value = serde_json::from_str(&process::capture(&mut command)?)?;
    let micros = told["latencies_us"].as_array().context("bench-floor tells no latencies_us")?;
    let micros = micros.iter().filter_map(Value::as_f64);
    let samples = micros.map(|micros| Duration::from_secs_f64(micros / 1e6)).collect();
    let interpreter = told["interpreter"].as_str().zip(told["version"].as_str());
    let interpreter = interpreter.map(|(path, version)| (PathBuf::from(path), version.to_owned()));
    Ok(Floor { samples: Samples::new(samples), interpreter })
}

/// From the start of a fresh process to its end. The first few fill the caches of the machine.
pub fn cold(mut command: Command, count: usize) -> Result<Samples> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut samples = Vec::new();
    for counts in std::iter::repeat_n(false, 3).chain(std::iter::repeat_n(true, count)) {
        let started = Instant::now();
        let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
        ensure!(status.success(), "{command:?} failed ({status})");
        if counts {
            samples.push(started.elapsed());
        }
    }
    Ok(Samples::new(samples))
}

/// A program for Deno, which writes to the workspace alone.
pub fn deno(setup: &Setup, workspace: &Workspace, arguments: &[&str], file: &Path) -> Command {
    let mut command = Command::new(setup.fixtures.deno());
    command.args(["run", "--quiet"]).args(arguments).arg(file);
    command.env("DENO_DIR", workspace.path("deno")).env("DENO_NO_UPDATE_CHECK", "1");
    command
}
