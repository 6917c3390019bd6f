//! A trivial program: through MCP, bare, and in the rivals.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use testkit::Workspace;

use super::{
    Setup,
    client::{Client, program},
    report::{Section, verdict},
    statistics::{Samples, ratio, show},
};
use crate::process;

/// The same in every engine.
pub const TRIVIAL: &str = "console.log(2 + 2)";

const TARGET_MEDIAN: Duration = Duration::from_micros(800);
const TARGET_HIGH: Duration = Duration::from_millis(3);
const TARGET_PER_SECOND: f64 = 1_500.0;

/// Executions under way at once when throughput is measured.
const CONCURRENCY: usize = 8;

const NOTE: &str = "The program is `console.log(2 + 2)`. \"Through MCP\" is from the request to its \
    answer over stdio, one at a time, audit record included; the floor is fork, lockdown and run of \
    the same program with nothing around it and no child kept ready.";

/// Latency and throughput, next to the floor and the rivals.
pub fn measure(setup: &Setup) -> Result<Section> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let file = workspace.write("project/trivial.mjs", TRIVIAL);
    let ours = through_mcp(setup, &workspace)?;
    let floor = floor(setup, &workspace, &file)?;
    let per_second = throughput(setup, &workspace)?;
    let node = rival(setup, &workspace, setup.fixtures.node(), &[], &file)?;
    let deno = rival(setup, &workspace, setup.fixtures.deno(), &["run", "--quiet"], &file)?;

    let header = ["what", "n", "p50", "p99", "against ours", "asked for", ""];
    let mut section = Section::new("A trivial program", NOTE, &header);
    let mut row =
        |what: &str, samples: &Samples, asked: &str, met: fn(&Samples, &Samples) -> bool| {
            section.row([
                what,
                &samples.count().to_string(),
                &show(samples.median()),
                &show(samples.percentile(99)),
                &format!("{:.1}x", ratio(samples.median(), ours.median())),
                asked,
                verdict(met(samples, &ours)),
            ]);
        };
    row("through MCP", &ours, "p50 0.8 ms, p99 3 ms", |ours, _| {
        ours.median() <= TARGET_MEDIAN && ours.percentile(99) <= TARGET_HIGH
    });
    row("the floor", &floor, "at least 0.5x", |floor, ours| {
        ratio(ours.median(), floor.median()) <= 2.0
    });
    if let Some(deno) = &deno {
        row("`deno run`, cold", deno, "20x", |deno, ours| {
            ratio(deno.median(), ours.median()) >= 20.0
        });
    }
    if let Some(node) = &node {
        row("`node`, fresh", node, "60x", |node, ours| ratio(node.median(), ours.median()) >= 60.0);
    }
    let what = format!("{CONCURRENCY} at once through MCP");
    let met = verdict(per_second >= TARGET_PER_SECOND);
    section.row([&what, "", &format!("{per_second:.0}/s"), "", "", "1,500/s", met]);
    Ok(section)
}

/// Runs this many trivial programs, a fixed number under way at any time.
pub fn keep_busy(client: &mut Client, count: usize) -> Result<()> {
    let request = program(TRIVIAL);
    let mut sent = 0;
    for received in 0..count {
        while sent < count && sent < received + CONCURRENCY {
            client.send("tools/call", &request)?;
            sent += 1;
        }
        client.receive_success()?;
    }
    Ok(())
}

fn through_mcp(setup: &Setup, workspace: &Workspace) -> Result<Samples> {
    let mut client = Client::start(workspace.command(&[]))?;
    let request = program(TRIVIAL);
    for _ in 0..200 {
        client.call(&request)?;
    }
    let mut samples = Vec::new();
    for _ in 0..setup.effort.times(5_000) {
        let started = Instant::now();
        client.call(&request)?;
        samples.push(started.elapsed());
    }
    Ok(Samples::new(samples))
}

/// Executions a second.
fn throughput(setup: &Setup, workspace: &Workspace) -> Result<f64> {
    let mut client = Client::start(workspace.command(&[]))?;
    let count = setup.effort.times(20_000);
    keep_busy(&mut client, 500)?;
    let started = Instant::now();
    keep_busy(&mut client, count)?;
    Ok(count as f64 / started.elapsed().as_secs_f64())
}

/// The bare fork, lockdown and run of the same program, as our binary measures it.
fn floor(setup: &Setup, workspace: &Workspace, file: &Path) -> Result<Samples> {
    let count = setup.effort.times(5_000).to_string();
    let mut command =
        workspace.command(&["bench-floor", "--count", &count, &file.to_string_lossy()]);
    let told: Value = serde_json::from_str(&process::capture(&mut command)?)?;
    let micros = told["latencies_us"].as_array().context("bench-floor tells no latencies_us")?;
    let micros = micros.iter().filter_map(Value::as_f64);
    Ok(Samples::new(micros.map(|micros| Duration::from_secs_f64(micros / 1e6)).collect()))
}

/// From the start of a fresh process to its end; none when this machine has no such rival.
fn rival(
    setup: &Setup,
    workspace: &Workspace,
    program: PathBuf,
    arguments: &[&str],
    file: &Path,
) -> Result<Option<Samples>> {
    if !program.exists() {
        return Ok(None);
    }
    let mut command = Command::new(program);
    command.args(arguments).arg(file);
    command.env("DENO_DIR", workspace.path("deno")).env("DENO_NO_UPDATE_CHECK", "1");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut samples = Vec::new();
    for warm in
        std::iter::repeat_n(false, 3).chain(std::iter::repeat_n(true, setup.effort.times(100)))
    {
        let started = Instant::now();
        let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
        ensure!(status.success(), "{command:?} failed ({status})");
        if warm {
            samples.push(started.elapsed());
        }
    }
    Ok(Some(Samples::new(samples)))
}
