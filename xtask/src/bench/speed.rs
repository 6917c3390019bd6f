//! A trivial program: through MCP, bare, and in the rivals.

use std::{
    fs,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
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

/// Executions under way at once when throughput is measured.
const CONCURRENCY: usize = 8;

/// Latency and throughput, next to the floor and the rivals.
pub fn measure(setup: &Setup) -> Result<Section> {
    let workspace = Workspace::new(&setup.binary.to_string_lossy());
    let file = workspace.write("project/trivial.mjs", TRIVIAL);
    let file = file.to_string_lossy();
    let node = setup.fixtures.join("node/node_modules/.bin/node");
    let deno = setup.fixtures.join("node/node_modules/@deno/linux-x64-glibc/deno");

    let floor = floor(setup)?;
    let ours = through_mcp(setup, &workspace)?;
    let throughput = throughput(setup, &workspace)?;
    let cold = setup.effort.times(100);
    let node = fresh(&workspace, cold, Command::new(node).arg(&*file))?;
    let deno = match deno.exists() {
        true => Some(fresh(&workspace, cold, Command::new(deno).args(["run", "--quiet", &file]))?),
        false => None,
    };

    let header = ["what", "n", "p50", "p99", "against ours", "asked for", ""];
    let note = format!(
        "The program is `{TRIVIAL}`. \"Through MCP\" is from the request's last byte to the answer's, over stdio, one at a time; the floor is fork, lockdown and run of the same program with nothing around it."
    );
    let mut section = Section::new("A trivial program", note, &header);
    let row =
        |section: &mut Section, what: &str, samples: &Samples, asked: &str, met: Option<bool>| {
            section.row([
                what.to_owned(),
                samples.count().to_string(),
                show(samples.median()),
                show(samples.percentile(99)),
                format!("{:.1}x", ratio(samples.median(), ours.median())),
                asked.to_owned(),
                met.map(verdict).unwrap_or_default().to_owned(),
            ]);
        };
    let in_time = ours.median() <= Duration::from_micros(800)
        && ours.percentile(99) <= Duration::from_millis(3);
    row(&mut section, "through MCP", &ours, "p50 0.8 ms, p99 3 ms", Some(in_time));
    let near = ratio(ours.median(), floor.median()) <= 2.0;
    row(&mut section, "the floor", &floor, "ours at most 2x of it", Some(near));
    if let Some(deno) = &deno {
        row(
            &mut section,
            "`deno run`, cold",
            deno,
            "20x",
            Some(ratio(deno.median(), ours.median()) >= 20.0),
        );
    }
    row(
        &mut section,
        "`node`, fresh",
        &node,
        "60x",
        Some(ratio(node.median(), ours.median()) >= 60.0),
    );
    section.row([
        format!("{CONCURRENCY} at once through MCP"),
        throughput.count.to_string(),
        format!("{:.0}/s", throughput.per_second()),
        String::new(),
        String::new(),
        "1,500/s".to_owned(),
        verdict(throughput.per_second() >= 1_500.0).to_owned(),
    ]);
    Ok(section)
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

struct Throughput {
    count: usize,
    elapsed: Duration,
}

impl Throughput {
    fn per_second(&self) -> f64 {
        self.count as f64 / self.elapsed.as_secs_f64()
    }
}

fn throughput(setup: &Setup, workspace: &Workspace) -> Result<Throughput> {
    let mut client = Client::start(workspace.command(&[]))?;
    let count = setup.effort.times(20_000);
    keep_busy(&mut client, 500)?;
    let started = Instant::now();
    keep_busy(&mut client, count)?;
    Ok(Throughput { count, elapsed: started.elapsed() })
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

/// What our binary says the bare fork, lockdown and run cost here.
fn floor(setup: &Setup) -> Result<Samples> {
    let mut command = Command::new(&setup.binary);
    command.args(["bench-floor", "--count", &setup.effort.times(5_000).to_string(), TRIVIAL]);
    let text = process::capture(&mut command)?;
    let micros: Vec<f64> = serde_json::from_str(&text).context("bench-floor prints no numbers")?;
    ensure!(!micros.is_empty(), "bench-floor measured nothing");
    Ok(Samples::new(
        micros.into_iter().map(|micros| Duration::from_secs_f64(micros / 1e6)).collect(),
    ))
}

/// From the start of a fresh process to its end.
fn fresh(workspace: &Workspace, count: usize, command: &mut Command) -> Result<Samples> {
    let cache = workspace.path("deno");
    fs::create_dir_all(&cache)?;
    command.env("DENO_DIR", cache).env("DENO_NO_UPDATE_CHECK", "1");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut samples = Vec::new();
    for warm_up in [true, true, true].into_iter().chain(std::iter::repeat_n(false, count)) {
        let started = Instant::now();
        let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
        ensure!(status.success(), "{command:?} failed ({status})");
        if !warm_up {
            samples.push(started.elapsed());
        }
    }
    Ok(Samples::new(samples))
}
